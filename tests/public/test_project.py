"""A project's page: every part of the record is on it, in words, at a fixed price."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from portal import clock
from portal.files.actions import accept, store
from portal.projects.funds.models import FundSource
from portal.projects.kinds import ProjectStatus
from portal.projects.models import ImportBatch, ProjectSource
from portal.projects.people.models import Leader
from portal.projects.upkeep.models import Revisit
from tests import factories
from tests.files import samples
from tests.public.dossiers import accepted, heard_of, running, words
from tests.public.rows import NOW, add, change
from tests.ratings.crowd import crowd

TODAY = clock.local_day(NOW)


@pytest.fixture(autouse=True)
def mid_november(monkeypatch):
    """Every page is asked for on 15 November 2026."""
    monkeypatch.setattr(clock, "now", lambda: NOW)


def report(s, project, as_of, percent, **more):
    """A report published on its own day; what a red light asks for comes with it."""
    remedy = {"cause": "雨季长", "measure": "夜间加班", "new_date": "2026-12-20"}
    fields = {"status": "in_progress", "narrative": f"完成{percent}。"} | remedy | more
    at = clock.at_local(as_of, 18)
    return add(s, project, "report", at=at, as_of=as_of.isoformat(), percent=percent, **fields)


def everything(s, project, times=1):
    """Rows of every section, `times` of each that may be repeated."""
    unit = factories.department(s, "县城管局")
    n = next(factories._numbers)
    leader = Leader(code=f"leader{n}", name="王建民", post="常务副县长", sort_order=n)
    s.add(leader)
    s.flush()
    add(s, project, "stage", stage="vote", reached_on="2026-01-12", document_no="公告〔2026〕1号")
    add(s, project, "duty", role="county_leader", leader_id=leader.id, from_on="2026-01-20")
    for i in range(times):
        _promise(s, project, unit, i)
        _work(s, project, unit, i)
        _money(s, project)
        _quality(s, project)
    batch = ImportBatch(
        at=NOW, actor="admin", year=2026, file_name="清单.xlsx", file_hash="0", title="", report={}
    )
    s.add(batch)
    s.flush()
    cells = {"项目名称": "供水管网改造（原文）"}
    s.add(ProjectSource(project_id=project.id, batch_id=batch.id, row=4, cells=cells))


def _promise(s, project, unit, i):
    item = {"unit": "公里", "done": "8.2", "owner": "县水务公司"}
    site = {"address": "文昌路12号", "status": "paused"}
    add(s, project, "item", name=f"主管网{i}", quantity="12.5", **item)
    add(s, project, "site", number=i + 1, name=f"文昌路段{i}", **site)
    add(s, project, "duty", role="first", name="赵敏", post="局长", from_on="2026-07-01")
    add(s, project, "duty", role="assist", department_id=unit.id, from_on="2026-01-20")
    past = {"from_on": "2026-01-20", "until_on": "2026-06-30"}
    add(s, project, "duty", role="first", name="李卫东", post="原局长", **past)
    photo = store(s, accept(samples.saved(samples.scene(300 + i, 200))), at=NOW)
    paper = store(s, accept(samples.written(samples.document())), at=NOW)
    for phase in ("before", "after"):
        add(s, project, "photo", file_id=photo.id, description=f"路面{phase}", phase=phase)
    add(s, project, "document", file_id=paper.id, description="实施方案")


def _work(s, project, unit, i):
    who = {"person": "陈刚", "post": "供水科科长"}
    whole = {"name": "铺主管网", "grain": "month", "planned_on": "2026-08-31"}
    task = add(s, project, "milestone", **whole, **who)
    part = {"parent_id": task.id, "grain": "week", "planned_on": "2026-06-15"}
    add(s, project, "milestone", name="开挖文昌路", actual_on="2026-06-20", **part, **who)
    report(s, project, TODAY - timedelta(days=9), "71", problems="许可没批", next_step="协调交警")
    blocker = {"kind": "land", "department_id": unit.id, "assistants": [unit.id]}
    dates = {"raised_on": "2026-09-01", "due_on": "2026-11-06"}
    add(s, project, "blocker", description="堆场用地", **blocker, **dates)


def _money(s, project):
    sums = {"approved_fen": 500_000_000, "in_place_fen": 300_000_000}
    source = add(s, project, "fund", kind="county", name="县级配套", **sums)
    paid = {"amount_fen": 120_000_050, "due_on": "2026-05-10", "paid_on": "2026-05-20"}
    add(s, project, "payment", source_id=source.id, purpose="第一次进度款", **paid)


def _quality(s, project):
    add(s, project, "participant", role="builder", name="第二建筑公司", person="孙伟")
    found = {"found_on": "2026-10-08", "fix_by": "2026-10-12"}
    add(s, project, "hazard", level="major", description="基坑没有护栏", **found)
    seen = {"inspected_on": "2026-07-08", "by": "县督查办", "result": "conditional"}
    add(s, project, "inspection", kind="covert", finding="围挡有缺口", **seen)
    tested = {"agency": "市检测中心", "tested_on": "2026-08-20", "result": "passed"}
    add(s, project, "test", subject="管道水压试验", **tested)
    won = {"awarded_by": "县住建局", "awarded_on": "2026-10-30"}
    add(s, project, "honour", kind="quality", title="县级优质工程", **won)


def test_one_sentence_says_plan_done_gap_and_ratio(page_of):
    def make(s):
        project = running(s)
        report(s, project, TODAY - timedelta(days=9), "71")
        return project

    text = words(page_of(make))
    assert "计划11月底完成。" in text
    assert "今天应完成87.5%，实际71%，落后16.5个百分点（完成计划的81.1%）。" in text
    assert "9天前填报。" in text
    assert "滞后" in text


def test_a_page_with_every_part_of_the_record(page_of):
    def make(s):
        project = running(s)
        everything(s, project)
        return project

    text = words(page_of(make))
    for shown in (
        "征集 没有记录",
        "主管网0",
        "12.5 公里",
        "65.6%",
        "文昌路段0",
        "公告〔2026〕1号",
        "供水管网改造（原文）",
        "铺主管网",
        "陈刚",
        "供水科科长",
        "晚5天",
        "已超期9天",
        "堆场用地",
        "完成71。",
        "许可没批",
        "协调交警",
        "雨季长",
        "夜间加班",
        "2026-12-20",
        "前后对比",
        "县级配套",
        "120.00005 万元",
        "晚10天",
        "拨付明显慢于工程进度：拨付24%，工程71%",
        "第二建筑公司",
        "孙伟",
        "基坑没有护栏",
        "已超期34天",
        "围挡有缺口",
        "管道水压试验",
        "县级优质工程",
        "王建民",
        "常务副县长",
        "赵敏",
        "李卫东",
        "实施方案",
        "银川市2025年亮灯规则",
    ):
        assert shown in text, shown


def test_an_empty_project_says_what_is_not_there_yet(page_of):
    def make(s):
        nothing = {"percent": None, "reported_on": None, "due_on": None, "start_on": None}
        blank = {"content": "", "place": "", "field": "", "amount_fen": None, "due_text": ""}
        status = ProjectStatus.PLANNED
        return factories.project(s, status=status, **nothing, **blank)

    page = page_of(make)
    text = words(page)
    assert "没有公布完成日期，进度按全年计算。" in text
    assert "还没有填报进展。" in text
    assert "没有变更决定" in text
    assert "这些内容还没有公布：照片、资金、质量安全、责任链、文件。" in text
    assert "完成验收后第3、6、12个月开展回头看" in text
    for anchor in ("money", "quality", "people", "documents", "photos"):
        assert f'id="{anchor}"' not in page.text


def test_every_entry_of_the_index_leads_somewhere(page_of):
    def make(s):
        project = running(s)
        everything(s, project)
        return project

    page = page_of(make)
    index = page.text.split('class="page-index"')[1].split("</nav>")[0]
    anchors = re.findall(r'href="#(\w+)"', index)
    assert len(anchors) == 9
    assert all(f'id="{anchor}"' in page.text for anchor in anchors)


def test_items_without_target_have_no_rate_and_ceilings_are_said(page_of):
    def make(s):
        project = running(s)
        add(s, project, "item", name="应急抢修", unit="次", done="46")
        add(s, project, "item", name="智能水表", unit="块", quantity="3000", done="3420")
        low = {"quantity": "9", "done": "10.2", "is_lower_better": True}
        add(s, project, "item", name="漏损率", unit="%", **low)
        return project

    text = words(page_of(make))
    assert "应急抢修 不设年度目标 46 次 不计算" in text
    assert "114% 超额完成" in text
    assert "不超过 9 % 10.2 % 88.2% 越低越好" in text


def test_a_moved_date_shows_what_was_promised_first_and_who_decided(page_of):
    def make(s):
        project = running(s)
        report(s, project, TODAY - timedelta(days=40), "60")
        add(
            s,
            project,
            "decision",
            kind="date",
            decided_by="县人大常委会",
            document_no="青人常〔2026〕15号",
            decided_on="2026-10-18",
            reason="避让地铁勘察。",
            due_after="2026-12-20",
        )
        return project

    text = words(page_of(make))
    assert "最初承诺 11月底 → 现在承诺 12月20日 县人大常委会 青人常〔2026〕15号 2026-10-18" in text
    assert "调整完成时间： 2026-11-30 → 2026-12-20" in text
    assert "避让地铁勘察。" in text
    assert "40天前填报，超过31天没有新的填报：超期未报。" in text


def test_a_paused_project_names_the_decision(page_of):
    def make(s):
        project = running(s)
        pause = {"decided_by": "县人大常委会", "document_no": "青人常〔2026〕9号"}
        when = {"decided_on": "2026-08-01", "reason": "文物勘探。"}
        add(s, project, "decision", kind="pause", **pause, **when)
        return project

    text = words(page_of(make))
    assert "项目已暂停实施。" in text
    assert "依据：县人大常委会 青人常〔2026〕9号 2026-08-01" in text


def test_what_is_accepted_but_not_handed_over_is_built_not_complete(page_of):
    text = words(page_of(accepted))
    assert "5月6日通过验收，按期兑现（承诺11月底）。" in text
    assert "已建成，管护未移交" in text
    assert "还没有移交管护" in text
    assert "我来评价" in text
    assert "GB 50268-2008" in text


def test_upkeep_and_revisits_show_how_far_it_has_come(page_of):
    def make(s):
        project = accepted(s)
        unit = factories.department(s, "县城管局")
        first = s.query(Revisit).filter_by(project_id=project.id, months=3).one()
        seen = {"done_on": "2026-08-10", "score": 86, "summary": "水压正常。"}
        points = {"有巡查维修记录": False, "设施完好、正常使用": True}
        change(s, project, "revisit", first, checklist=points, by="县督查办", **seen)
        task = {"found_on": "2026-08-10", "due_on": "2026-09-10", "fixed_on": "2026-09-20"}
        found = {"revisit_id": first.id, "department_id": unit.id, "description": "缺巡查记录"}
        add(s, project, "problem", **found, **task)
        keeper = {"body": "县水务集团城东所", "funding": "每年18万元", "rules": "每周巡查"}
        when = {"handed_over_on": "2026-06-01", "phone": "0571-8888 1234"}
        add(s, project, "handover", **keeper, **when)
        return project

    page = page_of(make)
    text = words(page)
    assert 'href="tel:0571-88881234"' in page.text
    for shown in ("县水务集团城东所", "每年18万元", "每周巡查", "86分", "水压正常。", "缺巡查记录"):
        assert shown in text, shown
    assert "有巡查维修记录： ✗ 不符合" in text
    assert "好不好：回头看合格 目前在这里" in text
    assert "应开展 2026-11-06 已超期9天" in text
    assert "晚10天" in text
    assert "管护未移交" not in text


def test_payments_beyond_what_is_in_place_are_pointed_out(page_of):
    def make(s):
        project = running(s)
        _money(s, project)
        ours = FundSource.project_id == project.id
        s.execute(update(FundSource).where(ours).values(in_place_fen=1))  # no act would do it
        return project

    assert "已拨付资金多于到位资金。" in words(page_of(make))


def test_the_page_costs_the_same_number_of_queries_with_no_rows_and_with_many(price):
    def many(s):
        project = accepted(s)
        project.status = ProjectStatus.IN_PROGRESS
        project.completed_on = None
        everything(s, project, times=4)
        return project

    empty = price(lambda s: factories.project(s, status=ProjectStatus.IN_PROGRESS))
    assert price(many) == empty


def test_residents_words_and_cases_stay_on_the_page(page_of):
    def make(s):
        project = accepted(s)
        heard_of(s, crowd(s, project, {5: 3}, at=NOW, said={"comment": "水压好多了"}))
        factories.public(s, project.department, project=project)
        return project

    text = words(page_of(make))
    assert "水压好多了" in text
    assert "水管漏水" in text
    assert "样本不足，不计算满意率" in text


def test_an_unknown_project_is_not_found(client):
    assert client.get("/projects/2026-999").status_code == 404

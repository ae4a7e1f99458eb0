"""A year as a whole: its figures with both their numbers, and its money to the 分."""

import csv
import io
import re
from datetime import date
from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from portal import clock
from portal.projects.funds.models import FundSource, Payment
from portal.projects.funds.queries import late_payments, year_funds
from portal.projects.kinds import BlockerKind, DecisionKind, FundKind, Nature, ProjectStatus
from portal.projects.models import Decision, Project
from portal.projects.overviews import light_counts, promises
from portal.projects.queries import Filters, conditions
from portal.projects.rules import Promise, promise_kept
from portal.projects.schedule.models import Blocker, Standing
from portal.projects.schedule.standings import ensure_fresh
from portal.ratings.kinds import Proof
from portal.web import money
from tests import factories
from tests.bench import county as invented
from tests.public.test_places import section
from tests.ratings.crowd import crowd

DAY = date(2026, 11, 15)
RUNNING = ProjectStatus.IN_PROGRESS
WAN = 1_000_000


@pytest.fixture(autouse=True)
def _autumn(monkeypatch):
    """It is the middle of November in the county."""
    monkeypatch.setattr(clock, "local_day", lambda _moment: DAY)


@pytest.fixture
def county(write):
    """Sixty projects of two years, of every kind, with their money."""
    write(lambda s: invented.build(s, per_year=30, years=(2025, 2026)))


@pytest.mark.parametrize("path", ["", "/funds", "/funds.csv", "/funds.xlsx"])
def test_a_year_without_a_list_is_not_found(client, county, path):
    assert client.get(f"/years/2026{path}").status_code == 200
    assert client.get(f"/years/1999{path}").status_code == 404
    assert client.get(f"/years/99999999999999999999{path}").status_code == 404


def test_each_rate_stands_with_its_formula_and_both_numbers(client, write):
    def make(s):
        factories.project(s, nature=Nature.SERVICE, amount_fen=3 * WAN, invested_fen=WAN)
        factories.project(s, nature=Nature.WORKS)
        factories.project(s, status=RUNNING, amount_fen=WAN, invested_fen=WAN)
        factories.project(s, status=ProjectStatus.PLANNED)
        factories.project(s, status=ProjectStatus.STOPPED)

    write(make)
    text = client.get("/years/2026").text
    assert "20.0%" in text
    assert "已完成 1 件 ÷ 全部 5 件" in text
    assert "完成率 = 已完成件数 ÷ 全部承诺件数 = 1 ÷ 5" in text
    assert "开工率 = 已开工件数 ÷ 全部承诺件数 = 3 ÷ 5" in text
    assert (
        "投资完成率 = 累计完成投资 ÷ 年度计划投资 = 2 ÷ 4 万元，只统计公布了这两项的 2 件" in text
    )
    assert "另有 1 件已建成、管护未移交，不算完成" in text
    assert "1 件已终止，仍计入全部件数" in text


def test_a_year_in_which_nothing_can_be_divided_says_so(client, write):
    write(lambda s: factories.project(s, status=RUNNING, amount_fen=None).code)
    assert "无法计算" in client.get("/years/2026").text


def test_lights_and_promises_are_what_a_recount_finds(county, s):
    ensure_fresh(s, DAY)
    met = conditions(Filters(year=2026))
    projects = s.scalars(select(Project).where(Project.year == 2026)).all()
    lights = [s.get(Standing, p.id).light for p in projects]
    assert light_counts(s, met) == {light: lights.count(light) for light in set(lights)}
    kept = [promise_kept(p.promised_on, p.completed_on, DAY) for p in projects]
    assert promises(s, met, DAY) == {promise: kept.count(promise) for promise in Promise}


@pytest.mark.parametrize("title", ["按层级", "按领域", "按乡镇街道", "按牵头单位"])
def test_every_table_of_a_year_adds_up_to_the_year(client, county, title):
    part = section(client.get("/years/2026").text, title)
    rows = [re.findall(r"</span>(\d+)</td>", row) for row in re.findall(r"<tr.*?</tr>", part, re.S)]
    *parts, total = [[int(n) for n in row] for row in rows if row]
    assert len(parts) > 1
    assert [sum(column) for column in zip(*parts, strict=True)] == total
    assert total[0] == 30


def test_what_has_no_town_still_counts_in_the_table(client, write):
    write(lambda s: factories.project(s).code)
    assert "未注明" in section(client.get("/years/2026").text, "按乡镇街道")


def test_decisions_blockers_and_missing_reports_are_named(client, write):
    def make(s):
        unit = factories.department(s)
        p = factories.project(s, "城北道路", RUNNING, unit, reported_on=date(2026, 8, 1))
        other = factories.project(s, "去年的路", RUNNING, unit, year=2025)
        for project, number in ((p, "县人常〔2026〕9号"), (other, "县人常〔2025〕3号")):
            s.add(
                Decision(
                    project_id=project.id,
                    kind=DecisionKind.DATE,
                    decided_by="县人大常委会",
                    document_no=number,
                    decided_on=date(2026, 9, 1),
                    reason="雨季",
                    due_before=date(2026, 10, 31),
                    due_after=date(2026, 12, 31),
                )
            )
        s.add(
            Blocker(
                project_id=p.id,
                kind=BlockerKind.APPROVAL,
                description="许可还没下来",
                department_id=unit.id,
                raised_on=date(2026, 9, 1),
                due_on=date(2026, 12, 1),
                resolution="",
            )
        )

    write(make)
    text = client.get("/years/2026").text
    decided = section(text, "改变承诺的决定")
    assert "县人常〔2026〕9号" in decided
    assert "2026-09-01" in decided
    assert "10月底 → 12月底" in decided
    assert "县人常〔2025〕3号" not in text
    assert "许可还没下来" in section(text, "尚未解决的堵点难点")
    assert "106天前填报" in section(text, "超期未报进展的项目")


def test_the_front_page_shows_the_years_figures_and_leads_on(client, county):
    text = client.get("/").text
    assert re.search(r"已完成 \d+ 件 ÷ 全部 30 件", text)
    assert re.search(r'href="/projects\?light=severe&amp;year=2026"><span class="tag', text)
    for path in ("/years/2026", "/years/2026/wall", "/years/2026/funds"):
        assert f'href="{path}"' in text


def test_the_front_page_gives_the_years_rate_with_its_interval_and_leads_on(client, write):
    def make(s):
        crowd(s, factories.project(s, "一"), {5: 40, 2: 3})
        crowd(s, factories.project(s, "二"), {3: 6, 1: 1})
        crowd(s, factories.project(s, "二"), {1: 9}, proof=Proof.NONE)
        crowd(s, factories.project(s, "去年", year=2025), {1: 30})

    write(make)
    part = section(client.get("/").text, "居民对2026年项目的评价")
    assert "满意率 92.0%" in part
    assert "46 ÷ 50 份评价" in part
    assert "95% 置信区间 81.2%–96.8%" in part
    assert 'href="/ratings?year=2026"' in part


def sums(s) -> tuple[int, int, int]:
    """Approved, in place and paid of 2026, added up from the rows themselves."""
    of_year = {p.id for p in s.scalars(select(Project).where(Project.year == 2026))}
    sources = [f for f in s.scalars(select(FundSource)) if f.project_id in of_year]
    payments = [p for p in s.scalars(select(Payment)) if p.project_id in of_year and p.paid_on]
    return (
        sum(f.approved_fen for f in sources),
        sum(f.in_place_fen for f in sources),
        sum(p.amount_fen for p in payments),
    )


@pytest.fixture
def funds(county, write):
    """The county's money, some of it paid without saying out of which source."""

    def make(s):
        for payment in s.scalars(select(Payment).limit(200)).all()[::7]:
            payment.source_id = None

    write(make)


def test_the_years_money_adds_up_to_the_fen(s, funds):
    found = year_funds(s, 2026, Decimal(20))
    assert found.unassigned > 0
    assert found.totals == sums(s)
    for i in range(3):
        assert (
            sum((a.money.approved, a.money.in_place, a.money.paid)[i] for a in found.accounts)
            == (found.totals[i])
        )


def test_the_page_says_the_same_to_the_fen(client, funds, s):
    text = client.get("/years/2026/funds").text
    total = re.findall(r"</span>([\d,.]+)</td>", re.search(r'class="sum".*?</tr>', text, re.S)[0])
    assert total == [money(fen) for fen in sums(s)]
    rows = re.findall(r'<tr role="row" class="account">.*?</tr>', text, re.S)
    amounts = [re.findall(r"</span>([\d,.]+)</td>", row) for row in rows]
    assert len(rows) == 30
    columns = [sum(fen(cell) for cell in column) for column in zip(*amounts, strict=True)]
    assert tuple(columns) == sums(s)


def fen(wan: str) -> int:
    """万元 as written, in 分."""
    return int(Decimal(wan.replace(",", "")) * WAN)


def test_the_csv_file_says_the_same_to_the_fen(client, funds, s):
    answer = client.get("/years/2026/funds.csv")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    head, *rows = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    assert head[4:] == ["批复（万元）", "到位（万元）", "已拨付（万元）"]
    lines = [row for row in rows if row[0]]
    parts = [row for row in rows if row[1] == "小计"]
    (total,) = [row for row in rows if row[1] == "合计"]
    for some in (lines, parts, [total]):
        columns = zip(*(row[4:] for row in some), strict=True)
        assert tuple(sum(map(fen, column)) for column in columns) == sums(s)


def test_the_workbook_says_the_same_to_the_fen(client, funds, s):
    answer = client.get("/years/2026/funds.xlsx")
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    assert book.sheet_names == ["资金明细", "逾期拨付"]
    _head, *rows = book.get_sheet_by_name("资金明细").to_python()
    lines = [row for row in rows if row[0]]
    columns = zip(*(row[4:] for row in lines), strict=True)
    assert tuple(sum(round(v * WAN) for v in column) for column in columns) == sums(s)
    assert tuple(round(v * WAN) for v in rows[-1][4:]) == sums(s)
    late = book.get_sheet_by_name("逾期拨付").to_python()[1:]
    assert len(late) == len(late_payments(s, 2026, DAY)) > 0


@pytest.mark.parametrize("name", ["=1+1", "+8613800000000", "-2", "@SUM(A1)"])
def test_no_cell_of_a_file_is_run_as_a_formula(client, write, name):
    def make(s):
        p = factories.project(s, name, RUNNING)
        s.add(fund(p, 100, 100))

    write(make)
    rows = list(csv.reader(io.StringIO(client.get("/years/2026/funds.csv").text)))
    assert rows[1][1] == f"'{name}"
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(client.get("/years/2026/funds.xlsx").data)
    ).get_sheet_by_name("资金明细")
    assert book.to_python()[1][1] == name


def fund(project, approved, in_place, kind=FundKind.COUNTY) -> FundSource:
    """Money for a project."""
    return FundSource(
        project_id=project.id, kind=kind, name="专项", approved_fen=approved, in_place_fen=in_place
    )


def pay(project, amount, due=None, paid=None) -> Payment:
    """A payment for a project, made or owed."""
    return Payment(
        project_id=project.id, amount_fen=amount, purpose="工程款", due_on=due, paid_on=paid
    )


def test_payments_far_from_the_work_and_late_ones_are_pointed_out(client, write):
    def make(s):
        fast = factories.project(s, "付得快", RUNNING, percent=Decimal(10))
        slow = factories.project(s, "付得慢", RUNNING, percent=Decimal(90))
        even = factories.project(s, "差不多", RUNNING, percent=Decimal(50))
        for p in (fast, slow, even):
            s.add(fund(p, 10 * WAN, 10 * WAN))
        s.add(pay(fast, 9 * WAN, paid=date(2026, 5, 1)))
        s.add(pay(slow, WAN, due=date(2026, 5, 1), paid=date(2026, 5, 11)))
        s.add(pay(even, 5 * WAN, due=date(2026, 5, 1), paid=date(2026, 5, 1)))
        s.add(pay(even, 3 * WAN, due=date(2026, 11, 1)))
        s.add(pay(even, WAN, due=date(2026, 12, 1)))

    write(make)
    text = client.get("/years/2026/funds").text
    pace = section(text, "拨付与工程进度")
    quick, _mark, behind = pace.partition("明显慢于工程进度")
    assert "付得快" in quick
    assert "付得慢" in behind
    assert "差不多" not in pace
    late = section(text, "逾期的拨付（2 笔）")
    assert "尚未拨付，已逾期14天" in late
    assert "晚10天" in late


def test_a_project_without_recorded_money_says_so(client, write):
    write(lambda s: factories.project(s, "没有钱的").code)
    text = client.get("/years/2026/funds").text
    assert "没有公布资金来源" in section(text, "每个项目的资金")
    assert "还没有公布资金来源和拨付" in text


def test_the_years_money_goes_on_on_further_pages(client, write):
    write(lambda s: [factories.project(s, f"第{n}号") for n in range(55)] and None)
    first = client.get("/years/2026/funds").text
    following = re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")
    second = client.get(following.partition("#")[0]).text
    names = [set(re.findall(r">(第\d+号)<", page)) for page in (first, second)]
    assert (len(names[0]), len(names[1])) == (50, 5)
    assert not names[0] & names[1]
    assert "第 51 至 55 件，共 55 件" in second


def test_downloads_are_limited_for_each_address(app, client, write):
    write(lambda s: factories.project(s, year=2026))
    app.config["LIMIT_DOWNLOAD_ADDRESS"] = "2/hour"
    try:
        answers = [
            client.get(f"/years/2026/{name}").status_code
            for name in ("funds.csv", "ledger.xlsx", "funds.xlsx")
        ]
    finally:
        app.config["LIMIT_DOWNLOAD_ADDRESS"] = "600/hour"
    assert answers == [200, 200, 429]

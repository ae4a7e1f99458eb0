"""The pages of towns, departments and county leaders: their promises and nobody else's."""

import re
from datetime import date, timedelta

import pytest

from portal import clock
from portal.county.actions import put_town
from portal.projects.kinds import BlockerKind, DutyRole, Nature, ProjectStatus
from portal.projects.models import Site
from portal.projects.people.models import Duty, Leader
from portal.projects.schedule.models import Blocker
from portal.projects.schedule.standings import renew
from portal.projects.upkeep.models import Revisit, RevisitProblem
from tests import factories
from tests.ratings.crowd import crowd

DAY = date(2026, 11, 15)
RUNNING = ProjectStatus.IN_PROGRESS


@pytest.fixture(autouse=True)
def _autumn(monkeypatch):
    """It is the middle of November in the county."""
    monkeypatch.setattr(clock, "local_day", lambda _moment: DAY)


def leader(s, code: str, **more: object) -> Leader:
    """A county leader."""
    facts = {"name": f"领导{code}", "post": "副县长", "sort_order": 1}
    found = Leader(code=code, **(facts | more))
    s.add(found)
    s.flush()
    return found


def duty(s, project, role, until=None, since=date(2026, 1, 1), **whose):
    """Somebody's duty for a project."""
    s.add(Duty(project_id=project.id, role=role, from_on=since, until_on=until, **whose))
    s.flush()


def section(text: str, heading: str) -> str:
    """The part of a page under a heading."""
    found = re.search(rf"<h2>{heading}.*?</section>", text, re.S)
    return found[0] if found else ""


@pytest.mark.parametrize("path", ["/towns/nowhere", "/departments/nowhere", "/leaders/nobody"])
def test_a_place_that_is_not_there_is_not_found(client, path):
    assert client.get(path).status_code == 404


def test_a_towns_page_shows_its_projects_and_the_sites_of_others(client, write):
    def make(s):
        for code, name in (("north", "城北镇"), ("south", "城南镇")):
            put_town(s, code, name, sort_order=1)
        factories.project(s, "北边的路", town_code="north", nature=Nature.SERVICE)
        factories.project(s, "北边的桥", RUNNING, town_code="north")
        far = factories.project(s, "南边的水厂", RUNNING, town_code="south")
        s.add(Site(project_id=far.id, number=1, name="北泵站", town_code="north"))
        s.add(Site(project_id=far.id, number=2, name="南泵站", town_code="south"))

    write(make)
    text = client.get("/towns/north").text
    assert {"北边的路", "北边的桥"} <= set(
        re.findall(r"<a[^>]*>([^<]+)</a>", section(text, "项目"))
    )
    assert "南边的水厂" not in section(text, "项目")
    assert "已完成 1 件 ÷ 全部 2 件" in text
    sites = section(text, "全县项目在这里的点位")
    assert "北泵站" in sites
    assert "南边的水厂" in sites
    assert "南泵站" not in text


def test_a_towns_page_gives_the_figure_of_what_was_rated_there(client, write):
    def make(s):
        put_town(s, "north", "城北镇", sort_order=1)
        crowd(s, factories.project(s, "北边的路", town_code="north"), {5: 46, 2: 4})
        crowd(s, factories.project(s, "去年的路", town_code="north", year=2025), {5: 10, 2: 10})
        far = factories.project(s, "南边的水厂")
        site = Site(project_id=far.id, number=1, name="北泵站", town_code="north")
        s.add(site)
        s.flush()
        crowd(s, far, {1: 1}, site=site)
        crowd(s, far, {1: 10})

    write(make)
    whole = section(client.get("/towns/north").text, "居民评价")
    assert "56 ÷ 71 份评价" in whole
    of_year = section(client.get("/towns/north?year=2026").text, "居民评价")
    assert "46 ÷ 51 份评价" in of_year
    assert "95% 置信区间 79.0%–95.7%" in of_year


def test_a_towns_page_can_be_narrowed_to_a_year(client, write):
    def make(s):
        put_town(s, "north", "城北镇", sort_order=1)
        factories.project(s, "今年的路", town_code="north")
        factories.project(s, "去年的路", town_code="north", year=2025)

    write(make)
    assert "全部 2 件" in client.get("/towns/north").text
    text = client.get("/towns/north?year=2025").text
    assert "全部 1 件" in text
    assert "今年的路" not in text
    assert "全部 2 件" in client.get("/towns/north?year=1912").text


def test_a_departments_page_tells_lead_from_assistance(client, write):
    def make(s):
        unit, other = factories.department(s), factories.department(s)
        unit.phone = "0555-1234567"
        factories.project(s, "牵头的路", RUNNING, unit)
        helped = factories.project(s, "配合的桥", RUNNING, other)
        past = factories.project(s, "早先配合的站", RUNNING, other)
        duty(s, helped, DutyRole.ASSIST, department_id=unit.id)
        duty(s, past, DutyRole.ASSIST, DAY - timedelta(days=1), department_id=unit.id)
        return unit.code

    text = client.get(f"/departments/{write(make)}").text
    assert "0555-1234567" in text
    assert "牵头的路" in section(text, "牵头的项目")
    assert "配合的桥" not in section(text, "牵头的项目")
    assert "配合的桥" in section(text, "配合的项目")
    assert "早先配合的站" not in text


def test_a_departments_page_shows_what_it_still_has_to_remove_and_fix(client, write):
    def make(s):
        unit, other = factories.department(s), factories.department(s)
        road = factories.project(s, "城北道路", RUNNING, other)
        facts = {"project_id": road.id, "kind": BlockerKind.LAND, "raised_on": date(2026, 5, 1)}
        ways = {"due_on": DAY - timedelta(days=5), "resolution": ""}
        own = Blocker(description="地还没征下来", department_id=unit.id, **facts, **ways)
        helped = Blocker(description="电线杆要迁", department_id=other.id, **facts, **ways)
        helped.assistants = [unit]
        gone = Blocker(description="已经解决的事", department_id=unit.id, **facts, **ways)
        gone.resolved_on = date(2026, 6, 1)
        s.add_all([own, helped, gone])
        done = factories.project(s, "养老中心")
        visit = Revisit(project_id=done.id, months=3, due_on=date(2026, 6, 1), checklist={})
        s.add(visit)
        s.flush()
        facts = {"project_id": done.id, "revisit_id": visit.id, "department_id": unit.id}
        dates = {"found_on": date(2026, 6, 2), "due_on": date(2026, 7, 1)}
        fixed = {"fixed_on": date(2026, 6, 9)}
        s.add(RevisitProblem(description="灯不亮", **facts, **dates))
        s.add(RevisitProblem(description="门已修好", **facts, **dates, **fixed))
        s.flush()
        return unit.code

    text = client.get(f"/departments/{write(make)}").text
    blockers = section(text, "要牵头或配合解决的堵点难点")
    assert "地还没征下来" in blockers
    assert "电线杆要迁" in blockers
    assert "已超期5天" in blockers
    assert "已经解决的事" not in text
    assert "灯不亮" in section(text, "回头看发现、还没有整改的问题")
    assert "门已修好" not in text


def test_a_leaders_page_shows_the_duties_of_today_and_apart_those_of_before(client, write):
    def make(s):
        one, other = leader(s, "one"), leader(s, "other")
        mine = factories.project(s, "现在分包", RUNNING)
        last_day = factories.project(s, "今天到期", RUNNING)
        past = factories.project(s, "以前分包", RUNNING)
        back = factories.project(s, "又接回来", RUNNING)
        future = factories.project(s, "明年才接", RUNNING)
        others = factories.project(s, "别人分包", RUNNING)
        role = DutyRole.COUNTY_LEADER
        duty(s, mine, role, leader_id=one.id)
        duty(s, last_day, role, DAY, leader_id=one.id)
        duty(s, past, role, DAY - timedelta(days=1), leader_id=one.id)
        past.leader_id = one.id  # the kept column is older than the day: the duty decides
        duty(s, back, role, date(2026, 3, 1), leader_id=one.id)
        duty(s, back, role, since=date(2026, 9, 1), leader_id=one.id)
        duty(s, future, role, since=date(2027, 1, 1), leader_id=one.id)
        duty(s, others, role, leader_id=other.id)

    write(make)
    text = client.get("/leaders/one").text
    now = section(text, "按进度查看")
    assert [name for name in ("现在分包", "今天到期", "又接回来") if name in now] == [
        "现在分包",
        "今天到期",
        "又接回来",
    ]
    before = section(text, "曾分包的项目")
    assert "以前分包" in before
    assert "以前分包" not in now
    assert "又接回来" not in before
    assert "明年才接" not in text
    assert "别人分包" not in text
    assert "全部 3 件" in text


def test_a_leaders_projects_stand_under_their_lights_the_gravest_first(client, write):
    def make(s):
        one = leader(s, "one")
        for name, more in (("好的", {"percent": 99}), ("坏的", {"percent": 10})):
            found = factories.project(s, name, RUNNING, **more)
            duty(s, found, DutyRole.COUNTY_LEADER, leader_id=one.id)

    write(make)
    now = section(client.get("/leaders/one").text, "按进度查看")
    heads = re.findall(r'class="light-head">([^<]+)<', now)
    assert heads == ["严重滞后", "达序"]
    assert now.index("坏的") < now.index("好的")


def test_the_roll_up_of_leaders_keeps_the_countys_order_and_counts_each_project_once(client, write):
    def make(s):
        second, first = leader(s, "b", sort_order=2), leader(s, "a", sort_order=1)
        gone = leader(s, "gone", sort_order=3, is_active=False)
        for status, more in (
            (ProjectStatus.COMPLETED, {"nature": Nature.SERVICE}),
            (RUNNING, {"percent": 10}),
            (RUNNING, {"percent": 80}),
        ):
            found = factories.project(s, status=status, **more)
            duty(s, found, DutyRole.COUNTY_LEADER, leader_id=second.id)
            duty(s, found, DutyRole.COUNTY_LEADER, leader_id=second.id)
        renew(s, [found], DAY)
        return first.name, second.name, gone.name

    first, second, gone = write(make)
    text = client.get("/leaders").text
    assert text.index(first) < text.index(second)
    assert gone not in text
    row = next(r for r in re.findall(r"<tr.*?</tr>", text, re.S) if second in r)
    numbers = re.findall(r"</span>(\d+)</td>", row)
    assert numbers == ["3", "1", "0", "1", "1"]


def test_a_leader_without_projects_has_a_page_that_says_so(client, write):
    write(lambda s: leader(s, "one").code)
    assert "现在没有分包的项目" in client.get("/leaders/one").text


def test_names_are_shown_as_text(client, write):
    write(lambda s: leader(s, "one", name="<b>陈</b>").code)
    assert "&lt;b&gt;陈" in client.get("/leaders/one").text


def test_long_lists_of_a_place_go_on_on_further_pages(client, write):
    def make(s):
        unit = factories.department(s)
        for n in range(25):
            factories.project(s, f"第{n}号", RUNNING, unit)
        return unit.code

    code = write(make)
    first = client.get(f"/departments/{code}?year=2026").text
    following = re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")
    assert "year=2026" in following
    second = client.get(following).text
    names = [set(re.findall(r"第\d+号", page)) for page in (first, second)]
    assert (len(names[0]), len(names[1])) == (20, 5)
    assert not names[0] & names[1]

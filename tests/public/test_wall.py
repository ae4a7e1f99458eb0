"""The wall chart: every promise of a year in a table, at the same cost for 5 or for 500."""

import re
from datetime import date
from decimal import Decimal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from sqlalchemy import event

from portal import clock
from portal.projects.kinds import ProjectStatus
from portal.projects.people.models import Leader
from portal.projects.queries import Filters
from portal.projects.schedule.models import Milestone
from portal.projects.schedule.sheets import light_counts, milestones, sheet
from portal.projects.schedule.standings import renew
from portal.public.wall import ROWS
from tests import factories
from tests.visiting import change_view

DAY = date(2026, 10, 5)
RUNNING = ProjectStatus.IN_PROGRESS
WALL = "/years/2026/wall"


@pytest.fixture(autouse=True)
def _autumn(request, monkeypatch):
    """It is early October in the county, except where a real server runs."""
    if "live" not in request.fixturenames:
        monkeypatch.setattr(clock, "local_day", lambda _moment: DAY)


def make(s, n=1, **more):
    """Running projects of the year, numbered, with standings that hold today."""
    facts = {"status": RUNNING, "promised_on": date(2026, 11, 30), "percent": Decimal(71)}
    found = [factories.project(s, f"供水改造{i}号", **(facts | more)) for i in range(1, n + 1)]
    renew(s, found, DAY)
    return found


def milestone(s, project, name, planned_on, actual_on=None, parent_id=None):
    """A milestone of the project."""
    found = Milestone(
        project_id=project.id,
        name=name,
        planned_on=planned_on,
        actual_on=actual_on,
        parent_id=parent_id,
        person="李明",
        post="科长",
    )
    s.add(found)
    s.flush()
    return found


def links(text: str) -> list[str]:
    """The projects of a page, by the addresses its row headers lead to."""
    return re.findall(r'<th role="rowheader" scope="row"><a href="/projects/([^"]+)"', text)


def spoken(text: str) -> list[str]:
    """What a screen reader is told instead of each drawing."""
    return re.findall(r'</svg><span class="vh">([^<]+)</span></td>', text)


def test_a_line_says_in_words_what_it_draws(client, write):
    write(make)
    page = client.get(WALL)
    assert page.status_code == 200
    assert spoken(page.text) == [
        "计划2月1日至11月30日；今天应完成85%，实际71%，比计划落后14个百分点；滞后"
    ]
    assert '<rect class="w-done fill-late" x="8.33%"' in page.text


def test_words_tell_of_a_moved_promise_of_delay_and_of_milestones(client, write):
    def county(s):
        (late,) = make(s, promised_on=date(2026, 8, 31), due_on=date(2026, 9, 30))
        milestone(s, late, "开工", date(2026, 3, 1), date(2026, 3, 2))
        milestone(s, late, "封顶", date(2026, 8, 1))
        make(s, percent=None, start_on=None, due_on=None, promised_on=None)
        make(s, status=ProjectStatus.COMPLETED, completed_on=date(2026, 9, 1))
        make(s, status=ProjectStatus.STOPPED, percent=None)

    write(county)
    late, unknown, done, stopped = spoken(client.get(WALL).text)
    assert "原承诺8月31日完成；已超过承诺日期5天；节点2个，已到1个，逾期未到1个" in late
    assert unknown == "没有公布起止日期；今天应完成79.2%，未报进度"
    assert "9月1日完工验收；完工并验收" in done
    assert "今天应完成" not in done
    assert stopped == "计划2月1日至11月30日；未报进度；已终止"


def test_the_table_has_the_same_as_dates_and_figures(client, write):
    def county(s):
        (one,) = make(s, promised_on=date(2026, 9, 30), due_on=date(2027, 1, 31))
        milestone(s, one, "开工", date(2026, 3, 1), date(2026, 3, 2))
        whole = milestone(s, one, "封顶", date(2026, 8, 1))
        milestone(s, one, "三层封顶", date(2026, 7, 1), parent_id=whole.id)

    write(county)
    page = client.get(f"{WALL}?view=table").text
    for words in ("2月1日", "9月30日", "2027年1月31日", "未验收", "71%"):
        assert f">{words}</td>" in page, words
    assert "<li>开工：计划3月1日，3月2日已到</li><li>封顶：计划8月1日，逾期未到</li>" in page
    assert "三层封顶" not in page
    assert "<use" not in page


def test_the_light_stands_in_word_and_shape_with_its_share(client, write):
    def county(s):
        make(s, 3, percent=Decimal(20))
        make(s, percent=Decimal(85))

    write(county)
    page = client.get(WALL).text
    counts = re.findall(r'class="tag tag-(\w+)"><svg.*?</svg>(\w+)</span> (\d/\d)', page)
    assert counts == [("danger", "严重滞后", "3/4"), ("ontime", "达序", "1/4")]
    narrowed = client.get(f"{WALL}?light=on_time").text
    assert len(links(narrowed)) == 1
    assert "共 1 件" in narrowed
    assert "只显示：达序" in narrowed
    assert "3/4" in narrowed


def test_the_chart_is_narrowed_by_field_department_and_leader(client, write):
    def county(s):
        leader = Leader(code="wang", name="王桂兰", post="副县长", sort_order=1)
        s.add(leader)
        unit = factories.department(s, code="shuili")
        (one,) = make(s, unit=unit, leader=leader, field="水利")
        make(s, field="教育")
        return one.code

    code = write(county)
    for query in ("field=水利", "department=shuili", "leader=wang"):
        assert links(client.get(f"{WALL}?{query}").text) == [code], query
    assert len(links(client.get(f"{WALL}?light=nonsense&sort=nonsense").text)) == 2
    assert "没有符合条件的项目" in client.get(f"{WALL}?leader=nobody").text


def test_the_gravest_come_first_when_asked(client, write):
    def county(s):
        (good,) = make(s, percent=Decimal(90))
        (bad,) = make(s, percent=Decimal(10))
        return [good.code, bad.code]

    good, bad = write(county)
    assert links(client.get(WALL).text) == [good, bad]
    assert links(client.get(f"{WALL}?sort=light").text) == [bad, good]


def test_a_year_without_a_list_has_no_chart(client, write):
    write(make)
    assert client.get("/years/2025/wall").status_code == 404
    assert client.get(f"/years/{10**30}/wall").status_code == 404
    assert client.get(f"{WALL}?after=nonsense").status_code == 422


def walk(client, path: str, rel: str) -> list[list[str]]:
    """Follow the links from sheet to sheet; return the projects of each."""
    found = []
    while path:
        page = client.get(path).text
        found.append(links(page))
        step = re.search(rf'rel="{rel}" href="([^"]+)"[^>]*>[^<]*一张', page)
        is_over = step is None or "回到第一张" in step.group()
        path = "" if is_over else step.group(1).replace("&amp;", "&")
        assert len(found) < 20
    return [*found, [page]]


@pytest.mark.parametrize("query", ["", "?sort=light", "?screen=1", "?screen=1&sort=light"])
def test_sheets_lead_through_all_projects_and_back(client, write, query):
    write(lambda s: [make(s, 15, percent=Decimal(p)) for p in range(5, 96, 15)])
    *sheets, [last] = walk(client, WALL + query, "next")
    size = 12 if "screen" in query else ROWS
    assert [len(one) for one in sheets] == [size] * (105 // size) + [105 % size]
    assert len({code for one in sheets for code in one}) == 105
    assert f"第 {len(sheets)} 张，共 {len(sheets)} 张" in last
    back = re.search(r'rel="prev" href="([^"]+)"', last).group(1).replace("&amp;", "&")
    *returned, [first] = walk(client, back, "prev")
    assert returned == sheets[-2::-1]
    assert "第 1 张" in first


def test_a_sheet_knows_what_stands_before_it(s):
    make(s, 7)
    first = sheet(s, Filters(year=2026), sort="list", after=None, size=3)
    second = sheet(s, Filters(year=2026), sort="list", after=first.next, size=3)
    third = sheet(s, Filters(year=2026), sort="list", after=second.next, size=3)
    assert [(one.number, one.before, len(one.rows)) for one in (first, second, third)] == [
        (1, 0, 3),
        (2, 3, 3),
        (3, 6, 1),
    ]
    assert second.previous is None
    assert third.previous == first.next
    assert third.next is None
    single = sheet(s, Filters(year=2026), sort="list", after=first.next, size=1)
    assert single.rows[0].id == second.rows[0].id


def test_milestones_and_lights_of_other_projects_are_left_out(s):
    one, other = make(s, 2)
    make(s, year=2025)
    milestone(s, one, "封顶", date(2026, 8, 1))
    milestone(s, one, "开工", date(2026, 3, 1))
    milestone(s, other, "开工", date(2026, 3, 1))
    found = milestones(s, [one.id])
    assert {ident: [t.name for t in tasks] for ident, tasks in found.items()} == {
        one.id: ["开工", "封顶"]
    }
    assert sum(light_counts(s, Filters(year=2026)).values()) == 2


def queries_of(app, client, path: str) -> int:
    """How many statements a page takes."""
    seen = []
    engine = app.extensions["engine"]

    def listen(_connection, _cursor, statement, *_):
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", listen)
    assert client.get(path).status_code == 200
    event.remove(engine, "before_cursor_execute", listen)
    return len(seen)


@pytest.mark.parametrize("query", ["", "?view=table", "?screen=1"])
def test_a_sheet_costs_the_same_for_few_and_for_many(app, client, write, query):
    def add(s, n):
        for one in make(s, n):
            milestone(s, one, "开工", date(2026, 3, 1))

    write(lambda s: add(s, 2))
    few = queries_of(app, client, WALL + query)
    write(lambda s: add(s, 100))
    assert queries_of(app, client, WALL + query) == few
    assert few <= 12


def test_the_hall_has_neither_header_nor_form_and_goes_on_in_a_circle(client, write):
    write(lambda s: make(s, 13))
    first = client.get(f"{WALL}?screen=1&department=").text
    assert "<header" not in first
    assert "<form" not in first
    assert "数据截至 " in first
    assert len(links(first)) == 12
    onward = re.search(r'id="sheet" data-next="([^"]+)"', first).group(1).replace("&amp;", "&")
    second = client.get(onward).text
    assert len(links(second)) == 1
    assert f'id="sheet" data-next="{WALL}?screen=1"' in second
    assert "回到第一张" in second


def test_a_long_name_and_a_hostile_one_are_shown_as_they_are(client, write):
    name = "<script>alert(1)</script>" + "农村饮水安全巩固提升" * 30
    write(lambda s: renew(s, [factories.project(s, name, RUNNING)], DAY))
    page = client.get(WALL).text
    assert "<script>alert" not in page
    assert page.count("农村饮水安全巩固提升" * 30) == 1


PHONE, DESKTOP, HALL = (360, 780), (1280, 900), (1920, 1080)
VIEWS = [
    ("wall", PHONE),
    ("wall", DESKTOP),
    ("wall?view=table", PHONE),
    ("wall?view=table", DESKTOP),
    ("wall?screen=1", PHONE),
    ("wall?screen=1", HALL),
]


@pytest.fixture
def open_window(browser, live, browser_context_args):
    """Open a window on the running portal; a message on its console fails the test."""
    contexts, heard = [], []

    def open_it(size, **more):
        width, height = size
        options = {"viewport": {"width": width, "height": height}, "base_url": live.url}
        contexts.append(browser.new_context(**(browser_context_args | options | more)))
        page = contexts[-1].new_page()
        page.on("console", lambda message: heard.append(message.text))
        page.on("pageerror", lambda error: heard.append(str(error)))
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert not heard


FIRST = "tbody tr:first-child .wall-name"


def this_year() -> str:
    """Where the charts of the demo county's present list begin."""
    return f"/years/{clock.today().year}/"


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
class TestInABrowser:
    """What only a browser can say of the chart."""

    @pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
    @pytest.mark.parametrize("view", ["standard", "care"])
    def test_the_chart_shuts_nobody_out(self, open_window, locale, view):
        page = open_window(DESKTOP, locale=locale)
        page.goto("/")
        if view == "care":
            change_view(page)
        for path, (width, height) in VIEWS:
            page.set_viewport_size({"width": width, "height": height})
            page.goto(this_year() + path)
            assert page.locator("tbody tr").count() >= 12
            faults = Axe().run(page).response["violations"]
            assert not [(f["id"], f["nodes"][0]["html"]) for f in faults], (path, width)
            wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
            assert not wide, (path, width)

    def test_the_hall_fits_its_display_and_turns_only_when_asked(self, open_window):
        page = open_window(HALL)
        page.clock.install()
        page.goto(this_year() + "wall?screen=1")
        assert page.evaluate("document.documentElement.scrollHeight") <= 1080
        name, auto = page.locator(FIRST), page.locator("[data-auto]")
        first = name.text_content()
        page.clock.run_for(120_000)
        expect(name).to_have_text(first)
        auto.click()
        expect(auto).to_have_text("暂停自动翻页")
        page.clock.run_for(21_000)
        expect(name).not_to_have_text(first)
        assert "turn=1" in page.url
        second = name.text_content()
        auto.click()
        page.clock.run_for(120_000)
        expect(name).to_have_text(second)
        assert "turn" not in page.url

    def test_a_visitor_who_wants_less_motion_sees_a_still_hall(self, open_window):
        page = open_window(HALL, reduced_motion="reduce")
        page.clock.install()
        page.goto(this_year() + "wall?screen=1&turn=1")
        first = page.locator(FIRST).text_content()
        page.clock.run_for(120_000)
        expect(page.locator("[data-auto]")).to_have_text("开始自动翻页")
        expect(page.locator(FIRST)).to_have_text(first)

    def test_the_hall_is_paged_by_links_without_script(self, open_window):
        page = open_window(HALL, java_script_enabled=False)
        page.goto(this_year() + "wall?screen=1")
        expect(page.locator("[data-auto]")).to_be_hidden()
        first = page.locator(FIRST).text_content()
        page.click("[rel=next]")
        expect(page.locator(FIRST)).not_to_have_text(first)
        page.click("[rel=prev]")
        expect(page.locator(FIRST)).to_have_text(first)

    def test_it_is_printed_on_one_sheet_of_a3(self, open_window):
        page = open_window(DESKTOP)
        page.goto(this_year() + "wall")
        paper = page.pdf(prefer_css_page_size=True)
        boxes = re.findall(rb"/MediaBox \[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", paper)
        assert [(round(float(w)), round(float(h))) for w, h in boxes] == [(1191, 842)]

"""The list of promises: every filter, every count, every order, at a fixed number of queries."""

import re
from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import event, select

from portal import clock
from portal.departments.models import Department
from portal.projects.facets import COUNTED, counts
from portal.projects.kinds import DutyRole, Nature, ProjectStatus
from portal.projects.models import Project
from portal.projects.people.models import Duty, Leader
from portal.projects.queries import Filters
from portal.projects.rules import completion
from portal.projects.schedule.models import Standing
from portal.projects.schedule.standings import ensure_fresh, renew
from portal.ratings.models import Score
from tests import factories
from tests.bench import county as invented
from tests.public.rows import add
from tests.ratings.crowd import crowd

DAY = date(2026, 11, 15)
RUNNING = ProjectStatus.IN_PROGRESS


@pytest.fixture(autouse=True)
def _autumn(monkeypatch):
    """It is the middle of November in the county."""
    monkeypatch.setattr(clock, "local_day", lambda _moment: DAY)


@pytest.fixture
def county(write):
    """Sixty projects of two years, of every kind."""
    write(lambda s: invented.build(s, per_year=30, years=(2025, 2026)))


def facts(s) -> list[dict[str, object]]:
    """Every project as its filters see it, told in Python."""
    units = dict(s.execute(select(Department.id, Department.code)).all())
    leaders = dict(s.execute(select(Leader.id, Leader.code)).all())
    found = []
    for p, standing in s.execute(select(Project, Standing).join(Standing)):
        found.append(
            {
                "code": p.code,
                "year": p.year,
                "field": p.field,
                "town": p.town_code,
                "department": units.get(p.department_id),
                "leader": leaders.get(p.leader_id),
                "level": p.level,
                "light": standing.light,
                "stage": p.stage,
                "status": p.status,
                "completion": completion(p.status, p.nature, p.handed_over_on),
                "stale": standing.is_stale,
                "text": "\n".join((p.name, p.content, p.field, p.progress_text)),
            }
        )
    return found


def passing(some, chosen):
    """Those that pass every filter of `chosen`."""
    q = chosen.get("q")
    plain = {name: value for name, value in chosen.items() if name != "q"}
    return [
        f
        for f in some
        if all(f[name] == value for name, value in plain.items()) and (q is None or q in f["text"])
    ]


def shown(text: str) -> list[str]:
    """The projects of a page, in its order."""
    return re.findall(r'class="card-title"><a href="/projects/([^"]+)"', text)


def total(text: str) -> int:
    """How many projects the page says there are."""
    return int(re.search(r'role="status">\s*共 (\d+) 件', text)[1])


def everything(client, **query) -> list[str]:
    """All projects of a list, page by page."""
    found, address = [], "/projects"
    while address:
        text = client.get(address, query_string=query).text
        found += shown(text)
        following = re.search(r'rel="next" href="([^"]+)"', text)
        address, query = (following[1].replace("&amp;", "&") if following else None), None
    return found


def test_every_value_of_every_filter_leaves_the_projects_that_have_it(client, county, s):
    client.get("/projects")
    all_of_them = facts(s)
    for name in COUNTED:
        for value in {f[name] for f in all_of_them if f[name]}:
            wanted = {f["code"] for f in passing(all_of_them, {name: value})}
            text = client.get("/projects", query_string={name: str(value)}).text
            assert total(text) == len(wanted), (name, value)
            assert set(everything(client, **{name: str(value)})) == wanted, (name, value)


CHOICES = [
    {},
    {"year": 2026},
    {"level": "county"},
    {"light": "severe"},
    {"completion": "built"},
    {"completion": "open", "level": "city"},
    {"status": "completed", "year": 2025},
    {"town": "t3", "stage": "acceptance"},
    {"department": "u5"},
    {"leader": "l2", "year": 2026},
    {"stale": True},
    {"q": "供水"},
    {"q": "供水", "year": 2026, "status": "in_progress"},
    {"q": "没有这回事"},
]


@pytest.mark.parametrize("chosen", CHOICES, ids=lambda c: ",".join(c) or "none")
def test_counts_say_what_each_choice_would_leave(county, s, chosen):
    ensure_fresh(s, DAY)
    all_of_them, found = facts(s), counts(s, Filters(**chosen))
    units = {d.code: str(d.id) for d in s.scalars(select(Department))}
    keys = {
        "department": units,
        "leader": {one.code: str(one.id) for one in s.scalars(select(Leader))},
    }
    assert found.total == len(passing(all_of_them, chosen))
    assert found.stale == sum(bool(f["stale"]) for f in passing(all_of_them, chosen))
    for name in COUNTED:
        others = {k: v for k, v in chosen.items() if k != name}
        wanted = Counter(f[name] for f in passing(all_of_them, others) if f[name])
        spelt = {keys.get(name, {}).get(value, str(value)): n for value, n in wanted.items()}
        assert dict(found.of[name]) == spelt, name


def test_a_count_stands_beside_each_option_and_options_that_leave_nothing_are_left_out(
    client, write
):
    def make(s):
        factories.project(s, field="供水")
        factories.project(s, field="供水", year=2025)
        factories.project(s, field="教育", year=2025)

    write(make)
    text = client.get("/projects?year=2026").text
    assert '<option value="供水">供水（1）</option>' in text
    assert 'value="教育"' not in text
    assert '<option value="2025">2025（2）</option>' in text
    assert '<option value="2026" selected>2026（1）</option>' in text


def test_the_stable_meaning_of_completed_takes_in_what_is_not_handed_over(client, write):
    write(lambda s: factories.project(s, nature=Nature.WORKS, handed_over_on=None).code)
    assert total(client.get("/projects?status=completed").text) == 1
    assert total(client.get("/projects?completion=complete").text) == 0
    text = client.get("/projects?completion=built").text
    assert total(text) == 1
    assert "已建成，管护未移交" in text.partition('class="card project-card"')[2]


def test_words_of_two_characters_are_found(client, write):
    write(lambda s: (factories.project(s), factories.project(s, "城北道路", content="", field="")))
    assert len(shown(client.get("/projects?q=道路").text)) == 1
    assert len(shown(client.get("/projects?q=供水").text)) == 1
    assert "没有符合条件的项目" in client.get("/projects?q=飞船").text


@pytest.mark.parametrize("sort", ["list", "light", "due", "updated", "rating"])
def test_paging_shows_every_project_once_in_the_order_asked_for(client, county, s, sort):
    found = everything(client, sort=sort)
    rows = {
        p.code: (p, standing)
        for p, standing in s.execute(select(Project, Standing).join(Standing)).all()
    }
    lower = dict(s.execute(select(Score.project_id, Score.lower)).all())
    assert sorted(found) == sorted(rows)
    keys = {
        "list": lambda p, _st: (-p.year, p.sort_order),
        "light": lambda p, st: (st.rank, -p.id),
        "due": lambda p, st: (st.ends_on, p.id),
        "updated": lambda p, _st: (-p.updated_at.timestamp(), -p.id),
        "rating": lambda p, _st: (-lower.get(p.id, -1), p.id),
    }
    assert found == sorted(found, key=lambda code: keys[sort](*rows[code]))


def test_a_chosen_filter_is_a_link_that_takes_it_away(client, county):
    text = client.get("/projects?year=2026&level=county&sort=light&q=工程").text
    chips = re.search(r'<div class="chips">.*?</div>', text, re.S)[0]
    links = [one.replace("&amp;", "&") for one in re.findall(r'href="([^"]+)"', chips)]
    without_level = next(one for one in links if "year=2026" in one and "level" not in one)
    assert "sort=light" in without_level
    assert "年份：2026" in chips
    assert "项目层级：县定" in chips
    assert total(client.get(without_level).text) >= total(text)
    assert client.get("/projects").text.count('class="chips"') == 0


def test_what_is_absurd_is_left_out(client, county):
    everybody = total(client.get("/projects").text)
    for query in (
        "year=99999",
        "year=-1",
        "year=二〇二六",
        "level=moon",
        "light=purple",
        "stage=x",
        "status=done&completion=half",
        "stale=maybe",
        "sort=random",
        "q=%00",
        "q=。。。",
    ):
        page = client.get(f"/projects?{query}")
        assert page.status_code == 200, query
        assert total(page.text) == everybody, query
    assert total(client.get("/projects?town=nowhere").text) == 0
    assert total(client.get("/projects?department=%27 OR 1=1 --").text) == 0
    assert client.get("/projects?after=nonsense").status_code == 422


def test_a_card_says_what_was_promised_and_what_is_now(client, write):
    def make(s):
        moved = factories.project(
            s, "改期的", RUNNING, promised_on=date(2026, 10, 31), due_on=date(2026, 12, 20),
            reported_on=date(2026, 11, 6),
        )  # fmt: skip
        factories.project(
            s, "不变的", RUNNING, promised_on=date(2026, 11, 30), reported_on=date(2026, 9, 1)
        )
        return moved.code

    moved = write(make)
    cards = client.get("/projects").text.split("<article")[1:]
    changed, kept = sorted(cards, key=lambda card: moved not in card)
    assert re.search(r"<s>10月底</s>.*已调整为.*<b>12月20日</b>", changed, re.S)
    assert "9天前填报" in changed
    assert "超期未报" not in changed
    assert "承诺11月底完成" in kept
    assert "超期未报" in kept
    assert "暂无评价" in kept


def rated(s, name, levels):
    """A project with so many verified ratings of each level."""
    found = factories.project(s, name)
    crowd(s, found, levels)
    return found.code


def test_a_card_gives_the_rate_with_its_interval_or_says_that_there_are_too_few(client, write):
    write(lambda s: [rated(s, "多", {5: 46, 2: 4}), rated(s, "少", {5: 9})])
    cards = dict(re.findall(r"<article.*?>([^<]+)</a></h2>(.*?)</article>", *all_of(client)))
    many, few = (re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", cards[name])) for name in "多少")
    assert "满意率 92.0%（46 ÷ 50） · 95%区间 81.2%–96.8%" in many
    assert "9 份评价，样本不足" in few
    assert "满意率" not in few
    assert "不参加排序" not in few


def all_of(client, **query):
    """The first page of the list, as `re` takes it."""
    return client.get("/projects", query_string=query).text, re.S


def test_the_order_of_ratings_is_by_the_lower_bound_and_never_by_the_mean(client, write):
    def make(s):
        return {
            "few, all content": rated(s, "少而全好", {5: 10}),
            "none": factories.project(s, "没有").code,
            "many, most content": rated(s, "多而大多好", {5: 57, 2: 3}),
            "too few": rated(s, "太少", {5: 9}),
            "bad": rated(s, "差", {5: 4, 1: 16}),
        }

    made = write(make)
    order = ("many, most content", "few, all content", "bad", "none", "too few")
    text = client.get("/projects?sort=rating").text
    assert shown(text) == [made[name] for name in order]
    cards = text.split("<article")[1:]
    assert ["样本不足，不参加排序" in card for card in cards] == [False] * 3 + [True] * 2
    assert "区间有重叠的，不能说哪个更好" in text


def test_the_order_of_ratings_can_be_paged_and_narrowed(client, write):
    def make(s):
        codes = [rated(s, f"第{n}号", {5: 12 - n, 2: n}) for n in range(6)]
        return codes + [factories.project(s, f"没有{n}").code for n in range(20)]

    codes = write(make)
    assert everything(client, sort="rating") == codes
    second = client.get("/projects?sort=rating").text.partition('rel="next" href="')[2]
    assert "sort=rating" in second.partition('"')[0]
    assert everything(client, sort="rating", q="第3号", year=2026) == [codes[3]]
    assert everything(client, sort="rating", light="done") == codes


@pytest.mark.parametrize("after", ["nonsense", "WzFd", "WyJ4IiwxXQ", "W251bGwsMV0"])
def test_a_forged_cursor_of_ratings_is_refused(client, county, after):
    assert client.get(f"/projects?sort=rating&after={after}").status_code == 422


def test_the_light_is_said_in_words_with_a_shape(client, write):
    write(lambda s: factories.project(s, "慢", RUNNING, percent=Decimal(40)))
    card = client.get("/projects").text.partition("<article")[2]
    assert re.search(r'class="tag tag-danger"><svg.*?</svg>严重滞后</span>', card)


def queries(client, app, path: str) -> int:
    """How many statements a page needs."""
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_more):
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN")):
            seen.append(statement)

    client.get(path)
    engine = app.extensions["engine"]
    event.listen(engine, "before_cursor_execute", note)
    try:
        assert client.get(path).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(seen)


LISTS = [
    "/",
    "/projects",
    "/projects?year=2026&status=in_progress",
    "/projects?q=供水&sort=light",
    "/projects?completion=open&sort=due",
    "/projects?sort=rating",
    "/ratings?year=2026",
    "/ratings/2026.csv",
    "/towns/t1",
    "/departments/u1",
    "/leaders",
    "/leaders/l1",
    "/years/2026",
    "/years/2026/funds",
    "/years/2026/funds.csv",
]


def more(s, n):
    """So many projects beside those there are, as good as those of `county`."""
    unit = s.scalar(select(Department).where(Department.code == "u1"))
    leader = s.scalar(select(Leader).where(Leader.code == "l1"))
    found = [
        factories.project(
            s, "供水改造", RUNNING, unit, town_code="t1", leader_id=leader.id, percent=Decimal(60)
        )
        for _ in range(n)
    ]
    for p in found:
        charge = {"role": DutyRole.COUNTY_LEADER, "leader_id": leader.id}
        s.add(Duty(project_id=p.id, from_on=date(2026, 1, 1), **charge))
        add(s, p, "fund", kind="county", name="专项", approved_fen=900, in_place_fen=900)
        add(s, p, "payment", amount_fen=300, purpose="工程款", paid_on="2026-06-01")
    renew(s, found, DAY)


def test_no_list_asks_more_queries_for_more_projects(client, app, write):
    def registers(s):
        s.add(Leader(code="l1", name="陈建国", post="副县长", sort_order=1))
        invented.put_towns(s)
        factories.department(s, code="u1")
        s.flush()
        more(s, 3)

    write(registers)
    few = {path: queries(client, app, path) for path in LISTS}
    write(lambda s: more(s, 57))
    assert {path: queries(client, app, path) for path in LISTS} == few

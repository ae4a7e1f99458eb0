"""A county is set up from one file: what is right is put on record, what is wrong is named."""

import json
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from portal import setup
from portal.cases.categories.models import Category
from portal.cases.categories.queries import groups
from portal.clock import local_day
from portal.county import queries, taxonomy
from portal.county.models import Town
from portal.county.presets import INTAKE, LIGHTS, RATINGS
from portal.db import session
from portal.departments.models import Department
from portal.errors import Invalid
from portal.projects.people.models import Leader
from portal.ratings import counts
from portal.ratings.models import Score
from portal.ratings.renewal import renew_all
from portal.ratings.waves.actions import of_project, open_extra
from portal.security import Actor, Role
from tests import factories

COUNTY = {
    "profile": {"name": "某某县", "site_name": "某某县民声", "host": "县政府办"},
    "deadlines": "guangdong-2022",
    "calendar": [["2026-03-03", "off", "县庆", "县政府通知"]],
    "towns": [["east", "东镇"], ["west", "西乡"]],
    "departments": [["edu", "县教育局", ["教体局"], ["学校"]]],
    "categories": [["school", "学校", "edu"]],
}
DAY, AT = date(2026, 1, 1), datetime(2026, 1, 1, tzinfo=UTC)


def load(s, data):
    setup.load(s, data, valid_from=DAY, basis="county.json", at=AT)


def test_a_file_sets_up_the_whole_county(app, tmp_path, client):
    path = tmp_path / "county.json"
    path.write_text(json.dumps(COUNTY, ensure_ascii=False), encoding="utf-8")
    run = app.test_cli_runner().invoke
    for _ in range(2):
        done = run(args=["county", "load", str(path)])
        assert done.exit_code == 0, done.output
    with app.app_context():
        s = session()
        assert s.scalars(select(Town.name).order_by(Town.sort_order)).all() == ["东镇", "西乡"]
        assert s.scalar(select(Department)).aliases[0].name == "教体局"
        assert s.scalar(select(Category)).department.code == "edu"
    assert "某某县民声" in client.get("/").text


def test_loading_again_changes_what_differs_and_removes_nothing(s):
    load(s, COUNTY)
    load(s, {"towns": [["east", "东街道"]], "departments": [["edu", "别的名字", [], []]]})
    assert dict(s.execute(select(Town.code, Town.name)).all()) == {"east": "东街道", "west": "西乡"}
    assert s.scalars(select(Department.name)).all() == ["县教育局"]


def test_deadlines_and_days_off_hold_from_their_day(s):
    load(s, COUNTY)
    assert queries.deadlines(s, date(2025, 12, 31))["answer"]["complaint"]["days"] == 5
    assert queries.deadlines(s, DAY)["answer"]["complaint"]["days"] == 15
    # From Monday the 2nd: the day off moves the end of screening from the 3rd to the 4th.
    assert local_day(factories.case(s).screen_due_at) == date(2026, 3, 4)


def test_national_holidays_are_known_before_anything_is_set_up(s):
    before_national_day = datetime(2026, 9, 30, 2, tzinfo=UTC)
    case = factories.case(s, at=before_national_day)
    assert local_day(case.screen_due_at) == date(2026, 10, 8)


WRONG = {
    "profile": [{"nme": "县"}, {"is_demo": "no"}, [], None],
    "deadlines": ["hunan-1999", [], 5],
    "calendar": [[["2026-02-30", "off", "x", "y"]], [["2026-02-03", "free", "x", "y"]]],
    "towns": [[["east"]], [["east", ""]], [["east", 5]], {"east": "东镇"}, 7],
    "departments": [[["edu", "县教育局"]], [["edu", "县教育局", [1], []]]],
    "categories": [[["school", "学校", None]]],
    "twons": [[]],
}


@pytest.mark.parametrize(
    ("key", "part"), [(k, part) for k, parts in WRONG.items() for part in parts]
)
def test_a_part_that_is_wrong_is_named(key, part):
    setup.check(COUNTY)
    with pytest.raises(Invalid) as refusal:
        setup.check(COUNTY | {key: part})
    assert refusal.value.params == {"key": key}


def test_a_category_of_an_unknown_department_is_refused(s):
    with pytest.raises(Invalid, match="edu"):
        load(s, {"categories": COUNTY["categories"]})


@pytest.mark.parametrize("content", ["", "[1]", "{", "\xff"])
def test_a_file_that_is_no_county_gets_one_sentence(app, tmp_path, content):
    path = tmp_path / "county.json"
    path.write_bytes(content.encode("latin-1"))
    done = app.test_cli_runner().invoke(args=["county", "load", str(path)])
    assert done.exit_code == 1
    assert done.output.count("\n") == 1
    assert app.test_cli_runner().invoke(args=["county", "load", "nowhere.json"]).exit_code == 1


def test_lights_revisits_and_leaders_are_data_of_the_county(s):
    assert queries.lights(s, DAY)["mode"] == "points"
    assert queries.upkeep(s, DAY)["months"] == [3, 6, 12]
    own = {**LIGHTS["wuhan"], "late": 85}
    own.pop("basis")
    load(s, {"lights": "wuhan", "leaders": [["zhang", "张一", "县长"], ["li", "李二", "副县长"]]})
    assert queries.lights(s, DAY) == LIGHTS["wuhan"]
    load(
        s,
        {
            "lights": own,
            "upkeep": {"months": [6], "good": 75},
            "leaders": [["li", "李二", "常务副县长"]],
        },
    )
    assert queries.lights(s, DAY) == {**own, "basis": "county.json"}
    assert queries.upkeep(s, DAY)["months"] == [6]
    assert queries.upkeep(s, DAY)["excellent"] == 90
    found = s.execute(select(Leader.code, Leader.post).order_by(Leader.code)).all()
    assert [tuple(row) for row in found] == [("li", "常务副县长"), ("zhang", "县长")]


@pytest.mark.parametrize(
    "part",
    [
        {"lights": "nowhere"},
        {"lights": {"mode": "points"}},
        {"lights": {**LIGHTS["wuhan"], "mode": "taste"}},
        {"lights": {**LIGHTS["wuhan"], "late": "soon"}},
        {"upkeep": {"months": []}},
        {"upkeep": {"months": [0]}},
        {"upkeep": {"good": "80"}},
        {"upkeep": {"colour": "red"}},
        {"leaders": [["zhang", "张一"]]},
    ],
)
def test_a_rule_that_is_not_right_is_named_and_nothing_changes(s, part):
    with pytest.raises(Invalid, match=next(iter(part))):
        load(s, part)
    assert queries.lights(s, DAY) == LIGHTS["yinchuan-2025"]


def test_how_residents_rate_is_data_of_the_county(s):
    assert queries.ratings(s, DAY) == RATINGS
    own = {"minimum": 30, "mode": "window", "days": 60, "photos": 0}
    own |= {"remedy": {"days": 10, "unit": "day"}, "screening": {"network_count": 5}}
    load(s, {"ratings": own})
    found = queries.ratings(s, DAY)
    assert {key: found[key] for key in own} == own
    assert (found["basis"], found["signal_days"]) == (RATINGS["basis"], 90)
    load(s, {"ratings": {}})
    assert queries.ratings(s, DAY) == RATINGS


def test_the_preset_itself_can_be_loaded():
    setup.check({"ratings": RATINGS})


@pytest.mark.parametrize(
    "part",
    [
        {"minimum": 0},
        {"minimum": "10"},
        {"minimum": True},
        {"mode": "never"},
        {"mode": []},
        {"days": 367},
        {"revisit_waves": 1},
        {"call_back": {"days": 1}},
        {"call_back": {"days": 0, "unit": "day"}},
        {"remedy": {"days": 15, "unit": "week"}},
        {"remedy": [15, "day"]},
        {"ask_again_days": -1},
        {"signal_days": 10**9},
        {"photos": 7},
        {"screening": {"network_count": 0}},
        {"screening": {"network_count": 8.5}},
        {"screening": {"same_share": 101}},
        {"screening": {"luck": 7}},
        {"screening": []},
        {"basis": " "},
        {"stars": 5},
        [],
    ],
)
def test_ratings_that_are_not_right_are_named_and_nothing_changes(s, part):
    with pytest.raises(Invalid) as refusal:
        load(s, {"ratings": part})
    assert refusal.value.params == {"key": "ratings"}
    assert queries.ratings(s, DAY) == RATINGS


def scores(s):
    names = ("project_id", "wave_id", "n5", "n4", "n3", "n2", "n1", "others", "set_aside", "lower")
    rows = s.scalars(select(Score).order_by(Score.project_id))
    return [tuple(getattr(row, name) for name in names) for row in rows]


def test_headlines_follow_the_least_number_of_ratings_at_once(s):
    at = datetime(2026, 3, 2, 2, tzinfo=UTC)
    projects = [factories.project(s) for _ in range(3)]
    for n, project in enumerate(projects):
        for level in (5, 4, 2)[: n + 1]:
            by = factories.voter(factories.resident(s))
            factories.rating(s, project, level, by=by, at=at)
        factories.rating(s, project, 1, at=at)
    few = scores(s)
    assert {row[-1] for row in few} == {counts.NOT_ENOUGH}
    setup.load(s, {"ratings": {"minimum": 2}}, valid_from=at.date(), basis="county.json", at=at)
    many = scores(s)
    assert [row[-1] == counts.NOT_ENOUGH for row in many] == [True, False, False]
    for project in projects:
        counts.renew(s, project.id, 2)
    assert scores(s) == many  # as if each project had been renewed by itself
    assert renew_all(s, 2) == 0
    setup.load(s, {"ratings": {"photos": 1}}, valid_from=at.date(), basis="county.json", at=at)
    assert scores(s) == few


def test_another_wave_may_speak_for_a_project_with_another_least_number(s):
    at = datetime(2026, 3, 2, 2, tzinfo=UTC)
    project = factories.project(s)
    for _ in range(3):
        factories.rating(s, project, 5, by=factories.voter(factories.resident(s)), at=at)
    with counts.moving(s, project.id, 10):
        open_extra(s, project, date(2026, 3, 10), None, Actor("i", Role.INSPECTOR), at)
    later = datetime(2026, 3, 11, 2, tzinfo=UTC)
    factories.rating(s, project, 1, by=factories.voter(factories.resident(s)), at=later)
    first, second = (w.id for w in of_project(s, project))
    assert scores(s)[0][1] == second  # neither has ten: the latest speaks
    assert renew_all(s, 3) == 1
    assert scores(s)[0][1] == first
    counts.renew(s, project.id, 3)
    assert scores(s)[0][1:3] == (first, 3)


def test_how_cases_are_taken_in_is_data_of_the_county(s):
    assert queries.intake(s, DAY) == INTAKE
    own = {"anonymous": ["report"], "photos": 3, "report_department": "edu", "auto_confidence": 92}
    own |= {"auto_kinds": ["inquiry"], "assist": {"days": 2, "unit": "day"}, "hot_cases": 8}
    load(s, COUNTY | {"intake": own})
    found = queries.intake(s, DAY)
    assert {key: found[key] for key in own} == own
    assert (found["basis"], found["reopen_days"]) == (INTAKE["basis"], 30)
    load(s, {"intake": {}})
    assert queries.intake(s, DAY) == INTAKE
    setup.check({"intake": INTAKE})


@pytest.mark.parametrize(
    "part",
    [
        {"anonymous": ["follow_up"]},
        {"anonymous": ["report", "report"]},
        {"anonymous": "report"},
        {"anonymous": [["report"]]},
        {"photos": 7},
        {"photos": True},
        {"documents": -1},
        {"report_department": None},
        {"conflict_department": 5},
        {"auto_kinds": ["report"]},
        {"auto_kinds": ["gossip"]},
        {"auto_confidence": 101},
        {"auto_confidence": 0.9},
        {"assist": {"days": 0, "unit": "day"}},
        {"question": {"days": 3, "unit": "hour"}},
        {"question": 3},
        {"reopen_days": 0},
        {"appeal_days": 367},
        {"hot_days": "7"},
        {"hot_cases": 1},
        {"basis": ""},
        {"colour": "red"},
        [],
        None,
    ],
)
def test_intake_that_is_not_right_is_named_and_nothing_changes(s, part):
    with pytest.raises(Invalid) as refusal:
        load(s, COUNTY | {"intake": part})
    assert refusal.value.params == {"key": "intake"}
    assert queries.intake(s, DAY) == INTAKE


@pytest.mark.parametrize("key", ["report_department", "conflict_department"])
def test_an_office_of_intake_must_be_on_record(s, key):
    with pytest.raises(Invalid, match="nobody"):
        load(s, COUNTY | {"intake": {key: "nobody"}})


def rows(s):
    names = ("code", "parent_code", "name", "department_id", "sort_order", "is_active")
    names += ("words", "questions", "stopper")
    return {c.code: [getattr(c, name) for name in names] for c in s.scalars(select(Category))}


def test_the_preset_taxonomy_finds_its_departments_and_loads_once(s):
    units = [["edu", "某某县教育局", ["教体局"], []], ["water", "县水利局", [], []]]
    load(s, {"departments": units, "taxonomy": "preset"})
    once = rows(s)
    preset = taxonomy.matters()
    assert len(once) == len(preset) + len(taxonomy.TAXONOMY)
    leak, admission = s.get(Category, "supply.water-leak"), s.get(Category, "education.admission")
    assert (leak.department.code, leak.full_name) == ("water", "供水供电供气供暖 · 水管漏水")
    assert (admission.department.code, admission.parent.department) == ("edu", None)
    assert s.get(Category, "supply.gas").department is None
    assert s.get(Category, "supply.gas").stopper["phone"] == "119"
    wages = s.get(Category, "work.wages")
    assert [taxonomy.Question.of(q) for q in wages.questions] == list(
        next(one for one in preset if one.code == "work.wages").questions
    )
    assert [group.code for group in groups(s)] == [group.code for group in taxonomy.TAXONOMY]
    load(s, {"taxonomy": "preset"})
    assert rows(s) == once


def test_what_staff_changed_by_hand_stays_as_they_left_it(s):
    load(s, COUNTY | {"taxonomy": "preset"})
    leak, gas = s.get(Category, "supply.water-leak"), s.get(Category, "supply.gas")
    leak.name, leak.words, leak.sort_order = "漏水和爆管", ["漏水"], 77
    leak.department = s.scalar(select(Department))
    gas.is_active, gas.stopper = False, {}
    s.get(Category, "school").name = "学校的事"
    own = Category(code="supply.m1", parent_code="supply", name="水管漏水", sort_order=3)
    own.is_active, own.words, own.questions, own.stopper = True, ["滴水"], [], {}
    s.add(own)
    s.flush()
    by_hand = rows(s)
    load(s, COUNTY | {"taxonomy": "preset"})
    assert rows(s) == by_hand


OWN = [
    {
        "code": "water",
        "name": "供水",
        "department": "edu",
        "matters": [
            {
                "code": "water.leak",
                "name": "漏水",
                "words": ["漏水", "冒水"],
                "department": "edu",
                "questions": [
                    {"key": "where", "label": "哪里？", "kind": "choice", "choices": ["路", "楼"]}
                ],
                "stopper": {"title": "急修", "advice": "请打电话。", "phone": "12345"},
            },
            {"code": "water.other", "name": "其他"},
        ],
    },
    {"code": "other", "name": "其他"},
]


def test_a_county_may_bring_its_own_taxonomy_and_add_to_it_later(s):
    load(s, COUNTY | {"taxonomy": OWN[:1]})
    found = s.get(Category, "water.leak")
    assert (found.parent_code, found.department.code) == ("water", "edu")
    assert taxonomy.Question.of(found.questions[0]).choices == ("路", "楼")
    assert taxonomy.Stopper.of(found.code, found.stopper).title == "急修"
    before = rows(s)
    load(s, {"taxonomy": OWN})
    assert rows(s).keys() - before.keys() == {"other"}
    assert before.items() <= rows(s).items()


def wrong_taxonomies():
    leak = OWN[0]["matters"][0]
    group = {"code": "g", "name": "组"}

    def with_leak(**more):
        return [group | {"matters": [leak | more]}]

    yield from ["predef", [], {}, None, 7, [7], [{"code": "g"}], [group | {"matters": 5}]]
    yield [group, group]
    yield [group, {"code": "h", "name": 5}]
    yield [group | {"matters": [leak, leak | {"code": "water.two"}]}]
    yield [group | {"matters": [leak | {"matters": []}]}]
    yield [group | {"colour": "red"}]
    for code in ("", "Water", "a b", "a/b", "水", "a." * 20, "a" * 33, 5, None):
        yield with_leak(code=code)
    for name in ("", " ", "长" * 25):
        yield with_leak(name=name)
    for words in ("漏水", ["水"], ["漏水", "漏水"], [5], ["长" * 21]):
        yield with_leak(words=words)
    yield with_leak(department=5)
    question = leak["questions"][0]
    for more in ({"choices": "路楼"}, {"choices": ["路"]}, {"kind": "essay"}, {"label": ""}):
        yield with_leak(questions=[question | more])
    yield with_leak(questions=[question, question])
    yield with_leak(questions=[question | {"key": f"k{n}"} for n in range(7)])
    for more in ({"title": ""}, {"advice": ""}, {"phone": "call me"}, {"severity": "loud"}):
        yield with_leak(stopper=leak["stopper"] | more)


@pytest.mark.parametrize("part", list(wrong_taxonomies()), ids=lambda part: str(part)[:60])
def test_a_taxonomy_that_is_not_right_is_named_and_nothing_is_added(s, part):
    with pytest.raises(Invalid) as refusal:
        load(s, COUNTY | {"taxonomy": part})
    assert refusal.value.params == {"key": "taxonomy"}
    assert not rows(s)


def test_a_matter_of_an_unknown_department_is_refused(s):
    with pytest.raises(Invalid, match="edu"):
        load(s, {"taxonomy": OWN})


def test_the_command_counts_what_a_file_has(app, tmp_path):
    path = tmp_path / "county.json"
    wanted = {"taxonomy": "preset", "categories": COUNTY["categories"]}
    for part, n in ((wanted, 1 + len(taxonomy.TAXONOMY) + len(taxonomy.matters())), ({}, 0)):
        data = {"departments": COUNTY["departments"]} | part
        path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        done = app.test_cli_runner().invoke(args=["county", "load", str(path)])
        assert done.exit_code == 0, done.output
        assert f"类别 {n}。" in done.output

"""A county is set up from one file: what is right is put on record, what is wrong is named."""

import json
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from portal import setup
from portal.cases.models import Category
from portal.clock import local_day
from portal.county import queries
from portal.county.models import Town
from portal.county.presets import LIGHTS, RATINGS
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

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
from portal.county.presets import LIGHTS
from portal.db import session
from portal.departments.models import Department
from portal.errors import Invalid
from portal.projects.people.models import Leader
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

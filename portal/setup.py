"""Setting up a county from one file: its name, deadlines, towns, departments and categories.

`flask --app wsgi county load FILE`; docs/county.md shows the file. Loading again changes what
the file says otherwise and removes nothing. Departments that are on record stay as they are:
administrators keep them in the staff pages. So do categories (`setup_cases`).
"""

import json
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock, db
from portal.audit.actions import record
from portal.county.actions import put_day, put_town, set_setting
from portal.county.presets import DEADLINES, LIGHTS, PROFILE, UPKEEP
from portal.county.queries import ratings as rating_setting
from portal.departments import actions as departments
from portal.departments.models import Department
from portal.errors import Invalid, PortalError
from portal.language import N_
from portal.projects.people.models import Leader
from portal.projects.schedule.rules import MODES, Scale
from portal.ratings.renewal import renew_all
from portal.ratings.screening.rules import Rule
from portal.ratings.waves.rules import MODES as WAVE_MODES
from portal.security import SYSTEM
from portal.setup_cases import (
    add_categories,
    add_taxonomy,
    check_departments,
    is_intake,
    is_taxonomy,
    size,
)
from portal.setup_shapes import (
    Shape,
    is_like,
    is_limit,
    is_number,
    is_right,
    is_table,
    is_text,
)

group = AppGroup("county", help="What this county does differently.")

_SHAPES: dict[str, tuple[type, ...]] = {
    "calendar": (str, str, str, str),  # day, "work" or "off", what it is, the notice that set it
    "towns": (str, str),  # code, name
    "departments": (str, str, list, list),  # code, name, aliases, words of duty
    "leaders": (str, str, str),  # code, name, office held
    "categories": (str, str, str),  # code, name, code of the department in charge
}

WORK, OFF = "work", "off"

LARGEST = 1024 * 1024
"""Largest county file that is read, bytes."""


@group.command("load")
@click.argument("file", type=click.Path(path_type=Path))
def load_command(file: Path) -> None:
    """Set the county up from a JSON file, or change what it says otherwise."""
    try:
        data = read(file)
        with db.transaction() as s:
            load(s, data, valid_from=clock.today(), basis=file.name, at=clock.now())
    except PortalError as refusal:
        raise click.ClickException(str(refusal)) from refusal
    towns, units = (len(data.get(key, ())) for key in ("towns", "departments"))
    click.echo(f"已载入：乡镇 {towns}，承办单位 {units}，类别 {size(data)}。")


def read(file: Path) -> dict[str, Any]:
    """Return the content of a county file. Raises Invalid with one sentence."""
    if not file.is_file() or file.stat().st_size > LARGEST:
        raise Invalid(N_("找不到文件“%(name)s”，或文件过大。"), name=file.name)
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise Invalid(N_("文件“%(name)s”不是有效的 JSON。"), name=file.name) from error
    if not isinstance(data, dict):
        raise Invalid(N_("文件“%(name)s”不是有效的 JSON。"), name=file.name)
    return data


def check(data: dict[str, Any]) -> None:
    """Raise Invalid naming the first part of a county file that is not as it should be."""
    right: dict[str, Shape] = {
        "profile": lambda part: all(type(v) is type(PROFILE[k]) for k, v in part.items()),
        "deadlines": DEADLINES.__contains__,
        "lights": _is_lights,
        "upkeep": lambda part: all(is_like(v, UPKEEP[k]) for k, v in part.items()),
        "ratings": lambda part: all(_RATINGS[k](v) for k, v in part.items()),
        "intake": is_intake,
        "taxonomy": is_taxonomy,
        **{key: partial(is_table, shape) for key, shape in _SHAPES.items()},
        "calendar": lambda part: (
            is_table(_SHAPES["calendar"], part)
            and all(date.fromisoformat(day) and word in (WORK, OFF) for day, word, *_ in part)
        ),
    }
    for key, part in data.items():
        if key not in right or not is_right(right[key], part):
            raise Invalid(N_("县情文件的“%(key)s”部分不正确。"), key=key)


def load(s: Session, data: dict[str, Any], *, valid_from: date, basis: str, at: datetime) -> None:
    """Put on record what `data` says of the county; settings hold from `valid_from` on.

    Raises Invalid as `check`, and for a category or an office of the setting `intake` whose
    department is not on record.
    """
    check(data)
    if "profile" in data:
        set_setting(s, "profile", data["profile"], valid_from=valid_from, basis=basis)
    if "deadlines" in data:
        preset = DEADLINES[data["deadlines"]]
        set_setting(s, "deadlines", preset, valid_from=valid_from, basis=preset["basis"])
    if "lights" in data:
        given = data["lights"]
        rule = LIGHTS[given] if isinstance(given, str) else {"basis": basis} | given
        set_setting(s, "lights", rule, valid_from=valid_from, basis=rule["basis"])
    if "upkeep" in data:
        set_setting(s, "upkeep", data["upkeep"], valid_from=valid_from, basis=basis)
    if "ratings" in data:
        _ratings(s, data["ratings"], valid_from=valid_from, basis=basis, at=at)
    _leaders(s, data.get("leaders", []))
    for day, word, name, notice in data.get("calendar", []):
        is_working = word == WORK
        put_day(s, date.fromisoformat(day), is_working=is_working, name=name, basis=notice)
    for n, (code, name) in enumerate(data.get("towns", [])):
        put_town(s, code, name, sort_order=n)
    _departments(s, data.get("departments", []), at)
    add_categories(s, data.get("categories", []))
    if "taxonomy" in data:
        add_taxonomy(s, data["taxonomy"])
    if "intake" in data:
        part = data["intake"]
        check_departments(s, part)
        set_setting(s, "intake", part, valid_from=valid_from, basis=part.get("basis", basis))
    record(s, actor=SYSTEM, act="county:load", subject="county:settings", at=at, basis=basis)
    s.flush()


def _is_lights(part: Any) -> bool:
    """A preset's name, or all the figures of a rule of lights."""
    if isinstance(part, str):
        return part in LIGHTS
    known = LIGHTS["yinchuan-2025"]
    return part.keys() | {"basis"} == known.keys() and Scale.of(part).mode in MODES


def _is_screening(figures: Any) -> bool:
    """Figures of the rule against stuffing, any of them; what is left out is the preset's."""
    is_whole = all(is_number(1, 1_000_000)(value) for value in figures.values())
    return is_whole and bool(Rule.of(figures))


_RATINGS: dict[str, Shape] = {
    "basis": is_text,
    "minimum": is_number(1, 10_000),
    "mode": WAVE_MODES.__contains__,
    "days": is_number(1, 366),
    "revisit_waves": lambda value: isinstance(value, bool),
    "call_back": is_limit,
    "remedy": is_limit,
    "ask_again_days": is_number(1, 366),
    "signal_days": is_number(1, 366),
    "photos": is_number(0, 6),
    "screening": _is_screening,
}
"""What a county may say of ratings; `county.presets.RATINGS` says what each means."""


def _ratings(
    s: Session, part: dict[str, Any], *, valid_from: date, basis: str, at: datetime
) -> None:
    """Set how residents rate; headlines follow at once where the least number has changed."""
    day = clock.local_day(at)
    before = rating_setting(s, day)["minimum"]
    set_setting(s, "ratings", part, valid_from=valid_from, basis=part.get("basis", basis))
    s.flush()
    after = rating_setting(s, day)["minimum"]
    if after != before:
        renew_all(s, after)


def _leaders(s: Session, rows: list[list[str]]) -> None:
    known = {leader.code: leader for leader in s.scalars(select(Leader))}
    for n, (code, name, post) in enumerate(rows):
        leader = known.get(code) or Leader(code=code, is_active=True)
        leader.name, leader.post, leader.sort_order = name, post, n
        s.add(leader)


def _departments(s: Session, rows: list[list[Any]], at: datetime) -> None:
    known = set(s.scalars(select(Department.code)))
    for n, (code, name, aliases, duties) in enumerate(rows):
        if code not in known:
            departments.create(
                s,
                code=code,
                name=name,
                aliases=aliases,
                duties=duties,
                phone="",
                sort_order=n,
                actor=SYSTEM,
                at=at,
            )

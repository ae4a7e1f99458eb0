"""Reading the county's settings."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.county.models import CalendarDay, Setting, Town
from portal.county.presets import (
    DEADLINES,
    INTAKE,
    LIGHTS,
    PROFILE,
    RATINGS,
    UPKEEP,
    national_calendar,
)

_LATER_KINDS = ("report", "follow_up")
"""Kinds of cases that came after the first sets of deadlines were stored."""


@dataclass(frozen=True)
class Profile:
    """What the pages say of the county."""

    name: str
    site_name: str
    host: str
    host_phone: str
    icp: str
    site_code: str
    is_demo: bool


def profile(s: Session, day: date) -> Profile:
    """Return the county's profile on `day`; before any is set, a neutral one."""
    return Profile(**(PROFILE | (_setting(s, "profile", day) or {})))


def deadlines(s: Session, day: date) -> dict[str, Any]:
    """Return the set of deadlines that holds on `day`; the default preset before any is set.

    A kind of case that a set does not name yet has the time of a complaint.
    """
    found = _setting(s, "deadlines", day) or DEADLINES["shandong-2020"]
    answer = dict.fromkeys(_LATER_KINDS, found["answer"]["complaint"]) | found["answer"]
    return found | {"answer": answer}


def intake(s: Session, day: date) -> dict[str, Any]:
    """Return how cases are taken in on `day`; what a county leaves out is the preset's."""
    return INTAKE | (_setting(s, "intake", day) or {})


def lights(s: Session, day: date) -> dict[str, Any]:
    """Return the rule of lights that holds on `day`; the default preset before any is set."""
    return _setting(s, "lights", day) or LIGHTS["yinchuan-2025"]


def upkeep(s: Session, day: date) -> dict[str, Any]:
    """Return the rule of revisits that holds on `day`; what a county leaves out is the preset's."""
    return UPKEEP | (_setting(s, "upkeep", day) or {})


def ratings(s: Session, day: date) -> dict[str, Any]:
    """Return how residents rate on `day`; what a county leaves out is the preset's."""
    return RATINGS | (_setting(s, "ratings", day) or {})


def calendar(s: Session) -> dict[date, bool]:
    """Return the days that differ from Monday-to-Friday, each with whether it is worked."""
    own = s.execute(select(CalendarDay.day, CalendarDay.is_working))
    return national_calendar() | dict(own.all())


def towns(s: Session) -> list[Town]:
    """Return the towns in the county's own order."""
    return list(s.scalars(select(Town).order_by(Town.sort_order, Town.code)))


def _setting(s: Session, key: str, day: date) -> dict[str, Any] | None:
    """Return the value of `key` that holds on `day`, or None when none does yet."""
    return s.scalar(
        select(Setting.value)
        .where(Setting.key == key, Setting.valid_from <= day)
        .order_by(Setting.valid_from.desc())
        .limit(1)
    )

"""Setting up a county: its dated settings, its calendar and its towns."""

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.county.models import CalendarDay, Setting, Town


def set_setting(
    s: Session, key: str, value: dict[str, Any], *, valid_from: date, basis: str
) -> None:
    """Let `value` hold for `key` from a day on; the same day twice replaces the value."""
    found = s.scalar(select(Setting).where(Setting.key == key, Setting.valid_from == valid_from))
    if found:
        found.value, found.basis = value, basis
    else:
        s.add(Setting(key=key, valid_from=valid_from, value=value, basis=basis))


def put_day(s: Session, day: date, *, is_working: bool, name: str, basis: str) -> None:
    """Say whether the county works on `day`, whatever the national calendar has."""
    found = s.get(CalendarDay, day) or CalendarDay(day=day)
    found.is_working, found.name, found.basis = is_working, name, basis
    s.add(found)


def put_town(s: Session, code: str, name: str, *, sort_order: int) -> Town:
    """Put a town on record, or change the one with this code."""
    town = s.get(Town, code) or Town(code=code)
    town.name, town.sort_order = name, sort_order
    s.add(town)
    s.flush()
    return town

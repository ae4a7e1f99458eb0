"""Setting up a county: calendar, profile, deadlines, towns."""

import csv
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.county.models import CalendarDay, Setting, Town

CALENDAR_FILE = Path(__file__).with_name("calendar_days.csv")
"""Public holidays and make-up working days as the State Council set them, by year."""


def seed_calendar(s: Session) -> int:
    """Add the days of `CALENDAR_FILE` that are not on record; return how many were added.

    Days that an administrator has changed stay as they are.
    """
    known = set(s.scalars(select(CalendarDay.day)))
    with CALENDAR_FILE.open(encoding="utf-8") as file:
        new = [
            CalendarDay(
                day=date.fromisoformat(row["day"]),
                is_working=row["is_working"] == "yes",
                name=row["name"],
                basis=row["basis"],
            )
            for row in csv.DictReader(file)
            if date.fromisoformat(row["day"]) not in known
        ]
    s.add_all(new)
    s.flush()
    return len(new)


def set_setting(
    s: Session, key: str, value: dict[str, Any], *, valid_from: date, basis: str
) -> None:
    """Let `value` hold for `key` from a day on; the same day twice replaces the value."""
    found = s.scalar(select(Setting).where(Setting.key == key, Setting.valid_from == valid_from))
    if found:
        found.value, found.basis = value, basis
    else:
        s.add(Setting(key=key, valid_from=valid_from, value=value, basis=basis))


def add_town(s: Session, code: str, name: str, *, sort_order: int) -> Town:
    """Put a town on record."""
    town = Town(code=code, name=name, sort_order=sort_order)
    s.add(town)
    s.flush()
    return town

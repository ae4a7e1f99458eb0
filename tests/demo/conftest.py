"""The invented county as it stands on a day, loaded once for all the tests that read it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from portal.demo.actions import Counts, is_empty, load

HERE = Path(__file__).parent

DAYS = [date(2026, 1, 2), date(2026, 6, 15), date(2026, 11, 23), date(2026, 12, 31)]

DAY_OF = ("", "2026-11-23")
"""What PostgreSQL is asked: tests without a county, and those of this day."""


@dataclass(frozen=True)
class County:
    """A loaded county: where it is, for which day and moment, and what loading said of it."""

    s: Session
    day: date
    now: datetime
    was_empty: bool
    counts: Counts


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item], config: pytest.Config) -> None:
    """Let all that asks for one county stand together, so that it is loaded once.

    What a day makes of the county does not depend on the database: PostgreSQL gets one day.
    """
    places = [n for n, item in enumerate(items) if HERE in item.path.parents]
    ours = sorted((items[n] for n in places), key=_county_of)
    for n, item in zip(places, ours, strict=True):
        items[n] = item
    extra = [i for i in ours if _county_of(i)[0] == "postgresql" and _county_of(i)[1] not in DAY_OF]
    config.hook.pytest_deselected(items=extra)
    items[:] = [item for item in items if item not in extra]


def _county_of(item: pytest.Item) -> tuple[str, str]:
    params = item.callspec.params if hasattr(item, "callspec") else {}
    return params.get("database_url", ""), str(params.get("loaded", ""))


def afternoon(day: date) -> datetime:
    """The moment of a day that the county is loaded at."""
    return datetime(day.year, day.month, day.day, 8, tzinfo=UTC)


@pytest.fixture(scope="package", params=DAYS, ids=str)
def loaded(request, whole_app) -> Iterator[County]:
    """The county on one of DAYS; nobody writes to it, and it is undone afterwards."""
    day = request.param
    with whole_app.app_context(), whole_app.extensions["engine"].connect() as connection:
        outer = connection.begin()
        s = whole_app.extensions["db"](bind=connection, join_transaction_mode="create_savepoint")
        was_empty = is_empty(s)
        counts = load(s, day=day, at=afternoon(day), password_hash="x")
        s.commit()  # of the savepoint only: what a test may undo is what it did itself
        yield County(s, day, afternoon(day), was_empty, counts)
        s.close()
        outer.rollback()


@pytest.fixture
def county(loaded: County) -> tuple[Session, date]:
    """Session and day of the loaded county."""
    loaded.s.rollback()
    return loaded.s, loaded.day

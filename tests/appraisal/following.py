"""A county for tests of follow-ups and appeals on the web, with a clock that can be set."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal import clock
from portal.ratings.followups.models import FollowUp
from tests import factories
from tests.factories import AT
from tests.ratings.following import bad

PHONE = "13800001234"
OPENED = date(2025, 12, 1)
"""Since when one can rate."""


@dataclass
class County:
    """Two departments, a project of the first, and a bad rating by somebody with a contact."""

    unit: int
    other: int
    project: int
    code: str
    follow_up: int
    rating: int

    @property
    def door(self) -> str:
        """The officer's page of the follow-up."""
        return f"/appraisal/follow-ups/{self.follow_up}"


def make_county(s) -> County:
    """Make it through the real acts."""
    unit, other = factories.department(s), factories.department(s, "县住建局")
    project = factories.project(s, unit=unit, completed_on=OPENED)
    f = bad(s, project, factories.resident(s, PHONE, keeps=True))
    f.rating.comment = "管子换了水更小"
    return County(unit.id, other.id, project.id, project.code, f.id, f.rating_id)


def at_noon(monkeypatch: pytest.MonkeyPatch, moment=AT) -> None:
    """Let it be that moment."""
    monkeypatch.setattr(clock, "now", lambda: moment)


def seen(page: str) -> str:
    """The last step that a page shows."""
    return page.split('name="seen" value="')[1].split('"')[0]


def facts(write: Callable[..., Any], ident: int, *names: str) -> tuple[Any, ...]:
    """Columns of a follow-up as they are now."""
    return write(lambda s: tuple(getattr(s.get(FollowUp, ident), name) for name in names))


def act(client: FlaskClient, county: County, name: str, **data: str):
    """Send a form of the officer's page."""
    return client.post(f"{county.door}/{name}", data=data)

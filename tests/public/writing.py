"""The writer of a case at their own page, with a clock that can be set."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import clock
from portal.cases.models import Case
from portal.security import Actor, Role
from tests import factories
from tests.factories import AT

DAY = timedelta(days=1)
OTHER_MODERATOR = Actor("moderator-two", Role.MODERATOR)


@dataclass
class Letter:
    """A case with its query code."""

    reference: str
    code: str
    unit: int

    @property
    def door(self) -> str:
        """The writer's page."""
        return f"/track/{self.reference}"


def at_time(monkeypatch: pytest.MonkeyPatch, moment=AT) -> None:
    """Let it be that moment."""
    monkeypatch.setattr(clock, "now", lambda: moment)


def letter(write: Callable[..., Any], lead: Callable[..., Any] | None = None, **more) -> Letter:
    """Hand a case in and lead it on with `lead(s, case, department)`."""

    def make(s):
        unit = factories.department(s)
        found = factories.receipt(s, **more)
        if lead:
            lead(s, found.case, unit)
        return Letter(found.case.reference, found.code, unit.id)

    return write(make)


def prove(client: FlaskClient, found: Letter, reference: str = ""):
    """Open the page with the query code."""
    data = {"reference": reference or found.reference, "code": found.code}
    return client.post("/track", data=data, follow_redirects=True)


def answer(s, case, unit) -> None:
    """Have the case answered and closed."""
    factories.actions.assign(s, case, unit, actor=factories.MODERATOR, at=AT)
    factories.actions.sign(s, case, actor=factories.officer(unit), at=AT)
    said = "已于周二修好，来电13900001234可查。"
    factories.actions.answer(s, case, said, actor=factories.officer(unit), at=AT)
    factories.actions.close(s, case, actor=factories.MODERATOR, at=AT)


HIDDEN = "城东路口水管漏水，我的电话是[电话已隐去]。"


def publish(s, case, unit, title="水管漏水", body=HIDDEN, at=AT) -> None:
    """Have the case published with a text that hides the phone."""
    texts = {"public_title": title, "public_body": body}
    factories.actions.publish(s, case, actor=factories.MODERATOR, at=at, **texts)


def facts(write: Callable[..., Any], reference: str, *names: str) -> tuple[Any, ...]:
    """Attributes of a case as they are now."""

    def read(s):
        found = s.scalar(select(Case).where(Case.reference == reference))
        return tuple(getattr(found, name) for name in names)

    return write(read)


def of(s, reference: str) -> Case:
    """The case."""
    return s.scalars(select(Case).where(Case.reference == reference)).one()

"""What the tests of the moderators' desk need: moderators with accounts, suggestions, targets."""

from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.accounts import actions as accounts
from portal.accounts.models import Account
from portal.accounts.sessions import cookie_name
from portal.cases.kinds import TargetKind
from portal.cases.models import Case
from portal.cases.parts import CaseSuggestion
from portal.cases.targets import Target
from portal.departments.models import Department
from portal.security import Actor, Role
from tests import factories


def moderator(s: Session, username: str = "moderator9") -> Actor:
    """A moderator with an account."""
    found = factories.account(s, username, Role.MODERATOR)
    return Actor(found.username, Role.MODERATOR, found.id)


def desk_of(app: Flask, write: Callable, username: str) -> FlaskClient:
    """A browser in which the account with this name is signed in."""

    def open_session(s: Session) -> str:
        row = s.scalar(select(Account).where(Account.username == username))
        return accounts.open_session(s, row, browser="test", hours=1, at=clock.now())[1]

    token = write(open_session)
    client = app.test_client()
    with app.app_context():
        client.set_cookie(cookie_name(), token)
    return client


def about(s: Session, person: Actor) -> Target:
    """The target of a case that complains about somebody with a desk here."""
    return Target(TargetKind.PERSON, account=s.get(Account, person.account_id))


def about_unit(unit: Department) -> Target:
    """The target of a case that complains about a department."""
    return Target(TargetKind.DEPARTMENT, department=unit)


def suggested(s: Session, case: Case, unit: Department, share: float = 0.9) -> None:
    """Note where a case would be sent."""
    s.add(
        CaseSuggestion(
            case_id=case.id, department_id=unit.id, confidence=share, made_at=case.submitted_at
        )
    )
    s.flush()


def pick(case: Case, code: str = "") -> str:
    """The value of the checkbox of a case on a page that shows all that has happened."""
    return f"{case.reference}:{len(case.events)}:{code}"

"""What tests of follow-ups and appeals do again and again, through the real acts."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.projects.models import Project
from portal.ratings import counts, queries
from portal.ratings.appeals import actions as appeals
from portal.ratings.appeals.models import Appeal, Ground, Ruling
from portal.ratings.followups import actions
from portal.ratings.followups.models import FollowUp
from portal.ratings.followups.workflow import Outcome, Remedy
from portal.ratings.kinds import Doubt
from portal.ratings.models import Rating
from portal.ratings.queries import FollowUpCounts
from portal.ratings.screening import actions as screening
from portal.residents.models import Resident
from portal.security import Actor, Role
from tests import factories
from tests.factories import AT, MODERATOR

MINIMUM = 10
INSPECTOR = Actor("inspector", Role.INSPECTOR)
DAY = timedelta(days=1)


def within(s: Session, project: Project, act: Callable[[counts.Moving], Any]) -> Any:
    """Do something with ratings of a project the way views do."""
    with counts.moving(s, project.id, MINIMUM) as moves:
        return act(moves)


def followed(s: Session, rating: Rating) -> FollowUp:
    """The follow-up of a rating."""
    return s.scalars(select(FollowUp).where(FollowUp.rating_id == rating.id)).one()


def resident(s: Session, *, keeps: bool = True) -> Resident:
    """A resident who wants answers, or one who does not."""
    return factories.resident(s, keeps=keeps)


def bad(
    s: Session, project: Project, person: Resident | None = None, level: int = 2, at: datetime = AT
) -> FollowUp:
    """A bad rating of somebody new who left a contact, and what follows from it."""
    person = person or resident(s)
    wants = person.contact is not None
    by = factories.voter(person)
    return followed(s, factories.rating(s, project, level, by=by, at=at, wants_answer=wants))


def say(s: Session, f: FollowUp, level: int, at: datetime, **more: Any) -> None:
    """Let the resident rate again."""
    by = factories.voter(f.rating.resident)
    factories.rating(s, f.project, level, by=by, at=at, wants_answer=f.rating.wants_answer, **more)


def call(s: Session, f: FollowUp, at: datetime, outcome: Outcome = Outcome.REACHED, **more: Any):
    """Let the lead department put a call on record."""
    more = {"actor": officer_of(f), "note": "已电话联系"} | more
    within(s, f.project, lambda moves: actions.call(s, moves, f, outcome, at=at, **more))


def plan(s: Session, f: FollowUp, on, at: datetime, **more: Any) -> None:
    """Let the lead department plan a remedy that takes longer."""
    more = {"actor": officer_of(f), "note": "要等汛期过后施工"} | more
    within(s, f.project, lambda moves: actions.plan(s, moves, f, on, at=at, **more))


def remedy(s: Session, f: FollowUp, at: datetime, kind: Remedy = Remedy.FIXED, **more: Any):
    """Let the lead department report a remedy."""
    more = {"actor": officer_of(f), "text": "已更换水管并恢复路面"} | more
    within(s, f.project, lambda moves: actions.remedy(s, moves, f, kind, at=at, **more))


def set_aside(s: Session, f: FollowUp, at: datetime) -> None:
    """Let the rule take a rating out of the figures."""
    rule = screening.rule_on(s, at)
    within(
        s,
        f.project,
        lambda moves: screening.set_aside(s, moves, [f.rating], Doubt.NETWORK, rule, at),
    )


def release(s: Session, f: FollowUp, at: datetime, *, counts_again: bool = True) -> None:
    """Let a moderator decide on a rating that was set aside."""
    told = {"release": counts_again, "actor": MODERATOR, "reason": "核实无误"}
    within(s, f.project, lambda moves: screening.decide(s, moves, f.rating, at=at, **told))


def appeal(s: Session, f: FollowUp, at: datetime, **more: Any) -> Appeal:
    """Let the lead department appeal."""
    more = {"actor": officer_of(f), "reason": "评的是另一条路"} | more
    return within(
        s,
        f.project,
        lambda moves: appeals.file(s, moves, f.rating, Ground.MISTAKEN, at=at, **more),
    )


def rule(s: Session, found: Appeal, ruling: Ruling, at: datetime, **more: Any) -> None:
    """Let the inspection office decide."""
    more = {"actor": INSPECTOR, "note": "现场核实情况不符"} | more
    within(s, found.project, lambda moves: appeals.decide(s, moves, found, ruling, at=at, **more))


def officer_of(f: FollowUp) -> Actor:
    """An officer of the department that leads the project now."""
    return Actor("officer", Role.OFFICER, department_id=f.project.department_id)


def figures(s: Session, project: Project) -> FollowUpCounts:
    """The public figures of follow-ups."""
    return queries.voices(s, project, AT.date()).follow_up


def is_right(s: Session, project: Project) -> bool:
    """Whether the counts kept are those that a recount gives."""
    s.flush()
    return counts.kept(s, [project.id]) == counts.recounted(s, [project.id])


def steps(f: FollowUp) -> list[str]:
    """What happened, in order."""
    return [event.act for event in f.events]

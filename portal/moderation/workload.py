"""今日工作量: what waits and since when, what came and went today, and who did what.

Every number stands with the whole that it is a part of. Nobody is ranked: moderators stand in
the order of their names. Cases closed to the reader are in none of the numbers.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import g
from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from portal import clock, db
from portal.accounts.models import Account
from portal.cases.models import Case, CaseEvent
from portal.cases.risk import LEVEL_LABELS
from portal.cases.targets import open_to
from portal.cases.visibility import SUBMIT
from portal.cases.workflow import ACTION_LABELS, Action, State
from portal.language import N_
from portal.moderation.blueprint import bp
from portal.moderation.queue import RISK_TONES
from portal.moderation.reading import LEVELS
from portal.security import Actor, Permission, Role
from portal.web import page, requires

BANDS = (
    (4, N_("4 小时内")),
    (24, N_("4 至 24 小时")),
    (48, N_("1 至 2 天")),
    (None, N_("2 天以上")),
)
"""Ages of what waits for screening: below how many hours, and the words. The first is the
half day in which a letter of the morning is read; a working day of screening time is usual."""

SCREENING = frozenset({Action.ASSIGN, Action.DISPATCH, Action.REJECT, Action.MERGE})
"""Acts by which a case that came in leaves the queue."""


@dataclass(frozen=True)
class Waiting:
    """What waits for screening."""

    counts: dict[tuple[int, int], int]
    """By risk and number of the band."""
    overdue: int
    """Past the time that was promised for screening."""

    @property
    def total(self) -> int:
        """All that wait."""
        return sum(self.counts.values())

    def of_risk(self, level: int) -> int:
        """All of one risk."""
        return sum(n for (risk, _band), n in self.counts.items() if risk == level)

    def of_band(self, band: int) -> int:
        """All of one age."""
        return sum(n for (_risk, at), n in self.counts.items() if at == band)


@dataclass(frozen=True)
class Today:
    """What came in and what was screened since midnight."""

    arrived: int
    screened: int
    """Cases that left the queue; what was taken back within the minute is taken off."""
    by_system: int
    """Of those, sent out by rule."""
    acts: dict[str, Counter[str]]
    """By moderator's user name, by act."""

    @property
    def total(self) -> int:
        """All acts of moderators."""
        return sum(sum(done.values()) for done in self.acts.values())


def waiting(s: Session, actor: Actor, at: datetime) -> Waiting:
    """Count what waits for screening and is open to `actor`, by risk and age."""
    bounds = [(at - timedelta(hours=hours), n) for n, (hours, _w) in enumerate(BANDS) if hours]
    band = case(*((Case.submitted_at > since, n) for since, n in bounds), else_=len(bounds))
    here = and_(Case.state == State.SUBMITTED, open_to(actor))
    rows = s.execute(
        select(Case.risk, band, func.count()).where(here).group_by(Case.risk, band)
    ).all()
    overdue = select(func.count()).select_from(Case).where(here, Case.screen_due_at < at)
    return Waiting({(risk, n): count for risk, n, count in rows}, s.scalar(overdue) or 0)


def today(s: Session, actor: Actor, at: datetime) -> Today:
    """Count what happened since midnight in the county to cases open to `actor`."""
    begun = clock.at_local(clock.local_day(at), 0)
    facts = (CaseEvent.action, CaseEvent.role, CaseEvent.actor)
    steps = (CaseEvent.from_state, CaseEvent.to_state)
    rows = s.execute(
        select(*facts, *steps, func.count())
        .join(CaseEvent.case)
        .where(CaseEvent.at >= begun, CaseEvent.at <= at, open_to(actor))
        .group_by(*facts, *steps)
    ).all()
    sums: Counter[str] = Counter()
    acts: dict[str, Counter[str]] = {}
    for action, role, name, before, after, n in rows:
        sums["arrived"] += n if action == SUBMIT else 0
        sums["screened"] += n * _leaves_queue(action, before, after)
        sums["by_system"] += n if action == Action.DISPATCH else 0
        if role == Role.MODERATOR and action != SUBMIT:
            acts.setdefault(name, Counter())[action] += n
    return Today(sums["arrived"], sums["screened"], sums["by_system"], acts)


def _leaves_queue(action: str, before: State | None, after: State) -> int:
    """Return 1 for a step out of the queue, -1 for its undoing, else 0."""
    if action in SCREENING and before is State.SUBMITTED:
        return 1
    is_back = action == Action.UNDO and after is State.SUBMITTED
    return -1 if is_back and before is not State.SUBMITTED else 0


def names(s: Session, usernames: list[str]) -> dict[str, str]:
    """Return the full names of moderators by user name."""
    rows = select(Account.username, Account.full_name).where(Account.username.in_(usernames))
    return dict(s.execute(rows).all())


@bp.get("/workload")
@requires(Permission.CASE_MODERATE)
def workload():
    """Show what waits, what came and went today, and each moderator's acts."""
    s, at = db.session(), clock.now()
    done = today(s, g.actor, at)
    known = names(s, list(done.acts))
    return page(
        "moderation/workload.html",
        waiting=waiting(s, g.actor, at),
        today=done,
        at=at,
        bands=BANDS,
        levels=LEVELS,
        risk_labels=LEVEL_LABELS,
        risk_tones=RISK_TONES,
        action_labels=ACTION_LABELS,
        names=known,
        people=sorted(done.acts.items(), key=lambda one: known.get(one[0], one[0])),
    )

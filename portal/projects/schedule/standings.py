"""How projects stand: worked out by the rules, kept for lists, renewed every day.

`assess` is the one place that says how a project stands on a day. Lists read the kept result;
`renew` makes it anew for a project that changed, `ensure_fresh` for all that a new day may
have changed, so that a list costs the same whether or not the worker ran at midnight.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from portal.county.queries import lights
from portal.db import separate_transaction
from portal.projects.funds.models import FundSource, Payment
from portal.projects.kinds import ProjectStatus
from portal.projects.models import LISTED, Project
from portal.projects.rules import share
from portal.projects.schedule import rules
from portal.projects.schedule.models import PlanPoint, Standing
from portal.projects.search import index

FINAL = (ProjectStatus.COMPLETED, ProjectStatus.STOPPED)
"""Statuses that a new day does not make read otherwise."""

BATCH = 500

_BEGINNING = 7_300_003
"""Number of the lock under which a day begins; any that nothing else in the database takes."""


@dataclass(frozen=True)
class Assessment:
    """How a project stands on a day."""

    verdict: rules.Verdict
    planned: Decimal
    ends_on: date
    start_late: int
    funds_behind: int
    is_stale: bool


def facts_of(project: Project, points: rules.Points, day: date) -> rules.Facts:
    """Return what the rules of lights need to know of a project."""
    start, due = rules.plan_window(project.year, project.start_on, project.due_on)
    return rules.Facts(
        status=project.status,
        nature=project.nature,
        percent=project.percent,
        planned=rules.planned_percent(points, start, due, day, project.stretch_percent),
        start_on=project.start_on,
        due_on=due,
        reported_on=project.reported_on,
        day=day,
    )


def assess(
    project: Project, points: rules.Points, paid: Decimal | None, scale: rules.Scale, day: date
) -> Assessment:
    """Return how `project` stands on `day`; `paid` is paid in percent of approved."""
    facts = facts_of(project, points, day)
    is_final = project.status in FINAL
    return Assessment(
        verdict=rules.judge(facts, scale),
        planned=facts.planned,
        ends_on=facts.due_on,
        start_late=rules.start_late(facts, scale),
        funds_behind=0 if is_final else rules.funds_behind(paid, facts.planned, scale),
        is_stale=rules.is_stale(facts, scale),
    )


def scale_on(s: Session, day: date) -> rules.Scale:
    """Return the county's scale of lights that holds on `day`."""
    return rules.Scale.of(lights(s, day))


def curves(s: Session, project_ids: Sequence[int]) -> dict[int, rules.Points]:
    """Return the plan curves of projects; those without one are not in it."""
    found: dict[int, list[tuple[date, Decimal]]] = defaultdict(list)
    rows = s.execute(
        select(PlanPoint.project_id, PlanPoint.by_on, PlanPoint.percent)
        .where(PlanPoint.project_id.in_(project_ids))
        .order_by(PlanPoint.by_on)
    )
    for ident, by, percent in rows:
        found[ident].append((by, percent))
    return found


def paid_shares(s: Session, project_ids: Sequence[int]) -> dict[int, Decimal | None]:
    """Return paid in percent of approved, of projects with approved money."""
    approved = select(FundSource.project_id, func.sum(FundSource.approved_fen)).group_by(
        FundSource.project_id
    )
    paid = (
        select(Payment.project_id, func.sum(Payment.amount_fen))
        .where(Payment.paid_on.is_not(None))
        .group_by(Payment.project_id)
    )
    made = dict(s.execute(paid.where(Payment.project_id.in_(project_ids))).all())
    planned = s.execute(approved.where(FundSource.project_id.in_(project_ids)))
    return {ident: share(made.get(ident, 0), amount) for ident, amount in planned}


def assess_all(s: Session, projects: Sequence[Project], day: date) -> dict[int, Assessment]:
    """Return how each project stands on `day`, in a fixed number of queries."""
    idents = [p.id for p in projects]
    scale, points, paid = scale_on(s, day), curves(s, idents), paid_shares(s, idents)
    return {p.id: assess(p, points.get(p.id, ()), paid.get(p.id), scale, day) for p in projects}


def renew(s: Session, projects: Sequence[Project], day: date) -> None:
    """Keep how these projects stand on `day`; flushes what the session holds."""
    s.flush()
    for start in range(0, len(projects), BATCH):
        some = projects[start : start + BATCH]
        known = {
            one.project_id: one
            for one in s.scalars(
                select(Standing).where(Standing.project_id.in_([p.id for p in some]))
            )
        }
        _keep(s, some, assess_all(s, some, day), known, day)
    s.flush()


def _keep(
    s: Session,
    projects: Iterable[Project],
    found: Mapping[int, Assessment],
    known: Mapping[int, Standing],
    day: date,
) -> None:
    for project in projects:
        one, kept = found[project.id], known.get(project.id)
        if kept is None:
            kept = Standing(project_id=project.id)
            s.add(kept)
        kept.day, kept.ends_on, kept.planned = day, one.ends_on, one.planned
        kept.light, kept.gap, kept.ratio = one.verdict.light, one.verdict.gap, one.verdict.ratio
        kept.rank = rules.LIGHT_RANKS[one.verdict.light]
        kept.start_late, kept.funds_behind = one.start_late, one.funds_behind
        kept.is_stale = one.is_stale
        kept.needs_rejudging = project.status not in FINAL


def is_fresh(s: Session, day: date) -> bool:
    """Say whether every project's kept standing holds on `day`; one query."""
    old = select(Standing.project_id).where(Standing.needs_rejudging, Standing.day != day)
    kept = select(func.count()).select_from(Standing).scalar_subquery()
    there = select(func.count()).where(LISTED).scalar_subquery()
    return not s.scalar(select(or_(old.exists(), kept != there)))


def _wait_for_others(s: Session) -> None:
    """Let one process at a time begin the day; SQLite's write lock does that by itself."""
    if s.get_bind().dialect.name == "postgresql":
        s.execute(select(func.pg_advisory_xact_lock(_BEGINNING)))


def ensure_fresh(s: Session, day: date) -> None:
    """Renew what a new day may have changed, in a transaction of its own, where needed.

    A project that came to the database some other way is made findable on the same occasion.
    One that is just being changed is left to whoever changes it: `renew` is part of that, and
    what is read here meanwhile would be old when it is kept.
    """
    if is_fresh(s, day):
        return
    s.rollback()
    with separate_transaction() as own:
        _wait_for_others(own)
        waiting = (
            select(Project)
            .outerjoin(Standing, Standing.project_id == Project.id)
            .where(
                LISTED,
                or_(
                    Standing.project_id.is_(None), Standing.needs_rejudging & (Standing.day != day)
                ),
            )
            .order_by(Project.id)
            .with_for_update(of=Project, skip_locked=True)
        )
        found = own.scalars(waiting).all()
        known = set(own.scalars(select(Standing.project_id)))
        index(own, [p for p in found if p.id not in known])
        renew(own, found, day)

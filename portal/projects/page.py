"""Reading everything a project's page shows, in a fixed number of queries."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from portal.county.queries import lights, upkeep
from portal.projects.dossier import Dossier, original
from portal.projects.funds import rules as funds
from portal.projects.funds.models import FundSource, Payment
from portal.projects.models import Decision, Item, Project, ProjectSource, Site, StageRecord
from portal.projects.people.models import Duty
from portal.projects.quality.models import (
    Acceptance,
    Hazard,
    Honour,
    Inspection,
    Participant,
    QualityTest,
)
from portal.projects.record.queries import attachments
from portal.projects.schedule.models import (
    STANDS,
    Blocker,
    Milestone,
    PlanPoint,
    ProgressReport,
    Remedy,
)
from portal.projects.schedule.rules import Scale
from portal.projects.schedule.standings import assess
from portal.projects.upkeep.models import Handover, Revisit, RevisitProblem


def read(s: Session, project: Project, day: date) -> Dossier:
    """Read a project's whole record as it stands on `day`.

    The number of queries is the same for an empty record and for one of years.
    """
    rule, keeping = lights(s, day), upkeep(s, day)
    rows = _Rows(s, project)
    sources, payments = rows.of(FundSource, "kind", "id"), rows.of(Payment, "due_on", "id")
    money = funds.total(
        [(f.id, f.kind, f.approved_fen, f.in_place_fen) for f in sources],
        [(p.source_id, p.amount_fen) for p in payments if p.paid_on is not None],
    )
    plan = [(point.by_on, point.percent) for point in rows.of(PlanPoint, "by_on")]
    scale = Scale.of(rule)
    return Dossier(
        project=project,
        day=day,
        rule=rule,
        upkeep_rule=keeping,
        scale=scale,
        standing=assess(project, plan, money.paid_percent, scale, day),
        plan=plan,
        stages=rows.of(StageRecord, "reached_on"),
        funds=sorted(sources, key=lambda f: (list(type(f.kind)).index(f.kind), f.id)),
        payments=sorted(payments, key=lambda p: (p.paid_on or p.due_on, p.id)),
        money=money,
        files=attachments(s, [project.id]),
        handover=next(iter(rows.of(Handover, "id")), None),
        **_promise(rows),
        **_work(rows),
        **_quality(rows),
        **_after(rows),
    )


def site_of(s: Session, project: Project, number: int) -> Site | None:
    """Return the site of a project with this number."""
    return s.scalar(select(Site).where(Site.project_id == project.id, Site.number == number))


class _Rows:
    """Reads the rows of one project, a query a kind."""

    def __init__(self, s: Session, project: Project) -> None:
        self.s, self.project = s, project

    def of(
        self, model: type[Any], *order: str, load: Sequence[Any] = (), only: Sequence[Any] = ()
    ) -> list[Any]:
        """Return the rows of a model in an order, of those that meet `only`; what `load` names
        comes with them."""
        statement = (
            select(model)
            .where(model.project_id == self.project.id, *only)
            .options(*(joinedload(attribute) for attribute in load))
            .order_by(*(getattr(model, name) for name in order))
        )
        return list(self.s.scalars(statement).unique())


def _promise(rows: _Rows) -> dict[str, Any]:
    decisions = rows.of(Decision, "decided_on", "id")
    return {
        "items": rows.of(Item, "sort_order", "id"),
        "sites": rows.of(Site, "number", "id", load=[Site.town]),
        "decisions": decisions[::-1],
        "duties": rows.of(Duty, "from_on", "id", load=[Duty.leader, Duty.department]),
        "sources": [
            original(source)
            for source in rows.of(ProjectSource, "id", load=[ProjectSource.batch])
            if source.batch.undone_at is None
        ],
    }


def _work(rows: _Rows) -> dict[str, Any]:
    blockers = rows.of(Blocker, "due_on", "id", load=[Blocker.department, Blocker.assistants])
    return {
        "milestones": rows.of(Milestone, "planned_on", "id"),
        "reports": rows.of(ProgressReport, "as_of", "id", only=[STANDS])[::-1],
        "remedies": rows.of(Remedy, "number")[::-1],
        "blockers": sorted(blockers, key=lambda b: b.resolved_on is not None),
    }


def _quality(rows: _Rows) -> dict[str, Any]:
    hazards = rows.of(Hazard, "fix_by", "id")
    return {
        "participants": rows.of(Participant, "id"),
        "inspections": rows.of(Inspection, "inspected_on", "id")[::-1],
        "hazards": sorted(hazards, key=lambda h: h.fixed_on is not None),
        "tests": rows.of(QualityTest, "tested_on", "id")[::-1],
        "acceptances": rows.of(Acceptance, "accepted_on", "id")[::-1],
        "honours": rows.of(Honour, "awarded_on", "id")[::-1],
    }


def _after(rows: _Rows) -> dict[str, Any]:
    return {
        "revisits": rows.of(Revisit, "months"),
        "problems": rows.of(RevisitProblem, "due_on", "id", load=[RevisitProblem.department]),
    }

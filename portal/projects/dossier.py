"""Everything a project's page shows, and what follows from it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from portal.projects.funds import rules as funds
from portal.projects.funds.models import FundSource, Payment
from portal.projects.kinds import (
    DecisionKind,
    DutyRole,
    FileKind,
    Nature,
    Phase,
    ProjectStatus,
    Stage,
)
from portal.projects.models import (
    Decision,
    ImportBatch,
    Item,
    Project,
    ProjectSource,
    Site,
    StageRecord,
)
from portal.projects.people.models import Duty
from portal.projects.quality.models import (
    Acceptance,
    Hazard,
    Honour,
    Inspection,
    Participant,
    QualityTest,
)
from portal.projects.record.models import Attachment
from portal.projects.rules import (
    Completion,
    Promise,
    completion,
    promise_kept,
    without_private_numbers,
)
from portal.projects.schedule.curve import Chart, Plan, Reported, draw
from portal.projects.schedule.models import (
    Blocker,
    Milestone,
    ProgressReport,
    Remedy,
)
from portal.projects.schedule.rules import Points, Scale, plan_window
from portal.projects.schedule.standings import Assessment
from portal.projects.upkeep.models import Handover, Revisit, RevisitProblem
from portal.projects.upkeep.rules import Service, Visit, service


@dataclass(frozen=True)
class Dossier:
    """A project and all its rows, each list in the order in which it is read."""

    project: Project
    day: date
    rule: dict[str, Any]
    """The county's rule of lights on that day."""
    upkeep_rule: dict[str, Any]
    scale: Scale
    standing: Assessment
    plan: Points
    items: Sequence[Item]
    sites: Sequence[Site]
    stages: Sequence[StageRecord]
    decisions: Sequence[Decision]
    """Newest first."""
    duties: Sequence[Duty]
    milestones: Sequence[Milestone]
    reports: Sequence[ProgressReport]
    """Newest first."""
    remedies: Sequence[Remedy]
    """Newest version first."""
    blockers: Sequence[Blocker]
    """Open ones first, the first due before the others."""
    funds: Sequence[FundSource]
    payments: Sequence[Payment]
    money: funds.Money
    participants: Sequence[Participant]
    inspections: Sequence[Inspection]
    hazards: Sequence[Hazard]
    """Open ones first, the first due before the others."""
    tests: Sequence[QualityTest]
    acceptances: Sequence[Acceptance]
    honours: Sequence[Honour]
    handover: Handover | None
    revisits: Sequence[Revisit]
    problems: Sequence[RevisitProblem]
    files: Sequence[Attachment]
    sources: Sequence["Original"]

    @property
    def completion(self) -> Completion:
        """How much of the whole promise is kept."""
        p = self.project
        return completion(p.status, p.nature, p.handed_over_on)

    @property
    def promise(self) -> Promise:
        """Whether the first promised day was kept."""
        return promise_kept(self.project.promised_on, self.project.completed_on, self.day)

    @property
    def is_over(self) -> bool:
        """Whether nothing more is awaited: accepted or stopped."""
        return self.project.status in (ProjectStatus.COMPLETED, ProjectStatus.STOPPED)

    @property
    def moved_by(self) -> Decision | None:
        """The last decision that moved the promised day."""
        return self._last_decision(DecisionKind.DATE)

    @property
    def held_by(self) -> Decision | None:
        """The decision by which the project stands still or is no more."""
        kind = {
            ProjectStatus.PAUSED: DecisionKind.PAUSE,
            ProjectStatus.STOPPED: DecisionKind.STOP,
        }.get(self.project.status)
        return self._last_decision(kind) if kind else None

    def _last_decision(self, kind: DecisionKind) -> Decision | None:
        return next((d for d in self.decisions if d.kind is kind), None)

    @property
    def item_names(self) -> dict[int, str]:
        """Names of items by id, for what refers to one."""
        return {item.id: item.name for item in self.items}

    @property
    def steps(self) -> list["Step"]:
        """All nine stages in their order, with what is on record of each."""
        return stage_steps(self.project.stage, self.project.nature, self.stages)

    @property
    def tasks(self) -> list["Task"]:
        """Milestones with their parts below them."""
        return task_tree(self.milestones)

    @property
    def chart(self) -> Chart:
        """The plan curve beside what was reported."""
        p = self.project
        start, due = plan_window(p.year, p.start_on, p.due_on)
        known = {
            r.as_of: Reported(r.as_of, r.percent, r.planned)
            for r in reversed(self.reports)
            if r.percent is not None
        }
        on = p.completed_on or p.reported_on  # acceptance says 100 %, also without a report
        if p.percent is not None and on is not None and on not in known:
            known[on] = Reported(on, p.percent, None)
        plan = Plan(self.plan, start, due, p.stretch_percent)
        return draw(plan, list(known.values()), None if self.is_over else self.day)

    @property
    def pace(self) -> funds.Pace:
        """How payments stand to the work."""
        return funds.pace(
            self.money.paid_percent, self.project.percent, self.upkeep_rule["pace_points"]
        )

    @property
    def faults(self) -> list[str]:
        """What cannot be of the money, as marked texts."""
        return funds.faults(self.money)

    @property
    def service(self) -> Service:
        """How far the project has come after it was built."""
        visits = [Visit(r.months, r.score, len(self.open_problems(r))) for r in self.revisits]
        is_completed = self.project.status is ProjectStatus.COMPLETED
        good, excellent = self.upkeep_rule["good"], self.upkeep_rule["excellent"]
        return service(is_completed, visits, good=good, excellent=excellent)

    def problems_of(self, revisit: Revisit) -> list[RevisitProblem]:
        """Return what a revisit found."""
        return [p for p in self.problems if p.revisit_id == revisit.id]

    def open_problems(self, revisit: Revisit) -> list[RevisitProblem]:
        """Return what a revisit found and still stands."""
        return [p for p in self.problems_of(revisit) if p.fixed_on is None]

    def photos_of(self, revisit: Revisit) -> list[Attachment]:
        """Return the photos taken on a revisit."""
        return [f for f in self.files if f.kind is FileKind.PHOTO and f.revisit_id == revisit.id]

    @property
    def photos(self) -> dict[Phase, list[Attachment]]:
        """Photos by when they were taken, but those of revisits."""
        shown = [f for f in self.files if f.kind is FileKind.PHOTO and f.revisit_id is None]
        found = {phase: [f for f in shown if f.phase is phase] for phase in Phase}
        return {phase: files for phase, files in found.items() if files}

    @property
    def documents(self) -> list[Attachment]:
        """Documents, newest first."""
        return [f for f in reversed(self.files) if f.kind is FileKind.DOCUMENT]

    def holding(self, *roles: DutyRole) -> list[Duty]:
        """Return who answers in these roles on the day, in the order of the roles."""
        now = [d for d in self.duties if self.is_holding(d) and d.role in roles]
        return sorted(now, key=lambda d: roles.index(d.role))

    def is_holding(self, duty: Duty) -> bool:
        """Say whether somebody answers in that role on the day."""
        return duty.from_on <= self.day and (duty.until_on is None or duty.until_on >= self.day)

    @property
    def former_duties(self) -> list[Duty]:
        """Who answered once, or will, newest first."""
        return [d for d in reversed(self.duties) if not self.is_holding(d)]


@dataclass(frozen=True)
class Original:
    """A row of a table that was imported, as everybody may read it."""

    batch: ImportBatch
    row: int
    cells: dict[str, str]
    """Header -> text as published, but for numbers of private persons."""


def original(source: ProjectSource) -> Original:
    """Return a row without mobile and identity numbers, which tables for the office carry."""
    cells = {name: without_private_numbers(text) for name, text in source.cells.items()}
    return Original(source.batch, source.row, cells)


@dataclass(frozen=True)
class Step:
    """A stage on the way, and what is on record of it."""

    stage: Stage
    record: StageRecord | None
    state: str
    """'done', 'current', 'next'; 'unknown' when it is behind but not on record, 'none' where
    it does not apply."""


@dataclass(frozen=True)
class Task:
    """A milestone and the tasks it is split into."""

    row: Milestone
    parts: list["Task"] = field(default_factory=list)


def stage_steps(current: Stage, nature: Nature, records: Iterable[StageRecord]) -> list[Step]:
    """Return all stages in their order. Services and policies are not handed over."""
    known = {r.stage: r for r in records}
    order = list(Stage)
    steps = []
    for place, stage in enumerate(order):
        if stage is current:
            state = "current"
        elif place < order.index(current):
            state = "done" if stage in known else "unknown"
        else:
            is_none = stage is Stage.UPKEEP and nature is not Nature.WORKS
            state = "none" if is_none else "next"
        steps.append(Step(stage, known.get(stage), state))
    return steps


def task_tree(milestones: Sequence[Milestone]) -> list[Task]:
    """Return milestones as a tree; one whose parent is not there stands at the top."""
    tasks = {m.id: Task(m) for m in milestones}
    top = []
    for task in tasks.values():
        above = tasks.get(task.row.parent_id or 0)
        (above.parts if above else top).append(task)
    return top

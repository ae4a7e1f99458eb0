"""Tables of plan and progress."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Numeric,
    Table,
    UniqueConstraint,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base
from portal.departments.models import Department
from portal.projects.kinds import BlockerKind, Grain, ProjectStatus
from portal.projects.models import ImportBatch
from portal.projects.schedule.rules import Light


class PlanPoint(Base):
    """One point of a project's plan curve (序时计划): so much by the end of that day."""

    __tablename__ = "plan_point"
    __table_args__ = (
        UniqueConstraint("project_id", "by_on"),
        CheckConstraint("percent >= 0", name="percent_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    by_on: Mapped[date] = mapped_column(comment="end of a month or quarter, as planned")
    percent: Mapped[Decimal] = mapped_column(
        Numeric(7, 2), comment="percent of the year's target by then; over 100 when stretched"
    )


class Milestone(Base):
    """A task on the way (节点), planned and actual, with whoever answers for it.

    Tasks split: a month's task has week's or day's tasks below it.
    """

    __tablename__ = "milestone"
    __table_args__ = (Index(None, "project_id", "planned_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    parent_id: Mapped[int | None] = mapped_column(
        ForeignKey("milestone.id", ondelete="SET NULL"), comment="the task it is a part of"
    )
    name: Mapped[str] = mapped_column()
    grain: Mapped[Grain] = mapped_column(default=Grain.MONTH)
    planned_on: Mapped[date] = mapped_column(comment="to be reached by the end of this day")
    actual_on: Mapped[date | None] = mapped_column(comment="reached on; empty while it is not")
    person: Mapped[str] = mapped_column(comment="who answers for it")
    post: Mapped[str] = mapped_column(comment="the post that person holds")


class ProgressReport(Base):
    """What a department reported (进展填报), as published. Never changed."""

    __tablename__ = "progress_report"
    __table_args__ = (
        Index(None, "project_id", "as_of"),
        CheckConstraint("percent IS NULL OR percent >= 0", name="percent_not_negative"),
        CheckConstraint("percent IS NOT NULL OR narrative <> ''", name="says_something"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    as_of: Mapped[date] = mapped_column(comment="the day the report speaks of")
    status: Mapped[ProjectStatus] = mapped_column(comment="status as reported")
    percent: Mapped[Decimal | None] = mapped_column(Numeric(9, 2), comment="completion in percent")
    planned: Mapped[Decimal | None] = mapped_column(
        Numeric(9, 2), comment="percent the plan wanted on that day, frozen"
    )
    invested_fen: Mapped[int | None] = mapped_column(BigInteger, comment="work done in money, 分")
    narrative: Mapped[str] = mapped_column(comment="what was done")
    problems: Mapped[str] = mapped_column(default="", comment="what holds it up, may be empty")
    next_step: Mapped[str] = mapped_column(default="", comment="what comes next")
    published_at: Mapped[datetime] = mapped_column()
    batch_id: Mapped[int | None] = mapped_column(
        ForeignKey("import_batch.id"),
        comment="the import it came by; shown nowhere once that is undone",
    )


_undone = select(ImportBatch.id).where(ImportBatch.undone_at.is_not(None))

STANDS = or_(ProgressReport.batch_id.is_(None), ProgressReport.batch_id.not_in(_undone))
"""Not a report that came by an import which was undone: such a one is kept and shown nowhere."""


class Remedy(Base):
    """Why a project lags, what is done about it and until when (一项目一策). Never changed.

    Each new one is a new version; the promise's own date is not touched by it.
    """

    __tablename__ = "remedy"
    __table_args__ = (UniqueConstraint("project_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    report_id: Mapped[int | None] = mapped_column(ForeignKey("progress_report.id"))
    number: Mapped[int] = mapped_column(comment="version, 1, 2, ... within the project")
    cause: Mapped[str] = mapped_column()
    measure: Mapped[str] = mapped_column(comment="what is done about it")
    new_date: Mapped[date] = mapped_column(comment="new internal date by which it is made up")
    published_at: Mapped[datetime] = mapped_column()


blocker_assist = Table(
    "blocker_assist",
    Base.metadata,
    Column("blocker_id", ForeignKey("blocker.id", ondelete="CASCADE"), primary_key=True),
    Column("department_id", ForeignKey("department.id"), primary_key=True),
)


class Blocker(Base):
    """Something that holds a project up, and who removes it by when (堵点难点)."""

    __tablename__ = "blocker"
    __table_args__ = (
        CheckConstraint("resolved_on IS NULL OR resolved_on >= raised_on", name="resolved_later"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    kind: Mapped[BlockerKind] = mapped_column()
    description: Mapped[str] = mapped_column()
    department_id: Mapped[int] = mapped_column(
        ForeignKey("department.id"), index=True, comment="department that leads its removal"
    )
    raised_on: Mapped[date] = mapped_column()
    due_on: Mapped[date] = mapped_column(comment="to be removed by")
    resolved_on: Mapped[date | None] = mapped_column(comment="removed on; empty while it stands")
    resolution: Mapped[str] = mapped_column(default="", comment="how it was removed")

    department: Mapped[Department] = relationship()
    assistants: Mapped[list[Department]] = relationship(
        secondary=blocker_assist, order_by="Department.sort_order"
    )


class Standing(Base):
    """How a project stands on a day: what `schedule.rules` says of it, kept for lists.

    Nothing is decided from here: it is made anew from the project whenever that changes and
    whenever a new day begins (`schedule.standings`), and a test recounts it.
    """

    __tablename__ = "project_standing"
    __table_args__ = (Index(None, "light", "project_id"),)

    project_id: Mapped[int] = mapped_column(
        ForeignKey("project.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[date] = mapped_column(index=True, comment="the day it was made for")
    light: Mapped[Light] = mapped_column()
    rank: Mapped[int] = mapped_column(comment="how grave the light is, 0 first; for sorting")
    ends_on: Mapped[date] = mapped_column(
        index=True, comment="promised completion now, or the end of the list's year"
    )
    planned: Mapped[Decimal] = mapped_column(Numeric(9, 2), comment="percent the plan wants")
    gap: Mapped[Decimal | None] = mapped_column(
        Numeric(9, 2), comment="done minus planned, percentage points"
    )
    ratio: Mapped[Decimal | None] = mapped_column(
        Numeric(9, 2), comment="done in percent of planned"
    )
    start_late: Mapped[int] = mapped_column(comment="0 no, 1 yellow, 2 red: not begun in time")
    funds_behind: Mapped[int] = mapped_column(comment="0 no, 1 yellow, 2 red: paid behind plan")
    is_stale: Mapped[bool] = mapped_column(comment="no report within the county's rhythm")
    needs_rejudging: Mapped[bool] = mapped_column(
        comment="may read otherwise tomorrow: work is neither accepted nor stopped"
    )

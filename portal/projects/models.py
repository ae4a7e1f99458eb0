"""Tables of the promise itself, and of the published rows it came from."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Numeric,
    UniqueConstraint,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.county.models import Town
from portal.db import Base
from portal.departments.models import Department
from portal.projects.kinds import DecisionKind, Level, Nature, ProjectStatus, Stage
from portal.projects.people.models import Leader


class Project(Base):
    """One promise of a year's list (民生实事项目)."""

    __tablename__ = "project"
    __table_args__ = (
        UniqueConstraint("year", "source_key"),
        Index(None, "year", "sort_order", "id"),
        Index(None, "status", "id"),
        Index(None, "status", "nature", "handed_over_on"),
        Index(None, "field"),
        Index(None, "level"),
        Index(None, "stage"),
        Index(None, "updated_at", "id"),
        CheckConstraint("percent IS NULL OR percent >= 0", name="percent_not_negative"),
        CheckConstraint("amount_fen IS NULL OR amount_fen >= 0", name="amount_not_negative"),
        CheckConstraint("invested_fen IS NULL OR invested_fen >= 0", name="invested_not_negative"),
        CheckConstraint("stretch_percent > 0", name="stretch_positive"),
        CheckConstraint(
            "completed_on IS NULL OR status = 'completed'", name="completed_on_if_completed"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True, comment="year-number, as in addresses")
    year: Mapped[int] = mapped_column(comment="the year of the list")
    source_key: Mapped[str] = mapped_column(comment="number and name as published, folded")
    sort_order: Mapped[int] = mapped_column(comment="place in the published list")
    number: Mapped[str] = mapped_column(comment="序号 as published, may be empty")
    name: Mapped[str] = mapped_column()
    content: Mapped[str] = mapped_column(comment="what is promised, as published")
    field: Mapped[str] = mapped_column(comment="领域, such as 教育 or 交通; may be empty")
    place: Mapped[str] = mapped_column(comment="建设地点 as published, may be empty")
    town_code: Mapped[str | None] = mapped_column(ForeignKey("town.code"), index=True)
    department_id: Mapped[int | None] = mapped_column(
        ForeignKey("department.id"), index=True, comment="牵头单位 now; empty when unknown"
    )
    department_text: Mapped[str] = mapped_column(comment="responsible units as published")
    leader_id: Mapped[int | None] = mapped_column(
        ForeignKey("leader.id"), index=True, comment="分包县级领导 now; kept by its duty rows"
    )
    level: Mapped[Level] = mapped_column(default=Level.COUNTY, comment="县定, or assessed above")
    nature: Mapped[Nature] = mapped_column(default=Nature.WORKS, comment="what kind of promise")
    stage: Mapped[Stage] = mapped_column(
        default=Stage.LIST, comment="furthest stage on record, kept by project_stage"
    )
    document_no: Mapped[str] = mapped_column(default="", comment="文号 of the list, may be empty")
    amount_fen: Mapped[int | None] = mapped_column(BigInteger, comment="planned money, 分")
    amount_text: Mapped[str] = mapped_column(comment="the amount as published")
    invested_fen: Mapped[int | None] = mapped_column(BigInteger, comment="work done in money, 分")
    start_on: Mapped[date | None] = mapped_column(comment="planned start")
    promised_on: Mapped[date | None] = mapped_column(
        comment="completion as first promised; never changed once published"
    )
    due_on: Mapped[date | None] = mapped_column(
        comment="completion as promised now; differs from promised_on only by a decision"
    )
    due_text: Mapped[str] = mapped_column(comment="the deadline as published")
    stretch_percent: Mapped[Decimal] = mapped_column(
        Numeric(6, 2),
        default=Decimal(100),
        comment="what a straight plan reaches by the end; 120 where the aim is stretched",
    )
    is_green_channel: Mapped[bool] = mapped_column(default=False, comment="绿色通道")
    status: Mapped[ProjectStatus] = mapped_column()
    percent: Mapped[Decimal | None] = mapped_column(
        Numeric(9, 2), comment="reported completion in percent; over 100 exists; empty if none"
    )
    progress_text: Mapped[str] = mapped_column(comment="the report in words")
    reported_on: Mapped[date | None] = mapped_column(comment="the day the report speaks of")
    completed_on: Mapped[date | None] = mapped_column(comment="day of acceptance")
    handed_over_on: Mapped[date | None] = mapped_column(
        comment="day of handover to whoever looks after it; kept by handover"
    )
    updated_at: Mapped[datetime] = mapped_column(comment="last change of any public field")
    withdrawn_at: Mapped[datetime | None] = mapped_column(
        index=True, comment="the import it came by was undone; shown nowhere"
    )
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}

    town: Mapped[Town | None] = relationship()
    department: Mapped[Department | None] = relationship()
    leader: Mapped[Leader | None] = relationship()
    sources: Mapped[list["ProjectSource"]] = relationship(
        back_populates="project", order_by="ProjectSource.id"
    )
    items: Mapped[list["Item"]] = relationship(
        back_populates="project", order_by="Item.sort_order, Item.id"
    )
    sites: Mapped[list["Site"]] = relationship(
        back_populates="project", order_by="Site.number, Site.id"
    )


_own = Project.__table__.alias()

LISTED = Project.id.not_in(select(_own.c.id).where(_own.c.withdrawn_at.is_not(None)))
"""Not withdrawn. Said like this, counts are still read off an index: few are withdrawn."""


class Item(Base):
    """A measurable part of a promise (子项): how much of what, and how much of it is done."""

    __tablename__ = "project_item"
    __table_args__ = (
        CheckConstraint("quantity IS NULL OR quantity >= 0", name="quantity_not_negative"),
        CheckConstraint("done IS NULL OR done >= 0", name="done_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    sort_order: Mapped[int] = mapped_column(default=0, comment="place within the project")
    name: Mapped[str] = mapped_column()
    quantity: Mapped[Decimal | None] = mapped_column(
        Numeric(18, 4), comment="the year's target; empty: none was set, and no rate is shown"
    )
    unit: Mapped[str] = mapped_column(default="", comment="unit of quantity and done, such as 公里")
    done: Mapped[Decimal | None] = mapped_column(Numeric(18, 4), comment="reached so far")
    percent: Mapped[Decimal | None] = mapped_column(
        Numeric(9, 2), comment="completion as published, where no quantities are given"
    )
    is_lower_better: Mapped[bool] = mapped_column(
        default=False, comment="the target is a ceiling, such as a rate of unemployment"
    )
    due_on: Mapped[date | None] = mapped_column(comment="own deadline, where it has one")
    owner: Mapped[str] = mapped_column(default="", comment="业主单位 as published, may be empty")
    note: Mapped[str] = mapped_column(default="")

    project: Mapped[Project] = relationship(back_populates="items")


class Site(Base):
    """One place a promise is kept at (点位); it may lag while the project is fine."""

    __tablename__ = "project_site"
    __table_args__ = (
        UniqueConstraint("project_id", "number"),
        CheckConstraint("percent IS NULL OR percent >= 0", name="percent_not_negative"),
        CheckConstraint(
            "latitude IS NULL OR (latitude BETWEEN -90 AND 90)", name="latitude_on_earth"
        ),
        CheckConstraint(
            "longitude IS NULL OR (longitude BETWEEN -180 AND 180)", name="longitude_on_earth"
        ),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="both_coordinates"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    number: Mapped[int] = mapped_column(comment="1, 2, ... within the project; on its poster")
    name: Mapped[str] = mapped_column()
    address: Mapped[str] = mapped_column(default="")
    town_code: Mapped[str | None] = mapped_column(ForeignKey("town.code"), index=True)
    latitude: Mapped[Decimal | None] = mapped_column(Numeric(9, 6), comment="degrees north, WGS 84")
    longitude: Mapped[Decimal | None] = mapped_column(Numeric(9, 6), comment="degrees east, WGS 84")
    status: Mapped[ProjectStatus] = mapped_column(default=ProjectStatus.PLANNED)
    percent: Mapped[Decimal | None] = mapped_column(Numeric(9, 2), comment="completion in percent")
    note: Mapped[str] = mapped_column(default="", comment="what is done or holds it up")

    project: Mapped[Project] = relationship(back_populates="sites")
    town: Mapped[Town | None] = relationship()


class StageRecord(Base):
    """When a project reached a stage, and the document that says so."""

    __tablename__ = "project_stage"
    __table_args__ = (UniqueConstraint("project_id", "stage"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    stage: Mapped[Stage] = mapped_column()
    reached_on: Mapped[date] = mapped_column()
    document_no: Mapped[str] = mapped_column(default="", comment="文号, may be empty")
    note: Mapped[str] = mapped_column(default="", comment="what happened, in a sentence")


class Decision(Base):
    """A decision that changed a published promise, and what it changed.

    Source: 陕西省民生实事项目人大代表票决制规定, art. 18: major changes, pause or termination
    are decided by the standing committee of the people's congress and made public.
    """

    __tablename__ = "project_decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    kind: Mapped[DecisionKind] = mapped_column()
    decided_by: Mapped[str] = mapped_column(comment="the body that decided")
    document_no: Mapped[str] = mapped_column(comment="number of the decision")
    decided_on: Mapped[date] = mapped_column()
    reason: Mapped[str] = mapped_column()
    due_before: Mapped[date | None] = mapped_column(comment="promised completion until then")
    due_after: Mapped[date | None] = mapped_column(comment="promised completion from then on")
    item_id: Mapped[int | None] = mapped_column(
        ForeignKey("project_item.id", ondelete="SET NULL"), comment="the item whose target changed"
    )
    target_before: Mapped[str] = mapped_column(default="", comment="target until then, in words")
    target_after: Mapped[str] = mapped_column(default="", comment="target from then on, in words")


class ImportBatch(Base):
    """One run of an import: which file, by whom, with what outcome; it can be undone once."""

    __tablename__ = "import_batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column()
    actor: Mapped[str] = mapped_column(comment="user name, or 'system' on the command line")
    year: Mapped[int] = mapped_column(comment="the year the list was read for")
    file_name: Mapped[str] = mapped_column()
    file_hash: Mapped[str] = mapped_column(comment="SHA-256 of the file, hex")
    title: Mapped[str] = mapped_column(comment="the title above the table, may be empty")
    report: Mapped[dict[str, Any]] = mapped_column(JSON, comment="counts and flags as printed")
    before: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict, comment="what the changed projects said before, to undo the batch"
    )
    undone_at: Mapped[datetime | None] = mapped_column(comment="when it was undone")
    undone_by: Mapped[str] = mapped_column(default="", comment="user name of who undid it")


class ProjectSource(Base):
    """A published row a project was made or updated from, cell by cell. Never changed."""

    __tablename__ = "project_source"

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id"), index=True)
    row: Mapped[int] = mapped_column(comment="row of the file, counted from 1")
    cells: Mapped[dict[str, Any]] = mapped_column(JSON, comment="header -> text as published")

    project: Mapped[Project] = relationship(back_populates="sources")
    batch: Mapped[ImportBatch] = relationship()

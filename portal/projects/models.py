"""Tables of projects and of the published rows they came from."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Numeric,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.county.models import Town
from portal.db import Base
from portal.departments.models import Department


class ProjectStatus(StrEnum):
    """How far a project is, as its department reports it."""

    PLANNED = "planned"  # 未开工
    IN_PROGRESS = "in_progress"  # 实施中
    COMPLETED = "completed"  # 已完成


class Project(Base):
    """One promise of a year's list (民生实事项目)."""

    __tablename__ = "project"
    __table_args__ = (
        UniqueConstraint("year", "source_key"),
        Index(None, "year", "sort_order", "id"),
        Index(None, "status", "id"),
        CheckConstraint("percent IS NULL OR percent >= 0", name="percent_not_negative"),
        CheckConstraint("amount_fen IS NULL OR amount_fen >= 0", name="amount_not_negative"),
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
        ForeignKey("department.id"), index=True, comment="牵头单位; empty when unknown"
    )
    department_text: Mapped[str] = mapped_column(comment="responsible units as published")
    amount_fen: Mapped[int | None] = mapped_column(BigInteger, comment="planned money, 分")
    amount_text: Mapped[str] = mapped_column(comment="the amount as published")
    start_on: Mapped[date | None] = mapped_column(comment="planned start")
    due_on: Mapped[date | None] = mapped_column(comment="promised completion")
    due_text: Mapped[str] = mapped_column(comment="the deadline as published")
    status: Mapped[ProjectStatus] = mapped_column()
    percent: Mapped[Decimal | None] = mapped_column(
        Numeric(9, 2), comment="reported completion in percent; over 100 exists; empty if none"
    )
    progress_text: Mapped[str] = mapped_column(comment="the report in words")
    reported_on: Mapped[date | None] = mapped_column(comment="the day the report speaks of")
    completed_on: Mapped[date | None] = mapped_column(comment="day of acceptance")
    updated_at: Mapped[datetime] = mapped_column(comment="last change of any public field")

    town: Mapped[Town | None] = relationship()
    department: Mapped[Department | None] = relationship()
    sources: Mapped[list["ProjectSource"]] = relationship(
        back_populates="project", order_by="ProjectSource.id"
    )


class ImportBatch(Base):
    """One run of an import: which file, by whom, with what outcome."""

    __tablename__ = "import_batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column()
    actor: Mapped[str] = mapped_column(comment="user name, or 'system' on the command line")
    year: Mapped[int] = mapped_column(comment="the year the list was read for")
    file_name: Mapped[str] = mapped_column()
    file_hash: Mapped[str] = mapped_column(comment="SHA-256 of the file, hex")
    title: Mapped[str] = mapped_column(comment="the title above the table, may be empty")
    report: Mapped[dict[str, Any]] = mapped_column(JSON, comment="counts and flags as printed")


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

"""Tables of handover and revisits."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base
from portal.departments.models import Department


class Handover(Base):
    """Who looks after a finished project: body, money and rules (管护主体、资金、制度)."""

    __tablename__ = "handover"

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), unique=True)
    handed_over_on: Mapped[date] = mapped_column()
    body: Mapped[str] = mapped_column(comment="管护主体: who looks after it")
    funding: Mapped[str] = mapped_column(comment="管护资金: from what, how much a year")
    rules: Mapped[str] = mapped_column(comment="管护制度: by which rules, how often")
    phone: Mapped[str] = mapped_column(comment="where a fault is reported")
    operator: Mapped[str] = mapped_column(
        default="", comment="company or association that runs it, where society takes part"
    )
    document_no: Mapped[str] = mapped_column(default="")


class Revisit(Base):
    """A visit some months after completion to see whether it still serves (回头看)."""

    __tablename__ = "revisit"
    __table_args__ = (
        UniqueConstraint("project_id", "months"),
        CheckConstraint("score IS NULL OR (score BETWEEN 0 AND 100)", name="score_of_hundred"),
        CheckConstraint("(score IS NULL) = (done_on IS NULL)", name="scored_when_done"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    months: Mapped[int] = mapped_column(comment="months after completion")
    due_on: Mapped[date] = mapped_column(comment="to be made by")
    done_on: Mapped[date | None] = mapped_column(comment="made on; empty while it is due")
    by: Mapped[str] = mapped_column(default="", comment="who went")
    checklist: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict, comment="point of the county's checklist -> whether it is in order"
    )
    score: Mapped[int | None] = mapped_column(comment="0 to 100")
    summary: Mapped[str] = mapped_column(default="", comment="what was seen")


class RevisitProblem(Base):
    """Something a revisit found; a task until it is fixed."""

    __tablename__ = "revisit_problem"
    __table_args__ = (
        CheckConstraint("fixed_on IS NULL OR fixed_on >= found_on", name="fixed_later"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    revisit_id: Mapped[int] = mapped_column(ForeignKey("revisit.id"), index=True)
    description: Mapped[str] = mapped_column()
    department_id: Mapped[int] = mapped_column(
        ForeignKey("department.id"), index=True, comment="who has to fix it"
    )
    found_on: Mapped[date] = mapped_column()
    due_on: Mapped[date] = mapped_column(comment="to be fixed by")
    fixed_on: Mapped[date | None] = mapped_column(comment="fixed on; empty while it stands")
    fix_note: Mapped[str] = mapped_column(default="", comment="what was done")

    department: Mapped[Department] = relationship()
    revisit: Mapped[Revisit] = relationship()

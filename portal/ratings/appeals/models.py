"""The table of appeals against ratings."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base
from portal.departments.models import Department
from portal.language import N_
from portal.projects.models import Project
from portal.ratings.models import Rating


class Ground(StrEnum):
    """On what an appeal rests (国办发〔2019〕51号: 误评、恶意差评)."""

    MISTAKEN = "mistaken"
    MALICIOUS = "malicious"


GROUND_LABELS = {
    Ground.MISTAKEN: N_("误评：评的不是这个项目"),
    Ground.MALICIOUS: N_("恶意差评"),
}


class Ruling(StrEnum):
    """What the inspection office decided."""

    UPHELD = "upheld"
    DISMISSED = "dismissed"


RULING_LABELS = {
    Ruling.UPHELD: N_("申诉成立，评价不计入"),
    Ruling.DISMISSED: N_("申诉不成立，评价照常计入"),
}


class Appeal(Base):
    """A department's one appeal against a rating; until it is decided the rating counts."""

    __tablename__ = "rating_appeal"
    __table_args__ = (
        CheckConstraint("(ruling IS NULL) = (decided_at IS NULL)", name="ruling_if_decided"),
        Index(None, "decided_at", "filed_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    rating_id: Mapped[int] = mapped_column(ForeignKey("rating.id"), unique=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), index=True)
    ground: Mapped[Ground] = mapped_column()
    reason: Mapped[str] = mapped_column(comment="the department's words; staff only")
    filed_by: Mapped[str] = mapped_column(comment="user name")
    filed_at: Mapped[datetime] = mapped_column()
    ruling: Mapped[Ruling | None] = mapped_column()
    decided_by: Mapped[str] = mapped_column(comment="user name; empty while undecided")
    decided_at: Mapped[datetime | None] = mapped_column()
    decision_note: Mapped[str] = mapped_column(comment="why it was decided so; may be shown")
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    rating: Mapped[Rating] = relationship()
    project: Mapped[Project] = relationship()
    department: Mapped[Department] = relationship()

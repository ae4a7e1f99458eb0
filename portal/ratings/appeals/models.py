"""The table of appeals against ratings."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base
from portal.departments.models import Department
from portal.language import N_
from portal.projects.models import Project
from portal.ratings.kinds import BAD, Standing
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
    Ruling.UPHELD: N_("申诉成立"),
    Ruling.DISMISSED: N_("申诉不成立"),
}

RULING_HINTS = {
    Ruling.UPHELD: N_("这份评价不再计入，回访停办；公开为“申诉成立”一类。"),
    Ruling.DISMISSED: N_("评价照常计入，回访时限不变，按原来的时间计算。"),
}
"""What follows; while an appeal is open nothing does."""


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

    @property
    def can_be_upheld(self) -> bool:
        """Whether there still is a bad rating to take out of the figures.

        A resident may have changed or erased it, or a moderator rejected it, meanwhile.
        """
        is_there = self.rating.standing in (Standing.COUNTED, Standing.SET_ASIDE)
        return is_there and self.rating.level <= BAD

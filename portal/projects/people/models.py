"""Tables of who answers for a project."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base
from portal.departments.models import Department
from portal.projects.kinds import DutyRole


class Leader(Base):
    """A county leader who takes charge of projects (县级领导分包)."""

    __tablename__ = "leader"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True, comment="short stable key for addresses")
    name: Mapped[str] = mapped_column()
    post: Mapped[str] = mapped_column(comment="the office held")
    sort_order: Mapped[int] = mapped_column(comment="the county's own order of leaders")
    is_active: Mapped[bool] = mapped_column(default=True, comment="holds the office now")


class Duty(Base):
    """Who answers for a project in one capacity, from a day until a day."""

    __tablename__ = "project_duty"
    __table_args__ = (
        CheckConstraint(
            "(role = 'county_leader') = (leader_id IS NOT NULL)", name="leader_if_county_leader"
        ),
        CheckConstraint(
            "(role IN ('lead', 'assist')) = (department_id IS NOT NULL)",
            name="department_if_lead_or_assist",
        ),
        CheckConstraint(
            "name <> '' OR role NOT IN ('first', 'in_charge')", name="person_has_a_name"
        ),
        CheckConstraint("until_on IS NULL OR until_on >= from_on", name="ends_after_it_begins"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    role: Mapped[DutyRole] = mapped_column()
    leader_id: Mapped[int | None] = mapped_column(ForeignKey("leader.id"), index=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"), index=True)
    name: Mapped[str] = mapped_column(default="", comment="person in charge, for those roles")
    post: Mapped[str] = mapped_column(default="", comment="the post that person holds")
    from_on: Mapped[date] = mapped_column()
    until_on: Mapped[date | None] = mapped_column(comment="last day; empty while it lasts")

    leader: Mapped[Leader | None] = relationship()
    department: Mapped[Department | None] = relationship()

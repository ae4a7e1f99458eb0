"""Tables of quality and safety."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base
from portal.projects.kinds import HazardLevel, HonourKind, InspectionKind, ParticipantRole, Result


class Participant(Base):
    """A company that had a part in the works, so that quality can be traced to it."""

    __tablename__ = "participant"

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    role: Mapped[ParticipantRole] = mapped_column()
    name: Mapped[str] = mapped_column()
    credit_code: Mapped[str] = mapped_column(default="", comment="统一社会信用代码, 18 signs")
    person: Mapped[str] = mapped_column(default="", comment="its person in charge on site")
    scope: Mapped[str] = mapped_column(default="", comment="which part or material")


class Inspection(Base):
    """An inspection of the works (检查)."""

    __tablename__ = "inspection"

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    kind: Mapped[InspectionKind] = mapped_column()
    inspected_on: Mapped[date] = mapped_column()
    by: Mapped[str] = mapped_column(comment="who inspected")
    result: Mapped[Result] = mapped_column()
    finding: Mapped[str] = mapped_column(default="")


class Hazard(Base):
    """A hazard that was found, with the day by which it is to be gone (隐患)."""

    __tablename__ = "hazard"
    __table_args__ = (
        CheckConstraint("fixed_on IS NULL OR fixed_on >= found_on", name="fixed_later"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    level: Mapped[HazardLevel] = mapped_column()
    description: Mapped[str] = mapped_column()
    found_on: Mapped[date] = mapped_column()
    fix_by: Mapped[date] = mapped_column(comment="to be gone by")
    fixed_on: Mapped[date | None] = mapped_column(comment="gone on; empty while it stands")
    fix_note: Mapped[str] = mapped_column(default="", comment="what was done")


class QualityTest(Base):
    """A test by a third party (第三方检测评估)."""

    __tablename__ = "quality_test"

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    agency: Mapped[str] = mapped_column(comment="who tested")
    tested_on: Mapped[date] = mapped_column()
    subject: Mapped[str] = mapped_column(comment="what was tested")
    result: Mapped[Result] = mapped_column()
    document_no: Mapped[str] = mapped_column(default="", comment="number of the report")


class Acceptance(Base):
    """An acceptance of the works (验收), by which standard and with what result."""

    __tablename__ = "acceptance"

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    accepted_on: Mapped[date] = mapped_column()
    by: Mapped[str] = mapped_column(comment="who accepted")
    standard: Mapped[str] = mapped_column(comment="the standard it was held against")
    result: Mapped[Result] = mapped_column()
    is_final: Mapped[bool] = mapped_column(comment="of the whole project, not of a part")
    document_no: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")


class Honour(Base):
    """An honour that was awarded (优质工程 and the like)."""

    __tablename__ = "honour"

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    kind: Mapped[HonourKind] = mapped_column()
    title: Mapped[str] = mapped_column()
    awarded_by: Mapped[str] = mapped_column()
    awarded_on: Mapped[date] = mapped_column()
    document_no: Mapped[str] = mapped_column(default="")

"""Tables of what staff prepare, what was published of it, and what is attached."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base
from portal.departments.models import Department
from portal.files.models import StoredFile
from portal.language import N_
from portal.projects.kinds import FileKind, Phase
from portal.projects.models import Project


class Operation(StrEnum):
    """What a draft does to its section."""

    ADD = "add"
    CHANGE = "change"
    REMOVE = "remove"


OPERATION_LABELS = {
    Operation.ADD: N_("新增"),
    Operation.CHANGE: N_("修改"),
    Operation.REMOVE: N_("删除"),
}


class DraftState(StrEnum):
    """Where a draft is on its way to the public."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    PUBLISHED = "published"
    RETURNED = "returned"
    DROPPED = "dropped"


DRAFT_LABELS = {
    DraftState.DRAFT: N_("草稿"),
    DraftState.SUBMITTED: N_("待审核"),
    DraftState.PUBLISHED: N_("已公开"),
    DraftState.RETURNED: N_("已退回"),
    DraftState.DROPPED: N_("已撤销"),
}


class Draft(Base):
    """A change to one row of one section of a project, on its way to be published."""

    __tablename__ = "project_draft"
    __table_args__ = (
        Index(None, "state", "submitted_at", "id"),
        Index(None, "project_id", "state", "id"),
        CheckConstraint("(operation = 'add') = (target_id IS NULL)", name="target_unless_add"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    section: Mapped[str] = mapped_column(comment="key of projects.sections.SECTIONS")
    operation: Mapped[Operation] = mapped_column()
    target_id: Mapped[int | None] = mapped_column(comment="the row changed or removed")
    before: Mapped[dict[str, Any]] = mapped_column(
        JSON, comment="what the row said when the draft was begun; field -> written value"
    )
    after: Mapped[dict[str, Any]] = mapped_column(JSON, comment="field -> written value")
    state: Mapped[DraftState] = mapped_column()
    author: Mapped[str] = mapped_column(comment="user name")
    author_account_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id"), comment="empty for the system"
    )
    department_id: Mapped[int | None] = mapped_column(
        ForeignKey("department.id"), comment="the author's department, for officers"
    )
    created_at: Mapped[datetime] = mapped_column()
    submitted_at: Mapped[datetime | None] = mapped_column(comment="handed in for review")
    decided_at: Mapped[datetime | None] = mapped_column(comment="published or returned")
    decided_by: Mapped[str] = mapped_column(default="", comment="user name of the reviewer")
    note: Mapped[str] = mapped_column(default="", comment="the reviewer's words to the author")
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}

    project: Mapped[Project] = relationship()
    department: Mapped[Department | None] = relationship()


class Change(Base):
    """One public field that changed: who, when, from what to what. Never changed itself."""

    __tablename__ = "project_change"
    __table_args__ = (Index(None, "project_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    at: Mapped[datetime] = mapped_column()
    actor: Mapped[str] = mapped_column(comment="user name; shown to staff only")
    organisation: Mapped[str] = mapped_column(comment="on whose behalf; shown to everybody")
    section: Mapped[str] = mapped_column(comment="key of projects.sections.SECTIONS")
    row: Mapped[str] = mapped_column(default="", comment="what the row is called, may be empty")
    field: Mapped[str] = mapped_column(comment="name of the field, '' when the row went")
    before: Mapped[str] = mapped_column(default="", comment="as a reader would have seen it")
    after: Mapped[str] = mapped_column(default="", comment="as a reader sees it now")


class Attachment(Base):
    """A photo or a document that everybody may see with a project."""

    __tablename__ = "attachment"
    __table_args__ = (
        CheckConstraint("description <> ''", name="described"),
        CheckConstraint("(kind = 'photo') = (phase IS NOT NULL)", name="phase_of_photos"),
        Index(None, "project_id", "kind", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), index=True)
    kind: Mapped[FileKind] = mapped_column()
    phase: Mapped[Phase | None] = mapped_column(comment="of a photo")
    description: Mapped[str] = mapped_column(
        comment="what a photo shows, for those who cannot see it; the title of a document"
    )
    name: Mapped[str] = mapped_column(comment="file name offered when it is saved")
    revisit_id: Mapped[int | None] = mapped_column(
        ForeignKey("revisit.id"), index=True, comment="the revisit a photo was taken on"
    )
    taken_on: Mapped[date | None] = mapped_column(comment="day of the photo or document")

    file: Mapped[StoredFile] = relationship()

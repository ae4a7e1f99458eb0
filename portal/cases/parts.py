"""Tables of what hangs on a case: who is complained about, files, tasks, questions, appeals."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Account
from portal.cases.kinds import CONFLICTING, AppealKind, TargetKind
from portal.cases.workflow import Visibility
from portal.db import Base
from portal.departments.models import Department
from portal.files.models import StoredFile
from portal.routing.models import RoutingModel
from portal.security import Actor


class CaseTarget(Base):
    """Who or what the case complains about (被反映对象).

    Source: 信访工作条例, art. 28 (recusal) and art. 30 (never to the accused).
    """

    __tablename__ = "case_target"
    __table_args__ = (
        CheckConstraint(
            "kind <> 'department' OR department_id IS NOT NULL", name="department_is_named"
        ),
        CheckConstraint(
            "kind <> 'contractor' OR account_id IS NULL", name="contractor_has_no_desk"
        ),
        Index(None, "department_id", "case_id"),
        Index(None, "account_id", "case_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    kind: Mapped[TargetKind] = mapped_column()
    department_id: Mapped[int | None] = mapped_column(
        ForeignKey("department.id"), comment="the unit, or where the person works"
    )
    account_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id"), comment="the person, where they have a desk here"
    )
    name: Mapped[bytes | None] = mapped_column(
        LargeBinary, comment="sealed; of the person or contractor, as the resident wrote it"
    )

    case: Mapped[Any] = relationship("Case", back_populates="targets")
    department: Mapped[Department | None] = relationship()
    account: Mapped[Account | None] = relationship(lazy="joined")  # where they work counts

    @property
    def units(self) -> set[int | None]:
        """The departments that the case may not be handed to: as named, and as it is today."""
        now = self.account.department_id if self.account else None
        return {self.department_id, now}

    def recuses(self, actor: Actor) -> bool:
        """Whether the actor is the one complained about, or belongs to the unit that is.

        Colleagues of today count as those of then: `units`.
        """
        if self.kind not in CONFLICTING:
            return False
        is_theirs = actor.department_id is not None and actor.department_id in self.units
        is_they = self.account_id is not None and self.account_id == actor.account_id
        return is_theirs or is_they


class CaseFile(Base):
    """A photo or document beside a case. What came in stays; what is shown may be blacked out."""

    __tablename__ = "case_file"
    __table_args__ = (
        UniqueConstraint("case_id", "file_id"),
        CheckConstraint(
            "visibility <> 'public' OR public_file_id IS NOT NULL", name="public_has_its_file"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    file_id: Mapped[int] = mapped_column(
        ForeignKey("stored_file.id"), index=True, comment="as it came, without camera data"
    )
    name: Mapped[str] = mapped_column(comment="what the sender called it, for staff; may be empty")
    visibility: Mapped[Visibility] = mapped_column(comment="decided one by one")
    public_file_id: Mapped[int | None] = mapped_column(
        ForeignKey("stored_file.id"), index=True, comment="what the public sees"
    )
    note: Mapped[str] = mapped_column(
        default="", comment="why it is not shown, or not as it came; the writer reads it"
    )

    case: Mapped[Any] = relationship("Case", back_populates="files")
    file: Mapped[StoredFile] = relationship(foreign_keys=[file_id])
    public_file: Mapped[StoredFile | None] = relationship(foreign_keys=[public_file_id])


class CaseUpload(Base):
    """A file that came with a form not yet accepted; it waits for the next try."""

    __tablename__ = "case_upload"
    __table_args__ = (UniqueConstraint("submission_key", "file_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_key: Mapped[str] = mapped_column(comment="of the form it came with")
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), index=True)
    name: Mapped[str] = mapped_column(comment="what the sender called it; may be empty")
    created_at: Mapped[datetime] = mapped_column(index=True, comment="forgotten a day later")

    file: Mapped[StoredFile] = relationship()


class CaseAssist(Base):
    """What an assisting department (协办) was asked, by when, and what it gave the lead."""

    __tablename__ = "case_assist"
    __table_args__ = (
        CheckConstraint("(given_at IS NULL) = (was_in_time IS NULL)", name="frozen_when_given"),
        CheckConstraint("given_at IS NULL OR ended_at IS NULL", name="given_or_ended"),
        Index(None, "department_id", "given_at", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    task: Mapped[str] = mapped_column(comment="what it is asked for; staff only")
    asked_by: Mapped[str] = mapped_column(comment="user name")
    asked_at: Mapped[datetime] = mapped_column()
    due_at: Mapped[datetime] = mapped_column(comment="its own day, as promised")
    text: Mapped[str] = mapped_column(comment="its part, for the lead; empty until given")
    given_at: Mapped[datetime | None] = mapped_column()
    was_in_time: Mapped[bool | None] = mapped_column(comment="frozen when given")
    ended_at: Mapped[datetime | None] = mapped_column(comment="no longer needed, or the case left")

    case: Mapped[Any] = relationship("Case", back_populates="assists")
    department: Mapped[Department] = relationship()

    @property
    def is_open(self) -> bool:
        """Whether the part is still awaited."""
        return self.given_at is None and self.ended_at is None


class CaseQuestion(Base):
    """The one question a resident may ask after the answer (追问), and the reply."""

    __tablename__ = "case_question"
    __table_args__ = (
        CheckConstraint("(reply = '') = (replied_at IS NULL)", name="replied_at_if_replied"),
        CheckConstraint("released_at IS NULL OR replied_at IS NOT NULL", name="reply_then_release"),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True)
    text: Mapped[str] = mapped_column(comment="as the resident wrote it; never published")
    asked_at: Mapped[datetime] = mapped_column()
    due_at: Mapped[datetime] = mapped_column(comment="promised reply, as made")
    reply: Mapped[str] = mapped_column(comment="as the department wrote it, empty until then")
    replied_at: Mapped[datetime | None] = mapped_column()
    public_reply: Mapped[str] = mapped_column(comment="as released to the writer, empty until then")
    released_at: Mapped[datetime | None] = mapped_column(comment="by the moderator")

    case: Mapped[Any] = relationship("Case", back_populates="question")


class CaseAppeal(Base):
    """A resident's objection to what a moderator decided; another moderator decides on it."""

    __tablename__ = "case_appeal"
    __table_args__ = (
        CheckConstraint("(decided_at IS NULL) = (is_granted IS NULL)", name="decided_with_outcome"),
        Index(None, "decided_at", "filed_at", "id"),
        Index(
            "uq_case_appeal_open",
            "case_id",
            unique=True,
            sqlite_where=text("decided_at IS NULL"),
            postgresql_where=text("decided_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    against: Mapped[AppealKind] = mapped_column()
    decided_before_by: Mapped[str] = mapped_column(
        comment="user name of who decided first and may not decide again"
    )
    text: Mapped[str] = mapped_column(comment="why, in the resident's words; never published")
    filed_at: Mapped[datetime] = mapped_column()
    decided_by: Mapped[str] = mapped_column(comment="user name, empty until then; staff only")
    decided_at: Mapped[datetime | None] = mapped_column()
    is_granted: Mapped[bool | None] = mapped_column()
    reply: Mapped[str] = mapped_column(comment="what the writer reads, empty until then")

    case: Mapped[Any] = relationship("Case", back_populates="appeals")


class CaseJoiner(Base):
    """Somebody with the same matter who joined a public case instead of sending their own."""

    __tablename__ = "case_joiner"
    __table_args__ = (UniqueConstraint("case_id", "person"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    person: Mapped[str] = mapped_column(
        comment="keyed pseudonym of the contact, else of the browser, 64 hex digits"
    )
    contact: Mapped[bytes | None] = mapped_column(
        LargeBinary, comment="sealed phone or e-mail to tell of the answer; empty if not wanted"
    )
    joined_at: Mapped[datetime] = mapped_column()

    case: Mapped[Any] = relationship("Case", back_populates="joiners")


class ContactView(Base):
    """Somebody of the staff looked at who the writer is, and why. Rows are only ever added."""

    __tablename__ = "contact_view"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    at: Mapped[datetime] = mapped_column()
    actor: Mapped[str] = mapped_column(comment="user name; shown to inspectors, not to the writer")
    role: Mapped[str] = mapped_column(comment="the role the actor acted in")
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    reason: Mapped[str] = mapped_column(comment="as given; the writer reads it")

    case: Mapped[Any] = relationship("Case", back_populates="views")
    department: Mapped[Department | None] = relationship()


class CaseNote(Base):
    """A remark among moderators and inspectors (内部备注). Rows are only ever added."""

    __tablename__ = "case_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    at: Mapped[datetime] = mapped_column()
    actor: Mapped[str] = mapped_column(comment="user name")
    text: Mapped[str] = mapped_column()

    case: Mapped[Any] = relationship("Case", back_populates="notes")


class CaseSuggestion(Base):
    """Where the portal would send a case, as it was worked out when the case came in."""

    __tablename__ = "case_suggestion"
    __table_args__ = (CheckConstraint("confidence BETWEEN 0 AND 1", name="confidence_is_a_share"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True)
    department_id: Mapped[int | None] = mapped_column(
        ForeignKey("department.id"), comment="the first of the list; empty when nothing points"
    )
    confidence: Mapped[float] = mapped_column(comment="of the first, 0 to 1")
    model_id: Mapped[int | None] = mapped_column(
        ForeignKey("routing_model.id"), comment="the learned model that took part, if any"
    )
    made_at: Mapped[datetime] = mapped_column()

    case: Mapped[Any] = relationship("Case", back_populates="suggestion")
    department: Mapped[Department | None] = relationship()
    model: Mapped[RoutingModel | None] = relationship()

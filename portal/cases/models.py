"""Tables of cases. What the resident wrote is never changed."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.cases.kinds import Kind, Resolved
from portal.cases.workflow import State, Visibility
from portal.db import Base
from portal.departments.models import Department
from portal.projects.models import Project


class Category(Base):
    """What a case is about, and which department is in charge of such matters (类别)."""

    __tablename__ = "category"

    code: Mapped[str] = mapped_column(primary_key=True, comment="short stable key")
    name: Mapped[str] = mapped_column(unique=True)
    department_id: Mapped[int | None] = mapped_column(
        ForeignKey("department.id"), index=True, comment="usually in charge; may be empty"
    )
    sort_order: Mapped[int] = mapped_column()

    department: Mapped[Department | None] = relationship()


class Case(Base):
    """One matter a resident brings (诉求件)."""

    __tablename__ = "case"
    __table_args__ = (
        CheckConstraint(
            "state IN ('submitted', 'rejected', 'withdrawn') OR department_id IS NOT NULL",
            name="department_once_assigned",
        ),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_at_if_closed"),
        CheckConstraint(
            "(state = 'rejected') = (reject_reason IS NOT NULL)", name="reason_if_rejected"
        ),
        CheckConstraint(
            "visibility <> 'public' OR (consent_publish AND public_body <> '')",
            name="public_only_with_consent_and_text",
        ),
        Index(None, "state", "submitted_at", "id"),
        Index(None, "department_id", "state", "due_at", "id"),
        Index(None, "visibility", "published_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True, comment="受理编号, YYYYMMDD-NNNNNN")
    code_hash: Mapped[str] = mapped_column(comment="keyed index of the query code")
    submission_key: Mapped[str] = mapped_column(
        unique=True, comment="one per opened form, so that sending twice makes one case"
    )
    channel: Mapped[str] = mapped_column(comment="how it came: 'web'")
    kind: Mapped[Kind] = mapped_column()
    category_code: Mapped[str | None] = mapped_column(ForeignKey("category.code"), index=True)
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"), index=True)
    title: Mapped[str] = mapped_column(comment="as the resident wrote it; never changed")
    body: Mapped[str] = mapped_column(comment="as the resident wrote it; never changed")
    consent_publish: Mapped[bool] = mapped_column(comment="the resident agreed to publication")

    state: Mapped[State] = mapped_column()
    visibility: Mapped[Visibility] = mapped_column()
    public_title: Mapped[str] = mapped_column(comment="redacted title, empty until prepared")
    public_body: Mapped[str] = mapped_column(comment="redacted text, empty until prepared")
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    reject_reason: Mapped[str | None] = mapped_column(comment="key of kinds.REJECT_REASONS")

    submitted_at: Mapped[datetime] = mapped_column()
    screen_due_at: Mapped[datetime] = mapped_column(comment="to accept or refuse by")
    due_at: Mapped[datetime] = mapped_column(comment="promised answer, as made; moved by extension")
    published_at: Mapped[datetime | None] = mapped_column(comment="last made public")
    closed_at: Mapped[datetime | None] = mapped_column()
    extensions: Mapped[int] = mapped_column(comment="extensions in this round")
    extensions_allowed: Mapped[int] = mapped_column(comment="as the rule stood on submission")
    round: Mapped[int] = mapped_column(comment="1, and one more for each reopening")
    was_answered_in_time: Mapped[bool | None] = mapped_column(
        comment="frozen when the first round is closed; empty before"
    )
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    category: Mapped[Category | None] = relationship()
    project: Mapped[Project | None] = relationship()
    department: Mapped[Department | None] = relationship()
    contact: Mapped["CaseContact | None"] = relationship(back_populates="case")
    events: Mapped[list["CaseEvent"]] = relationship(back_populates="case", order_by="CaseEvent.id")
    answers: Mapped[list["Answer"]] = relationship(back_populates="case", order_by="Answer.id")
    verdicts: Mapped[list["Verdict"]] = relationship(back_populates="case", order_by="Verdict.id")

    @property
    def has_nothing_to_publish(self) -> bool:
        """Whether the case is public and no answer waits to be released beside it."""
        waits = self.answer is not None and self.answer.released_at is None
        return self.visibility is Visibility.PUBLIC and not waits

    @property
    def is_withheld(self) -> bool:
        """Whether a moderator decided against publication."""
        return self.visibility is Visibility.WITHHELD

    @property
    def was_extended(self) -> bool:
        """Whether the extensions of this round are used up."""
        return self.extensions >= self.extensions_allowed

    @property
    def was_reopened(self) -> bool:
        """Whether the one reopening is used up."""
        return self.round > 1

    @property
    def has_verdict(self) -> bool:
        """Whether the resident has judged this round."""
        return any(v.round == self.round for v in self.verdicts)

    @property
    def answer(self) -> "Answer | None":
        """The latest answer."""
        return self.answers[-1] if self.answers else None


class CaseContact(Base):
    """How to reach the writer. Every column is sealed; see `portal.vault`."""

    __tablename__ = "case_contact"

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True)
    name: Mapped[bytes | None] = mapped_column(LargeBinary, comment="sealed")
    phone: Mapped[bytes | None] = mapped_column(LargeBinary, comment="sealed")
    email: Mapped[bytes | None] = mapped_column(LargeBinary, comment="sealed")
    reach_index: Mapped[str] = mapped_column(
        index=True, comment="keyed index of phone or e-mail, to find one writer's cases"
    )

    case: Mapped[Case] = relationship(back_populates="contact")


class CaseEvent(Base):
    """One step in the life of a case (办理过程). Rows are only ever added."""

    __tablename__ = "case_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    at: Mapped[datetime] = mapped_column()
    action: Mapped[str] = mapped_column(comment="a workflow.Action, or 'submit'")
    from_state: Mapped[State | None] = mapped_column(comment="empty for the first step")
    to_state: Mapped[State] = mapped_column()
    actor: Mapped[str] = mapped_column(comment="user name, 'resident' or 'system'; staff only")
    role: Mapped[str] = mapped_column(comment="the role the actor acted in")
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    note: Mapped[str] = mapped_column(comment="the words given with the act, may be empty")

    case: Mapped[Case] = relationship(back_populates="events")
    department: Mapped[Department | None] = relationship()


class Answer(Base):
    """What a department answered; the original stays beside the text that was released."""

    __tablename__ = "answer"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    text: Mapped[str] = mapped_column(comment="as the department wrote it; never changed")
    public_text: Mapped[str] = mapped_column(comment="as released, empty until then")
    given_at: Mapped[datetime] = mapped_column()
    released_at: Mapped[datetime | None] = mapped_column(comment="by the moderator")

    case: Mapped[Case] = relationship(back_populates="answers")
    department: Mapped[Department] = relationship()


class Verdict(Base):
    """What the resident says of the outcome, once a round."""

    __tablename__ = "verdict"
    __table_args__ = (
        UniqueConstraint("case_id", "round"),
        CheckConstraint("satisfaction BETWEEN 1 AND 5", name="satisfaction_is_one_of_five"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    round: Mapped[int] = mapped_column(comment="the round it judges")
    resolved: Mapped[Resolved] = mapped_column()
    satisfaction: Mapped[int] = mapped_column(comment="5 非常满意 to 1 非常不满意")
    note: Mapped[str] = mapped_column(comment="may be empty, never published")
    given_at: Mapped[datetime] = mapped_column()

    case: Mapped[Case] = relationship(back_populates="verdicts")

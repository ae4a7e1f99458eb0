"""Tables of cases. What the resident wrote is never changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.cases.categories.models import Category
from portal.cases.kinds import Adoption, Channel, Kind, Resolved
from portal.cases.parts import (
    CaseAppeal,
    CaseAssist,
    CaseFile,
    CaseJoiner,
    CaseNote,
    CaseQuestion,
    CaseSuggestion,
    CaseTarget,
    ContactView,
)
from portal.cases.truths import Truths
from portal.cases.workflow import State, Visibility
from portal.county.models import Town
from portal.db import Base
from portal.departments.models import Department
from portal.projects.models import Project
from portal.ratings.followups.models import FollowUp


class Case(Truths, Base):
    """One matter a resident brings (诉求件)."""

    __tablename__ = "case"
    __table_args__ = (
        CheckConstraint(
            "state IN ('submitted', 'rejected', 'withdrawn', 'merged') "
            "OR department_id IS NOT NULL",
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
        CheckConstraint(
            "visibility <> 'public' OR (kind <> 'report' AND NOT is_conflicted)",
            name="some_are_never_public",
        ),
        CheckConstraint("(state = 'merged') = (parent_id IS NOT NULL)", name="parent_if_merged"),
        CheckConstraint("risk BETWEEN 0 AND 3", name="risk_is_a_class"),
        Index(None, "state", "risk", "submitted_at", "id"),
        Index(None, "state", "objection_due_at"),
        Index(None, "project_id", "submitted_at"),
        Index(None, "town_code", "submitted_at"),
        Index(None, "department_id", "state", "due_at", "id"),
        Index(None, "visibility", "published_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True, comment="受理编号, YYYYMMDD-NNNNNN")
    code_hash: Mapped[str] = mapped_column(comment="keyed index of the query code")
    submission_key: Mapped[str] = mapped_column(
        unique=True, comment="one per opened form, so that sending twice makes one case"
    )
    channel: Mapped[Channel] = mapped_column(comment="how it came")
    entered_by: Mapped[str] = mapped_column(
        comment="user name of the staff who entered it for a resident; else empty"
    )
    kind: Mapped[Kind] = mapped_column()
    category_code: Mapped[str | None] = mapped_column(ForeignKey("category.code"), index=True)
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"))
    town_code: Mapped[str | None] = mapped_column(
        ForeignKey("town.code"), comment="where it happens, if the resident said"
    )
    place: Mapped[str] = mapped_column(comment="where exactly, in words; may be empty")
    details: Mapped[list[list[str]]] = mapped_column(
        JSON, comment="the category's questions as asked, each with its answer"
    )
    title: Mapped[str] = mapped_column(comment="as the resident wrote it; never changed")
    body: Mapped[str] = mapped_column(comment="as the resident wrote it; never changed")
    consent_publish: Mapped[bool] = mapped_column(comment="the resident agreed to publication")

    state: Mapped[State] = mapped_column()
    visibility: Mapped[Visibility] = mapped_column()
    public_title: Mapped[str] = mapped_column(comment="redacted title, empty until prepared")
    public_body: Mapped[str] = mapped_column(comment="redacted text, empty until prepared")
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    first_department_id: Mapped[int | None] = mapped_column(
        ForeignKey("department.id"), comment="where it was sent first in this round"
    )
    was_sent_by_system: Mapped[bool] = mapped_column(comment="whether no person sent it there")
    was_misrouted: Mapped[bool] = mapped_column(
        comment="whether a person sent it elsewhere afterwards; stays"
    )
    risk: Mapped[int] = mapped_column(comment="3 danger, 2 livelihood, 1 pressing, 0 ordinary")
    is_conflicted: Mapped[bool] = mapped_column(
        comment="complains about a department or its people: never public"
    )
    returns: Mapped[int] = mapped_column(comment="how often departments handed it back, ever")
    is_settled: Mapped[bool] = mapped_column(
        comment="the inspection office ruled whose it is: no more returns"
    )
    objection_due_at: Mapped[datetime | None] = mapped_column(
        comment="until when the department may hand it back, as promised on assignment"
    )
    owned_at: Mapped[datetime | None] = mapped_column(
        comment="since when it is the department's for good: signed, or silent (首办)"
    )
    parent_id: Mapped[int | None] = mapped_column(
        ForeignKey("case.id"), index=True, comment="the case that answers it, while merged"
    )
    origin_id: Mapped[int | None] = mapped_column(
        ForeignKey("case.id"), index=True, comment="the letter it was split from"
    )
    follow_up_id: Mapped[int | None] = mapped_column(
        ForeignKey("follow_up.id"), unique=True, comment="of a bad rating, if it goes on here"
    )
    joined: Mapped[int] = mapped_column(comment="how many others joined; kept with case_joiner")
    reject_reason: Mapped[str | None] = mapped_column(comment="key of kinds.REJECT_REASONS")
    withheld_reason: Mapped[str | None] = mapped_column(
        comment="key of kinds.WITHHOLD_REASONS, where a person decided against publication"
    )

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
    town: Mapped[Town | None] = relationship()
    department: Mapped[Department | None] = relationship(foreign_keys=[department_id])
    first_department: Mapped[Department | None] = relationship(foreign_keys=[first_department_id])
    parent: Mapped["Case | None"] = relationship(
        foreign_keys=[parent_id], remote_side=[id], back_populates="children"
    )
    children: Mapped[list["Case"]] = relationship(
        foreign_keys=[parent_id], back_populates="parent", order_by="Case.id"
    )
    origin: Mapped["Case | None"] = relationship(
        foreign_keys=[origin_id], remote_side=[id], back_populates="split_off"
    )
    split_off: Mapped[list["Case"]] = relationship(
        foreign_keys=[origin_id], back_populates="origin", order_by="Case.id"
    )
    contact: Mapped["CaseContact | None"] = relationship(back_populates="case")
    events: Mapped[list["CaseEvent"]] = relationship(back_populates="case", order_by="CaseEvent.id")
    answers: Mapped[list["Answer"]] = relationship(back_populates="case", order_by="Answer.id")
    verdicts: Mapped[list["Verdict"]] = relationship(back_populates="case", order_by="Verdict.id")
    targets: Mapped[list[CaseTarget]] = relationship(
        back_populates="case", order_by=CaseTarget.id, cascade="all, delete-orphan"
    )
    files: Mapped[list[CaseFile]] = relationship(back_populates="case", order_by=CaseFile.id)
    assists: Mapped[list[CaseAssist]] = relationship(back_populates="case", order_by=CaseAssist.id)
    question: Mapped[CaseQuestion | None] = relationship(back_populates="case")
    appeals: Mapped[list[CaseAppeal]] = relationship(back_populates="case", order_by=CaseAppeal.id)
    joiners: Mapped[list[CaseJoiner]] = relationship(back_populates="case", order_by=CaseJoiner.id)
    views: Mapped[list[ContactView]] = relationship(back_populates="case", order_by=ContactView.id)
    notes: Mapped[list[CaseNote]] = relationship(back_populates="case", order_by=CaseNote.id)
    suggestion: Mapped[CaseSuggestion | None] = relationship(back_populates="case")
    follow_up: Mapped[FollowUp | None] = relationship()


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
    at: Mapped[datetime] = mapped_column(index=True)
    action: Mapped[str] = mapped_column(comment="a workflow.Action, or 'submit'")
    from_state: Mapped[State | None] = mapped_column(comment="empty for the first step")
    to_state: Mapped[State] = mapped_column()
    actor: Mapped[str] = mapped_column(comment="user name, 'resident' or 'system'; staff only")
    role: Mapped[str] = mapped_column(comment="the role the actor acted in")
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    note: Mapped[str] = mapped_column(comment="the words given with the act, may be empty")
    before: Mapped[dict[str, Any] | None] = mapped_column(
        JSON(none_as_null=True), comment="what an undo puts back; empty where none is offered"
    )

    case: Mapped[Case] = relationship(back_populates="events")
    department: Mapped[Department | None] = relationship()


class Answer(Base):
    """What a department answered; the original stays beside the text that was released."""

    __tablename__ = "answer"
    __table_args__ = (Index(None, "department_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    text: Mapped[str] = mapped_column(comment="as the department wrote it; never changed")
    public_text: Mapped[str] = mapped_column(comment="as released, empty until then")
    given_at: Mapped[datetime] = mapped_column()
    released_at: Mapped[datetime | None] = mapped_column(comment="by the moderator")
    adoption: Mapped[Adoption | None] = mapped_column(
        comment="what became of a suggestion; empty for other kinds"
    )

    case: Mapped[Case] = relationship(back_populates="answers")
    department: Mapped[Department] = relationship()


class Verdict(Base):
    """What the resident says of the outcome, once a round."""

    __tablename__ = "verdict"
    __table_args__ = (
        UniqueConstraint("case_id", "round"),
        CheckConstraint("satisfaction BETWEEN 1 AND 5", name="satisfaction_is_one_of_five"),
        CheckConstraint("content BETWEEN 1 AND 5", name="content_is_one_of_five"),
        CheckConstraint("speed BETWEEN 1 AND 5", name="speed_is_one_of_five"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    round: Mapped[int] = mapped_column(comment="the round it judges")
    resolved: Mapped[Resolved] = mapped_column()
    satisfaction: Mapped[int] = mapped_column(comment="5 非常满意 to 1 非常不满意")
    content: Mapped[int | None] = mapped_column(comment="of the answer's content, 5 to 1; free")
    speed: Mapped[int | None] = mapped_column(comment="of how fast it came, 5 to 1; free")
    note: Mapped[str] = mapped_column(comment="may be empty, never published")
    given_at: Mapped[datetime] = mapped_column()

    case: Mapped[Case] = relationship(back_populates="verdicts")

"""Tables of follow-ups of bad ratings."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base
from portal.departments.models import Department
from portal.projects.models import Project
from portal.ratings.followups.workflow import RUNNING, Close, Outcome, Remedy, State
from portal.ratings.kinds import Proof
from portal.ratings.models import CommentVisibility, Rating, Wave


class FollowUp(Base):
    """What a department does about one bad rating (差评回访), by its own clock."""

    __tablename__ = "follow_up"
    __table_args__ = (
        CheckConstraint("(state = 'closed') = (closing IS NOT NULL)", name="closing_if_closed"),
        CheckConstraint("(remedy IS NULL) = (remedied_at IS NULL)", name="remedy_has_its_time"),
        CheckConstraint("(outcome IS NULL) = (called_at IS NULL)", name="outcome_of_call"),
        CheckConstraint("state <> 'asked' OR remedy IS NOT NULL", name="asked_after_remedy"),
        CheckConstraint(
            "(state IN ('open', 'called', 'planned')) = (due_at IS NOT NULL)", name="due_if_owed"
        ),
        CheckConstraint(
            "(state IN ('closed', 'void')) = (closed_at IS NOT NULL)", name="closed_at_if_ended"
        ),
        Index(None, "project_id", "remedy_visibility", "id"),
        Index(None, "department_id", "state", "closed_at", "id"),
        Index(None, "state", "asked_until"),
        Index(None, "due_at", "id"),
        Index(None, "remedy_visibility", "remedied_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    rating_id: Mapped[int] = mapped_column(ForeignKey("rating.id"), unique=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    wave_id: Mapped[int] = mapped_column(ForeignKey("rating_wave.id"), index=True)
    department_id: Mapped[int | None] = mapped_column(
        ForeignKey("department.id"),
        comment="牵头单位 at the last step; while it runs, the project's lead answers",
    )
    proof: Mapped[Proof] = mapped_column(comment="of the rating, until the call")
    state: Mapped[State] = mapped_column()
    level_before: Mapped[int] = mapped_column(comment="the bad level that opened it")
    has_contact: Mapped[bool] = mapped_column(
        comment="the resident wanted an answer: a call was promised"
    )
    opened_at: Mapped[datetime] = mapped_column()
    due_at: Mapped[datetime | None] = mapped_column(
        comment="when what the department owes next is due; empty while it owes nothing"
    )
    call_due_at: Mapped[datetime] = mapped_column(comment="promised call, as made")
    remedy_due_at: Mapped[datetime] = mapped_column(comment="promised remedy, as made")
    called_at: Mapped[datetime | None] = mapped_column()
    outcome: Mapped[Outcome | None] = mapped_column(comment="of the last call")
    was_called_in_time: Mapped[bool | None] = mapped_column(
        comment="frozen with the first call or its miss; false: a promised call was missed"
    )
    remedied_at: Mapped[datetime | None] = mapped_column(comment="when the remedy was reported")
    remedy: Mapped[Remedy | None] = mapped_column(comment="what kind")
    remedy_text: Mapped[str] = mapped_column(comment="what was done, as the department wrote it")
    remedy_visibility: Mapped[CommentVisibility] = mapped_column(comment="a moderator decides")
    planned_on: Mapped[date | None] = mapped_column(comment="to be fixed by, where it takes longer")
    was_remedied_in_time: Mapped[bool | None] = mapped_column(
        comment="frozen with the remedy, or when it ended too late without one"
    )
    asked_until: Mapped[date | None] = mapped_column(comment="last day of the second question")
    replied_at: Mapped[datetime | None] = mapped_column()
    level_after: Mapped[int | None] = mapped_column(comment="what the resident said then")
    reply_note: Mapped[str] = mapped_column(
        comment="the resident's words then, staff only; erased with the rating"
    )
    closing: Mapped[Close | None] = mapped_column(comment="how it ended")
    closed_at: Mapped[datetime | None] = mapped_column(comment="when it ended or was stopped")
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    rating: Mapped[Rating] = relationship()
    project: Mapped[Project] = relationship()
    wave: Mapped[Wave] = relationship()
    department: Mapped[Department | None] = relationship()
    events: Mapped[list["FollowUpEvent"]] = relationship(
        back_populates="follow_up", order_by="FollowUpEvent.id"
    )

    @property
    def holder(self) -> "Project | FollowUp":
        """The thing whose department answers: the project while it runs, then itself."""
        return self.project if self.state in RUNNING else self

    @property
    def is_reachable(self) -> bool:
        """Whether the resident still wants an answer and a contact is kept to give it to."""
        resident = self.rating.resident
        return self.rating.wants_answer and resident is not None and resident.contact is not None

    @property
    def must_call_first(self) -> bool:
        """Whether a resident who left a contact has not been called yet."""
        return self.state is State.OPEN and self.has_contact and self.is_reachable

    @property
    def was_reached(self) -> bool:
        """Whether there is nobody left to call: reached, or no contact."""
        return self.outcome in (Outcome.REACHED, Outcome.NO_CONTACT)

    @property
    def is_content(self) -> bool:
        """Whether the resident has changed their mind."""
        return self.closing is Close.BETTER

    @property
    def is_not_content(self) -> bool:
        """Whether the resident has not changed their mind."""
        return not self.is_content


class FollowUpEvent(Base):
    """One step of a follow-up. Rows are only ever added."""

    __tablename__ = "follow_up_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    follow_up_id: Mapped[int] = mapped_column(ForeignKey("follow_up.id"), index=True)
    at: Mapped[datetime] = mapped_column()
    act: Mapped[str] = mapped_column(comment="a key of workflow.STEP_LABELS")
    actor: Mapped[str] = mapped_column(comment="user name, 'resident' or 'system'; staff only")
    role: Mapped[str] = mapped_column(comment="the role the actor acted in")
    note: Mapped[str] = mapped_column(comment="the staff's words with the act, may be empty")

    follow_up: Mapped[FollowUp] = relationship(back_populates="events")

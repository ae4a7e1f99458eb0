"""Tables of deputies' ballots, written down as they were published."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base
from portal.projects.models import Project
from portal.ratings.ballots.rules import Votes


class Ballot(Base):
    """One ballot of deputies on the projects of a year (代表票决、满意度测评)."""

    __tablename__ = "ballot"
    __table_args__ = (
        UniqueConstraint("year", "held_on", "title"),
        CheckConstraint("members > 0", name="members_positive"),
        CheckConstraint("present >= 0", name="present_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(comment="the year of the list that was voted on")
    title: Mapped[str] = mapped_column(comment="name of the ballot as published")
    body: Mapped[str] = mapped_column(comment="who voted, such as 县人大常委会")
    held_on: Mapped[date] = mapped_column(comment="day of the vote")
    members: Mapped[int] = mapped_column(comment="全体组成人员, of whom the rule counts halves")
    present: Mapped[int] = mapped_column(
        comment="到会 as published; may be more than members where the source is wrong"
    )
    is_secret: Mapped[bool] = mapped_column(comment="无记名")
    rule: Mapped[str] = mapped_column(comment="key of rules.RULES; the rule as it stood that day")
    document_no: Mapped[str] = mapped_column(comment="文号, may be empty")
    source: Mapped[str] = mapped_column(comment="where it was published, words or an address")
    recorded_at: Mapped[datetime] = mapped_column(comment="first written down here")
    changed_at: Mapped[datetime | None] = mapped_column(
        comment="last corrected; the figures before are in the audit trail"
    )
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}

    lines: Mapped[list["BallotLine"]] = relationship(
        back_populates="ballot", order_by="BallotLine.sort_order", cascade="all, delete-orphan"
    )


class BallotLine(Base):
    """The votes on one project, or on a part of one."""

    __tablename__ = "ballot_line"
    __table_args__ = (
        UniqueConstraint("ballot_id", "sort_order"),
        CheckConstraint("satisfied >= 0", name="satisfied_not_negative"),
        CheckConstraint("basic >= 0", name="basic_not_negative"),
        CheckConstraint("unsatisfied >= 0", name="unsatisfied_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballot.id"))
    sort_order: Mapped[int] = mapped_column(comment="place in the published table, from 1")
    project_id: Mapped[int | None] = mapped_column(
        ForeignKey("project.id"), index=True, comment="the project meant; empty where unknown"
    )
    name: Mapped[str] = mapped_column(comment="what was voted on, as published")
    satisfied: Mapped[int] = mapped_column(comment="满意, votes")
    basic: Mapped[int] = mapped_column(comment="基本满意, votes")
    unsatisfied: Mapped[int] = mapped_column(comment="不满意, votes")

    ballot: Mapped[Ballot] = relationship(back_populates="lines")
    project: Mapped[Project | None] = relationship()

    @property
    def votes(self) -> Votes:
        """The three counts together."""
        return Votes(self.satisfied, self.basic, self.unsatisfied)

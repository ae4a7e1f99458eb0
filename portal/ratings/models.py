"""Tables of ratings: waves, what residents said in them, and the counts kept of it."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base
from portal.files.models import StoredFile
from portal.projects.models import Project, Site
from portal.ratings.kinds import Channel, Doubt, Proof, Standing, WaveKind
from portal.residents.models import Resident


class CommentVisibility(StrEnum):
    """Whether the words and photos beside a rating may be seen by the public."""

    PRIVATE = "private"  # 待审核
    PUBLIC = "public"  # 已公开
    WITHHELD = "withheld"  # 不公开

    @classmethod
    def at_first(cls, has_any: Any) -> "CommentVisibility":
        """Only words and photos wait for a moderator: most ratings have neither."""
        return cls.PRIVATE if has_any else cls.WITHHELD


class Wave(Base):
    """A span of days in which a project can be rated (轮次); never two open at once."""

    __tablename__ = "rating_wave"
    __table_args__ = (
        UniqueConstraint("project_id", "number"),
        UniqueConstraint("revisit_id"),
        CheckConstraint("closes_on IS NULL OR closes_on >= opens_on", name="closes_after_opening"),
        Index(None, "invited_at", "opens_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    number: Mapped[int] = mapped_column(comment="1, 2, ... within the project")
    kind: Mapped[WaveKind] = mapped_column(comment="what it follows")
    revisit_id: Mapped[int | None] = mapped_column(
        ForeignKey("revisit.id", ondelete="SET NULL"), comment="the revisit that opened it"
    )
    opens_on: Mapped[date] = mapped_column(comment="first day on which one can rate")
    closes_on: Mapped[date | None] = mapped_column(
        comment="last day; empty: open until the next wave opens"
    )
    invited_at: Mapped[datetime | None] = mapped_column(
        comment="when those who followed or complained were told"
    )
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    project: Mapped[Project] = relationship()


class Rating(Base):
    """What one resident says of one project in one wave; the last word counts.

    Of an erased rating only its place in the counts stays: no words, no link to anybody.
    """

    __tablename__ = "rating"
    __table_args__ = (
        UniqueConstraint("wave_id", "rater"),
        CheckConstraint("level BETWEEN 1 AND 5", name="level_is_one_of_five"),
        CheckConstraint(
            "(standing IN ('set_aside', 'rejected')) = (doubt IS NOT NULL)",
            name="doubt_if_not_counted",
        ),
        CheckConstraint("(standing = 'erased') = (erased_at IS NOT NULL)", name="erased_at_if"),
        CheckConstraint("resident_id IS NULL OR proof = 'verified'", name="resident_if_verified"),
        CheckConstraint(
            "(proof = 'staff') = (channel IN ('phone', 'visit'))", name="staff_enter_their_channels"
        ),
        Index(None, "wave_id", "said_at"),
        Index(None, "wave_id", "network", "said_at"),
        Index(None, "wave_id", "device"),
        Index(None, "wave_id", "text"),
        Index(None, "project_id", "comment_visibility", "id"),
        Index(None, "comment_visibility", "said_at", "id"),
        Index(None, "standing", "said_at", "id"),
        Index(None, "rater", "id"),
        Index(None, "resident_id", "id"),
        Index(None, "signals_until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    wave_id: Mapped[int] = mapped_column(ForeignKey("rating_wave.id"))
    rater: Mapped[str] = mapped_column(
        comment="keyed pseudonym of the contact, else of the browser, 64 hex digits"
    )
    resident_id: Mapped[int | None] = mapped_column(ForeignKey("resident.id"))
    proof: Mapped[Proof] = mapped_column(comment="how it is known that one resident gave it")
    channel: Mapped[Channel] = mapped_column(comment="how it came")
    site_id: Mapped[int | None] = mapped_column(
        ForeignKey("project_site.id", ondelete="SET NULL"),
        index=True,
        comment="whose poster was scanned",
    )
    town_code: Mapped[str | None] = mapped_column(
        ForeignKey("town.code"), index=True, comment="of the site, else of the project"
    )
    level: Mapped[int] = mapped_column(comment="5 非常满意 to 1 非常不满意")
    marks: Mapped[dict[str, int]] = mapped_column(JSON, comment="Dimension -> level; may be empty")
    reasons: Mapped[list[str]] = mapped_column(JSON, comment="Reason keys of a bad rating")
    comment: Mapped[str] = mapped_column(comment="the resident's words, may be empty")
    comment_visibility: Mapped[CommentVisibility] = mapped_column(comment="of words and photos")
    wants_answer: Mapped[bool] = mapped_column(comment="may be called back; a contact is kept")
    entered_by: Mapped[str] = mapped_column(comment="user name of the staff, empty for residents")
    standing: Mapped[Standing] = mapped_column(comment="whether it counts")
    doubt: Mapped[Doubt | None] = mapped_column(comment="why it does not count")
    is_cleared: Mapped[bool] = mapped_column(comment="released by a moderator: not judged again")
    is_disputed: Mapped[bool] = mapped_column(comment="an appeal is open; it still counts")
    network: Mapped[str | None] = mapped_column(comment="keyed index of the network it came from")
    device: Mapped[str | None] = mapped_column(comment="keyed index of the browser it came from")
    text: Mapped[str | None] = mapped_column(comment="keyed index of the words, to find copies")
    is_uniform: Mapped[bool] = mapped_column(comment="every answer the same extreme, no words")
    signals_until: Mapped[date | None] = mapped_column(
        comment="network, device and text are forgotten after this day"
    )
    given_at: Mapped[datetime] = mapped_column(comment="first given")
    said_at: Mapped[datetime] = mapped_column(comment="last said; given_at until it is changed")
    erased_at: Mapped[datetime | None] = mapped_column(comment="the resident erased it")
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    project: Mapped[Project] = relationship()
    wave: Mapped[Wave] = relationship()
    site: Mapped[Site | None] = relationship()
    resident: Mapped[Resident | None] = relationship()
    revisions: Mapped[list["RatingRevision"]] = relationship(
        back_populates="rating", order_by="RatingRevision.id"
    )
    photos: Mapped[list["RatingPhoto"]] = relationship(
        back_populates="rating", order_by="RatingPhoto.id"
    )
    addition: Mapped["RatingAddition | None"] = relationship(back_populates="rating")


class RatingRevision(Base):
    """What a rating said before it was changed. Triggers refuse to change or delete a row,
    except of a rating that its resident erases."""

    __tablename__ = "rating_revision"

    id: Mapped[int] = mapped_column(primary_key=True)
    rating_id: Mapped[int] = mapped_column(ForeignKey("rating.id"), index=True)
    level: Mapped[int] = mapped_column()
    marks: Mapped[dict[str, int]] = mapped_column(JSON, comment="Dimension -> level")
    reasons: Mapped[list[str]] = mapped_column(JSON, comment="Reason keys")
    comment: Mapped[str] = mapped_column()
    replaced_at: Mapped[datetime] = mapped_column()

    rating: Mapped[Rating] = relationship(back_populates="revisions")


class RatingAddition(Base):
    """The one word more after a wave has closed (追评); it changes no figure of the wave."""

    __tablename__ = "rating_addition"
    __table_args__ = (
        CheckConstraint("level BETWEEN 1 AND 5", name="level_is_one_of_five"),
        Index(None, "comment_visibility", "given_at", "id"),
        Index(None, "project_id", "comment_visibility", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    rating_id: Mapped[int] = mapped_column(ForeignKey("rating.id"), unique=True)
    project_id: Mapped[int] = mapped_column(
        ForeignKey("project.id"), comment="of the rating; to find a project's without its ratings"
    )
    level: Mapped[int] = mapped_column(comment="how satisfied by then")
    comment: Mapped[str] = mapped_column(comment="may be empty")
    comment_visibility: Mapped[CommentVisibility] = mapped_column()
    given_at: Mapped[datetime] = mapped_column()

    rating: Mapped[Rating] = relationship(back_populates="addition")


class RatingPhoto(Base):
    """A photo beside a rating; seen by the public once a moderator lets the words be seen."""

    __tablename__ = "rating_photo"
    __table_args__ = (UniqueConstraint("rating_id", "file_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    rating_id: Mapped[int] = mapped_column(ForeignKey("rating.id"))
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), index=True)

    rating: Mapped[Rating] = relationship(back_populates="photos")
    file: Mapped[StoredFile] = relationship()


class RatingDoubt(Base):
    """One time a rating was set aside, on which ground, and what was decided."""

    __tablename__ = "rating_doubt"
    __table_args__ = (
        CheckConstraint("(decided_at IS NULL) = (decision IS NULL)", name="decision_if_decided"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    rating_id: Mapped[int] = mapped_column(ForeignKey("rating.id"), index=True)
    doubt: Mapped[Doubt] = mapped_column(comment="class of the reason; public")
    burst: Mapped[int] = mapped_column(comment="how many ratings fell under it together")
    rule: Mapped[dict[str, Any]] = mapped_column(JSON, comment="the rule as it stood")
    set_aside_at: Mapped[datetime] = mapped_column()
    decided_at: Mapped[datetime | None] = mapped_column()
    decided_by: Mapped[str] = mapped_column(comment="user name; empty while undecided")
    decision: Mapped[Standing | None] = mapped_column(comment="counted or rejected")
    reason: Mapped[str] = mapped_column(comment="why it was decided so")


class Tally(Base):
    """How many ratings of a wave share a trait and a level; moved with every change.

    A project's figures are read from here, so that they cost the same whatever the number
    of ratings; `flask --app wsgi ratings recount` checks them against the ratings.
    """

    __tablename__ = "rating_tally"

    wave_id: Mapped[int] = mapped_column(ForeignKey("rating_wave.id"), primary_key=True)
    cut: Mapped[str] = mapped_column(primary_key=True, comment="a counts.Cut")
    key: Mapped[str] = mapped_column(primary_key=True, comment="channel, town, dimension, ...")
    proof: Mapped[Proof] = mapped_column(primary_key=True)
    level: Mapped[int] = mapped_column(primary_key=True, comment="1 to 5; 0 where none is meant")
    n: Mapped[int] = mapped_column(comment="how many")


class Score(Base):
    """A project's headline figure: verified ratings of the wave that speaks for it now."""

    __tablename__ = "rating_score"
    __table_args__ = (Index(None, "lower", "project_id"),)

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), primary_key=True)
    wave_id: Mapped[int | None] = mapped_column(ForeignKey("rating_wave.id"), index=True)
    n5: Mapped[int] = mapped_column(comment="非常满意")
    n4: Mapped[int] = mapped_column(comment="满意")
    n3: Mapped[int] = mapped_column(comment="基本满意")
    n2: Mapped[int] = mapped_column(comment="不满意")
    n1: Mapped[int] = mapped_column(comment="非常不满意")
    others: Mapped[int] = mapped_column(comment="counted ratings of the wave that are not verified")
    set_aside: Mapped[int] = mapped_column(comment="ratings of all waves that do not count")
    lower: Mapped[float] = mapped_column(
        comment="lower bound of the Wilson interval, 0 to 1; -1 below the minimum of ratings"
    )

    @property
    def counts(self) -> dict[int, int]:
        """The number of ratings of each level."""
        return {5: self.n5, 4: self.n4, 3: self.n3, 2: self.n2, 1: self.n1}


class Follower(Base):
    """A verified resident who wants to hear when a project can be rated (关注)."""

    __tablename__ = "project_follower"

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), primary_key=True)
    resident_id: Mapped[int] = mapped_column(
        ForeignKey("resident.id"), primary_key=True, index=True
    )
    since: Mapped[datetime] = mapped_column()


class InterestedContact(Base):
    """Somebody whose ratings do not count: staff of a unit, or of a contractor (利害关系人)."""

    __tablename__ = "interested_contact"
    __table_args__ = (
        UniqueConstraint("pseudonym", "project_id"),
        CheckConstraint("kind IN ('staff', 'contractor')", name="kind_is_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pseudonym: Mapped[str] = mapped_column(
        comment="keyed index of the contact, as of residents; the contact itself is not kept"
    )
    kind: Mapped[Doubt] = mapped_column(comment="staff or contractor")
    project_id: Mapped[int | None] = mapped_column(
        ForeignKey("project.id"), index=True, comment="empty: of every project"
    )
    department_id: Mapped[int | None] = mapped_column(
        ForeignKey("department.id"), index=True, comment="only this unit's projects; may be empty"
    )
    ending: Mapped[str] = mapped_column(comment="last two characters, to tell one from another")
    note: Mapped[str] = mapped_column(comment="whose list it is from")
    added_by: Mapped[str] = mapped_column(comment="user name")
    added_at: Mapped[datetime] = mapped_column()

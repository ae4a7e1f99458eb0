"""Tables of ratings."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base
from portal.projects.models import Project


class CommentVisibility(StrEnum):
    """Whether the words beside a rating may be seen by the public."""

    PRIVATE = "private"  # 待审核
    PUBLIC = "public"  # 已公开
    WITHHELD = "withheld"  # 不公开


class Rating(Base):
    """One resident's rating of one project; the last word counts, earlier ones are kept."""

    __tablename__ = "rating"
    __table_args__ = (
        UniqueConstraint("project_id", "rater"),
        CheckConstraint("level BETWEEN 1 AND 5", name="level_is_one_of_five"),
        CheckConstraint(
            "comment <> '' OR comment_visibility <> 'public'", name="nothing_empty_is_public"
        ),
        Index(None, "project_id", "level"),
        Index(None, "comment_visibility", "given_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    rater: Mapped[str] = mapped_column(comment="keyed pseudonym of the browser, 64 hex digits")
    level: Mapped[int] = mapped_column(comment="5 非常满意 to 1 非常不满意")
    comment: Mapped[str] = mapped_column(comment="the resident's words, may be empty")
    comment_visibility: Mapped[CommentVisibility] = mapped_column()
    given_at: Mapped[datetime] = mapped_column(comment="first given")
    changed_at: Mapped[datetime | None] = mapped_column(comment="last changed by the resident")
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    project: Mapped[Project] = relationship()
    revisions: Mapped[list["RatingRevision"]] = relationship(
        back_populates="rating", order_by="RatingRevision.id"
    )


class RatingRevision(Base):
    """What a rating said before it was changed."""

    __tablename__ = "rating_revision"

    id: Mapped[int] = mapped_column(primary_key=True)
    rating_id: Mapped[int] = mapped_column(ForeignKey("rating.id"), index=True)
    level: Mapped[int] = mapped_column()
    comment: Mapped[str] = mapped_column()
    replaced_at: Mapped[datetime] = mapped_column()

    rating: Mapped[Rating] = relationship(back_populates="revisions")

"""Tables of hot spots: many cases on one project, place or matter within a window (热点)."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.cases.clusters.rules import Scope
from portal.cases.models import Case
from portal.db import Base

_WHILE_OPEN = dict.fromkeys(("sqlite_where", "postgresql_where"), text("state = 'open'"))


class ClusterState(StrEnum):
    """What became of an alert."""

    OPEN = "open"
    JOINED = "joined"
    DISMISSED = "dismissed"


class Cluster(Base):
    """One alert. It grows while cases come in; a person joins them or says why not."""

    __tablename__ = "case_cluster"
    __table_args__ = (
        CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided_at_if_decided"),
        CheckConstraint("(state = 'joined') = (joint_case_id IS NOT NULL)", name="joint_if_joined"),
        Index(None, "state", "raised_at", "id"),
        Index(None, "scope", "key"),
        # Two workers that find the same at once raise it once.
        Index("uq_case_cluster_open", "scope", "key", unique=True, **_WHILE_OPEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    scope: Mapped[Scope] = mapped_column()
    key: Mapped[str] = mapped_column(comment="project id, town code and place, or category code")
    label: Mapped[str] = mapped_column(comment="name of the project, place or category then")
    raised_at: Mapped[datetime] = mapped_column()
    first_at: Mapped[datetime] = mapped_column(comment="its oldest case came in")
    last_at: Mapped[datetime] = mapped_column(comment="its newest case came in")
    state: Mapped[ClusterState] = mapped_column()
    joint_case_id: Mapped[int | None] = mapped_column(
        ForeignKey("case.id"), index=True, comment="the case that answers all"
    )
    decided_by: Mapped[str] = mapped_column(comment="user name, empty until then")
    decided_at: Mapped[datetime | None] = mapped_column()
    note: Mapped[str] = mapped_column(comment="why it was dismissed; may be empty")

    members: Mapped[list["ClusterMember"]] = relationship(
        back_populates="cluster", order_by="ClusterMember.case_id"
    )
    joint_case: Mapped[Case | None] = relationship()


class ClusterMember(Base):
    """A case that belongs to a hot spot."""

    __tablename__ = "case_cluster_member"
    __table_args__ = (UniqueConstraint("cluster_id", "case_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cluster_id: Mapped[int] = mapped_column(ForeignKey("case_cluster.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)

    cluster: Mapped[Cluster] = relationship(back_populates="members")
    case: Mapped[Case] = relationship()

"""Tables of a project's money. Amounts are whole 分."""

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base
from portal.projects.kinds import FundKind


class FundSource(Base):
    """Money approved for a project from one source, and how much of it is in place."""

    __tablename__ = "fund_source"
    __table_args__ = (
        CheckConstraint("approved_fen >= 0", name="approved_not_negative"),
        CheckConstraint("in_place_fen >= 0", name="in_place_not_negative"),
        CheckConstraint("in_place_fen <= approved_fen", name="in_place_within_approved"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    kind: Mapped[FundKind] = mapped_column()
    name: Mapped[str] = mapped_column(default="", comment="the fund or investor, may be empty")
    approved_fen: Mapped[int] = mapped_column(BigInteger, comment="approved, 分")
    in_place_fen: Mapped[int] = mapped_column(BigInteger, default=0, comment="in place (到位), 分")
    due_on: Mapped[date | None] = mapped_column(comment="to be in place by")
    document_no: Mapped[str] = mapped_column(default="", comment="文号 of the approval")


class Payment(Base):
    """Money paid out for a project, or due to be paid (拨付)."""

    __tablename__ = "payment"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        CheckConstraint("paid_on IS NOT NULL OR due_on IS NOT NULL", name="has_a_date"),
        Index(None, "project_id", "paid_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    source_id: Mapped[int | None] = mapped_column(
        ForeignKey("fund_source.id"), index=True, comment="out of which source, where it is known"
    )
    amount_fen: Mapped[int] = mapped_column(BigInteger, comment="分")
    purpose: Mapped[str] = mapped_column(comment="what for")
    payee: Mapped[str] = mapped_column(default="", comment="the company or unit paid")
    due_on: Mapped[date | None] = mapped_column(comment="to be paid by, as contract or law has it")
    paid_on: Mapped[date | None] = mapped_column(comment="paid on; empty while it is owed")
    document_no: Mapped[str] = mapped_column(default="", comment="number of the voucher")

    source: Mapped[FundSource | None] = relationship()

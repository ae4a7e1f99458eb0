"""Tables of the moderators' desk alone: saved filters, phrases, who is looking at what."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Account
from portal.db import Base


class SavedFilter(Base):
    """A selection of the queue that a moderator keeps under a name of their own."""

    __tablename__ = "saved_filter"
    __table_args__ = (UniqueConstraint("account_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    name: Mapped[str] = mapped_column()
    query: Mapped[dict[str, Any]] = mapped_column(JSON, comment="the queue's own parameters")


class PhraseUse(StrEnum):
    """Where a phrase is offered."""

    ASSIGN = "assign"
    REJECT = "reject"
    WITHHOLD = "withhold"
    SEND_BACK = "send-back"
    ANSWER = "answer"


class Phrase(Base):
    """A text that is often needed (常用语); whoever uses it may change it in the form."""

    __tablename__ = "phrase"
    __table_args__ = (UniqueConstraint("use", "title"), Index(None, "use", "sort_order", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    use: Mapped[PhraseUse] = mapped_column(comment="the form it is offered in")
    title: Mapped[str] = mapped_column(comment="what the list calls it")
    text: Mapped[str] = mapped_column()
    sort_order: Mapped[int] = mapped_column()


class Presence(Base):
    """A moderator has a case open now: others see it, so that two do not do the same work."""

    __tablename__ = "case_presence"
    __table_args__ = (UniqueConstraint("case_id", "account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    seen_at: Mapped[datetime] = mapped_column(index=True, comment="last sign; old ones are deleted")

    account: Mapped[Account] = relationship()

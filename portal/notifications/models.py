"""The outbox as a table."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base


class Message(Base):
    """One message waiting to be sent, or sent."""

    __tablename__ = "message"
    __table_args__ = (Index(None, "done_at", "run_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(comment="which text is sent: notifications.texts.TEXTS")
    recipient: Mapped[str] = mapped_column(
        comment="'case:<reference>', 'joiner:<id>', 'code:<token>' or 'resident:<id>'"
    )
    payload: Mapped[dict[str, Any]] = mapped_column(JSON, comment="the text's parameters")
    dedup_key: Mapped[str] = mapped_column(unique=True, comment="one event, one message")
    run_at: Mapped[datetime] = mapped_column(comment="not before")
    locked_until: Mapped[datetime | None] = mapped_column(comment="lease of the worker on it")
    attempts: Mapped[int] = mapped_column(comment="times a worker has taken it")
    done_at: Mapped[datetime | None] = mapped_column(comment="handed to the sender, or given up")
    last_error: Mapped[str] = mapped_column(comment="why the last attempt failed, may be empty")

"""Putting messages into the outbox, and sending what waits there.

A message is queued in the transaction that causes it and sent after it, by a worker: a
message never leaves for something that was rolled back. Delivery is at least once; the
dedup key keeps one event from being queued twice.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.notifications.models import Message

LEASE = timedelta(minutes=5)
"""How long a worker has a message to itself."""

MAX_ATTEMPTS = 8
"""After this many failed attempts a message is given up; the error stays on record."""


def queue(
    s: Session, kind: str, recipient: str, *, dedup_key: str, at: datetime, **payload: Any
) -> None:
    """Queue a message to be sent as soon as the transaction is through."""
    s.add(
        Message(
            kind=kind,
            recipient=recipient,
            payload=payload,
            dedup_key=dedup_key,
            run_at=at,
            attempts=0,
            last_error="",
        )
    )


def claim(s: Session, *, at: datetime, limit: int = 20) -> list[Message]:
    """Lease the messages that are due to one worker."""
    free = or_(Message.locked_until.is_(None), Message.locked_until < at)
    due = list(
        s.scalars(
            select(Message)
            .where(Message.done_at.is_(None), Message.run_at <= at, free)
            .order_by(Message.run_at, Message.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
    )
    for message in due:
        message.locked_until = at + LEASE
        message.attempts += 1
    return due


def settle(message: Message, error: str | None, *, at: datetime) -> None:
    """Note what became of an attempt; failures come back later and later."""
    message.locked_until = None
    message.last_error = error or ""
    if error is None or message.attempts >= MAX_ATTEMPTS:
        message.done_at = at
    else:
        message.run_at = at + timedelta(minutes=2**message.attempts)

"""Adding to the audit trail, and reading it."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit.acts import ACT_LABELS
from portal.audit.models import AuditEntry
from portal.paging import Page, fetch_page
from portal.security import Actor

PAGE_SIZE = 50


def record(
    s: Session, *, actor: Actor, act: str, subject: str, at: datetime, **details: Any
) -> None:
    """Add one entry. Raises KeyError for an act outside the declared vocabulary."""
    ACT_LABELS[act]
    s.add(
        AuditEntry(
            at=at,
            actor=actor.name,
            role=actor.role.value,
            act=act,
            subject=subject,
            details=details,
        )
    )


def entries(
    s: Session, *, act: str | None = None, subject: str | None = None, after: str | None = None
) -> Page:
    """Return a page of the trail, newest first, of one act or one subject where given."""
    statement = select(AuditEntry)
    if act:
        statement = statement.where(AuditEntry.act == act)
    if subject:
        statement = statement.where(AuditEntry.subject == subject)
    return fetch_page(s, statement, [(AuditEntry.id, True)], after=after, size=PAGE_SIZE)

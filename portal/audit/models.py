"""The audit trail as a table."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base


class AuditEntry(Base):
    """One thing somebody did. Triggers of the database refuse to change or delete a row."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index(None, "subject", "id"), Index(None, "act", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(comment="when it was done, UTC")
    actor: Mapped[str] = mapped_column(comment="user name, 'resident' or 'system'")
    role: Mapped[str] = mapped_column(comment="the role the actor acted in")
    act: Mapped[str] = mapped_column(comment="one word of audit.acts.ACT_LABELS")
    subject: Mapped[str] = mapped_column(comment="the thing acted on, as 'kind:key'")
    details: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict, comment="what a reader needs to understand the act; no contact data"
    )

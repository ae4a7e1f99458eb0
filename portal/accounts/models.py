"""Tables of staff accounts and their sessions."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base
from portal.departments.models import Department
from portal.security import Role


class Account(Base):
    """One member of staff. Accounts are closed, never deleted: the audit trail names them."""

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint(
            "(role = 'officer') = (department_id IS NOT NULL)", name="officers_have_a_department"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(unique=True, comment="lower case")
    full_name: Mapped[str] = mapped_column(comment="shown to colleagues, never in public")
    role: Mapped[Role] = mapped_column(comment="one of security.STAFF_ROLES")
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"), index=True)
    password_hash: Mapped[str] = mapped_column(comment="argon2id, with its parameters")
    is_active: Mapped[bool] = mapped_column(comment="may sign in")
    is_demo: Mapped[bool] = mapped_column(comment="a demo sign-in; production refuses to start")
    created_at: Mapped[datetime] = mapped_column()

    department: Mapped[Department | None] = relationship()
    sessions: Mapped[list["StaffSession"]] = relationship(back_populates="account")


class StaffSession(Base):
    """One signed-in browser. The cookie carries a random token, the row only its hash."""

    __tablename__ = "staff_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True, comment="SHA-256 of the token, hex")
    created_at: Mapped[datetime] = mapped_column()
    seen_at: Mapped[datetime] = mapped_column(comment="last use, to the minute")
    expires_at: Mapped[datetime] = mapped_column(comment="end at the latest, however busy")
    ended_at: Mapped[datetime | None] = mapped_column(comment="signed out or revoked")
    browser: Mapped[str] = mapped_column(comment="the browser's own name, cut to 200 characters")

    account: Mapped[Account] = relationship(back_populates="sessions")

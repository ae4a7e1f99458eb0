"""Reading staff accounts and their sessions."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts.models import Account, StaffSession


def open_sessions(s: Session, account: Account, at: datetime) -> list[StaffSession]:
    """Return the sessions of an account that have not ended by a moment, newest first."""
    return list(
        s.scalars(
            select(StaffSession)
            .where(
                StaffSession.account_id == account.id,
                StaffSession.ended_at.is_(None),
                StaffSession.expires_at > at,
            )
            .order_by(StaffSession.id.desc())
        )
    )


def full_names(s: Session, usernames: Collection[str]) -> dict[str, str]:
    """Return what the people behind these user names are called, by user name."""
    rows = s.execute(
        select(Account.username, Account.full_name).where(Account.username.in_(usernames))
    )
    return dict(rows.all())

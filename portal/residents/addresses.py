"""Where messages to residents go, and what the worker adds to them at the last moment."""

from datetime import datetime

from sqlalchemy.orm import Session

from portal.residents import rules
from portal.residents.actions import code_of, contact_of, contact_of_challenge
from portal.residents.models import CodeChallenge, Resident


def address_of(s: Session, recipient: str, *, at: datetime) -> str | None:
    """Return the contact behind 'code:<token>' or 'resident:<id>', or None when there is none.

    A code that would not verify any more goes nowhere: it would only confuse.
    """
    kind, _, key = recipient.partition(":")
    if kind == "code":
        challenge = s.get(CodeChallenge, key)
        return contact_of_challenge(challenge) if _is_awaited(challenge, at) else None
    if kind == "resident":
        resident = s.get(Resident, int(key))
        return contact_of(resident) if resident else None
    return None


def words_for(recipient: str) -> dict[str, object]:
    """Return the parameters that are never stored: the code, and how many minutes it lives."""
    kind, _, key = recipient.partition(":")
    if kind != "code":
        return {}
    return {"code": code_of(key), "minutes": rules.CODE_LIFETIME.seconds // 60}


def _is_awaited(challenge: CodeChallenge | None, at: datetime) -> bool:
    return challenge is not None and not rules.problem(
        attempts=challenge.attempts,
        expires_at=challenge.expires_at,
        used_at=challenge.used_at,
        at=at,
    )

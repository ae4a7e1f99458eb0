"""Verifying residents, keeping and forgetting how to reach them.

The code is derived from the challenge's random token with our key: it is stored nowhere, and
the worker derives it again when the message leaves.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal import vault
from portal.audit.actions import record
from portal.db import added
from portal.errors import Invalid
from portal.language import N_
from portal.notifications.actions import queue
from portal.residents import rules
from portal.residents.kinds import Method, Problem
from portal.residents.models import CodeChallenge, Resident
from portal.residents.queries import methods
from portal.residents.rules import Contact
from portal.security import RESIDENT, Actor


@dataclass(frozen=True)
class Outcome:
    """What became of a code: a verified resident, or the problem and the tries left."""

    resident: Resident | None
    problem: Problem | None = None
    left: int = 0


def pseudonym_of(contact: Contact) -> str:
    """Return the keyed index under which one person's verifications meet, 64 hex digits."""
    return vault.index("resident", contact.person)


def send_code(s: Session, contact: str, *, at: datetime) -> CodeChallenge:
    """Begin a verification and queue the message with the code.

    Whether somebody was ever verified with `contact` makes no difference. Raises Invalid for
    what is no contact, and for a method that this county does not offer.
    """
    found = rules.read(contact)
    if found is None:
        raise Invalid(N_("请填写 11 位手机号，或像 name@example.cn 这样的邮箱。"))
    if found.method not in methods():
        raise Invalid(NOT_OFFERED[found.method])
    token = secrets.token_urlsafe(32)
    challenge = CodeChallenge(
        token=token,
        method=found.method,
        pseudonym=pseudonym_of(found),
        contact=vault.seal(_challenge_place(token), found.address),
        attempts=0,
        sent_at=at,
        expires_at=at + rules.CODE_LIFETIME,
    )
    s.add(challenge)
    recipient = f"code:{token}"
    queue(s, "one_time_code", recipient, dedup_key=f"one-time-code:{token}", at=at)
    s.flush()
    return challenge


NOT_OFFERED = {
    Method.SMS: N_("本县尚未开通短信验证码，请改用其他方式验证。"),
    Method.EMAIL: N_("本县尚未开通邮箱验证码，请改用其他方式验证。"),
}
"""What is said to a contact whose method has no sender."""


def send_again(s: Session, token: str, *, at: datetime) -> CodeChallenge | None:
    """Replace a challenge by a new one; the old code is void.

    Returns the old challenge, and sends nothing, while it is too fresh; None when it is used
    or gone, and the contact has to be given anew.
    """
    old = s.get(CodeChallenge, token, with_for_update=True)
    if old is None or old.used_at is not None:
        return None
    if not rules.may_resend(old.sent_at, at):
        return old
    contact = contact_of_challenge(old)
    s.delete(old)
    return send_code(s, contact, at=at)


def code_of(token: str) -> str:
    """Return the code of a challenge."""
    return vault.digits("one-time-code", token, rules.CODE_DIGITS)


def contact_of_challenge(challenge: CodeChallenge) -> str:
    """Return where the code was sent, in clear."""
    return vault.unseal(_challenge_place(challenge.token), challenge.contact)


def verify(s: Session, token: str, code: str, *, keep_contact: bool, at: datetime) -> Outcome:
    """Try a code. A wrong one is counted: let the transaction through whatever comes back.

    The lock on the challenge makes tries come one after the other: of two right ones at once
    the second finds the code used.
    """
    challenge = s.get(CodeChallenge, token, with_for_update=True)
    if challenge is None:
        return Outcome(None, Problem.EXPIRED)
    if problem := rules.problem(
        attempts=challenge.attempts,
        expires_at=challenge.expires_at,
        used_at=challenge.used_at,
        at=at,
    ):
        return Outcome(None, problem)
    if not vault.same(code_of(token), code):
        challenge.attempts += 1
        left = rules.MAX_TRIES - challenge.attempts
        return Outcome(None, Problem.WRONG if left else Problem.SPENT, left)
    challenge.used_at = at
    resident = _verified(s, challenge.pseudonym, challenge.method, at)
    if keep_contact:
        _keep(s, resident, contact_of_challenge(challenge), RESIDENT, at)
    return Outcome(resident)


def verify_identity(s: Session, issuer: str, subject: str, *, at: datetime) -> Resident:
    """Verify whom the identity service names `subject`; neither name is stored."""
    pseudonym = vault.index("resident", f"{issuer} {subject}")
    return _verified(s, pseudonym, Method.IDENTITY, at)


def hold(s: Session, resident: Resident) -> None:
    """Let nobody else change the resident until the transaction ends.

    Whoever changes a resident and their ratings begins here, as verifying does: two that began
    at different ends would wait for each other.
    """
    s.refresh(resident, with_for_update={"key_share": True})


def keep_contact(
    s: Session, resident: Resident, contact: str, *, at: datetime, actor: Actor = RESIDENT
) -> None:
    """Keep, sealed, where the resident wants answers. Raises Invalid for what is no contact."""
    found = rules.read(contact)
    if found is None:
        raise Invalid(N_("请填写 11 位手机号，或像 name@example.cn 这样的邮箱。"))
    _keep(s, resident, found.address, actor, at)


def forget_contact(
    s: Session, resident: Resident, *, at: datetime, actor: Actor = RESIDENT
) -> None:
    """Delete the kept contact; the resident stays verified."""
    if resident.contact is not None:
        resident.contact = None
        _audit(s, "resident:forget", resident, actor, at)


def contact_of(resident: Resident) -> str | None:
    """Return the kept contact in clear, or None. Raises Invalid when sealed with another key."""
    if resident.contact is None:
        return None
    return vault.unseal(_place(resident), resident.contact)


def end_everywhere(s: Session, resident: Resident) -> None:
    """Make every cookie of the resident nobody's."""
    resident.cookie_key = _new_key()
    s.flush()


def erase(s: Session, resident: Resident, *, at: datetime, actor: Actor = RESIDENT) -> None:
    """Take from the row all that leads to a person; the same contact later is a new resident.

    The emptied row stays: what refers to it keeps its footing, and its number never comes to
    mean somebody else.
    """
    s.execute(delete(CodeChallenge).where(CodeChallenge.pseudonym == resident.pseudonym))
    resident.pseudonym = secrets.token_hex(32)
    resident.contact = None
    end_everywhere(s, resident)
    _audit(s, "resident:erase", resident, actor, at)


def forget_expired(s: Session, at: datetime) -> int:
    """Delete the challenges that have expired, used or not; return how many there were."""
    return s.execute(delete(CodeChallenge).where(CodeChallenge.expires_at <= at)).rowcount


def _verified(s: Session, pseudonym: str, method: Method, at: datetime) -> Resident:
    known = select(Resident).where(Resident.pseudonym == pseudonym).with_for_update(key_share=True)
    resident = s.scalar(known)
    if resident is None:
        new = Resident(pseudonym=pseudonym, method=method, cookie_key=_new_key(), verified_at=at)
        resident = new if added(s, new) else s.scalar(known)
    if resident is None:  # somebody verified and erased it in this very moment
        return _verified(s, pseudonym, method, at)
    resident.method, resident.verified_at = method, at
    s.flush()
    _audit(s, "resident:verify", resident, RESIDENT, at, method=method.value)
    return resident


def _keep(s: Session, resident: Resident, address: str, actor: Actor, at: datetime) -> None:
    resident.contact = vault.seal(_place(resident), address)
    s.flush()
    _audit(s, "resident:keep", resident, actor, at)


def _new_key() -> str:
    return secrets.token_urlsafe(16)


def _place(resident: Resident) -> str:
    return f"resident:{resident.id}:contact"


def _challenge_place(token: str) -> str:
    return f"code_challenge:{token}:contact"


def _audit(
    s: Session, act: str, resident: Resident, actor: Actor, at: datetime, **details: object
) -> None:
    record(s, actor=actor, act=act, subject=f"resident:{resident.id}", at=at, **details)

"""Taking a case in: reference, query code, sealed contact, promised answer."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import vault
from portal.audit.actions import record
from portal.cases.kinds import Kind
from portal.cases.models import Case, CaseContact, CaseEvent, Category
from portal.cases.visibility import SUBMIT
from portal.cases.workflow import State, Visibility
from portal.clock import local_day
from portal.county.queries import calendar, deadlines
from portal.db import added
from portal.deadlines import Limit, due_at
from portal.errors import Invalid, PortalError
from portal.language import N_
from portal.projects.models import Project
from portal.security import RESIDENT, Actor

CODE_DIGITS = 10
"""Length of a query code, as county mailboxes use; guesses are limited per reference."""

UNREADABLE = "********"
"""Stands for a contact that this server's key does not open."""

_TRIES = 20


@dataclass(frozen=True)
class Contact:
    """How to reach the writer; a phone or an e-mail, and a name if they gave one."""

    name: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True)
class Receipt:
    """What the writer takes home."""

    case: Case
    code: str


def submit(
    s: Session,
    *,
    kind: Kind,
    title: str,
    body: str,
    contact: Contact,
    consent_publish: bool,
    at: datetime,
    submission_key: str,
    project: Project | None = None,
    category: Category | None = None,
    actor: Actor = RESIDENT,
    reference: str | None = None,
) -> Receipt:
    """Take a case in. The same `submission_key` again returns the first receipt.

    A `reference` is given only where the same data must come out twice, as in the demo.

    The query code is derived from the key of the form and our secret: it is stored nowhere,
    and the second click on the button shows the same one.
    """
    code = vault.digits("query-code", submission_key, CODE_DIGITS)
    known = select(Case).where(Case.submission_key == submission_key)
    if found := s.scalar(known):
        return Receipt(found, code)
    reference = reference or _new_reference(s, at)
    case = Case(
        reference=reference,
        code_hash=_code_hash(reference, code),
        submission_key=submission_key,
        channel="web",
        kind=kind,
        category=category,
        project=project,
        title=title,
        body=body,
        consent_publish=consent_publish,
        **_beginning(s, kind, at),
    )
    case.contact = _seal(reference, contact)
    case.events.append(_first_step(actor, at))
    if not added(s, case):
        return Receipt(s.scalars(known).one(), code)
    record(s, actor=actor, act="case:submit", subject=f"case:{reference}", at=at, kind=kind.value)
    return Receipt(case, code)


def find(s: Session, reference: str, code: str) -> Case | None:
    """Return the case when reference and code belong together."""
    case = s.scalar(select(Case).where(Case.reference == reference))
    expected = case.code_hash if case else _code_hash("", "")
    return case if vault.same(expected, _code_hash(reference, code)) else None


def unseal_contact(case: Case) -> Contact:
    """Return how to reach the writer, in clear. Callers put the reason on record first."""
    sealed = case.contact
    if sealed is None:
        return Contact()
    values = {
        column: vault.unseal(_place(case.reference, column), value) if value else ""
        for column, value in (
            ("name", sealed.name),
            ("phone", sealed.phone),
            ("email", sealed.email),
        )
    }
    return Contact(**values)


def masked_contact(case: Case) -> Contact:
    """Return the contact as staff see it before they ask to reveal it."""
    try:
        contact = unseal_contact(case)
    except Invalid:  # sealed with another key: the page stays usable, revealing says why
        return Contact(phone=UNREADABLE)
    local, _, host = contact.email.partition("@")
    return Contact(
        name=contact.name[:1] + "**" if contact.name else "",
        phone=contact.phone[:3] + "****" + contact.phone[-2:] if contact.phone else "",
        email=f"{local[:1]}***@{host}" if contact.email else "",
    )


def reach_index(contact: Contact) -> str:
    """Return the keyed index under which one writer's cases are found again."""
    return vault.index("reach", contact.phone or contact.email.lower())


def _beginning(s: Session, kind: Kind, at: datetime) -> dict[str, Any]:
    """Return how a case begins: private, and with the promise that holds today."""
    rules = deadlines(s, local_day(at))
    days = calendar(s)
    return {
        "state": State.SUBMITTED,
        "visibility": Visibility.PRIVATE,
        "public_title": "",
        "public_body": "",
        "submitted_at": at,
        "screen_due_at": due_at(at, Limit.of(rules["screen"]), days),
        "due_at": due_at(at, Limit.of(rules["answer"][kind.value]), days),
        "extensions": 0,
        "extensions_allowed": rules["extension"]["times"],
        "round": 1,
    }


def _first_step(actor: Actor, at: datetime) -> CaseEvent:
    return CaseEvent(
        at=at,
        action=SUBMIT,
        from_state=None,
        to_state=State.SUBMITTED,
        actor=actor.name,
        role=actor.role.value,
        note="",
    )


def _seal(reference: str, contact: Contact) -> CaseContact:
    def sealed(column: str, text: str) -> bytes | None:
        return vault.seal(_place(reference, column), text) if text else None

    return CaseContact(
        name=sealed("name", contact.name),
        phone=sealed("phone", contact.phone),
        email=sealed("email", contact.email),
        reach_index=reach_index(contact),
    )


def _place(reference: str, column: str) -> str:
    return f"case_contact:{reference}:{column}"


def _code_hash(reference: str, code: str) -> str:
    return vault.index("query-code", f"{reference}:{code}")


def _new_reference(s: Session, at: datetime) -> str:
    """Draw a reference: it tells the day and not how many others there were."""
    for _ in range(_TRIES):
        reference = f"{local_day(at):%Y%m%d}-{secrets.randbelow(10**6):06d}"
        if not s.scalar(select(Case.id).where(Case.reference == reference)):
            return reference
    raise PortalError(N_("暂时无法生成受理编号，请稍后再提交一次。"))

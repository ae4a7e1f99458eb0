"""Where a message to the writer of a case goes."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.contacts import unseal_contact
from portal.cases.joining import contact_of
from portal.cases.models import Case


def address_of(s: Session, recipient: str) -> str | None:
    """Return the e-mail or phone behind 'case:<reference>' or 'joiner:<id>', or None."""
    kind, _, key = recipient.partition(":")
    if kind == "joiner":
        return contact_of(s, int(key))
    if kind != "case":
        return None
    case = s.scalar(select(Case).where(Case.reference == key))
    if case is None:
        return None
    contact = unseal_contact(case)
    return contact.email or contact.phone or None

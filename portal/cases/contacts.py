"""How to reach the writer of a case: sealed, masked, and compared by a keyed index."""

from dataclasses import dataclass

from portal import vault
from portal.cases.models import Case, CaseContact
from portal.errors import Invalid

UNREADABLE = "********"
"""Stands for a contact that this server's key does not open."""


@dataclass(frozen=True)
class Contact:
    """How to reach the writer; a phone or an e-mail, and a name if they gave one."""

    name: str = ""
    phone: str = ""
    email: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether there is no way to reach the writer."""
        return not self.phone and not self.email


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


def seal_contact(reference: str, contact: Contact) -> CaseContact:
    """Seal a contact for the case with this reference."""

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

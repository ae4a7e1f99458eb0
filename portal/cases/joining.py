"""加入: who has the same matter joins a public case instead of sending it again."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal import vault
from portal.audit.actions import record
from portal.cases.models import Case
from portal.cases.parts import CaseJoiner
from portal.cases.workflow import OPEN, Visibility
from portal.db import added
from portal.errors import WrongState
from portal.language import N_
from portal.notifications.actions import queue
from portal.security import RESIDENT


def join(s: Session, case: Case, *, person: str, contact: str, at: datetime) -> bool:
    """Let somebody join; False when they had joined before.

    `person` is a keyed pseudonym (of the contact, else of the browser); `contact` a phone or
    e-mail to tell of the answer, or empty. Raises WrongState unless the case is public and
    still open: what is answered can be read, and a new fact is a case of its own.
    """
    if case.visibility is not Visibility.PUBLIC or case.state not in OPEN:
        raise WrongState(N_("这件诉求已经办结或不再公开，不能加入；如有新情况请另行提交。"))
    row = CaseJoiner(case_id=case.id, person=person, joined_at=at)
    if contact:
        row.contact = vault.seal(_place(case.reference, person), contact)
    if not added(s, row):
        return False
    s.execute(update(Case).where(Case.id == case.id).values(joined=Case.joined + 1))
    s.refresh(case, ["joined"])
    record(s, actor=RESIDENT, act="case:join", subject=f"case:{case.reference}", at=at)
    return True


def tell_joiners(s: Session, case: Case, once: str, at: datetime) -> None:
    """Queue a message to each joiner who left a contact; for a case that is public."""
    if not case.joined or case.visibility is not Visibility.PUBLIC:
        return
    reachable = select(CaseJoiner.id).where(
        CaseJoiner.case_id == case.id, CaseJoiner.contact.is_not(None)
    )
    for ident in s.scalars(reachable):
        key = f"joined_answered:{ident}:{once}"
        queue(
            s,
            "joined_answered",
            f"joiner:{ident}",
            dedup_key=key,
            at=at,
            reference=case.reference,
        )


def contact_of(s: Session, ident: int) -> str | None:
    """Return where to tell a joiner, in clear, or None when there is nothing left."""
    row = s.get(CaseJoiner, ident)
    if row is None or row.contact is None:
        return None
    return vault.unseal(_place(row.case.reference, row.person), row.contact)


def _place(reference: str, person: str) -> str:
    return f"case_joiner:{reference}:{person}"

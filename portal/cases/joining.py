"""加入: who has the same matter joins a public case instead of sending it again."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal import vault
from portal.audit.actions import record
from portal.cases.models import Case
from portal.cases.parts import CaseJoiner
from portal.cases.steps import SECOND_THOUGHTS
from portal.cases.workflow import OPEN, Visibility
from portal.db import added
from portal.errors import WrongState
from portal.language import N_
from portal.notifications.actions import queue
from portal.notifications.models import Message
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


def tell_too(s: Session, case: Case, *, person: str, contact: str, at: datetime) -> None:
    """Keep a contact that somebody who joins leaves to be told; one that is there is kept once.

    It is no further joiner. `person` is the keyed pseudonym of the contact.
    """
    sealed = vault.seal(_place(case.reference, person), contact)
    added(s, CaseJoiner(case_id=case.id, person=person, contact=sealed, joined_at=at))


def tell_joiners(s: Session, case: Case, once: str, at: datetime) -> None:
    """Tell each joiner who left a contact that the case is answered; `once` is the answer's id.

    Where the case is no longer public there is no page to read it on, and the message says so.
    """
    is_public = case.visibility is Visibility.PUBLIC
    _tell(s, case, "joined_answered" if is_public else "joined_answered_unseen", once, at)


def tell_joiners_ended(s: Session, case: Case, once: str, at: datetime) -> None:
    """Tell each joiner who left a contact that a case which was public is so no longer.

    For the act that took it off the public pages; `once` is the id of its step. The message
    waits until the act can no longer be undone, and an undo drops it.
    """
    _tell(s, case, "joined_ended", once, at + SECOND_THOUGHTS)


def tell_joiners_merged(s: Session, case: Case, once: str, at: datetime) -> None:
    """Tell each joiner who left a contact that another case answers this one too.

    `once` is the id of the step; the message waits as that of `tell_joiners_ended`.
    """
    _tell(s, case, "joined_merged", once, at + SECOND_THOUGHTS)


def contact_of(s: Session, ident: int) -> str | None:
    """Return where to tell a joiner, in clear, or None when there is nothing left."""
    row = s.get(CaseJoiner, ident)
    if row is None or row.contact is None:
        return None
    return vault.unseal(_place(row.case.reference, row.person), row.contact)


def _tell(s: Session, case: Case, kind: str, once: str, at: datetime) -> None:
    """Queue a message to each joiner who can be reached, and none twice for the same `once`."""
    if not case.joined:
        return
    reachable = select(CaseJoiner.id).where(
        CaseJoiner.case_id == case.id, CaseJoiner.contact.is_not(None)
    )
    # `undo` knows the messages of a step by how their keys end.
    keys = {f"{kind}:{ident}:{case.reference}:{once}": ident for ident in s.scalars(reachable)}
    told = set(s.scalars(select(Message.dedup_key).where(Message.dedup_key.in_(keys))))
    for key, ident in keys.items():
        if key not in told:
            queue(s, kind, f"joiner:{ident}", dedup_key=key, at=at, reference=case.reference)


def _place(reference: str, person: str) -> str:
    return f"case_joiner:{reference}:{person}"

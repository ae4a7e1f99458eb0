"""Telling those who follow a project, and those who wrote about it, that it can be rated."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from portal.cases.contacts import Contact, unseal_contact
from portal.cases.kinds import Kind
from portal.cases.models import Case
from portal.cases.workflow import State
from portal.clock import local_day
from portal.db import separate_transaction
from portal.errors import Invalid
from portal.ratings.invitations import due, followers, have_rated, pass_over_old, settle, tell
from portal.ratings.models import Wave
from portal.residents import rules
from portal.residents.actions import pseudonym_of

log = logging.getLogger("portal.worker")

WAVES_AT_ONCE = 50
"""Waves that one round of the worker tells of; the next round goes on."""


@dataclass(frozen=True)
class Writer:
    """Somebody who wrote about a project."""

    recipient: str
    people: frozenset[str]
    """Pseudonyms under which they would rate if they verified with this contact."""


def send_due(at: datetime, limit: int = WAVES_AT_ONCE) -> int:
    """Queue the invitations of the waves that are open and untold; return how many messages.

    Each wave is a transaction of its own: a worker that is killed has told of a wave or not.
    """
    with separate_transaction() as s:
        pass_over_old(s, at)
        waves = due(s, local_day(at), limit)
    told = 0
    for ident in waves:
        try:
            with separate_transaction() as s:
                wave = s.get_one(Wave, ident, with_for_update=True)
                if wave.invited_at is None:
                    told += invite(s, wave, at=at)
        except Exception:
            log.exception("invitations to wave %s failed; the others are not held up", ident)
    return told


def invite(s: Session, wave: Wave, *, at: datetime) -> int:
    """Queue a message for each who follows or wrote and has not rated yet; return how many.

    Who does both is told once, as a follower.
    """
    residents = followers(s, wave)
    known = {resident.pseudonym for resident in residents}
    written = [writer for writer in writers(s, wave) if not writer.people & known]
    rated = have_rated(s, wave, (person for writer in written for person in writer.people))
    recipients = [f"resident:{resident.id}" for resident in residents]
    recipients += [writer.recipient for writer in written if not writer.people & rated]
    told = tell(s, wave, recipients, at=at)
    settle(s, wave, told, at=at)
    return told


def writers(s: Session, wave: Wave) -> Iterator[Writer]:
    """Yield who wrote about the wave's project and can be reached, each once.

    Not who took the case back; but whoever was refused: an invitation that went to the
    content alone would bend the figures. A report of wrongdoing invites nobody: a message about
    the project, and one more in the count of messages, would hint at it (信访工作条例, art. 30).
    """
    cases = s.scalars(
        select(Case)
        .join(Case.contact)
        .where(
            Case.project_id == wave.project_id,
            Case.state != State.WITHDRAWN,
            Case.kind != Kind.REPORT,
        )
        .options(joinedload(Case.contact))
        .order_by(Case.id.desc())
    )
    seen: set[str] = set()
    for case in cases:
        if case.contact and case.contact.reach_index not in seen:
            seen.add(case.contact.reach_index)
            people = _people(case)
            if people:
                yield Writer(f"case:{case.reference}", people)


def _people(case: Case) -> frozenset[str]:
    """Return the pseudonyms behind a case's contact; none where no message arrives.

    A landline takes no text messages; what was sealed with another key cannot be read.
    """
    try:
        contact = unseal_contact(case)
    except Invalid:
        return frozenset()
    if rules.read(_address(contact)) is None:
        return frozenset()
    found = (rules.read(contact.phone), rules.read(contact.email))
    return frozenset(pseudonym_of(one) for one in found if one)


def _address(contact: Contact) -> str:
    """Return where the message goes: as `cases.addresses` has it."""
    return contact.email or contact.phone

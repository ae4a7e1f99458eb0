"""Contacts that may not rate: staff of the unit in charge, people of contractors (利害关系人).

Of a contact only its keyed pseudonym and its last two characters are kept. Who was on a list
when a rating was set aside stays set aside after the list has changed: a moderator decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from portal.audit.actions import record
from portal.clock import local_day
from portal.county.queries import ratings as setting
from portal.departments.models import Department
from portal.errors import Invalid
from portal.language import N_
from portal.paging import Page, fetch_page
from portal.projects.models import Project
from portal.ratings import counts
from portal.ratings.kinds import Doubt, Standing
from portal.ratings.models import InterestedContact, Rating, Wave
from portal.ratings.screening.actions import interest, rule_on, set_aside, was_released
from portal.residents.actions import pseudonym_of
from portal.residents.rules import Contact
from portal.security import Actor, Permission, ensure

KINDS = (Doubt.STAFF, Doubt.CONTRACTOR)
"""As whose contact somebody can be on a list."""

MOST = 500
"""Most contacts that are put on record at once."""

PAGE_SIZE = 50


@dataclass(frozen=True)
class Scope:
    """Of which projects the ratings do not count; of all, where neither is given."""

    project: Project | None = None
    department: Department | None = None


@dataclass(frozen=True)
class Added:
    """What became of a list of contacts."""

    added: int
    known: int
    """How many were on record for the same projects already."""
    set_aside: int
    """How many ratings that had counted were set aside."""


def add(
    s: Session,
    contacts: Sequence[Contact],
    kind: Doubt,
    scope: Scope,
    *,
    note: str,
    actor: Actor,
    at: datetime,
) -> Added:
    """Put contacts on record; what they said in waves that are open is set aside.

    Raises Invalid for more than `MOST` contacts or without saying whose list it is.
    """
    ensure(actor, Permission.RATING_MANAGE)
    if kind not in KINDS or len(contacts) > MOST:
        raise Invalid(N_("一次最多登记 %(n)s 个联系方式。"), n=MOST)
    if not note:
        raise Invalid(N_("请写明名单的来源。"))
    named = {pseudonym_of(contact): ending(contact) for contact in contacts}
    known = set(s.scalars(_same(scope).where(InterestedContact.pseudonym.in_(named))))
    new = [
        InterestedContact(
            pseudonym=pseudonym,
            kind=kind,
            project_id=scope.project.id if scope.project else None,
            department_id=scope.department.id if scope.department else None,
            ending=last,
            note=note,
            added_by=actor.name,
            added_at=at,
        )
        for pseudonym, last in named.items()
        if pseudonym not in known
    ]
    s.add_all(new)
    s.flush()
    again = _look_again(s, [row.pseudonym for row in new], at)
    details = {"n": len(new), "kind": kind.value, "note": note, "scope": _said(scope)}
    details |= {"set_aside": again}  # somebody's one number on the list is told by its one rating
    if new:
        record(s, actor=actor, act="interest:add", subject="interest:list", at=at, **details)
    return Added(len(new), len(known), again)


def remove(
    s: Session, found: InterestedContact, *, reason: str, actor: Actor, at: datetime
) -> None:
    """Take a contact off the list. Raises Invalid without a reason."""
    ensure(actor, Permission.RATING_MANAGE)
    if not reason:
        raise Invalid(N_("请写明删除的原因。"))
    details = {"kind": found.kind.value, "note": found.note, "reason": reason}
    subject = f"interest:{found.id}"
    record(s, actor=actor, act="interest:remove", subject=subject, at=at, **details)
    s.delete(found)
    s.flush()


def note_look_up(s: Session, contact: Contact, *, actor: Actor, at: datetime) -> None:
    """Put on record that somebody asked whether a contact is on the list; not which one."""
    ensure(actor, Permission.RATING_MANAGE)
    details = {"ending": ending(contact)}
    record(s, actor=actor, act="interest:look-up", subject="interest:list", at=at, **details)


def ending(contact: Contact) -> str:
    """Return the last two characters: of the number, or of the mailbox's name."""
    return contact.person.partition("@")[0][-2:]


def scopes(s: Session, ids: Sequence[int]) -> dict[int, Scope]:
    """Return of which projects the ratings of these contacts do not count, by their number."""
    rows = s.execute(
        select(InterestedContact.id, Project, Department)
        .outerjoin(Project, Project.id == InterestedContact.project_id)
        .outerjoin(Department, Department.id == InterestedContact.department_id)
        .where(InterestedContact.id.in_(ids))
    )
    return {ident: Scope(project, department) for ident, project, department in rows}


def contact_page(s: Session, contact: Contact | None = None, *, after: str | None = None) -> Page:
    """Return a page of the list, the last added first; only of one contact where given."""
    statement = select(InterestedContact)
    if contact:
        statement = statement.where(InterestedContact.pseudonym == pseudonym_of(contact))
    order = [(InterestedContact.id, True)]
    return fetch_page(s, statement, order, after=after, size=PAGE_SIZE)


def count_by_kind(s: Session) -> dict[Doubt, int]:
    """Return how many contacts are on the list as staff, and how many of contractors."""
    rows = select(InterestedContact.kind, func.count()).group_by(InterestedContact.kind)
    found = dict(s.execute(rows).all())
    return {kind: found.get(kind, 0) for kind in KINDS}


def _same(scope: Scope):
    project, department = scope.project, scope.department
    return select(InterestedContact.pseudonym).where(
        InterestedContact.project_id.is_(None)
        if project is None
        else InterestedContact.project_id == project.id,
        InterestedContact.department_id.is_(None)
        if department is None
        else InterestedContact.department_id == department.id,
    )


def _said(scope: Scope) -> str:
    if scope.project:
        return scope.project.code
    return scope.department.code if scope.department else ""


def _look_again(s: Session, pseudonyms: Sequence[str], at: datetime) -> int:
    """Set aside what these contacts have said in waves that are open; return how many.

    A moderator's decision on this very ground stands.
    """
    day = local_day(at)
    suspected = (
        select(Rating.id, Rating.project_id)
        .join(Wave, Wave.id == Rating.wave_id)
        .where(
            Rating.rater.in_(pseudonyms),
            # Said with NOT IN, so that the database looks for the raters, not for all that counts.
            Rating.standing.not_in(set(Standing) - {Standing.COUNTED}),
            Wave.opens_on <= day,
            or_(Wave.closes_on.is_(None), Wave.closes_on >= day),
            ~was_released(),
        )
        .order_by(Rating.project_id, Rating.id)
    )
    return sum(_judge(s, ident, project_id, at) for ident, project_id in s.execute(suspected).all())


def _judge(s: Session, rating_id: int, project_id: int, at: datetime) -> bool:
    with counts.moving(s, project_id, setting(s, local_day(at))["minimum"]) as moves:
        rating = s.get_one(
            Rating, rating_id, populate_existing=True, options=[joinedload(Rating.project)]
        )
        doubt = interest(s, rating) if rating.standing is Standing.COUNTED else None
        if doubt is None:
            return False
        set_aside(s, moves, [rating], doubt, rule_on(s, at), at)
        return True

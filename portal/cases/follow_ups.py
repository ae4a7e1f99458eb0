"""差评跟进: a bad rating that the remedy did not mend goes on as a case of its own.

The rating's own follow-up (call, remedy, second question) belongs to the department that was
rated. When the resident says that it is as bad as before, the portal opens a case in its own
name, so that moderators look at it and the inspection office sees its clock: 二次督办 (威海).
The resident's words stay with the rating, which they can erase; the case refers to them.
"""

import logging
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from portal.cases.contacts import Contact
from portal.cases.intake import Letter, submit
from portal.cases.kinds import Channel, Kind
from portal.cases.models import Case
from portal.db import separate_transaction
from portal.errors import Invalid
from portal.ratings.followups.models import FollowUp
from portal.ratings.followups.workflow import Close, State
from portal.ratings.kinds import LEVEL_LABELS, REASON_LABELS, Reason
from portal.ratings.models import Rating
from portal.residents.actions import contact_of
from portal.security import SYSTEM

log = logging.getLogger("portal.worker")

AT_ONCE = 50
"""Cases that one round of the worker opens; the next round goes on."""


def open_due(at: datetime, limit: int = AT_ONCE) -> int:
    """Open a case for each follow-up that ended with the resident unhappy; return how many.

    Each is a transaction of its own: one that fails does not hold up the others.
    """
    with separate_transaction() as s:
        due = list(s.scalars(_due(limit)))
    opened = 0
    for ident in due:
        try:
            with separate_transaction() as s:
                found = s.get_one(FollowUp, ident, with_for_update=True)
                opened += open_case(s, found, at=at) is not None
        except Exception:
            log.exception("no case for follow-up %s; the others are not held up", ident)
    return opened


def open_case(s: Session, f: FollowUp, *, at: datetime) -> Case | None:
    """Open the case of one follow-up, or None when it has one or did not end unhappy.

    It says what was rated and why in the words of the form; never public: no consent.
    """
    if f.state is not State.CLOSED or f.closing is not Close.SAME:
        return None
    if s.scalar(select(Case.id).where(Case.follow_up_id == f.id)) is not None:
        return None
    rating, project = f.rating, f.project
    letter = Letter(
        kind=Kind.FOLLOW_UP,
        title=f"“{project.name}”差评整改后居民仍不满意"[:80],
        body=_told(rating, project.name),
        contact=_contact(rating),
        consent_publish=False,
        project=project,
        channel=Channel.INTERNAL,
    )
    case = submit(s, letter, at=at, submission_key=f"follow-up:{f.id}", actor=SYSTEM).case
    case.follow_up_id = f.id
    s.flush()
    return case


def cases_of(s: Session, follow_up_ids: Collection[int]) -> dict[int, Case]:
    """Return the cases that go on with these follow-ups, by the id of the follow-up."""
    found = s.scalars(select(Case).where(Case.follow_up_id.in_(follow_up_ids)))
    return {case.follow_up_id: case for case in found}


def _due(limit: int):
    has_case = exists().where(Case.follow_up_id == FollowUp.id)
    return (
        select(FollowUp.id)
        .where(FollowUp.state == State.CLOSED, FollowUp.closing == Close.SAME, ~has_case)
        .order_by(FollowUp.id)
        .limit(limit)
    )


def _told(rating: Rating, project: str) -> str:
    reasons = "、".join(str(REASON_LABELS[Reason(key)]) for key in rating.reasons)
    told = f"居民对民生项目“{project}”的评价为“{LEVEL_LABELS[rating.level]}”"
    told += f"，原因：{reasons}。" if reasons else "。"
    return told + "责任单位已登记整改或说明，居民再次评价仍不满意，请核实并重新办理。"


def _contact(rating: Rating) -> Contact | None:
    """Return how to reach the resident, where they left it and it can be read."""
    if rating.resident is None or not rating.wants_answer:
        return None
    try:
        found = contact_of(rating.resident)
    except Invalid:
        return None
    if not found:
        return None
    return Contact(email=found) if "@" in found else Contact(phone=found)

"""Everything the portal keeps of one resident's ratings, as data to take along.

Source: Personal Information Protection Law art. 45 (to see, copy and carry over). Names of
fields are English, words are those of the page, times are UTC.
"""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.audit.actions import record
from portal.clock import local_day
from portal.errors import Invalid
from portal.ratings.followups.models import FollowUp
from portal.ratings.followups.workflow import CLOSE_LABELS, OUTCOME_LABELS, REMEDY_LABELS
from portal.ratings.followups.workflow import STATE_LABELS as FOLLOW_UP_LABELS
from portal.ratings.invitations import every_followed
from portal.ratings.kinds import (
    CHANNEL_LABELS,
    DIMENSION_LABELS,
    DOUBT_LABELS,
    LEVEL_LABELS,
    PROOF_LABELS,
    REASON_LABELS,
    STANDING_LABELS,
    WAVE_LABELS,
)
from portal.ratings.models import Rating, RatingAddition, RatingRevision
from portal.ratings.own.queries import Own, Owner, everything
from portal.residents.actions import contact_of
from portal.residents.kinds import METHOD_LABELS
from portal.residents.models import Resident
from portal.security import RESIDENT

UNREADABLE = "********"
"""Stands for a contact that this server's key does not open."""


def export(s: Session, owner: Owner, *, at: datetime) -> dict[str, Any]:
    """Return everything of an owner, and put on record that it was taken along."""
    found = everything(s, owner, local_day(at))
    resident = owner.resident
    subject = f"resident:{resident.id}" if resident else "browser"
    record(s, actor=RESIDENT, act="rating:export", subject=subject, at=at, ratings=len(found))
    return {
        "exported_at": at.isoformat(),
        "verification": _verification(resident) if resident else None,
        "ratings": [_rating(own) for own in found],
        "followed_projects": [
            {"project": project.code, "name": project.name, "since": since.isoformat()}
            for project, since in (every_followed(s, resident) if resident else ())
        ],
    }


def readable(resident: Resident) -> str:
    """Return the kept contact in clear, '' for none, UNREADABLE when it does not open."""
    try:
        return contact_of(resident) or ""
    except Invalid:
        return UNREADABLE


def _verification(resident: Resident) -> dict[str, Any]:
    return {
        "method": METHOD_LABELS[resident.method],
        "verified_at": resident.verified_at.isoformat(),
        "pseudonym": resident.pseudonym,
        "contact": readable(resident) or None,
    }


def _rating(own: Own) -> dict[str, Any]:
    r = own.rating
    return {
        "number": r.id,
        "project": {"code": r.project.code, "name": r.project.name},
        "wave": _wave(r),
        "proof": PROOF_LABELS[r.proof],
        "channel": CHANNEL_LABELS[r.channel],
        "site": r.site.name if r.site else None,
        "town": r.town_code,
        **_said(r),
        "comment_visibility": r.comment_visibility.value,
        "photos": [
            {
                "name": f"photo-{n}.{photo.file.media_type.value.partition('/')[2]}",
                "sha256": photo.file.sha256,
                "bytes": photo.file.size,
            }
            for n, photo in enumerate(r.photos, start=1)
        ],
        "wants_answer": r.wants_answer,
        "standing": STANDING_LABELS[r.standing],
        "not_counted_because": DOUBT_LABELS[r.doubt] if r.doubt else None,
        "is_disputed": r.is_disputed,
        "given_at": r.given_at.isoformat(),
        "said_at": r.said_at.isoformat(),
        "traces": {
            "network": r.network,
            "device": r.device,
            "words": r.text,
            "kept_until": _day(r.signals_until),
        },
        "before": [_said(x) | {"replaced_at": x.replaced_at.isoformat()} for x in r.revisions],
        "addition": _addition(r.addition) if r.addition else None,
        "follow_up": _follow_up(own, own.follow_up) if own.follow_up else None,
    }


def _wave(r: Rating) -> dict[str, Any]:
    return {
        "number": r.wave.number,
        "kind": WAVE_LABELS[r.wave.kind],
        "opens_on": _day(r.wave.opens_on),
        "closes_on": _day(r.wave.closes_on),
    }


def _said(r: Rating | RatingRevision) -> dict[str, Any]:
    return {
        "level": r.level,
        "level_words": LEVEL_LABELS[r.level],
        "dimensions": {
            label: LEVEL_LABELS[r.marks[d]] for d, label in DIMENSION_LABELS.items() if d in r.marks
        },
        "reasons": [label for reason, label in REASON_LABELS.items() if reason in r.reasons],
        "comment": r.comment,
    }


def _addition(a: RatingAddition) -> dict[str, Any]:
    return {
        "level": a.level,
        "level_words": LEVEL_LABELS[a.level],
        "comment": a.comment,
        "comment_visibility": a.comment_visibility.value,
        "given_at": a.given_at.isoformat(),
    }


def _follow_up(own: Own, f: FollowUp) -> dict[str, Any]:
    return {
        "state": FOLLOW_UP_LABELS[f.state],
        "department": f.department.name if f.department else None,
        "level_before": f.level_before,
        "has_contact": f.has_contact,
        "opened_at": _day(f.opened_at),
        "call_due_at": _day(f.call_due_at),
        "remedy_due_at": _day(f.remedy_due_at),
        "called_at": _day(f.called_at),
        "call": OUTCOME_LABELS[f.outcome] if f.outcome else None,
        "planned_on": _day(f.planned_on),
        "remedied_at": _day(f.remedied_at),
        "remedy": REMEDY_LABELS[f.remedy] if f.remedy else None,
        "remedy_words": f.remedy_text if own.may_read_remedy else None,
        "asked_until": _day(f.asked_until),
        "replied_at": _day(f.replied_at),
        "level_after": f.level_after,
        "words_after": f.reply_note,
        "closed_at": _day(f.closed_at),
        "ended": CLOSE_LABELS[f.closing] if f.closing else None,
    }


def _day(value: Any) -> str | None:
    return value.isoformat() if value else None

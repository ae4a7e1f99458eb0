"""What the pages of follow-ups and appeals have in common: words, lights, timeline, photos."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask import Response, abort
from flask_babel import gettext as _

from portal import clock
from portal.deadlines import LIGHT_LABELS, LIGHT_TONES, light
from portal.files.serving import send
from portal.language import N_
from portal.ratings.appeals.models import GROUND_LABELS, RULING_LABELS, Appeal
from portal.ratings.comments import VISIBILITY_LABELS
from portal.ratings.followups.models import FollowUp
from portal.ratings.followups.workflow import (
    ACT_LABELS,
    CLOSE_LABELS,
    OUTCOME_LABELS,
    OWED,
    REMEDY_LABELS,
    STATE_LABELS,
    STATE_TONES,
    STEP_LABELS,
    Act,
    State,
    remedy_limit,
)
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
from portal.ratings.models import Rating
from portal.residents.actions import contact_of
from portal.residents.rules import mask
from portal.security import ROLE_LABELS, STAFF_ROLES, Role
from portal.web import local_time

LABELS: dict[str, Any] = {
    "act_labels": ACT_LABELS,
    "channel_labels": CHANNEL_LABELS,
    "close_labels": CLOSE_LABELS,
    "dimension_labels": DIMENSION_LABELS,
    "doubt_labels": DOUBT_LABELS,
    "ground_labels": GROUND_LABELS,
    "level_labels": LEVEL_LABELS,
    "light_labels": LIGHT_LABELS,
    "light_tones": LIGHT_TONES,
    "outcome_labels": OUTCOME_LABELS,
    "proof_labels": PROOF_LABELS,
    "reason_labels": REASON_LABELS,
    "remedy_labels": REMEDY_LABELS,
    "ruling_labels": RULING_LABELS,
    "standing_labels": STANDING_LABELS,
    "state_labels": STATE_LABELS,
    "state_tones": STATE_TONES,
    "visibility_labels": VISIBILITY_LABELS,
    "wave_labels": WAVE_LABELS,
}
"""The words that every page of follow-ups needs."""

TONES = {Act.CALL: "done", Act.REMEDY: "done", Act.REPLY: "done", Act.PLAN: "late"}
"""Steps of the timeline that stand out."""

APPEALED, RULED = N_("对评价提出申诉"), N_("申诉决定")


def list_context(rows: Iterable[FollowUp]) -> dict[str, Any]:
    """Return what a list of follow-ups needs beside its rows: what is due, and its light."""
    at = clock.now()
    return LABELS | {
        "lights": {f.id: light(f.due_at, at) for f in rows},
        "owes_call": {f.id: owes_call(f) for f in rows},
    }


def page_context(f: FollowUp, appeal: Appeal | None) -> dict[str, Any]:
    """Return what the page of one follow-up needs; who the resident is is no part of it."""
    at = clock.now()
    return LABELS | {
        "f": f,
        "rating": f.rating,
        "appeal": appeal,
        "light": light(f.due_at, at),
        "owes_call": owes_call(f),
        "limit": remedy_limit(f.remedy_due_at, f.planned_on),
        "is_owed": f.state in OWED,
        "timeline": timeline(f, appeal),
    }


def owes_call(f: FollowUp) -> bool:
    """Whether what the department owes next is the call."""
    return f.state is State.OPEN and f.has_contact


def masked(f: FollowUp) -> str:
    """Return how the resident can be reached, masked; empty when nobody needs to know."""
    contact = contact_of(f.rating.resident) if f.state in OWED and f.is_reachable else None
    return mask(contact) if contact else ""


def timeline(f: FollowUp | None, appeal: Appeal | None) -> list[dict[str, str]]:
    """Return every step, the appeal among them, as staff read it."""
    steps: list[tuple[datetime, dict[str, str]]] = [
        (e.at, _step(e.at, STEP_LABELS[e.act], _who(e.actor, e.role), e.note, e.act))
        for e in (f.events if f else ())
    ]
    if appeal:
        officer, ground = _who(appeal.filed_by, Role.OFFICER), _(GROUND_LABELS[appeal.ground])
        steps.append((appeal.filed_at, _step(appeal.filed_at, APPEALED, officer, ground)))
    if appeal and appeal.ruling and appeal.decided_at:
        inspector, ruling = _who(appeal.decided_by, Role.INSPECTOR), RULING_LABELS[appeal.ruling]
        text = _(ruling) + "\n" + appeal.decision_note
        steps.append((appeal.decided_at, _step(appeal.decided_at, RULED, inspector, text)))
    return [step for _at, step in sorted(steps, key=lambda pair: pair[0])]


def send_photo(rating: Rating, number: int) -> Response:
    """Send a photo of a rating to staff who may see the rating, or end the request with 404."""
    photo = next((p for p in rating.photos if p.id == number), None) or abort(404)
    return send(photo.file, _("评价照片%(n)s", n=photo.id), is_public=False)


def _who(name: str, role: str) -> str:
    word = _(ROLE_LABELS[Role(role)])
    return f"{name} ({word})" if Role(role) in STAFF_ROLES else word


def _step(at: datetime, label: str, who: str, text: str, act: str = "") -> dict[str, str]:
    return {
        "when": local_time(at),
        "title": _(label),
        "who": who,
        "text": text,
        "tone": TONES.get(act, "info"),
    }

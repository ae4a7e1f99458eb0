"""What the pages of a case have in common, whichever room shows them."""

from datetime import datetime
from typing import Any

from flask import abort, g
from flask_babel import gettext as _
from flask_babel import ngettext

from portal import clock, db
from portal.cases.contacts import masked_contact
from portal.cases.kinds import KIND_LABELS, REJECT_REASONS, RESOLVED_LABELS
from portal.cases.models import Case, CaseEvent
from portal.cases.queries import whole_case
from portal.cases.visibility import STEPS, Shown, for_public, for_writer
from portal.cases.workflow import (
    ACTION_LABELS,
    OPEN,
    STATE_LABELS,
    STATE_TONES,
    VISIBILITY_LABELS,
    Action,
    State,
    available,
)
from portal.deadlines import LIGHT_LABELS, LIGHT_TONES, light
from portal.ratings.kinds import LEVEL_LABELS
from portal.security import ROLE_LABELS, STAFF_ROLES, Actor, Permission, Role, ensure
from portal.web import local_time

LABELS: dict[str, Any] = {
    "kind_labels": KIND_LABELS,
    "state_labels": STATE_LABELS,
    "state_tones": STATE_TONES,
    "visibility_labels": VISIBILITY_LABELS,
    "resolved_labels": RESOLVED_LABELS,
    "level_labels": LEVEL_LABELS,
    "action_labels": ACTION_LABELS,
    "role_labels": ROLE_LABELS,
    "reject_reasons": REJECT_REASONS,
    "light_labels": LIGHT_LABELS,
    "light_tones": LIGHT_TONES,
}
"""The words that every staff page of cases needs."""


def open_case(permission: Permission, reference: str, *, to_change: bool = False) -> Case:
    """Return a case to an actor who holds `permission` for it, or end the request with 404.

    Raises NotAllowed. `to_change` locks its row.
    """
    case = whole_case(db.session(), reference, to_change=to_change) or abort(404)
    ensure(g.actor, permission, case)
    return case


def list_context(cases: list[Case]) -> dict[str, Any]:
    """Return what a list of cases needs beside its rows: each one's age and light."""
    at = clock.now()
    return LABELS | {
        "ages": {c.id: _age(c, at) for c in cases},
        "lights": {c.id: _light(c, at) for c in cases},
    }


def case_context(case: Case, actor: Actor) -> dict[str, Any]:
    """Return what a staff page of one case needs."""
    at = clock.now()
    return LABELS | {
        "case": case,
        "timeline": [staff_step(event) for event in case.events],
        "acts": {action.value for action in available(case, actor)},
        "seen": case.events[-1].id,
        "contact": masked_contact(case),
        "light": _light(case, at),
        "age": _age(case, at),
    }


def _age(case: Case, at: datetime) -> str:
    """Say how many days an open case has waited, or a closed one took; nothing of the others."""
    if case.state in OPEN:
        days = (at - case.submitted_at).days
        if days == 0:
            return _("收到不到一天")
        return ngettext("已过 %(num)d 天", "已过 %(num)d 天", days)
    if case.closed_at:
        days = (case.closed_at - case.submitted_at).days
        return ngettext("用时 %(num)d 天", "用时 %(num)d 天", days)
    return ""


def _light(case: Case, at: datetime) -> str:
    """A case still to be screened runs against the screening time, then the promised day."""
    due = case.screen_due_at if case.state is State.SUBMITTED else case.due_at
    return light(due if case.state in OPEN else None, at)


def writer_timeline(case: Case) -> list[dict[str, str]]:
    """Return the steps as the writer of the case may read them."""
    shown = [(event, for_writer(event.action)) for event in case.events]
    return [_step(event, step) for event, step in shown if step]


def public_timeline(case: Case) -> list[dict[str, str]]:
    """Return the steps as the public may read them."""
    shown = [(event, for_public(event.action)) for event in case.events]
    return [_step(event, step) for event, step in shown if step]


def staff_step(event: CaseEvent) -> dict[str, str]:
    """Return one step as staff read it: who, and every word given with it."""
    step = STEPS.get(event.action)
    label = step.label if step else ACTION_LABELS[Action(event.action)]
    role = _(ROLE_LABELS[Role(event.role)])
    who = f"{event.actor} ({role})" if Role(event.role) in STAFF_ROLES else role
    if event.department:
        who += f" · {event.department.name}"
    return {
        "when": local_time(event.at),
        "title": _(label),
        "who": who,
        "text": event.note,
        "tone": STATE_TONES[event.to_state],
    }


def _step(event: CaseEvent, shown: Shown) -> dict[str, str]:
    """Return one step as outsiders read it; a department is named for what it did or was given."""
    is_theirs = event.role == Role.OFFICER or event.action in (Action.ASSIGN, Action.REASSIGN)
    is_theirs = is_theirs and event.action != Action.ASSIST  # the case's department only leads
    return {
        "when": local_time(event.at),
        "title": _(shown.step.label),
        "who": event.department.name if event.department and is_theirs else "",
        "text": event.note if shown.note else "",
        "tone": STATE_TONES[event.to_state],
    }

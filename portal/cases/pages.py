"""What the pages of a case have in common, whichever room shows them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from flask import abort, g
from flask_babel import gettext as _
from flask_babel import ngettext

from portal import clock, db
from portal.accounts.queries import full_names
from portal.cases.contacts import masked_contact
from portal.cases.kinds import (
    ADOPTION_LABELS,
    ADOPTION_TONES,
    KIND_LABELS,
    REJECT_REASONS,
    RESOLVED_LABELS,
)
from portal.cases.ledger.rules import FEWEST
from portal.cases.models import Case, CaseEvent
from portal.cases.queries import whole_case
from portal.cases.targets import open_to
from portal.cases.visibility import STEPS, SUBMIT, Shown, for_public, for_writer
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
from portal.language import N_
from portal.ratings.kinds import LEVEL_LABELS
from portal.security import ROLE_LABELS, STAFF_ROLES, Actor, Permission, Role, permits
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
    "adoption_labels": ADOPTION_LABELS,
    "adoption_tones": ADOPTION_TONES,
    "light_labels": LIGHT_LABELS,
    "light_tones": LIGHT_TONES,
}
"""The words that every staff page of cases needs."""


def open_case(permission: Permission, reference: str, *, to_change: bool = False) -> Case:
    """Return a case to staff who hold `permission` for it, or end the request with 404.

    Who may not see a case is told nothing else than who asks for one that does not exist: from
    the difference, the accused would learn that there is a case (信访工作条例, art. 30).
    `to_change` locks its row.
    """
    case = whole_case(db.session(), reference, to_change=to_change, only=open_to(g.actor))
    if case is None or not permits(g.actor, permission, case):
        abort(404)
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
    names = names_of(case.events, _beside(case))
    return LABELS | {
        "case": case,
        "names": names,
        "timeline": [staff_step(event, names) for event in case.events],
        "acts": {action.value for action in available(case, actor)},
        "seen": len(case.events),
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


def names_of(events: Iterable[CaseEvent], beside: Iterable[str] = ()) -> dict[str, str]:
    """Return what the staff who took these steps are called, and those `beside` (user names), by
    user name; in one query."""
    return full_names(db.session(), {*(event.actor for event in events), *beside})


def _beside(case: Case) -> list[str]:
    """Return the user names of who entered the case, looked at its contact or left a remark."""
    return [case.entered_by, *(one.actor for one in (*case.views, *case.notes))]


def staff_step(event: CaseEvent, names: Mapping[str, str]) -> dict[str, str]:
    """Return one step as staff read it: who, and every word given with it.

    `names` are those of `names_of`; somebody without an account is called by the user name.
    """
    role = _(ROLE_LABELS[Role(event.role)])
    who = role
    if Role(event.role) in STAFF_ROLES:
        name = names.get(event.actor, event.actor)
        who = _("%(name)s（%(role)s）", name=name, role=role)
    if event.department:
        who += f" · {event.department.name}"
    return {
        "when": local_time(event.at),
        "title": _(_label(event)),
        "who": who,
        "text": event.note,
        "tone": STATE_TONES[event.to_state],
    }


def _label(event: CaseEvent) -> str:
    """Return what a step is called among staff, marked: not every case was sent by somebody."""
    if event.action == SUBMIT and event.case.is_of_portal:
        return N_("平台立件")
    if event.action == SUBMIT and event.case.origin_id is not None:
        return N_("由来信拆出")
    step = STEPS.get(event.action)
    return step.label if step else ACTION_LABELS[Action(event.action)]


def at_least(n: int) -> str:
    """Say a number that `ledger.rules.rounded` gave, in words that never tell none from few."""
    if n < FEWEST:
        return _("不足%(n)s件（含没有）", n=FEWEST)
    return _("%(n)s件以上", n=n)


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

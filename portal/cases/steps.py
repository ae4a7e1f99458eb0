"""What every act on a case does: check the table, move the case, put the step on record, tell.

The modules of acts beside this one share it; nothing else changes a case once it is in.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from portal.audit.actions import record
from portal.cases.models import Case, CaseEvent
from portal.cases.workflow import Action, State, check
from portal.departments.models import Department
from portal.errors import Invalid, Outdated
from portal.language import N_
from portal.notifications.actions import queue
from portal.security import Actor

SECOND_THOUGHTS = timedelta(seconds=60)
"""How long a moderator can take an act back; what it tells the writer leaves after that."""

KEPT_FOR_UNDO = (
    "state",
    "visibility",
    "department_id",
    "first_department_id",
    "was_sent_by_system",
    "was_misrouted",
    "objection_due_at",
    "owned_at",
    "kind",
    "category_code",
    "project_id",
    "town_code",
    "public_title",
    "public_body",
    "published_at",
    "reject_reason",
    "withheld_reason",
    "parent_id",
    "risk",
    "due_at",
)
"""The columns that an undoable act may change; an undo puts them back as they were."""


def since(case: Case, seen: int | None) -> list[CaseEvent]:
    """Return the steps that came after the first `seen`; none for a caller that saw no page.

    Steps are counted within the case. Their ids run through all cases: from two of them a
    reader would learn that something happened to cases they may not know of.
    """
    return [] if seen is None else case.events[seen:]


def begin(case: Case, action: Action, actor: Actor, note: str, seen: int | None) -> State:
    """Check the act and move the case; return the state it was in.

    `seen`: how many steps of the case the actor's page showed; None where there was no page.
    Raises Outdated when the page showed less than what has happened, and what `check` raises.
    """
    if newer := since(case, seen):
        raise Outdated(newer)
    row = check(case, action, actor, note)
    before = case.state
    case.state = row.target or before
    return before


def log(
    s: Session,
    case: Case,
    action: Action,
    before: State,
    actor: Actor,
    at: datetime,
    note: str = "",
    *,
    undo: dict[str, Any] | None = None,
    unit: Department | None = None,
    **details: object,
) -> CaseEvent:
    """Add the step to the case's history and the act to the audit trail; return the step.

    `unit` is the department that acted, where it is not the one that has the case.
    """
    event = CaseEvent(
        at=at,
        action=action.value,
        from_state=before,
        to_state=case.state,
        actor=actor.name,
        role=actor.role.value,
        department=unit or case.department,
        note=note.strip(),
        before=undo,
    )
    case.events.append(event)
    s.flush()
    facts = {"from": before.value, "to": case.state.value, **details}
    if case.department is not None:
        facts["department"] = case.department.code
    subject = f"case:{case.reference}"
    record(s, actor=actor, act=f"case:{action.value}", subject=subject, at=at, **facts)
    return event


def snapshot(case: Case) -> dict[str, Any]:
    """Return what an undo has to put back: taken BEFORE the act changes anything."""
    return {name: _plain(getattr(case, name)) for name in KEPT_FOR_UNDO}


def tell_writer(
    s: Session,
    case: Case,
    kind: str,
    once: str,
    at: datetime,
    *,
    later: bool = False,
    **words: object,
) -> None:
    """Queue a message to the writer; `once` tells one event of the case from the next.

    `later`: it leaves when the act can no longer be undone. `words`: what its text asks for
    beside the reference.
    """
    key = f"{kind}:{case.reference}:{once}"
    recipient = f"case:{case.reference}"
    due = at + SECOND_THOUGHTS if later else at
    queue(s, kind, recipient, dedup_key=key, at=due, reference=case.reference, **words)


def set_public_text(case: Case, title: str, body: str) -> None:
    """Set the text that may become public. Raises Invalid unless both parts are filled."""
    if not title.strip() or not body.strip():
        raise Invalid(N_("公开标题和公开正文都要填写。"))
    case.public_title, case.public_body = title.strip(), body.strip()


def _plain(value: Any) -> Any:
    """Spell a value as JSON can keep it."""
    return value.isoformat() if isinstance(value, datetime) else value

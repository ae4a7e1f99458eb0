"""Taking back one's last act within a minute. The step stays on record, and so does its undo."""

from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, delete, inspect
from sqlalchemy.orm import Session

from portal.cases.models import Case, CaseEvent
from portal.cases.routing.suggestions import renew
from portal.cases.steps import SECOND_THOUGHTS, begin, log
from portal.cases.workflow import UNDOABLE, Action
from portal.db import UtcDateTime
from portal.errors import WrongState
from portal.language import N_
from portal.notifications.models import Message
from portal.security import Actor


def undoable(case: Case, actor: Actor, at: datetime) -> CaseEvent | None:
    """Return the step that `actor` can take back at `at`: the last one, theirs, and fresh.

    Departments that were asked to assist with the same click belong to the assignment.
    """
    last = next((e for e in reversed(case.events) if e.action != Action.ASK_ASSIST), None)
    if last is None or last.before is None or last.action not in UNDOABLE:
        return None
    since = case.events[case.events.index(last) :]
    is_theirs = all(e.actor == actor.name and e.role == actor.role.value for e in since)
    is_one_click = all(e.at == last.at for e in since)
    is_fresh = at - last.at <= SECOND_THOUGHTS
    return last if is_theirs and is_one_click and is_fresh else None


def undo(s: Session, case: Case, *, actor: Actor, at: datetime, seen: int | None = None) -> None:
    """Put the case back to where it was before the actor's last act.

    Messages that the act queued have not left yet (`steps.SECOND_THOUGHTS`) and are dropped.
    Raises WrongState when it is too late or somebody acted since.
    """
    step = undoable(case, actor, at)
    before = begin(case, Action.UNDO, actor, "", seen)
    if step is None:
        raise WrongState(N_("只能在一分钟内撤销自己的上一步操作，且其间没有别人处理过。"))
    _restore_help(case, step, at)
    for name, value in (step.before or {}).items():
        setattr(case, name, _restored(name, value))
    s.flush()
    s.refresh(case, ["department", "first_department", "category", "project", "town", "parent"])
    _drop_messages(s, case, step)
    log(s, case, Action.UNDO, before, actor, at, undone=step.action)
    if step.action == Action.CLASSIFY:
        renew(s, case, at)


def _restore_help(case: Case, step: CaseEvent, at: datetime) -> None:
    """Await again what the act ended, and end what was asked of others with the same click."""
    for task in case.assists:
        if task.is_open and task.asked_at == step.at:
            task.ended_at = at
        elif task.given_at is None and task.ended_at == step.at and task.asked_at < step.at:
            task.ended_at = None


def _drop_messages(s: Session, case: Case, step: CaseEvent) -> None:
    """Delete what has not left: whatever the act told the writer and who joined waits its minute.

    What another act of the same minute told stays.
    """
    s.execute(
        delete(Message).where(
            Message.dedup_key.endswith(f":{case.reference}:{step.id}", autoescape=True),
            Message.done_at.is_(None),
            Message.attempts == 0,
            Message.run_at > step.at,
        )
    )


def _restored(name: str, value: Any) -> Any:
    """Spell a kept value as its column wants it."""
    column = inspect(Case).columns[name]
    if value is not None and isinstance(column.type, UtcDateTime | DateTime):
        return datetime.fromisoformat(value)
    kind = getattr(column.type, "enum_class", None)
    return kind(value) if kind is not None and value is not None else value

"""追问: after the answer the resident may ask once more, and the department replies.

As on county mailboxes where a writer can answer the answer once (岳阳楼区).
"""

from datetime import datetime

from sqlalchemy.orm import Session

from portal.cases.models import Case
from portal.cases.parts import CaseQuestion
from portal.cases.steps import begin, log, tell_writer
from portal.cases.workflow import Action
from portal.clock import local_day
from portal.county.queries import calendar, intake
from portal.deadlines import Limit, due_at
from portal.security import Actor


def ask(s: Session, case: Case, *, actor: Actor, at: datetime, note: str) -> None:
    """Ask the department one question about its answer; the case stays closed."""
    before = begin(case, Action.ASK, actor, note, None)
    limit = Limit.of(intake(s, local_day(at))["question"])
    case.question = CaseQuestion(
        text=note.strip(),
        asked_at=at,
        due_at=due_at(at, limit, calendar(s)),
        reply="",
        public_reply="",
    )
    log(s, case, Action.ASK, before, actor, at, note)


def reply(
    s: Session, case: Case, *, actor: Actor, at: datetime, text: str, seen: int | None = None
) -> None:
    """Reply for the department. A moderator reads it first, except to a report of wrongdoing."""
    before = begin(case, Action.REPLY, actor, text, seen)
    question = case.question
    question.reply, question.replied_at = text.strip(), at
    log(s, case, Action.REPLY, before, actor, at)
    if case.is_confidential:
        _release(s, case, question.reply, at)


def release(
    s: Session, case: Case, *, actor: Actor, at: datetime, text: str, seen: int | None = None
) -> None:
    """Let the writer read the reply, as the moderator has redacted it."""
    before = begin(case, Action.RELEASE, actor, "", seen)
    _release(s, case, text.strip() or case.question.reply, at)
    log(s, case, Action.RELEASE, before, actor, at)


def _release(s: Session, case: Case, text: str, at: datetime) -> None:
    case.question.public_reply, case.question.released_at = text, at
    s.flush()
    tell_writer(s, case, "question_replied", "1", at)

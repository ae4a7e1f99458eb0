"""The only functions that change a case once it is in. They flush; they never commit.

Each act checks the table, changes the case, adds the step to its history and the act to the
audit trail, and queues what has to be told. `seen` is the last step the actor's page showed:
when there are newer ones the act is refused and the newer steps are shown.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from portal.audit.actions import record
from portal.cases.intake import Contact, unseal_contact
from portal.cases.kinds import REJECT_REASONS, Resolved
from portal.cases.models import Answer, Case, CaseEvent, Verdict
from portal.cases.workflow import Action, State, Visibility, check
from portal.clock import local_day
from portal.county.queries import calendar, deadlines
from portal.deadlines import Limit, due_at
from portal.departments.models import Department
from portal.errors import Invalid, Outdated
from portal.language import N_
from portal.notifications.actions import queue
from portal.security import Actor, Permission, ensure, permits


def assign(
    s: Session,
    case: Case,
    department: Department,
    *,
    actor: Actor,
    at: datetime,
    note: str = "",
    seen: int | None = None,
) -> None:
    """Accept the case and hand it to a department."""
    _take(case, department)
    step = _step(case, Action.ASSIGN, actor, note, seen)
    case.department = department
    _log(s, case, Action.ASSIGN, step, actor, at, note)


def reassign(
    s: Session,
    case: Case,
    department: Department,
    *,
    actor: Actor,
    at: datetime,
    note: str,
    seen: int | None = None,
) -> None:
    """Hand the case to another department before the first one signs for it."""
    _take(case, department)
    if department is case.department:
        raise Invalid(N_("这件诉求已经派给该单位。"))
    step = _step(case, Action.REASSIGN, actor, note, seen)
    case.department = department
    _log(s, case, Action.REASSIGN, step, actor, at, note)


def reject(
    s: Session,
    case: Case,
    reason: str,
    *,
    actor: Actor,
    at: datetime,
    note: str = "",
    seen: int | None = None,
) -> None:
    """Refuse the case for a reason of the fixed list, which says where to go instead."""
    if reason not in REJECT_REASONS:
        raise Invalid(N_("请从列表中选择不予受理的原因。"))
    step = _step(case, Action.REJECT, actor, note, seen)
    case.reject_reason = reason
    if case.visibility is Visibility.PUBLIC:
        case.visibility, case.published_at = Visibility.PRIVATE, None
    _log(s, case, Action.REJECT, step, actor, at, note, reason=reason)
    _tell_writer(s, case, "case_rejected", "1", at)


def redact(
    s: Session,
    case: Case,
    *,
    public_title: str,
    public_body: str,
    actor: Actor,
    at: datetime,
    seen: int | None = None,
) -> None:
    """Prepare the text that may become public; what the resident wrote stays as it is."""
    step = _step(case, Action.REDACT, actor, "", seen)
    before = {"title": case.public_title, "body": case.public_body}
    _set_public_text(case, public_title, public_body)
    _log(s, case, Action.REDACT, step, actor, at, "", was=before)


def publish(
    s: Session,
    case: Case,
    *,
    public_title: str = "",
    public_body: str = "",
    answer_text: str = "",
    actor: Actor,
    at: datetime,
    seen: int | None = None,
) -> None:
    """Make the prepared text public, and an answer that waits for release with it.

    Raises Invalid without the resident's consent (个人信息保护法 art. 25) or a prepared text.
    """
    step = _step(case, Action.PUBLISH, actor, "", seen)
    if not case.consent_publish:
        raise Invalid(N_("居民没有同意公开，这件诉求只能由居民本人查询。"))
    if public_title or public_body:
        _set_public_text(case, public_title, public_body)
    if not case.public_body:
        raise Invalid(N_("请先准备公开标题和公开正文。"))
    case.visibility, case.published_at = Visibility.PUBLIC, at
    if case.state is State.ANSWERED:
        _release(s, case, answer_text, at)
    _log(s, case, Action.PUBLISH, step, actor, at, "")


def withhold(
    s: Session, case: Case, *, actor: Actor, at: datetime, note: str, seen: int | None = None
) -> None:
    """Decide against publication, or take a public case back; the writer reads why."""
    step = _step(case, Action.WITHHOLD, actor, note, seen)
    case.visibility, case.published_at = Visibility.WITHHELD, None
    _log(s, case, Action.WITHHOLD, step, actor, at, note)


def sign(
    s: Session, case: Case, *, actor: Actor, at: datetime, note: str = "", seen: int | None = None
) -> None:
    """Take the case on for the department."""
    step = _step(case, Action.SIGN, actor, note, seen)
    _log(s, case, Action.SIGN, step, actor, at, note)


def return_(
    s: Session, case: Case, *, actor: Actor, at: datetime, note: str, seen: int | None = None
) -> None:
    """Hand the case back to the moderators with the reason; the deadline runs on."""
    step = _step(case, Action.RETURN, actor, note, seen)
    _log(s, case, Action.RETURN, step, actor, at, note)
    case.department = None
    s.flush()


def extend(
    s: Session, case: Case, *, actor: Actor, at: datetime, note: str, seen: int | None = None
) -> None:
    """Move the promised day by the configured time; the writer reads why."""
    step = _step(case, Action.EXTEND, actor, note, seen)
    rules = deadlines(s, local_day(at))
    before = case.due_at
    case.due_at = due_at(case.due_at, Limit.of(rules["extension"]), calendar(s))
    case.extensions += 1
    _log(s, case, Action.EXTEND, step, actor, at, note, due_before=before.isoformat())


def answer(
    s: Session, case: Case, text: str, *, actor: Actor, at: datetime, seen: int | None = None
) -> None:
    """Answer for the department; a moderator reads it before the resident does."""
    step = _step(case, Action.ANSWER, actor, text, seen)
    case.answers.append(
        Answer(department=case.department, text=text.strip(), public_text="", given_at=at)
    )
    _log(s, case, Action.ANSWER, step, actor, at, "")


def send_back(
    s: Session, case: Case, *, actor: Actor, at: datetime, note: str, seen: int | None = None
) -> None:
    """Ask the department for a better answer, saying what is missing."""
    step = _step(case, Action.SEND_BACK, actor, note, seen)
    _log(s, case, Action.SEND_BACK, step, actor, at, note)


def close(
    s: Session,
    case: Case,
    *,
    actor: Actor,
    at: datetime,
    answer_text: str = "",
    note: str = "",
    seen: int | None = None,
) -> None:
    """Release the answer to the resident, and to the public where the case is public."""
    step = _step(case, Action.CLOSE, actor, note, seen)
    case.closed_at = at
    if case.was_answered_in_time is None:
        case.was_answered_in_time = at <= case.due_at
    _release(s, case, answer_text, at)
    _log(s, case, Action.CLOSE, step, actor, at, note)


def judge(
    s: Session,
    case: Case,
    *,
    resolved: Resolved,
    satisfaction: int,
    note: str,
    actor: Actor,
    at: datetime,
) -> None:
    """Take the resident's own word on the outcome.

    "Not resolved" reopens the case once, for the same department, with a new deadline; the
    resident says what is missing (Invalid without it).
    """
    step = _step(case, Action.VERDICT, actor, note, None)
    verdict = Verdict(
        round=case.round, resolved=resolved, satisfaction=satisfaction, note=note, given_at=at
    )
    case.verdicts.append(verdict)
    facts = {"resolved": resolved.value, "satisfaction": satisfaction}
    _log(s, case, Action.VERDICT, step, actor, at, note, **facts)
    if resolved is Resolved.NO and not case.was_reopened:
        _reopen(s, case, actor=actor, at=at, note=note)


def withdraw(s: Session, case: Case, *, actor: Actor, at: datetime, note: str = "") -> None:
    """Let the writer take the case back before the department has begun."""
    step = _step(case, Action.WITHDRAW, actor, note, None)
    case.visibility, case.published_at = Visibility.PRIVATE, None
    _log(s, case, Action.WITHDRAW, step, actor, at, note)


def reveal_contact(s: Session, case: Case, *, actor: Actor, at: datetime, note: str) -> Contact:
    """Show how to reach the writer to somebody who says why; every look is on record.

    Raises NotAllowed for staff who do not work on the case, Invalid without a reason.
    Source: 个人信息保护法 art. 51 (access rights), GB/T 33358-2016 (confidential handling).
    """
    if not permits(actor, Permission.CASE_MODERATE, case):
        ensure(actor, Permission.CASE_HANDLE, case)
    if not note.strip():
        raise Invalid(N_("请写明查看联系方式的原因。"))
    subject = f"case:{case.reference}"
    record(s, actor=actor, act="case:reveal", subject=subject, at=at, reason=note)
    s.flush()
    return unseal_contact(case)


def _reopen(s: Session, case: Case, *, actor: Actor, at: datetime, note: str) -> None:
    limit = Limit.of(deadlines(s, local_day(at))["answer"][case.kind.value])
    due = due_at(at, limit, calendar(s))
    step = _step(case, Action.REOPEN, actor, note, None)
    case.round += 1
    case.extensions = 0
    case.closed_at = None
    case.due_at = due
    _log(s, case, Action.REOPEN, step, actor, at, note)


def _release(s: Session, case: Case, text: str, at: datetime) -> None:
    answer = case.answer
    if answer is not None and answer.released_at is None:
        answer.public_text, answer.released_at = text.strip() or answer.text, at
        _tell_writer(s, case, "case_answered", str(answer.id), at)


def _set_public_text(case: Case, title: str, body: str) -> None:
    if not title.strip() or not body.strip():
        raise Invalid(N_("公开标题和公开正文都要填写。"))
    case.public_title, case.public_body = title.strip(), body.strip()


def _take(case: Case, department: Department) -> None:
    if not department.is_active:
        raise Invalid(N_("“%(name)s”已停用，不能派单。"), name=department.name)


def _step(case: Case, action: Action, actor: Actor, note: str, seen: int | None) -> State:
    """Check the act and move the case; return the state it was in."""
    newer = [e for e in case.events if seen is not None and e.id > seen]
    if newer:
        raise Outdated(newer)
    row = check(case, action, actor, note)
    before = case.state
    case.state = row.target or before
    return before


def _log(
    s: Session,
    case: Case,
    action: Action,
    before: State,
    actor: Actor,
    at: datetime,
    note: str,
    **details: object,
) -> None:
    case.events.append(
        CaseEvent(
            at=at,
            action=action.value,
            from_state=before,
            to_state=case.state,
            actor=actor.name,
            role=actor.role.value,
            department=case.department,
            note=note.strip(),
        )
    )
    s.flush()
    facts = {"from": before.value, "to": case.state.value, **details}
    if case.department is not None:
        facts["department"] = case.department.code
    subject = f"case:{case.reference}"
    record(s, actor=actor, act=f"case:{action.value}", subject=subject, at=at, **facts)


def _tell_writer(s: Session, case: Case, kind: str, once: str, at: datetime) -> None:
    """Queue a message to the writer; `once` tells one event of the case from the next."""
    key = f"{kind}:{case.reference}:{once}"
    recipient = f"case:{case.reference}"
    queue(s, kind, recipient, dedup_key=key, at=at, reference=case.reference)

"""The acts of a case's main road: sent out, worked on, answered, judged. They flush only.

Each act checks the table, changes the case, adds the step to its history and the act to the
audit trail, and queues what has to be told (`steps`). `seen` is the last step the actor's page
showed: when there are newer ones the act is refused and the newer steps are shown. Other roads
have files of their own: returns, merging, splitting, targets, assists, questions, appeals, undo.
"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from portal.cases.assists import end_all
from portal.cases.joining import tell_joiners
from portal.cases.kinds import REJECT_REASONS, Resolved
from portal.cases.merging import close_along, set_apart
from portal.cases.models import Answer, Case, Verdict
from portal.cases.routes import check_recipient, hand_over
from portal.cases.second_eyes import check_other
from portal.cases.steps import begin, log, set_public_text, snapshot, tell_writer
from portal.cases.workflow import Action, State, Visibility
from portal.clock import local_day
from portal.county.queries import calendar, deadlines, intake
from portal.deadlines import Limit, due_at
from portal.departments.models import Department
from portal.errors import Invalid, WrongState
from portal.language import N_
from portal.security import SYSTEM, Actor


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
    check_recipient(case, department)
    kept = snapshot(case)
    before = begin(case, Action.ASSIGN, actor, note, seen)
    hand_over(s, case, department, actor=actor, at=at)
    log(s, case, Action.ASSIGN, before, actor, at, note, undo=kept)


def dispatch(
    s: Session, case: Case, department: Department, *, at: datetime, **why: object
) -> None:
    """Hand the case out by rule, in the portal's own name; `why` is put on record."""
    check_recipient(case, department)
    before = begin(case, Action.DISPATCH, SYSTEM, "", None)
    hand_over(s, case, department, actor=SYSTEM, at=at)
    log(s, case, Action.DISPATCH, before, SYSTEM, at, **why)


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
    check_recipient(case, department)
    if department is case.department:
        raise Invalid(N_("这件诉求已经派给该单位。"))
    kept = snapshot(case)
    before = begin(case, Action.REASSIGN, actor, note, seen)
    end_all(case, at)
    hand_over(s, case, department, actor=actor, at=at)
    log(s, case, Action.REASSIGN, before, actor, at, note, undo=kept)


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
    """Refuse the case for a reason of the fixed list, which says where to go instead.

    Only a person refuses; the machine has no such act (个人信息保护法, art. 24). A case whose
    resident was not satisfied is refused as it would be closed: `second_eyes`.
    """
    if reason not in REJECT_REASONS:
        raise Invalid(N_("请从列表中选择不予受理的原因。"))
    check_other(s, case, actor, note)
    kept = snapshot(case)
    before = begin(case, Action.REJECT, actor, note, seen)
    case.reject_reason = reason
    if case.visibility is Visibility.PUBLIC:
        case.visibility, case.published_at = Visibility.PRIVATE, None
    event = log(s, case, Action.REJECT, before, actor, at, note, undo=kept, reason=reason)
    tell_writer(s, case, "case_rejected", str(event.id), at, later=True)


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
    kept = snapshot(case)
    before = begin(case, Action.REDACT, actor, "", seen)
    was = {"title": case.public_title, "body": case.public_body}
    set_public_text(case, public_title, public_body)
    log(s, case, Action.REDACT, before, actor, at, undo=kept, was=was)


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
    The writer is told, and reads what was changed; a published answer cannot be undone.
    """
    kept = snapshot(case)
    before = begin(case, Action.PUBLISH, actor, "", seen)
    if not case.consent_publish:
        raise Invalid(N_("居民没有同意公开，这件诉求只能由居民本人查询。"))
    if public_title or public_body:
        set_public_text(case, public_title, public_body)
    if not case.public_body:
        raise Invalid(N_("请先准备公开标题和公开正文。"))
    case.visibility, case.published_at = Visibility.PUBLIC, at
    releases = case.state is State.ANSWERED
    if releases:
        _release(s, case, answer_text, at)
    event = log(s, case, Action.PUBLISH, before, actor, at, undo=None if releases else kept)
    if case.is_redacted:
        tell_writer(s, case, "case_redacted", str(event.id), at, later=True)


def withhold(
    s: Session, case: Case, *, actor: Actor, at: datetime, note: str, seen: int | None = None
) -> None:
    """Decide against publication, or take a public case back; the writer reads why."""
    kept = snapshot(case)
    before = begin(case, Action.WITHHOLD, actor, note, seen)
    case.visibility, case.published_at = Visibility.WITHHELD, None
    log(s, case, Action.WITHHOLD, before, actor, at, note, undo=kept)


def sign(
    s: Session, case: Case, *, actor: Actor, at: datetime, note: str = "", seen: int | None = None
) -> None:
    """Take the case on for the department; from now on it is theirs."""
    before = begin(case, Action.SIGN, actor, note, seen)
    case.owned_at = case.owned_at or at
    log(s, case, Action.SIGN, before, actor, at, note)


def extend(
    s: Session, case: Case, *, actor: Actor, at: datetime, note: str, seen: int | None = None
) -> None:
    """Move the promised day by the configured time; the writer reads why."""
    before = begin(case, Action.EXTEND, actor, note, seen)
    rules = deadlines(s, local_day(at))
    was = case.due_at
    case.due_at = due_at(case.due_at, Limit.of(rules["extension"]), calendar(s))
    case.extensions += 1
    log(s, case, Action.EXTEND, before, actor, at, note, due_before=was.isoformat())


def answer(
    s: Session, case: Case, text: str, *, actor: Actor, at: datetime, seen: int | None = None
) -> None:
    """Answer for the department, and for all that assist; a moderator reads it first."""
    before = begin(case, Action.ANSWER, actor, text, seen)
    end_all(case, at)
    case.answers.append(
        Answer(department=case.department, text=text.strip(), public_text="", given_at=at)
    )
    log(s, case, Action.ANSWER, before, actor, at)


def conclude(
    s: Session, case: Case, text: str, *, actor: Actor, at: datetime, seen: int | None = None
) -> None:
    """Answer a report of wrongdoing and close it: no moderator ever reads it."""
    before = begin(case, Action.CONCLUDE, actor, text, seen)
    _end(case, at)
    answer = Answer(department=case.department, text=text.strip(), public_text="", given_at=at)
    case.answers.append(answer)
    s.flush()
    _release(s, case, "", at)
    log(s, case, Action.CONCLUDE, before, actor, at)


def send_back(
    s: Session, case: Case, *, actor: Actor, at: datetime, note: str, seen: int | None = None
) -> None:
    """Ask the department for a better answer, saying what is missing."""
    before = begin(case, Action.SEND_BACK, actor, note, seen)
    log(s, case, Action.SEND_BACK, before, actor, at, note)


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
    """Release the answer to the resident, and to the public where the case is public.

    Over a resident who said that nothing was solved, a case is closed again only with words
    for them, and by somebody else than the first time (Invalid, NotAllowed). Cases merged
    into this one get the same answer.
    """
    check_other(s, case, actor, note)
    before = begin(case, Action.CLOSE, actor, note, seen)
    _end(case, at)
    _release(s, case, answer_text, at)
    log(s, case, Action.CLOSE, before, actor, at, note)
    close_along(s, case, at=at)


def judge(
    s: Session,
    case: Case,
    *,
    resolved: Resolved,
    satisfaction: int,
    note: str,
    actor: Actor,
    at: datetime,
    content: int | None = None,
    speed: int | None = None,
) -> None:
    """Take the resident's own word on the outcome, on the answer's content and on its speed.

    "Not resolved" reopens the case once, for the same department, with a new deadline; the
    resident says what is missing (Invalid without it). Later than `reopen_days` of the county
    it is the resident's word all the same, and the case stays closed.
    """
    before = begin(case, Action.VERDICT, actor, note, None)
    case.verdicts.append(
        Verdict(
            round=case.round,
            resolved=resolved,
            satisfaction=satisfaction,
            content=content,
            speed=speed,
            note=note,
            given_at=at,
        )
    )
    facts = {"resolved": resolved.value, "satisfaction": satisfaction}
    log(s, case, Action.VERDICT, before, actor, at, note, **facts)
    if resolved is Resolved.NO and not case.was_reopened and may_reopen(s, case, at):
        reopen(s, case, actor=actor, at=at, note=note)


def reopen(s: Session, case: Case, *, actor: Actor, at: datetime, note: str) -> None:
    """Have the case handled again, once, by the department that answered; with a reason.

    Raises WrongState when the time for it (`reopen_days` of the county) is over.
    """
    rules = deadlines(s, local_day(at))
    is_in_time = may_reopen(s, case, at)
    before = begin(case, Action.REOPEN, actor, note, None)
    if not is_in_time:
        raise WrongState(N_("已超过可以要求重办的期限，请作为新的诉求提交。"))
    case.round += 1
    case.extensions = 0
    case.closed_at = None
    case.due_at = due_at(at, Limit.of(rules["answer"][case.kind.value]), calendar(s))
    case.owned_at = at  # whoever answered goes on: nothing to hand back
    log(s, case, Action.REOPEN, before, actor, at, note)


def may_reopen(s: Session, case: Case, at: datetime) -> bool:
    """Say whether the time to ask for it to be handled again still runs."""
    days = timedelta(days=intake(s, local_day(at))["reopen_days"])
    return case.closed_at is None or at <= case.closed_at + days


def withdraw(s: Session, case: Case, *, actor: Actor, at: datetime, note: str = "") -> None:
    """Let the writer take the case back before the department has begun.

    What others wrote and was merged into it is handled by itself again.
    """
    before = begin(case, Action.WITHDRAW, actor, note, None)
    case.visibility, case.published_at = Visibility.PRIVATE, None
    end_all(case, at)
    log(s, case, Action.WITHDRAW, before, actor, at, note)
    set_apart(s, case, at=at)


def _end(case: Case, at: datetime) -> None:
    """Freeze whether the first answer came in time; later rounds do not improve it."""
    case.closed_at = at
    if case.was_answered_in_time is None:
        case.was_answered_in_time = at <= case.due_at


def _release(s: Session, case: Case, text: str, at: datetime) -> None:
    answer = case.answer
    if answer is not None and answer.released_at is None:
        answer.public_text, answer.released_at = text.strip() or answer.text, at
        tell_writer(s, case, "case_answered", str(answer.id), at)
        tell_joiners(s, case, str(answer.id), at)

"""申诉: a resident objects once to a refusal, to non-publication or to a redaction.

Each decision can be appealed against once (`decisions`). Another moderator decides than the
one who decided first.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts.models import Account
from portal.cases.decisions import decision_of, decisions_of
from portal.cases.kinds import AppealKind
from portal.cases.models import Case
from portal.cases.parts import CaseAppeal
from portal.cases.steps import begin, log, set_public_text, tell_writer
from portal.cases.workflow import Action, Visibility
from portal.clock import local_day
from portal.county.queries import calendar, deadlines, intake
from portal.deadlines import Limit, due_at
from portal.errors import Invalid, NotAllowed, WrongState
from portal.language import N_
from portal.security import Actor, Role


def appeal_until(s: Session, case: Case, against: AppealKind, at: datetime) -> datetime:
    """Return the moment until which the decision can be appealed against (`appeal_days`).

    The time runs from the decision, or from the end of an appeal that stood in the way of another.
    """
    days = timedelta(days=intake(s, local_day(at))["appeal_days"])
    ends = [appeal.decided_at for appeal in case.appeals if appeal.decided_at is not None]
    return max([decision_of(case, against).at, *ends]) + days


def appeal(
    s: Session, case: Case, against: AppealKind, *, actor: Actor, at: datetime, note: str
) -> None:
    """File the one appeal against a decision; a later decision can be appealed against again.

    Raises Invalid for something that was not decided or was appealed, WrongState when the
    time for it (`appeal_days` of the county) is over.
    """
    if against not in case.appealable:
        raise Invalid(N_("这项决定不能申诉，或已经申诉过。"))
    decision = decision_of(case, against)
    if at > appeal_until(s, case, against, at):
        raise WrongState(N_("申诉期限已过。"))
    before = begin(case, Action.APPEAL, actor, note, None)
    row = CaseAppeal(
        against=against,
        decided_before_by=decision.actor,
        text=note.strip(),
        filed_at=at,
        decided_by="",
        reply="",
    )
    case.appeals.append(row)
    log(s, case, Action.APPEAL, before, actor, at, note, against=against.value)


def grant(
    s: Session,
    case: Case,
    *,
    actor: Actor,
    at: datetime,
    note: str,
    public_title: str = "",
    public_body: str = "",
    answers: Mapping[int, str] | None = None,
    reply: str = "",
    seen: int | None = None,
) -> None:
    """Decide for the resident: the case is screened again, may be published, or is reworded.

    A granted appeal against a redaction needs the new text of whatever reads otherwise than it
    was written: of the letter, of the answers by their ids, of the reply to a question (Invalid
    without it). Photos are decided on anew afterwards, each by itself. Raises NotAllowed for a
    moderator whose decision it was.
    """
    waiting = _waiting(s, case, actor)
    is_refusal = waiting.against is AppealKind.REFUSAL
    before = begin(case, Action.RECONSIDER if is_refusal else Action.GRANT, actor, note, seen)
    if is_refusal:
        case.reject_reason = None
        _begin_anew(s, case, at)
    elif waiting.against is AppealKind.WITHHOLDING:
        if case.is_withheld:  # somebody may have published it meanwhile
            case.visibility, case.withheld_reason = Visibility.PRIVATE, None
    else:
        _reword(case, public_title, public_body, answers or {}, reply)
    _settle(s, case, waiting, actor, at, note, is_granted=True)
    log(s, case, Action.RECONSIDER if is_refusal else Action.GRANT, before, actor, at, note)


def deny(
    s: Session, case: Case, *, actor: Actor, at: datetime, note: str, seen: int | None = None
) -> None:
    """Uphold the decision, in words for the resident. Raises as `grant`."""
    waiting = _waiting(s, case, actor)
    before = begin(case, Action.DENY, actor, note, seen)
    _settle(s, case, waiting, actor, at, note, is_granted=False)
    log(s, case, Action.DENY, before, actor, at, note)


def _begin_anew(s: Session, case: Case, at: datetime) -> None:
    """Let both clocks run from now on: nobody worked on it while it was refused."""
    rules, days = deadlines(s, local_day(at)), calendar(s)
    case.screen_due_at = due_at(at, Limit.of(rules["screen"]), days)
    case.due_at = due_at(at, Limit.of(rules["answer"][case.kind.value]), days)


def shut_out(s: Session, case: Case, waiting: CaseAppeal) -> set[str]:
    """Return the user names of those who may not decide: the decision was theirs.

    Several may have had a hand in what is public: one in the letter, one in the answer. All of
    them stand back where a moderator is left; else only who decided last, so that the resident
    is answered at all.
    """
    steps = decisions_of(case, waiting.against) if waiting.decided_at is None else []
    theirs = {step.actor for step in steps if step.at <= waiting.filed_at}
    theirs.add(waiting.decided_before_by)
    others = select(Account.id).where(
        Account.role == Role.MODERATOR, Account.is_active, Account.username.not_in(theirs)
    )
    about = {target.account_id for target in case.targets}
    is_left = any(ident not in about for ident in s.scalars(others))
    return theirs if is_left else {waiting.decided_before_by}


def _waiting(s: Session, case: Case, actor: Actor) -> CaseAppeal:
    waiting = case.open_appeal
    if waiting is None:
        raise WrongState(N_("没有待处理的申诉，可能刚被其他人处理过。"))
    if actor.name in shut_out(s, case, waiting):
        raise NotAllowed(N_("申诉须由作出原决定以外的审核员处理。"))
    return waiting


def _reword(case: Case, title: str, body: str, answers: Mapping[int, str], reply: str) -> None:
    """Put new texts in the place of those that read otherwise than they were written."""
    is_public = case.visibility is Visibility.PUBLIC
    if title or body or (is_public and case.is_redacted):
        set_public_text(case, title, body)
    for answer in case.altered_answers if is_public else ():
        answer.public_text = _given(answers.get(answer.id, ""))
    if case.has_altered_reply:
        case.question.public_reply = _given(reply)


def _given(text: str) -> str:
    if not text.strip():
        raise Invalid(N_("请填写新的公开答复。"))
    return text.strip()


def _settle(
    s: Session,
    case: Case,
    waiting: CaseAppeal,
    actor: Actor,
    at: datetime,
    note: str,
    *,
    is_granted: bool,
) -> None:
    waiting.decided_by, waiting.decided_at = actor.name, at
    waiting.is_granted, waiting.reply = is_granted, note.strip()
    s.flush()
    tell_writer(s, case, "appeal_decided", str(waiting.id), at)

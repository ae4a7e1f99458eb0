"""申诉: a resident objects once to a refusal, to non-publication or to a redaction.

Another moderator decides than the one who decided first.
"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from portal.cases.kinds import AppealKind
from portal.cases.models import Case, CaseEvent
from portal.cases.parts import CaseAppeal
from portal.cases.steps import begin, log, set_public_text, tell_writer
from portal.cases.workflow import Action, Visibility
from portal.clock import local_day
from portal.county.queries import intake
from portal.errors import Invalid, NotAllowed, WrongState
from portal.language import N_
from portal.security import Actor

_DECIDED_BY = {
    AppealKind.REFUSAL: [{Action.REJECT}],
    AppealKind.WITHHOLDING: [{Action.WITHHOLD}, {Action.TARGET}],
    AppealKind.REDACTION: [{Action.REDACT, Action.PUBLISH}],
}
"""The acts that an appeal can be against; the last of them is the decision. A public case can
also be taken back by naming who it is about; that counts where nobody withheld it."""


def decision_of(case: Case, against: AppealKind) -> CaseEvent:
    """Return the step by which it was decided what an appeal is `against`.

    What its moderator took back is no decision.

    Raises StopIteration for something that was never decided.
    """
    standing = _standing(case)
    return next(
        event
        for acts in _DECIDED_BY[against]
        for event in reversed(standing)
        if event.action in acts
    )


def _standing(case: Case) -> list[CaseEvent]:
    """Return the steps without those that were undone; an undo is always of the last step."""
    found: list[CaseEvent] = []
    for event in case.events:
        if event.action == Action.UNDO:
            while found and found[-1].action == Action.ASK_ASSIST:  # asked with the same click
                found.pop()
            found = found[:-1]
        else:
            found.append(event)
    return found


def appeal_until(s: Session, case: Case, against: AppealKind, at: datetime) -> datetime:
    """Return the moment until which the decision can be appealed against (`appeal_days`)."""
    days = timedelta(days=intake(s, local_day(at))["appeal_days"])
    return decision_of(case, against).at + days


def appeal(
    s: Session, case: Case, against: AppealKind, *, actor: Actor, at: datetime, note: str
) -> None:
    """File the one appeal against a decision.

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
    seen: int | None = None,
) -> None:
    """Decide for the resident: the case is screened again, may be published, or is reworded.

    A granted appeal against a redaction needs the new public text (Invalid without it).
    Raises NotAllowed for the moderator whose decision it was.
    """
    waiting = _waiting(case, actor)
    is_refusal = waiting.against is AppealKind.REFUSAL
    before = begin(case, Action.RECONSIDER if is_refusal else Action.GRANT, actor, note, seen)
    if is_refusal:
        case.reject_reason = None
    elif waiting.against is AppealKind.WITHHOLDING:
        if case.is_withheld:  # somebody may have published it meanwhile
            case.visibility = Visibility.PRIVATE
    else:
        set_public_text(case, public_title, public_body)
    _settle(s, case, waiting, actor, at, note, is_granted=True)
    log(s, case, Action.RECONSIDER if is_refusal else Action.GRANT, before, actor, at, note)


def deny(
    s: Session, case: Case, *, actor: Actor, at: datetime, note: str, seen: int | None = None
) -> None:
    """Uphold the decision, in words for the resident. Raises as `grant`."""
    waiting = _waiting(case, actor)
    before = begin(case, Action.DENY, actor, note, seen)
    _settle(s, case, waiting, actor, at, note, is_granted=False)
    log(s, case, Action.DENY, before, actor, at, note)


def _waiting(case: Case, actor: Actor) -> CaseAppeal:
    waiting = case.open_appeal
    if waiting is None:
        raise WrongState(N_("没有待处理的申诉，可能刚被其他人处理过。"))
    if waiting.decided_before_by == actor.name:
        raise NotAllowed(N_("申诉须由作出原决定以外的审核员处理。"))
    return waiting


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

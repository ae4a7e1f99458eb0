"""The acts of a case's main road: sent out, worked on, answered, judged. They flush only.

Each act checks the table, changes the case, adds the step to its history and the act to the
audit trail, and queues what has to be told (`steps`). `seen` is how many steps the actor's page
showed: when there are newer ones the act is refused and the newer steps are shown. Other roads
have files of their own: publishing (named here too), returns, merging, splitting, targets,
assists, questions, appeals, undo.
"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from portal.cases.adopting import check_adoption
from portal.cases.assists import end_all
from portal.cases.joining import tell_joiners_ended
from portal.cases.kinds import REJECT_REASONS, Adoption, AppealKind, Resolved
from portal.cases.merging import close_along, set_apart
from portal.cases.models import Answer, Case, Verdict
from portal.cases.publishing import publish as publish
from portal.cases.publishing import redact as redact
from portal.cases.publishing import release
from portal.cases.publishing import withhold as withhold
from portal.cases.routes import check_recipient, hand_over
from portal.cases.second_eyes import check_not_overruled, check_other
from portal.cases.steps import begin, log, snapshot, tell_writer
from portal.cases.targets import pull_back
from portal.cases.workflow import Action, Visibility
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
    """Hand the case to another department before the first one signs for it.

    From a department that was closed it goes at any stage of its work (`may_not_reassign`);
    that, and a second round, is no wrong route: it was sent right before.
    """
    check_recipient(case, department)
    if department is case.department:
        raise Invalid(N_("这件诉求已经派给该单位。"))
    kept, left = snapshot(case), case.department
    before = begin(case, Action.REASSIGN, actor, note, seen)
    end_all(case, at)
    hand_over(s, case, department, actor=actor, at=at)
    if case.was_reopened or not left.is_active:
        case.was_misrouted = kept["was_misrouted"]
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
    resident was not satisfied is refused as it would be closed, and one that was refused
    wrongly not again by the same moderator: `second_eyes`.
    """
    if reason not in REJECT_REASONS:
        raise Invalid(N_("请从列表中选择不予受理的原因。"))
    check_other(s, case, actor, note)
    check_not_overruled(case, actor, AppealKind.REFUSAL)
    kept = snapshot(case)
    before = begin(case, Action.REJECT, actor, note, seen)
    case.reject_reason = reason
    was_public = case.visibility is Visibility.PUBLIC
    if was_public:
        case.visibility, case.published_at = Visibility.PRIVATE, None
    event = log(s, case, Action.REJECT, before, actor, at, note, undo=kept, reason=reason)
    tell_writer(s, case, "case_rejected", str(event.id), at, later=True)
    if was_public:
        tell_joiners_ended(s, case, str(event.id), at)


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
    """Move the promised day by the configured time; the writer reads why.

    Raises WrongState once that day is over: a promise that is broken cannot be moved.
    """
    before, was = begin(case, Action.EXTEND, actor, note, seen), case.due_at
    if at > was:
        raise WrongState(N_("答复时限已过，不能再延期，请尽快答复居民。"))
    rules = deadlines(s, local_day(at))
    case.due_at = due_at(case.due_at, Limit.of(rules["extension"]), calendar(s))
    case.extensions += 1
    log(s, case, Action.EXTEND, before, actor, at, note, due_before=was.isoformat())


def answer(
    s: Session,
    case: Case,
    text: str,
    *,
    adoption: Adoption | None = None,
    actor: Actor,
    at: datetime,
    seen: int | None = None,
) -> None:
    """Answer for the department, and for all that assist; a moderator reads it first.

    A suggestion is told what became of it: `adoption`, Invalid as `check_adoption`.
    """
    check_adoption(case, adoption, text)
    before = begin(case, Action.ANSWER, actor, text, seen)
    end_all(case, at)
    given = Answer(department=case.department, text=text.strip(), public_text="", given_at=at)
    given.adoption = adoption
    case.answers.append(given)
    log(s, case, Action.ANSWER, before, actor, at)


def conclude(
    s: Session, case: Case, text: str, *, actor: Actor, at: datetime, seen: int | None = None
) -> None:
    """Answer a report of wrongdoing and close it: no moderator ever reads it.

    For a reporter who said that nothing was solved, another account of the office answers.
    """
    check_other(s, case, actor, text)
    before = begin(case, Action.CONCLUDE, actor, text, seen)
    _end(case, at)
    answer = Answer(department=case.department, text=text.strip(), public_text="", given_at=at)
    case.answers.append(answer)
    s.flush()
    release(s, case, "", at)
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
    release(s, case, answer_text, at)
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

    Where that department must recuse itself by now, a moderator sends it on. Raises WrongState
    when the time for it (`reopen_days` of the county) is over.
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
    pull_back(s, case, at)


def may_reopen(s: Session, case: Case, at: datetime) -> bool:
    """Say whether the time to ask for it to be handled again still runs."""
    days = timedelta(days=intake(s, local_day(at))["reopen_days"])
    return case.closed_at is None or at <= case.closed_at + days


def withdraw(s: Session, case: Case, *, actor: Actor, at: datetime, note: str = "") -> None:
    """Let the writer take the case back before any department has begun (`was_begun`).

    What others wrote and was merged into it is handled by itself again.
    """
    before = begin(case, Action.WITHDRAW, actor, note, None)
    was_public = case.visibility is Visibility.PUBLIC
    case.visibility, case.published_at = Visibility.PRIVATE, None
    end_all(case, at)
    event = log(s, case, Action.WITHDRAW, before, actor, at, note)
    if was_public:
        tell_joiners_ended(s, case, str(event.id), at)
    set_apart(s, case, at=at)


def _end(case: Case, at: datetime) -> None:
    """Freeze whether the first answer came in time; later rounds do not improve it."""
    case.closed_at = at
    if case.was_answered_in_time is None:
        case.was_answered_in_time = at <= case.due_at

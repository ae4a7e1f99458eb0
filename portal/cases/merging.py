"""并案与拆分: one answer for the same matter, and one case for each matter in a letter."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from portal.cases.assists import end_all
from portal.cases.contacts import unseal_contact
from portal.cases.intake import Letter, Receipt, submit
from portal.cases.joining import tell_joiners, tell_joiners_merged
from portal.cases.kinds import Channel, Kind
from portal.cases.models import Answer, Case
from portal.cases.routes import take_away
from portal.cases.steps import begin, log, snapshot, tell_writer
from portal.cases.targets import Target, name_of
from portal.cases.workflow import OPEN, Action
from portal.errors import Invalid
from portal.language import N_
from portal.security import SYSTEM, Actor


def merge(
    s: Session,
    case: Case,
    parent: Case,
    *,
    actor: Actor,
    at: datetime,
    note: str = "",
    seen: int | None = None,
) -> None:
    """Let `parent` answer this case too. Each writer keeps their own receipt and verdict.

    The writer and who joined hear of it once it can no longer be undone; nothing of the parent
    is told with it.

    Raises Invalid for a parent that is not open, is itself merged, is this case, or is about
    somebody: what a conflict hides would show through the other.
    """
    if parent is case or parent.state not in OPEN or parent.parent_id is not None:
        raise Invalid(N_("请选择一件尚未办结、也没有并入别处的诉求作为主件。"))
    if case.is_never_public or parent.is_never_public:
        raise Invalid(N_("反映单位或工作人员的诉求要单独办理，不能并案。"))
    kept = snapshot(case)
    before = begin(case, Action.MERGE, actor, note, seen)
    _set_parent(s, case, parent)
    end_all(case, at)
    take_away(case)
    s.flush()
    step = log(s, case, Action.MERGE, before, actor, at, note, undo=kept, parent=parent.reference)
    tell_writer(s, case, "case_merged", str(step.id), at, later=True)
    tell_joiners_merged(s, case, str(step.id), at)


def unmerge(
    s: Session, case: Case, *, actor: Actor, at: datetime, note: str, seen: int | None = None
) -> None:
    """Let the case be handled by itself again."""
    before = begin(case, Action.UNMERGE, actor, note, seen)
    _set_parent(s, case, None)
    log(s, case, Action.UNMERGE, before, actor, at, note)


def close_along(s: Session, parent: Case, *, at: datetime) -> None:
    """Give the answer of `parent` to every case merged into it, and close them."""
    given = parent.answer
    if given is None:
        return
    for case in list(parent.children):
        before = begin(case, Action.CLOSE_ALONG, SYSTEM, "", None)
        case.department, case.closed_at = parent.department, at
        _set_parent(s, case, None)
        if case.was_answered_in_time is None:
            case.was_answered_in_time = at <= case.due_at
        answer = Answer(
            department=given.department,
            text=given.text,
            public_text=given.public_text,
            given_at=given.given_at,
            released_at=at,
            adoption=given.adoption if case.kind is Kind.SUGGESTION else None,
        )
        case.answers.append(answer)
        s.flush()
        log(s, case, Action.CLOSE_ALONG, before, SYSTEM, at, parent=parent.reference)
        tell_writer(s, case, "case_answered", str(answer.id), at)
        tell_joiners(s, case, str(answer.id), at)


def set_apart(s: Session, parent: Case, *, at: datetime) -> None:
    """Let every case merged into `parent` be handled by itself: its writer took it back."""
    for case in list(parent.children):
        before = begin(case, Action.SET_APART, SYSTEM, "", None)
        _set_parent(s, case, None)
        log(s, case, Action.SET_APART, before, SYSTEM, at, parent=parent.reference)


def _set_parent(s: Session, case: Case, parent: Case | None) -> None:
    """Say which case answers this one, if any.

    By its id alone: a letter can go into one of its own parts, and of two rows that point at
    each other the session could not tell which to write first.
    """
    with s.no_autoflush:  # the new state is valid only with the new parent: both go in one
        was = case.parent
    case.parent_id = parent.id if parent else None
    s.flush()
    s.refresh(case, ["parent"])
    for one in filter(None, (was, parent)):
        s.expire(one, ["children"])


@dataclass(frozen=True)
class Part:
    """One matter taken out of a letter: how the moderator words it, from the letter's own text."""

    title: str
    body: str


def split(
    s: Session,
    case: Case,
    parts: Sequence[Part],
    *,
    actor: Actor,
    at: datetime,
    seen: int | None = None,
) -> list[Case]:
    """Make a case of each of `parts`; the letter itself stays whole and goes on with the rest.

    Each part has the writer's contact, consent and day of arrival: splitting moves no
    deadline. Whoever opens the letter with its code sees the parts too. Raises Invalid
    without two texts in each part.
    """
    if not parts or any(not p.title.strip() or not p.body.strip() for p in parts):
        raise Invalid(N_("请写明每一件的标题和内容。"))
    before = begin(case, Action.SPLIT, actor, "", seen)
    first = len(case.split_off) + 1
    made = [_split_off(s, case, part, n, actor, at) for n, part in enumerate(parts, first)]
    names = ", ".join(receipt.case.reference for receipt in made)
    log(s, case, Action.SPLIT, before, actor, at, parts=names)  # no words of it for departments
    cases = [receipt.case for receipt in made]
    tell_writer(s, case, "case_split", cases[0].reference, at, parts=first + len(cases))
    return cases


def _split_off(s: Session, case: Case, part: Part, n: int, actor: Actor, at: datetime) -> Receipt:
    letter = Letter(
        kind=case.kind,
        title=part.title.strip(),
        body=part.body.strip(),
        contact=unseal_contact(case) if case.contact else None,
        consent_publish=case.consent_publish,
        project=case.project,
        town=case.town,
        place=case.place,
        targets=[Target(t.kind, t.department, t.account, name_of(t)) for t in case.targets],
        channel=Channel.INTERNAL,
    )
    key = f"part:{case.id}:{n}"  # no form can make such a key: theirs begin otherwise
    receipt = submit(
        s, letter, at=case.submitted_at, submission_key=key, actor=actor, entered_at=at
    )
    receipt.case.origin = case
    s.flush()
    return receipt

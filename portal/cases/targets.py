"""被反映对象: who or what a case complains about, and that it never reaches them.

Sources: 信访工作条例, art. 28 (staff with an interest recuse themselves), art. 30 (a report or
what is known of it is never passed to the person or unit it is about), art. 22 (reports of
wrongdoing go to the discipline office).

A person is mostly named and no more: `accused` finds whom the name means, before anything else
is done with the case. What is split from a letter stays in it: the letter recuses whom its parts
do.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CTE, ColumnElement, and_, or_, select, union
from sqlalchemy.orm import Session, aliased

from portal import vault
from portal.accounts.models import Account
from portal.cases.accused import Register, register
from portal.cases.assists import end_all
from portal.cases.contacts import UNREADABLE
from portal.cases.joining import tell_joiners_ended
from portal.cases.kinds import CONFLICTING, Kind, TargetKind
from portal.cases.models import Case
from portal.cases.parts import CaseTarget
from portal.cases.routes import send_report, take_away
from portal.cases.routing.suggestions import renew
from portal.cases.steps import begin, log
from portal.cases.workflow import TRANSITIONS, Action, State, Visibility
from portal.departments.models import Department
from portal.errors import Invalid
from portal.language import N_
from portal.security import SYSTEM, Actor
from portal.text import folded

logger = logging.getLogger("portal.cases")

TAKEN_BACK = TRANSITIONS[Action.RECUSE].sources
"""States in which a department has the case in its hands, so that it can be taken from it."""


@dataclass(frozen=True)
class Target:
    """One unit, person or contractor, as somebody named it.

    A person's unit recuses itself with them: nobody who belongs to it sees the case. Where they
    have a desk in another unit than was named, both do.
    """

    kind: TargetKind
    department: Department | None = None
    account: Account | None = None
    name: str = ""


def check_targets(targets: Iterable[Target]) -> None:
    """Raise Invalid for one that names nobody."""
    for target in targets:
        if target.kind is TargetKind.DEPARTMENT and target.department is None:
            raise Invalid(N_("请选择被反映的单位。"))
        if target.kind is TargetKind.PERSON and not (
            target.name.strip() or target.account or target.department
        ):
            raise Invalid(N_("请写明被反映人的姓名或所在单位。"))
        if target.kind is TargetKind.CONTRACTOR and not target.name.strip():
            raise Invalid(N_("请写明被反映企业的名称。"))


def add_targets(s: Session, case: Case, targets: Sequence[Target]) -> None:
    """Name `targets`, and whom their names mean, beside those the case has; names are sealed."""
    check_targets(targets)
    _put(case, *_meant(s, targets))
    case.is_conflicted = any(t.kind in CONFLICTING for t in case.targets)


def set_targets(
    s: Session,
    case: Case,
    targets: Sequence[Target],
    *,
    actor: Actor,
    at: datetime,
    seen: int | None = None,
) -> None:
    """Put on record who is complained about, in place of what stood there.

    From this moment it is hidden from them: taken back from a department that must recuse
    itself, and off the public pages; and so is the letter it was split from. Of a case that is
    closed or refused nothing is taken back. Raises Invalid as `check_targets`, and for merged
    cases.
    """
    check_targets(targets)
    found, others = _meant(s, targets)
    if any(t.kind in CONFLICTING for t in found):
        _check_alone(case)
    before = begin(case, Action.TARGET, actor, "", seen)
    was = case.is_conflicted
    case.targets.clear()
    s.flush()
    _put(case, found, others)
    _hide(s, case, before, actor, at, targets=[t.kind.value for t in found])
    if was or case.is_conflicted:
        _tell_letter(s, case, at)


def look_again(s: Session, case: Case, at: datetime) -> bool:
    """Name whom the names on record mean today, and take the case from who must not have it.

    Accounts and units come, move and change their names. Returns whether anything was changed.
    Raises Invalid for a merged case.
    """
    known, is_new = register(s), False
    for row, named in _named(case):
        itself, others = _whom(known, named)
        if itself.kind is not row.kind:
            row.kind, row.department, is_new = itself.kind, itself.department, True
        is_new = _put(case, [], others) or is_new
    if not is_new and case.is_conflicted == _is_conflicted(case):
        return pull_back(s, case, at)
    _check_alone(case)
    _hide(s, case, case.state, SYSTEM, at, targets=[t.kind.value for t in case.targets])
    _tell_letter(s, case, at)
    return True


def implied(s: Session, case: Case) -> list[CaseTarget]:
    """Return the rows that nobody wrote: whom a name beside them means, by today's register."""
    rows = [t for t in case.targets if t.kind is TargetKind.PERSON and t.name is None]
    named = _named(case) if rows else []
    if not named:
        return []
    known = register(s)
    others = [one for _row, target in named for one in _whom(known, target)[1]]
    return [row for row in rows if any(_is(row, one) for one in others)]


def unknown(s: Session) -> set[int]:
    """Return the cases in which a name means somebody by now whom no row names (their ids).

    Five queries however many cases there are; the names are opened in memory alone.
    """
    columns = (CaseTarget.case_id, CaseTarget.kind, CaseTarget.department_id)
    rows = s.execute(
        select(*columns, CaseTarget.account_id, CaseTarget.name, Case.reference).join(
            Case, CaseTarget.case_id == Case.id
        )
    ).all()
    people = {(r.case_id, r.account_id) for r in rows}
    units = {(r.case_id, r.department_id) for r in rows if r.kind in CONFLICTING}
    known, found = register(s), set()
    for row in rows:
        if row.name is None or row.kind is TargetKind.DEPARTMENT:
            continue
        try:
            name = vault.unseal(_place(row.reference), row.name)
        except Invalid:  # sealed with another key: nobody can tell whom it means
            continue
        itself, others = _whom(known, Target(row.kind, name=name))
        if (
            itself.kind is not row.kind
            or any(o.account and (row.case_id, o.account.id) not in people for o in others)
            or any(o.department and (row.case_id, o.department.id) not in units for o in others)
        ):
            found.add(row.case_id)
    return found


def name_of(target: CaseTarget) -> str:
    """Return the name as it was given, in clear. Raises Invalid with another server key."""
    if target.name is None:
        return ""
    return vault.unseal(_place(target.case.reference), target.name)


def described(target: CaseTarget) -> str:
    """Return the unit and the name of a target in one line, for staff who may read them."""
    try:
        name = name_of(target) or (target.account.full_name if target.account else "")
    except Invalid:  # sealed with another key: the page stays usable
        name = UNREADABLE
    unit = target.department.name if target.department else ""
    return " · ".join(part for part in (unit, name) if part)


def open_to(actor: Actor) -> ColumnElement[bool]:
    """Return the condition under which a case may be listed, counted or found for `actor`.

    The same rule as `security.to_whom_it_is_open`, for many cases at once: not about the
    actor or their department, and no report of wrongdoing unless their department has it.
    """
    conditions = [
        or_(Case.kind != Kind.REPORT, Case.department_id == actor.department_id)
        if actor.department_id
        else Case.kind != Kind.REPORT
    ]
    shut = _about(actor)
    if shut is not None:
        conditions.append(
            or_(Case.is_conflicted.is_(False), Case.id.not_in(select(shut.c.case_id)))
        )
    return and_(*conditions)


def pull_back(s: Session, case: Case, at: datetime) -> bool:
    """Take the case from a department that must recuse itself, and end such assistance.

    It waits for a moderator then; a report of wrongdoing goes to the other office that may take
    it. Returns whether anything was taken from anybody.
    """
    tasks = [t for t in case.assists if t.is_open and case.conflicts_with(t.department)]
    for task in tasks:
        task.ended_at = at
    unit = case.department
    if unit is None or case.state not in TAKEN_BACK or not case.conflicts_with(unit):
        s.flush()
        return bool(tasks)
    note = "被反映单位回避"
    before = begin(case, Action.RECUSE, SYSTEM, note, None)
    log(s, case, Action.RECUSE, before, SYSTEM, at, note)
    end_all(case, at)
    take_away(case)
    case.is_settled = False  # what was ruled of one office binds no other
    s.flush()
    if case.is_confidential and not send_report(s, case, at):
        logger.warning("report %s is about every office that may take it", case.reference)
    renew(s, case, at)
    return True


def _tell_letter(s: Session, part: Case, at: datetime) -> None:
    """Hide the letters that `part` was split from, one from another, from whom it is about."""
    letter = part.origin
    if letter is not None:
        _hide(s, letter, letter.state, SYSTEM, at, part=part.reference)
        _tell_letter(s, letter, at)


def _hide(
    s: Session, case: Case, before: State, actor: Actor, at: datetime, **details: object
) -> None:
    """Put on record that the case is about others than before, and hide it from them."""
    case.is_conflicted = _is_conflicted(case)
    goes_off = case.is_conflicted and case.visibility is Visibility.PUBLIC
    if goes_off:
        case.visibility, case.published_at = Visibility.WITHHELD, None
    s.flush()
    event = log(s, case, Action.TARGET, before, actor, at, **details)
    if goes_off:
        tell_joiners_ended(s, case, str(event.id), at)
    if not pull_back(s, case, at):
        renew(s, case, at)


def _is_conflicted(case: Case) -> bool:
    """Whether it, or what was split from it, complains about somebody with a desk here."""
    is_itself = any(target.kind in CONFLICTING for target in case.targets)
    return is_itself or any(part.is_conflicted for part in case.split_off)


def _check_alone(case: Case) -> None:
    """Raise Invalid where others would read it, or its letter, through a case merged with it."""
    one: Case | None = case
    while one is not None:
        if one.parent_id is not None or one.has_children:
            raise Invalid(N_("反映单位或工作人员的诉求要单独办理，请先取消并案。"))
        one = one.origin


def _about(actor: Actor) -> CTE | None:
    """Return the cases about the actor or their department, and the letters these come from.

    Worked out once for a statement, from the side of the accused, who are few: by the indexes
    of department and account, then from part to letter by the primary key.
    """
    about = select(CaseTarget.case_id).where(CaseTarget.kind.in_(CONFLICTING))
    ways = []
    if actor.department_id:
        now = about.join(Account, CaseTarget.account_id == Account.id)
        ways.append(about.where(CaseTarget.department_id == actor.department_id))
        ways.append(now.where(Account.department_id == actor.department_id))
    if actor.account_id:
        ways.append(about.where(CaseTarget.account_id == actor.account_id))
    if not ways:
        return None
    shut = select(union(*ways).subquery().c.case_id).cte(recursive=True)
    part = aliased(Case)
    letters = select(part.origin_id).join(shut, part.id == shut.c.case_id)
    return shut.union(letters.where(part.origin_id.is_not(None)))


def _meant(s: Session, targets: Sequence[Target]) -> tuple[list[Target], list[Target]]:
    """Return the targets as they are to be recorded, and whom else their names mean.

    The register is read for names alone.
    """
    if not any(target.name.strip() for target in targets):
        return list(targets), []
    known = register(s)
    found = [_whom(known, target) for target in targets]
    return [itself for itself, _others in found], [one for _, others in found for one in others]


def _named(case: Case) -> list[tuple[CaseTarget, Target]]:
    """Return the rows with a name, each with what it says; one that cannot be read is left out."""
    found = []
    for row in case.targets:
        try:
            name = name_of(row)
        except Invalid:  # sealed with another key: nobody can tell whom it means
            continue
        if name:
            found.append((row, Target(row.kind, row.department, row.account, name)))
    return found


def _whom(known: Register, target: Target) -> tuple[Target, list[Target]]:
    """Return a target as it is to be recorded, and whom else its name means."""
    name = target.name.strip()
    if target.kind is TargetKind.CONTRACTOR and (unit := known.company(name)):
        as_written = "" if folded(name) == folded(unit.name) else name
        return Target(TargetKind.DEPARTMENT, unit, name=as_written), []
    if target.kind is not TargetKind.PERSON or not name:
        return target, []
    people = [Target(TargetKind.PERSON, account=one) for one in known.people_in(name)]
    return target, [*people, *(Target(TargetKind.PERSON, one) for one in known.units_in(name))]


def _put(case: Case, named: Sequence[Target], others: Sequence[Target]) -> bool:
    """Add rows to the case; of `others`, those whom nothing on record recuses yet.

    Returns whether a row was added.
    """
    before = len(case.targets)
    for target in named:
        case.targets += _rows(case, target)
    for row in (row for target in others for row in _rows(case, target)):
        if not any(_covers(known, row) for known in case.targets):
            case.targets.append(row)
    return len(case.targets) > before


def _covers(known: CaseTarget, row: CaseTarget) -> bool:
    """Whether a row on record recuses whom `row`, which has no name, would."""
    return known.kind in CONFLICTING and _is(known, row)


def _is(one: CaseTarget, other: CaseTarget | Target) -> bool:
    """Whether both are the same person or, where `other` is no person with a desk, unit."""
    if other.account is not None:
        return one.account is other.account
    return one.department is other.department


def _rows(case: Case, target: Target) -> list[CaseTarget]:
    own = target.account.department if target.account else None
    name = target.name.strip()
    row = CaseTarget(
        kind=target.kind,
        department=own or target.department,
        account=target.account,
        name=vault.seal(_place(case.reference), name) if name else None,
    )
    if own is None or target.department in (None, own):
        return [row]
    return [row, CaseTarget(kind=target.kind, department=target.department)]


def _place(reference: str) -> str:
    return f"case_target:{reference}"

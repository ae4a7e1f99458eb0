"""被反映对象: who or what a case complains about, and that it never reaches them.

Sources: 信访工作条例, art. 28 (staff with an interest recuse themselves), art. 30 (a report or
what is known of it is never passed to the person or unit it is about), art. 22 (reports of
wrongdoing go to the discipline office).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from portal import vault
from portal.accounts.models import Account
from portal.cases.assists import end_all
from portal.cases.contacts import UNREADABLE
from portal.cases.kinds import CONFLICTING, Kind, TargetKind
from portal.cases.models import Case
from portal.cases.parts import CaseTarget
from portal.cases.routes import take_away
from portal.cases.routing.suggestions import renew
from portal.cases.steps import begin, log
from portal.cases.workflow import Action, Visibility
from portal.departments.models import Department
from portal.errors import Invalid
from portal.language import N_
from portal.security import SYSTEM, Actor


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


def add_targets(case: Case, targets: Sequence[Target]) -> None:
    """Name `targets` beside those the case has; the names are sealed."""
    check_targets(targets)
    for target in targets:
        case.targets += _rows(case, target)
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
    itself, and off the public pages. Raises Invalid as `check_targets`, and for merged cases.
    """
    check_targets(targets)
    is_conflict = any(t.kind in CONFLICTING for t in targets)
    if is_conflict and (case.parent_id is not None or case.has_children):
        raise Invalid(N_("反映单位或工作人员的诉求要单独办理，请先取消并案。"))
    before = begin(case, Action.TARGET, actor, "", seen)
    if is_conflict and case.visibility is Visibility.PUBLIC:
        case.visibility, case.published_at = Visibility.WITHHELD, None
    case.targets.clear()
    s.flush()
    add_targets(case, targets)
    s.flush()
    log(s, case, Action.TARGET, before, actor, at, targets=[t.kind.value for t in targets])
    _pull_back(s, case, at)
    renew(s, case, at)


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
    about = [CaseTarget.department_id == actor.department_id] if actor.department_id else []
    about += [CaseTarget.account_id == actor.account_id] if actor.account_id else []
    conditions = [
        or_(Case.kind != Kind.REPORT, Case.department_id == actor.department_id)
        if actor.department_id
        else Case.kind != Kind.REPORT
    ]
    if about:
        theirs = select(CaseTarget.id).where(
            CaseTarget.case_id == Case.id, CaseTarget.kind.in_(CONFLICTING), or_(*about)
        )
        conditions.append(or_(Case.is_conflicted.is_(False), ~exists(theirs)))
    return and_(*conditions)


def _pull_back(s: Session, case: Case, at: datetime) -> None:
    """Take the case from a department that must recuse itself, and end such assistance."""
    for task in case.assists:
        if task.is_open and case.conflicts_with(task.department):
            task.ended_at = at
    if case.department is not None and case.conflicts_with(case.department):
        note = "被反映单位回避"
        before = begin(case, Action.RECUSE, SYSTEM, note, None)
        log(s, case, Action.RECUSE, before, SYSTEM, at, note)
        end_all(case, at)
        take_away(case)
        s.flush()


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

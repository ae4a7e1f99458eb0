"""被反映对象 on the moderators' page: the rows of the form, and what they mean."""

from collections.abc import Iterator

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, object_session

from portal.accounts.models import Account
from portal.cases.contacts import UNREADABLE
from portal.cases.kinds import TargetKind
from portal.cases.models import Case
from portal.cases.parts import CaseTarget
from portal.cases.targets import Target, implied, name_of
from portal.departments.models import Department
from portal.departments.queries import by_code
from portal.errors import Invalid
from portal.language import N_
from portal.moderation.forms import MOST_TARGETS, TargetForm, TargetsForm
from portal.security import ROLE_LABELS

EMPTY_ROWS = 2
"""Rows without anything that the form ends with; more come once these are saved."""


def rows_of(case: Case) -> list[dict[str, str]]:
    """Return what the form shows: a row for each target, and empty ones.

    Whom a name means besides is not shown: it follows from the name each time that is saved.
    """
    s = object_session(case)
    unwritten = implied(s, case) if s else []
    rows = [
        {
            "kind": target.kind.value,
            "department": target.department.code if target.department else "",
            "account": target.account.username if target.account else "",
            "name": clear_name(target),
        }
        for target in case.targets
        if target not in unwritten
    ]
    empty = {"kind": "", "department": "", "account": "", "name": ""}
    return [*rows, *[empty] * EMPTY_ROWS][: max(MOST_TARGETS, len(rows))]


def read(s: Session, case: Case, form: TargetsForm) -> list[Target]:
    """Return the targets that the form names; a row without a kind is left out, if it is empty
    or stands as the case has it: then it is taken off.

    Raises Invalid for a row of which something would be lost: new without a kind, or with what
    its kind does not take; and for a name that could not be read and so cannot be written again.
    """
    known = [("", "", ""), *(_written(row) for row in rows_of(case))]
    return list(_targets(s, known, (entry.form for entry in form.targets)))


def clear_name(target: CaseTarget) -> str:
    """Return the name as it was given, or what stands for one sealed with another key."""
    try:
        return name_of(target)
    except Invalid:
        return UNREADABLE


def staff(s: Session) -> list[tuple[str, str]]:
    """Return everybody with a desk here, as a choice: user name, and name with office.

    Closed accounts stand at the end: they can be opened again.
    """
    found = select(Account).options(joinedload(Account.department))
    order = (Account.is_active.desc(), Account.full_name, Account.id)
    return [
        (one.username, f"{one.full_name} · {_office(one)}")
        for one in s.scalars(found.order_by(*order))
    ]


def units(case: Case, active: list[Department]) -> list[Department]:
    """Return the units to choose from: those at work, and closed ones that the case names."""
    named = [target.department for target in case.targets if target.department]
    return list(dict.fromkeys([*active, *named]))


def _targets(
    s: Session, known: list[tuple[str, ...]], rows: Iterator[TargetForm]
) -> Iterator[Target]:
    for row in rows:
        if not row.kind.data and _written(row.data) in known:
            continue
        _check_row(row)
        if row.name.data == UNREADABLE:
            raise Invalid(N_("有一个名称是用另一把密钥封存的，无法读取，因此不能在这里保存。"))
        kind = TargetKind(row.kind.data)
        is_company = kind is TargetKind.CONTRACTOR
        account = _account(s, row.account.data) if kind is TargetKind.PERSON else None
        unit = None if is_company else by_code(s, row.department.data or "")
        name = "" if kind is TargetKind.DEPARTMENT else row.name.data or ""
        yield Target(kind, department=unit, account=account, name=name)


def _written(row: dict[str, str | None]) -> tuple[str, ...]:
    """Return what a row says beside its kind."""
    return tuple(row[name] or "" for name in ("department", "account", "name"))


def _check_row(row: TargetForm) -> None:
    match row.kind.data:
        case "":
            raise Invalid(N_("请选择反映的是单位、人还是企业。"))
        case TargetKind.CONTRACTOR if row.department.data or row.account.data:
            raise Invalid(N_("反映企业不用选单位；也反映单位的，请分开提交。"))
        case TargetKind.DEPARTMENT if row.account.data or row.name.data:
            raise Invalid(N_("反映单位不用写姓名；也反映其中工作人员的，请另写一行。"))


def _account(s: Session, username: str | None) -> Account | None:
    return s.scalar(select(Account).where(Account.username == username)) if username else None


def _office(account: Account) -> str:
    office = account.department.name if account.department else _(ROLE_LABELS[account.role])
    return office if account.is_active else f"{office} · {_('已停用')}"

"""被反映对象 on the moderators' page: the rows of the form, and what they mean."""

from collections.abc import Iterator

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from portal.accounts.models import Account
from portal.cases.contacts import UNREADABLE
from portal.cases.kinds import TargetKind
from portal.cases.models import Case
from portal.cases.parts import CaseTarget
from portal.cases.targets import Target, name_of
from portal.departments.queries import by_code
from portal.errors import Invalid
from portal.language import N_
from portal.moderation.forms import MOST_TARGETS, TargetForm, TargetsForm
from portal.security import ROLE_LABELS

EMPTY_ROWS = 2
"""Rows without anything that the form ends with; more come once these are saved."""


def rows_of(case: Case) -> list[dict[str, str]]:
    """Return what the form shows: a row for each target, and empty ones."""
    rows = [
        {
            "kind": target.kind.value,
            "department": target.department.code if target.department else "",
            "account": target.account.username if target.account else "",
            "name": clear_name(target),
        }
        for target in case.targets
    ]
    empty = {"kind": "", "department": "", "account": "", "name": ""}
    return [*rows, *[empty] * EMPTY_ROWS][: max(MOST_TARGETS, len(rows))]


def read(s: Session, form: TargetsForm) -> list[Target]:
    """Return the targets that the form names; a row without a kind is left out.

    Raises Invalid for a name that could not be read and so cannot be written again.
    """
    return list(_targets(s, (entry.form for entry in form.targets)))


def clear_name(target: CaseTarget) -> str:
    """Return the name as it was given, or what stands for one sealed with another key."""
    try:
        return name_of(target)
    except Invalid:
        return UNREADABLE


def staff(s: Session) -> list[tuple[str, str]]:
    """Return everybody with a desk here, as a choice: user name, and name with office."""
    found = select(Account).where(Account.is_active).options(joinedload(Account.department))
    return [
        (one.username, f"{one.full_name} · {_office(one)}")
        for one in s.scalars(found.order_by(Account.full_name, Account.id))
    ]


def _targets(s: Session, rows: Iterator[TargetForm]) -> Iterator[Target]:
    for row in rows:
        if not row.kind.data:
            continue
        if row.name.data == UNREADABLE:
            raise Invalid(N_("有一个名称是用另一把密钥封存的，无法读取，因此不能在这里保存。"))
        kind = TargetKind(row.kind.data)
        is_company = kind is TargetKind.CONTRACTOR
        account = _account(s, row.account.data) if kind is TargetKind.PERSON else None
        unit = None if is_company else by_code(s, row.department.data or "")
        name = "" if kind is TargetKind.DEPARTMENT else row.name.data or ""
        yield Target(kind, department=unit, account=account, name=name)


def _account(s: Session, username: str | None) -> Account | None:
    return s.scalar(select(Account).where(Account.username == username)) if username else None


def _office(account: Account) -> str:
    return account.department.name if account.department else _(ROLE_LABELS[account.role])

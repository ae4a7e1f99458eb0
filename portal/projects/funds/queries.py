"""Reading a year's money: every project of the list, by source, to the 分.

One reading feeds the page, the CSV and the workbook, so that they cannot differ. Payments count
with the project they were made for, whenever they were made.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.departments.models import Department
from portal.projects.funds.models import FundSource, Payment
from portal.projects.funds.rules import Money, Pace, add_up, days_late, faults, pace, total
from portal.projects.kinds import FundKind, ProjectStatus
from portal.projects.models import LISTED, Project


@dataclass(frozen=True)
class Account:
    """One project and its money."""

    code: str
    name: str
    lead: str
    percent: Decimal | None
    """The work as reported, percent."""
    money: Money
    pace: Pace
    faults: list[str]
    """Marked texts of what cannot be."""


@dataclass(frozen=True)
class YearFunds:
    """The money of a year's list."""

    accounts: list[Account]
    by_kind: dict[FundKind, list[int]]
    """Kind of source -> approved, in place, paid; only kinds in use."""
    unassigned: int
    """Paid without saying out of which source, 分."""

    @property
    def totals(self) -> tuple[int, int, int]:
        """Approved, in place and paid of the whole list, 分."""
        approved, in_place, paid = (
            sum(sums[i] for sums in self.by_kind.values()) for i in range(3)
        )
        return approved, in_place, paid + self.unassigned

    def with_pace(self, *paces: Pace) -> list[Account]:
        """Return the projects whose payments stand so to the work."""
        return [account for account in self.accounts if account.pace in paces]


@dataclass(frozen=True)
class LatePayment:
    """A payment that came after its day, or has not come and its day is over."""

    code: str
    name: str
    purpose: str
    payee: str
    amount_fen: int
    due_on: date
    paid_on: date | None
    days: int


def year_funds(s: Session, year: int, tolerance: Decimal) -> YearFunds:
    """Return the money of every project of a year's list, in the order of the list.

    `tolerance` is how many percentage points payments and work may stand apart.
    """
    sources: dict[int, list[Any]] = defaultdict(list)
    for ident, *source in s.execute(
        select(
            FundSource.project_id,
            FundSource.id,
            FundSource.kind,
            FundSource.approved_fen,
            FundSource.in_place_fen,
        )
        .join(Project, Project.id == FundSource.project_id)
        .where(Project.year == year)
        .order_by(FundSource.id)
    ):
        sources[ident].append(source)
    payments: dict[int, list[Any]] = defaultdict(list)
    for ident, source, amount in s.execute(
        select(Payment.project_id, Payment.source_id, func.sum(Payment.amount_fen))
        .join(Project, Project.id == Payment.project_id)
        .where(Project.year == year, Payment.paid_on.is_not(None))
        .group_by(Payment.project_id, Payment.source_id)
    ):
        payments[ident].append((source, int(amount)))  # PostgreSQL adds up to a decimal
    accounts = [
        _account(row, total(sources[row.id], payments[row.id]), tolerance)
        for row in _projects(s, year)
    ]
    return _year(accounts)


def _projects(s: Session, year: int) -> Sequence[Any]:
    return s.execute(
        select(
            Project.id,
            Project.code,
            Project.name,
            Project.status,
            Project.percent,
            Project.department_text,
            Department.name.label("department_name"),
        )
        .outerjoin(Department, Department.id == Project.department_id)
        .where(Project.year == year, LISTED)
        .order_by(Project.sort_order, Project.id)
    ).all()


def _account(row: Any, money: Money, tolerance: Decimal) -> Account:
    percent = row.percent
    if percent is None and row.status is ProjectStatus.COMPLETED:
        percent = Decimal(100)
    return Account(
        code=row.code,
        name=row.name,
        lead=row.department_name or row.department_text,
        percent=percent,
        money=money,
        pace=pace(money.paid_percent, percent, tolerance),
        faults=faults(money),
    )


def _year(accounts: list[Account]) -> YearFunds:
    by_kind = add_up(account.money.by_kind for account in accounts)
    used = {kind: sums for kind, sums in by_kind.items() if any(sums)}
    return YearFunds(accounts, used, sum(a.money.paid_unassigned for a in accounts))


def late_payments(s: Session, year: int, day: date) -> list[LatePayment]:
    """Return the late payments of a year's list: those still owed first, the latest before."""
    rows = s.execute(
        select(
            Project.code,
            Project.name,
            Payment.purpose,
            Payment.payee,
            Payment.amount_fen,
            Payment.due_on,
            Payment.paid_on,
        )
        .join(Project, Project.id == Payment.project_id)
        .where(Project.year == year, Payment.due_on < func.coalesce(Payment.paid_on, day))
        .order_by(Payment.due_on, Payment.id)
    )
    found = [LatePayment(*row, days=days_late(row.due_on, row.paid_on, day)) for row in rows]
    return sorted(found, key=lambda late: (late.paid_on is not None, -late.days))

"""A year's money: what is approved, in place and paid, what is late, and the tables to keep."""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from flask import Response
from flask_babel import gettext as _

from portal import clock, db
from portal.county.queries import upkeep
from portal.downloads import csv_file, xlsx_file
from portal.language import N_
from portal.limits import by_address, limited
from portal.projects.funds.queries import LatePayment, YearFunds, late_payments, year_funds
from portal.projects.funds.rules import PACE_LABELS, Pace
from portal.projects.kinds import FUND_LABELS
from portal.public.blueprint import bp
from portal.public.years import listed_or_404
from portal.security import Permission
from portal.web import arg_text, page, requires

MOST = 20
"""Rows of each list beside the table; more are counted, and all are in the workbook."""

PAGE = 50
"""Projects on a page of the year's money."""

HEAD = (
    N_("编号"),
    N_("项目"),
    N_("牵头单位"),
    N_("资金来源"),
    N_("批复（万元）"),
    N_("到位（万元）"),
    N_("已拨付（万元）"),
)

LATE_HEAD = (
    N_("编号"),
    N_("项目"),
    N_("用途"),
    N_("收款单位"),
    N_("金额（万元）"),
    N_("应付日期"),
    N_("拨付日期"),
    N_("逾期天数"),
)


@bp.get("/years/<int:year>/funds")
@requires(Permission.PUBLIC)
def funds(year: int):
    """Show a year's money: by source, by project, what is late and what runs ahead."""
    listed, money, late = _money(year)
    after = arg_text("after")
    codes = [account.code for account in money.accounts]
    start = codes.index(after) + 1 if after in codes else 0
    shown = money.accounts[start : start + PAGE]
    more = start + PAGE < len(codes)
    return page(
        "public/funds.html",
        year=year,
        years=listed,
        money=money,
        shown=shown,
        start=start,
        next_after=shown[-1].code if more else None,
        late=late,
        most=MOST,
        ahead=money.with_pace(Pace.AHEAD),
        behind=money.with_pace(Pace.BEHIND),
        points=_tolerance(clock.today()),
        fund_labels=FUND_LABELS,
        pace_labels=PACE_LABELS,
    )


@bp.get("/years/<int:year>/funds.csv")
@requires(Permission.PUBLIC)
@limited("LIMIT_DOWNLOAD_ADDRESS", by_address, method="GET")
def funds_csv(year: int):
    """Hand over a year's money as CSV, the sums in the last rows."""
    _years, money, _late = _money(year)
    return csv_file(_("%(year)s年民生实事资金.csv", year=year), _lines(money, _in_wan))


@bp.get("/years/<int:year>/funds.xlsx")
@requires(Permission.PUBLIC)
@limited("LIMIT_DOWNLOAD_ADDRESS", by_address, method="GET")
def funds_xlsx(year: int) -> Response:
    """Hand over a year's money as a workbook, late payments on a sheet of their own."""
    _years, money, late = _money(year)
    return xlsx_file(
        _("%(year)s年民生实事资金.xlsx", year=year),
        [
            (_("资金明细"), (12, 40, 22, 16, 16, 16, 16), _lines(money, _as_number)),
            (_("逾期拨付"), (12, 40, 24, 24, 16, 12, 12, 10), _late_lines(late)),
        ],
    )


def _money(year: int) -> tuple[list[int], YearFunds, list[LatePayment]]:
    listed = listed_or_404(year)
    s, day = db.session(), clock.today()
    return listed, year_funds(s, year, _tolerance(day)), late_payments(s, year, day)


def _tolerance(day: date) -> Decimal:
    return Decimal(upkeep(db.session(), day)["pace_points"])


def _in_wan(fen: int) -> str:
    """Write 分 as 万元, exactly and without grouping, for programs that add up."""
    whole, rest = divmod(fen, 1_000_000)
    return f"{whole}.{rest:06d}".rstrip("0").rstrip(".")


def _as_number(fen: int) -> float:
    """Return 分 in 万元; a double holds every amount of a county to the 分."""
    return fen / 1_000_000


def _lines(money: YearFunds, spelt: Callable[[int], Any]) -> Iterator[list[Any]]:
    """Yield head, a line for each project and source, and the sums."""
    yield [_(label) for label in HEAD]
    for a in money.accounts:
        for kind, sums in a.money.by_kind.items():
            yield [a.code, a.name, a.lead, _(FUND_LABELS[kind]), *map(spelt, sums)]
        if a.money.paid_unassigned:
            paid = spelt(a.money.paid_unassigned)
            yield [a.code, a.name, a.lead, _("未注明来源"), spelt(0), spelt(0), paid]
    for kind, sums in money.by_kind.items():
        yield ["", _("小计"), "", _(FUND_LABELS[kind]), *map(spelt, sums)]
    if money.unassigned:
        yield ["", _("小计"), "", _("未注明来源"), spelt(0), spelt(0), spelt(money.unassigned)]
    yield ["", _("合计"), "", "", *map(spelt, money.totals)]


def _late_lines(late: list[LatePayment]) -> Iterator[list[Any]]:
    yield [_(label) for label in LATE_HEAD]
    for p in late:
        paid = p.paid_on.isoformat() if p.paid_on else _("尚未拨付")
        amount = _as_number(p.amount_fen)
        yield [p.code, p.name, p.purpose, p.payee, amount, p.due_on.isoformat(), paid, p.days]

"""Money in the invented county: where it comes from, what is in place, paid and owed."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from portal.demo.course import HUNDRED, Course
from portal.demo.days import fill, month_ends, workday
from portal.demo.log import Log
from portal.projects.funds.models import FundSource, Payment
from portal.projects.kinds import FundKind, Nature

WAN = 1_000_000
"""One 万元 in 分."""

FIRST, LEAST, WARRANTY = 30, 5, 3
"""Percent paid when work begins, least percent of a later payment, percent kept back."""

TERM = 30
"""Days from the month a payment is for until it has to be made."""

NEVER = date.max
"""When a bill is paid that is left lying."""

SHORT = 25
"""Percent in place where the money comes too late."""

EARLY = 50
"""Percent in place when work begins."""


def add_money(course: Course, data: Mapping[str, Any], payee: str, log: Log) -> None:
    """Record the sources and the payments of a project."""
    if course.days.past(course.start) is None:
        return  # nothing is approved before the list is out
    sources = list(_sources(course, data))
    log.s.add_all(sources)
    log.s.flush()
    left = {source.id: source.in_place_fen for source in sources}
    keys = course.more["funds"], course.more["kind"]
    payee = next((data["payees"][k] for k in keys if k in data["payees"]), payee)
    for n, (purpose, amount, due, paid) in enumerate(_bills(course, data)):
        can_pay = course.days.past(paid) is not None and sum(left.values()) >= amount
        if not can_pay:
            log.s.add(_payment(course, n, None, amount, purpose, payee, due, None))
            continue
        for source_id, part in _split(left, amount):
            left[source_id] -= part
            row = _payment(course, n, source_id, part, purpose, payee, due, paid)
            log.s.add(row)
    for source in sources:
        at = course.days.moment(min(course.start, course.days.day), course.n + 1)
        log.row(course.project, "fund", source, at, "kind", "name", "approved_fen")


def _sources(course: Course, data: Mapping[str, Any]) -> Iterator[FundSource]:
    """Yield what is approved by source, adding up to the project's amount."""
    total, given = course.project.amount_fen, 0
    rows = data["funds"][course.more["funds"]]
    for n, (kind, name, share, document) in enumerate(rows):
        amount = total * share // 100 // WAN * WAN
        amount = total - given if n == len(rows) - 1 else amount
        given += amount
        due = course.days.of("03-31" if n == 0 else "06-30")
        yield FundSource(
            project_id=course.project.id,
            kind=FundKind(kind),
            name=name,
            approved_fen=amount,
            in_place_fen=_in_place(course, data, kind, amount, n),
            due_on=due,
            document_no=fill(document, course.days.year),
        )


def _in_place(course: Course, data: Mapping[str, Any], kind: str, amount: int, n: int) -> int:
    """Return how much of a source is in place: the first early, the others half, then all."""
    days = course.days
    late = data["late"].get(course.name)
    by = days.of(late[2] if late and late[0] == kind else "05-20" if n else "03-24")
    if course.more.get("short") and kind == "county":
        share = SHORT
    elif course.stopped_on():
        share = SHORT if kind == "county" else 0
    elif course.project.nature is Nature.POLICY or days.past(by):
        return amount
    else:
        share = EARLY
    return amount * share // 100 // WAN * WAN


def _bills(course: Course, data: Mapping[str, Any]) -> Iterator[tuple[str, int, date, date]]:
    """Yield what is billed so far: what for, how much, due and paid on (perhaps not yet)."""
    words, days, amount = data["purposes"], course.days, course.project.amount_fen
    if not course.reports or course.more.get("waiting"):
        return
    if course.project.nature is Nature.POLICY:
        yield from _monthly(course, amount)
        return
    billed = 0 if course.stopped_on() else FIRST
    slow = Decimal(str(course.more.get("pay", 1)))
    what, owed, on, *paid = data["owed"].get(course.name, ("", 0, ""))
    if owed and days.past(days.of(on)):
        yield what, amount * owed // 100, days.of(on), days.of(paid[0]) if paid else NEVER
    if billed:
        billed = int(FIRST * min(slow, Decimal(1)))
        yield words["first"], amount * billed // 100, *_dates(course, course.start, 0)
    end = course.completed_on or course.reports[-1]
    for n, on in enumerate(month_ends(course.start, end), start=1):
        wanted = int(min(course.reached(on) * slow, HUNDRED - WARRANTY - 2 - owed))
        if wanted - billed >= LEAST:
            yield (
                words["part"].format(n=n),
                amount * (wanted - billed) // 100,
                *_dates(course, on, n),
            )
            billed = wanted
    done = course.completed_on
    if done is not None:
        rest = HUNDRED - WARRANTY - billed - owed
        if rest > 0:
            yield words["last"], int(amount * rest) // 100, *_dates(course, done, 3)
        expiry = date(done.year + 1, done.month, min(done.day, 28))
        yield words["warranty"], amount * WARRANTY // 100, expiry, workday(expiry)


def _monthly(course: Course, amount: int) -> Iterator[tuple[str, int, date, date]]:
    """A policy is paid out on the 10th of each month."""
    year, part = course.days.year, amount // 12 // WAN * WAN
    for month in range(course.start.month, 13):
        due = date(year, month, 10)
        if due <= course.days.day:
            share = part * 2 if month == course.start.month else part
            yield f"{month}月低保提标差额", share, due, workday(due)


def _dates(course: Course, on: date, n: int) -> tuple[date, date]:
    """Return when a bill of that day has to be paid, and when it is; some come late."""
    due = workday(on + timedelta(days=TERM))
    is_late = (course.n * 3 + n) % 11 == 0
    paid = due + timedelta(days=19) if is_late else on + timedelta(days=6 + (course.n + n) % 12)
    return due, workday(paid)


def _split(left: Mapping[int, int], amount: int) -> Iterator[tuple[int, int]]:
    """Take an amount out of the sources in their order."""
    for source_id, there in left.items():
        part = min(there, amount)
        if part:
            yield source_id, part
            amount -= part


def _payment(
    course: Course,
    n: int,
    source_id: int | None,
    amount: int,
    purpose: str,
    payee: str,
    due: date,
    paid: date | None,
) -> Payment:
    number = f"青财拨〔{due.year}〕{course.n:02d}-{n + 1:02d}号" if paid else ""
    return Payment(
        project_id=course.project.id,
        source_id=source_id,
        amount_fen=amount,
        purpose=purpose,
        payee=payee,
        due_on=due,
        paid_on=paid,
        document_no=number,
    )

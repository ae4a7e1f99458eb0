"""Paging by key: page 1,000 costs what page 1 costs, and rows that arrive shift nothing.

The address of the next page holds the last row's key. It is closed (`vault.token`): from open
numbers of cases a reader would learn how many there are that they may not know of.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_
from sqlalchemy.orm import InstrumentedAttribute, Session

from portal import vault
from portal.errors import Invalid
from portal.language import N_

Order = Sequence[tuple[InstrumentedAttribute[Any], bool]]
"""Columns to order by, each with whether it descends; the last must be unique."""

_LARGEST = 2**62


@dataclass(frozen=True)
class Page:
    """Some rows of a list, and the cursor of the next page where there is one."""

    rows: list[Any]
    next: str | None
    is_first: bool


def fetch_page(
    s: Session,
    statement: Select[Any],
    order: Order,
    *,
    after: str | None,
    size: int,
    entities: bool = True,
) -> Page:
    """Return `size` entities of `statement` that come after the cursor `after`.

    With `entities` off the rows are tuples of columns; those of the order must be among them.
    Raises Invalid when the cursor is not one of ours.
    """
    if after:
        statement = statement.where(_beyond(order, _decode(after, order)))
    statement = statement.order_by(*(c.desc() if down else c.asc() for c, down in order))
    found = s.execute(statement.limit(size + 1))
    rows = list(found.scalars() if entities else found)
    more = len(rows) > size
    rows = rows[:size]
    return Page(rows, _encode(rows[-1], order) if more else None, is_first=not after)


def closed(purpose: str, values: Sequence[Any]) -> str:
    """Return plain values as a cursor that only `opened` for the same purpose can read."""
    plain = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return vault.token(f"cursor:{purpose}", plain)


def opened(purpose: str, cursor: str, count: int) -> list[Any]:
    """Return the `count` values of a cursor. Raises Invalid when it is not one of ours."""
    try:
        plain = json.loads(vault.read_token(f"cursor:{purpose}", cursor))
    except ValueError as error:
        raise _not_ours() from error
    if not isinstance(plain, list) or len(plain) != count:
        raise _not_ours()
    return plain


def _beyond(order: Order, values: list[Any]) -> ColumnElement[bool]:
    """(a, b) after (x, y), with directions that may differ: a>x or (a=x and b>y)."""
    choices = []
    for i, (column, down) in enumerate(order):
        ties = [c == v for (c, _), v in zip(order[:i], values[:i], strict=True)]
        choices.append(and_(*ties, column < values[i] if down else column > values[i]))
    return or_(*choices)


def _encode(row: Any, order: Order) -> str:
    values = [getattr(row, column.key) for column, _ in order]
    return closed(_name(order), [v.isoformat() if isinstance(v, date) else v for v in values])


def _decode(cursor: str, order: Order) -> list[Any]:
    plain = opened(_name(order), cursor, len(order))
    try:
        return [_typed(v, column) for v, (column, _) in zip(plain, order, strict=True)]
    except (ValueError, TypeError, OverflowError) as error:
        raise _not_ours() from error


def _name(order: Order) -> str:
    """Say what the rows are ordered by: a cursor is good for lists of these columns alone, in
    either direction, since a list is also walked back."""
    return ",".join(str(column) for column, _ in order)


def _not_ours() -> Invalid:
    return Invalid(N_("这个翻页地址已失效，请从第一页开始。"))


def _typed(value: Any, column: InstrumentedAttribute[Any]) -> Any:
    wanted = column.type.python_type
    if issubclass(wanted, datetime):
        return datetime.fromisoformat(value).astimezone(UTC)
    if issubclass(wanted, date):
        return date.fromisoformat(value)
    is_ours = isinstance(value, wanted) and not isinstance(value, bool)
    if not is_ours or (wanted is int and abs(value) > _LARGEST) or "\0" in str(value):
        raise ValueError(value)
    return value

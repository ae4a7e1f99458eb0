"""What the parts of a county file look like: numbers, texts, lengths of time, tables. Pure."""

from collections.abc import Callable, Iterator
from typing import Any

from portal.deadlines import Limit

Shape = Callable[[Any], bool]
"""Says whether a value is as it should be; may raise what `check_part` knows of."""

_MISTAKES = (ArithmeticError, AttributeError, KeyError, TypeError, ValueError)


def is_right(shape: Shape, part: Any) -> bool:
    """Say whether `part` has the shape; a value of another kind is not right, and no error."""
    try:
        return bool(shape(part))
    except _MISTAKES:
        return False


def is_number(least: int, most: int) -> Shape:
    """Make the shape of a whole number between two, both included."""
    return lambda value: type(value) is int and least <= value <= most


def is_text(value: Any) -> bool:
    """A text that says something."""
    return isinstance(value, str) and bool(value.strip())


def is_some_of(known: set[str]) -> Shape:
    """Make the shape of a list of known words, none of them twice."""
    return lambda value: (
        isinstance(value, list) and len(set(value)) == len(value) and known.issuperset(value)
    )


def is_limit(value: Any) -> bool:
    """A length of time of at most a year, in working days or days."""
    is_whole = value.keys() == {"days", "unit"} and is_number(1, 366)(value["days"])
    return is_whole and bool(Limit.of(value))


def is_like(value: Any, model: Any) -> bool:
    """The same kind as `model`, and no part of it empty or negative."""
    if isinstance(model, list):
        return isinstance(value, list) and bool(value) and all(is_like(v, model[0]) for v in value)
    if isinstance(model, int):
        return type(value) is int and value > 0
    return is_text(value)


def is_table(shape: tuple[type, ...], rows: Any) -> bool:
    """Rows of as many cells as `shape`, each of its kind and filled; lists hold filled words."""
    return all(
        len(row) == len(shape) and all(map(isinstance, row, shape)) and all(_filled(row))
        for row in rows
    )


def _filled(row: list[Any]) -> Iterator[bool]:
    """Say of each text in a row, and of each word of a list in it, whether it is filled."""
    for cell in row:
        for word in cell if isinstance(cell, list) else [cell]:
            yield is_text(word)

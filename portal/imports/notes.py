"""Gathering the flags of a table while it is read. Pure."""

from typing import TypeVar

from portal.imports.cells import Value
from portal.imports.flags import Doubt, Flag, unclear
from portal.imports.headers import Header
from portal.language import N_
from portal.text import folded

T = TypeVar("T")


class Notes:
    """The flags found so far; knows the header, so that a doubt finds its column."""

    def __init__(self, header: Header) -> None:
        self.header = header
        self.flags: list[Flag] = []
        self._keys: dict[str, int] = {}

    def add(self, n: int, key: str, doubt: Doubt | None) -> None:
        """Flag the cell in row `n` (from 1) of the field `key`; '' is the whole row."""
        self.add_column(n, self.header.columns.get(key), doubt)

    def add_column(self, n: int, c: int | None, doubt: Doubt | None) -> None:
        """Flag the cell in row `n` (from 1) and column `c` (from 0); None is the whole row."""
        if doubt is not None:
            text = self.header.texts[c] if c is not None and c < len(self.header.texts) else ""
            self.flags.append(Flag(n, text, c, doubt.message, doubt.params, doubt.kind))

    def key(self, n: int, c: int | None, number: str, text: str) -> str:
        """Return what the project in row `n` is known by when the list comes again.

        It is its number and text, folded; a second project with the same is flagged in column
        `c` and gets a key of its own.
        """
        key = f"{folded(number)}|{folded(text)[:150]}"
        self._keys[key] = self._keys.get(key, 0) + 1
        if self._keys[key] == 1:
            return key
        self.add_column(n, c, unclear(N_("与前面的行重复")))
        return f"{key}#{self._keys[key]}"

    def value(self, n: int, key: str, read: Value[T]) -> T | None:
        """Flag what `read` doubts, and return its value."""
        self.add(n, key, read.flag)
        return read.value

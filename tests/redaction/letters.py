"""Reading the letters with their marks: ⟦kind|text⟧, a blank line between two letters."""

import re
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent / "letters"
MARK = re.compile(r"⟦(\w+)\|([^⟧]*)⟧")

Span = tuple[int, int, str]


@dataclass(frozen=True)
class Letter:
    """A text, and what in it is personal data: start, end (excluded), kind."""

    text: str
    marks: frozenset[Span]


def read(name: str) -> list[Letter]:
    """Return the letters of one file."""
    parts = re.split(r"\n{2,}", (HERE / name).read_text(encoding="utf-8").strip())
    return [unmarked(part) for part in parts if not part.startswith("#")]


def unmarked(marked: str) -> Letter:
    """Take the marks out of a text and keep where they stood."""
    text, marks, position = "", [], 0
    for mark in MARK.finditer(marked):
        text += marked[position : mark.start()]
        marks.append((len(text), len(text) + len(mark[2]), mark[1]))
        text += mark[2]
        position = mark.end()
    return Letter(text + marked[position:], frozenset(marks))

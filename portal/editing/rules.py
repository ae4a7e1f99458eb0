"""What the editing pages work out by themselves: differences, and when a report is behind. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import SequenceMatcher
from enum import StrEnum

from portal.projects.schedule.rules import HUNDRED, Scale

MOST_COMPARED = 90_000
"""Characters by characters up to which texts are compared one by one; longer: by sentences."""

_SENTENCE = re.compile(r"[^。；！？\n]*[。；！？\n]?")


class Part(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True)
class Piece:
    """A piece of text that stayed, went or came."""

    part: Part
    text: str


def difference(before: str, after: str) -> list[Piece]:
    """Return what makes `after` of `before`, piece by piece, to the character.

    Texts that have little in common are shown one after the other: crumbs that happen to be
    the same would be harder to read than both whole.
    """
    if before == after:
        return [Piece(Part.SAME, before)] if before else []
    if not before or not after:
        return replaced(before, after)
    if len(before) * len(after) <= MOST_COMPARED:
        return _compared(before, after)
    return list(_by_sentences(before, after))


def _by_sentences(before: str, after: str) -> Iterator[Piece]:
    old, new = _SENTENCE.findall(before), _SENTENCE.findall(after)
    for _tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, come = "".join(old[i:j]), "".join(new[k:m])
        if gone == come:
            yield Piece(Part.SAME, gone)
        elif len(gone) * len(come) <= MOST_COMPARED:
            yield from _compared(gone, come)
        else:
            yield from replaced(gone, come)


def _compared(before: str, after: str) -> list[Piece]:
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if matcher.ratio() < 0.4:
        return replaced(before, after)
    found: list[Piece] = []
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            found.append(Piece(Part.SAME, before[i:j]))
        else:
            found += replaced(before[i:j], after[k:m])
    return found


def replaced(before: str, after: str) -> list[Piece]:
    """Return that all of `before` went and all of `after` came."""
    gone = [Piece(Part.GONE, before)] if before else []
    return gone + ([Piece(Part.NEW, after)] if after else [])


def late_below(
    planned: Decimal, scale: Scale, *, due_on: date, day: date
) -> tuple[Decimal, bool] | None:
    """Return the percent that is still late under `scale`, and whether it is late itself.

    None when no percent avoids being late, since the promised day has passed, and a percent
    below nought (never reached) when none is late. `schedule.rules.judge` decides; this only
    tells the person who fills in the report beforehand.
    """
    if day > due_on:
        return None
    if scale.mode == "ratio":
        return planned * scale.late / HUNDRED, False
    return planned - scale.late, True

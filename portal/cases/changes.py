"""What was changed in a text for publication, and which personal data went with it. Pure.

The writer reads it, and so does the moderator who decides on an appeal: both see the same.
"""

import re
from dataclasses import dataclass

from portal.difference import ISLAND, Piece, pieces
from portal.difference import Kind as Fate
from portal.redaction import Kind, propose

_MASK = re.compile(r"(?:\[[^\[\]\s]{1,20}\]|[0-9*×xX○〇某…—\-\s])*")
"""What stands where personal data stood: a mask, or signs that people type for one."""


@dataclass(frozen=True)
class Change:
    """How a text became its public version."""

    pieces: list[Piece]
    kinds: dict[Kind, int]
    """How many of each sort of personal data were taken out, the first found first."""
    has_others: bool
    """Whether something was changed that is no personal data the portal knows."""

    @property
    def is_any(self) -> bool:
        """Whether anything was changed at all."""
        return any(piece.kind is not Fate.SAME for piece in self.pieces)


def change(before: str, after: str) -> Change:
    """Return what was changed from `before` to `after`.

    Personal data counts as taken out when any character of it went.
    """
    found = pieces(before, after)
    proposals = propose(before)
    gone, has_others = _changed(found, [(p.start, p.end) for p in proposals])
    kinds: dict[Kind, int] = {}
    for proposal in proposals:
        if _touches(gone, proposal.start, proposal.end):
            kinds[proposal.kind] = kinds.get(proposal.kind, 0) + 1
    return Change(found, kinds, has_others)


Span = tuple[int, int]


def _changed(found: list[Piece], personal: list[Span]) -> tuple[list[Span], bool]:
    """Return what went of the first text, and whether more was changed than personal data hidden.

    Hidden is what went with little around it, and had a mask put in its place or nothing.
    """
    gone: list[Span] = []
    has_others = False
    place, is_explained = 0, False
    for piece in found:
        end = place + len(piece.text)
        if piece.kind is Fate.SAME:
            place, is_explained = end, False
        elif piece.kind is Fate.REMOVED:
            gone.append((place, end))
            is_explained = _is_hidden(personal, place, end)
            has_others = has_others or not is_explained
            place = end
        else:
            has_others = has_others or not (is_explained and _MASK.fullmatch(piece.text))
    return gone, has_others


def _is_hidden(personal: list[Span], start: int, end: int) -> bool:
    """Whether what went is personal data, with no more around each than a difference joins."""
    inside = [(max(a, start), min(b, end)) for a, b in personal if a < end and start < b]
    return end - start - sum(b - a for a, b in inside) <= ISLAND * len(inside)


def _touches(spans: list[Span], start: int, end: int) -> bool:
    return any(a < end and start < b for a, b in spans)

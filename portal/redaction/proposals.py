"""From a text to proposals, and from the chosen proposals to the masked text."""

from collections.abc import Iterable
from dataclasses import dataclass

from portal.redaction.addresses import houses
from portal.redaction.contacts import accounts, cycles, emails, passports, plates
from portal.redaction.kinds import MASKS, Kind
from portal.redaction.names import names
from portal.redaction.numbers import numbers, spelled
from portal.redaction.reading import Reading, Span, blank

_FINDERS = (emails, accounts, plates, cycles, passports, numbers, spelled, houses, names)
_ROUNDS = 6
"""What is blanked can set its neighbour free; real letters need two rounds."""


@dataclass(frozen=True)
class Proposal:
    """One place in the letter: characters `start` (included) to `end` (excluded)."""

    start: int
    end: int
    kind: Kind
    text: str
    mask: str


def propose(text: str) -> list[Proposal]:
    """Return the personal data in `text`, in reading order and without overlaps."""
    reading = Reading(text)
    working = reading.text
    found: list[Span] = []
    for _ in range(_ROUNDS):
        before = len(found)
        for finder in _FINDERS:
            spans = list(finder(working))
            found += spans
            working = blank(working, spans) if spans else working
        if len(found) == before:
            break
    places = sorted((*reading.origin(start, end), kind) for start, end, kind in found)
    return [Proposal(a, b, kind, text[a:b], MASKS[kind]) for a, b, kind in places]


def apply(text: str, proposals: Iterable[Proposal]) -> str:
    """Return `text` with each of the chosen `proposals` replaced by its mask.

    Raises ValueError when a proposal does not fit: made for another wording of the letter,
    or overlapping another one. Masking the wrong characters would publish the right ones.
    """
    pieces: list[str] = []
    position = 0
    for proposal in sorted(proposals, key=lambda p: p.start):
        if proposal.start < position or text[proposal.start : proposal.end] != proposal.text:
            raise ValueError("proposal does not fit the text")
        pieces += [text[position : proposal.start], proposal.mask]
        position = proposal.end
    return "".join(pieces) + text[position:]

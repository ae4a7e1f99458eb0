"""What was changed in a text, so that a person sees it: pieces that stayed, went or came.

Two steps. First whole sentences are compared, so that what a sentence says is never explained by
characters of another one; then, within the sentences that differ, units: one Chinese character,
one word or number in Latin letters and digits, one mask such as [电话已隐去]. Islands of a few
characters that only happen to be in both are given up afterwards, because a change is easier to
read as one exchange than as a salad of letters.

Each step is `difflib.SequenceMatcher` of the standard library, one longest match at a time: it
keeps long runs whole, which reads better than the fewest possible edits, and it needs no
dependency. `autojunk` is off, or in a text of 200 units every common character would count for
nothing. Its weakness is the time it takes when the same characters stand everywhere (the third
power of the length), so every match is paid for from a purse; once that is empty, what remains is
shown as removed and added in one, which is coarse and still true.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

PURSE = 1_200_000
"""Pairs of equal units that may be looked at for two texts. A letter of 4,000 characters, wholly
rewritten, takes about a third; all of it takes about 0.2 seconds."""

ISLAND = 2
"""Most characters of an unchanged piece that is given up between two changes as long as itself."""

_SENTENCE = re.compile(r"[^。！？；\n]*+(?:[。！？；]+\n*|\n+)|[^。！？；\n]+")
_UNIT = re.compile(
    r"\[[^\[\]\s]{1,20}\]"  # a mask
    r"|\r\n|[0-9A-Za-z]+|[０-９Ａ-Ｚａ-ｚ]+"
    r"|.(?:[\u0300-\u036f\u20e3\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]|\u200d.)*",  # with its marks
    re.DOTALL,
)
_MASK = re.compile(r"\[[^\[\]\s]{1,20}\]")


class Kind(StrEnum):
    """What became of a piece."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True)
class Piece:
    """A run of characters with the same fate; never empty."""

    kind: Kind
    text: str


def pieces(before: str, after: str) -> list[Piece]:
    """Return how `before` became `after`, in reading order; of a change the removed comes first.

    What is not ADDED, joined, is `before`, and what is not REMOVED is `after`, character for
    character and line breaks included. No two neighbours have the same kind.
    """
    purse = _Purse(PURSE)
    runs = _Runs()
    for olds, news, is_same in _aligned(_SENTENCE.findall(before), _SENTENCE.findall(after), purse):
        if is_same:
            runs.keep("".join(olds))
        else:
            for removed, added, is_kept in _aligned(_units(olds), _units(news), purse):
                if is_kept:
                    runs.keep("".join(removed))
                else:
                    runs.change("".join(removed), "".join(added))
    return runs.pieces()


def _units(sentences: Sequence[str]) -> list[str]:
    return _UNIT.findall("".join(sentences))


class _Purse:
    """What may still be spent on comparing; this bounds the time whatever the texts are."""

    def __init__(self, left: int) -> None:
        self.left = left

    def pays(self, before: Sequence[str], after: Sequence[str]) -> bool:
        """Take the price of one search for the longest match; False when it is too dear."""
        counts = Counter(after)
        pairs = sum(n * counts[unit] for unit, n in Counter(before).items() if unit in counts)
        price = pairs + len(before) + len(after)
        if price > self.left:
            return False
        self.left -= price
        return True


_Aligned = tuple[Sequence[str], Sequence[str], bool]


def _aligned(before: list[str], after: list[str], purse: _Purse) -> list[_Aligned]:
    """Return stretches of both that are the same or stand against each other, in order."""
    start = _common(before, after)
    end = _common(before[start:][::-1], after[start:][::-1])
    a_end, b_end = len(before) - end, len(after) - end
    blocks = [(0, 0, start), *_blocks(before, after, (start, a_end, start, b_end), purse)]
    blocks.append((a_end, b_end, end))
    found: list[_Aligned] = []
    a = b = 0
    for i, j, size in blocks:
        if i > a or j > b:
            found.append((before[a:i], after[b:j], False))
        if size:
            found.append((before[i : i + size], after[j : j + size], True))
        a, b = i + size, j + size
    return found


def _common(before: Sequence[str], after: Sequence[str]) -> int:
    """Return how many units from the beginning are the same."""
    pairs = zip(before, after, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(before), len(after)))


def _blocks(
    before: list[str], after: list[str], whole: tuple[int, int, int, int], purse: _Purse
) -> list[tuple[int, int, int]]:
    """Return (place in before, place in after, length) of what both have, in order."""
    found, waiting = [], [whole]
    while waiting:
        a, a_end, b, b_end = waiting.pop()
        olds, news = before[a:a_end], after[b:b_end]
        if not olds or not news or not purse.pays(olds, news):
            continue
        match = SequenceMatcher(None, olds, news, autojunk=False).find_longest_match()
        if match.size:
            i, j = a + match.a, b + match.b
            found.append((i, j, match.size))
            waiting += [(a, i, b, j), (i + match.size, a_end, j + match.size, b_end)]
    return sorted(found)


class _Runs:
    """Runs as they come: ("text", None) stayed, ("old", "new") changed; tidied on the way."""

    def __init__(self) -> None:
        self._runs: list[tuple[str, str | None]] = []

    def keep(self, text: str) -> None:
        """Add what stayed."""
        if self._runs and self._runs[-1][1] is None:
            text = self._runs.pop()[0] + text
        self._runs.append((text, None))

    def change(self, removed: str, added: str) -> None:
        """Add what was exchanged, taking tiny islands before it along."""
        if self._runs and self._runs[-1][1] is not None:
            old, new = self._runs.pop()
            removed, added = old + removed, (new or "") + added
        while len(self._runs) > 1 and self._is_tiny(removed, added):
            (old, new), (island, _) = self._runs[-2:]
            del self._runs[-2:]
            removed, added = old + island + removed, (new or "") + island + added
        self._runs.append((removed, added))

    def _is_tiny(self, removed: str, added: str) -> bool:
        """Tell whether the last run says nothing between the change before and this one.

        A line break says something, and what a mask replaced is shown by itself.
        """
        (old, new), (island, _) = self._runs[-2:]
        new = new or ""
        if len(island) > ISLAND or "\n" in island or _MASK.fullmatch(new) or _MASK.fullmatch(added):
            return False
        return len(island) <= min(max(len(old), len(new)), max(len(removed), len(added)))

    def pieces(self) -> list[Piece]:
        """Return all runs as pieces."""
        made = []
        for text, added in self._runs:
            made.append(Piece(Kind.SAME if added is None else Kind.REMOVED, text))
            made.append(Piece(Kind.ADDED, added or ""))
        return [piece for piece in made if piece.text]

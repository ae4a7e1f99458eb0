"""Naming the words of a text that spoke for a label. Pure.

There is no dictionary: a word is found by how its characters stick together. Of "培训机构",
"培训" and "机构" stand in many texts and "训机" only where they meet, so that is where the
words part. A cut may fall wrongly; the words only tell a person where to look.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise

Sticking = Callable[[str], float]
"""How well the two characters of a pair stick together, from 0 (they do not) to 1."""

LONGEST = 8
"""Characters of a word; a longer one is a sentence, not a reason."""

_LOOSE = 0.5
"""Characters part where they stick half as well as a neighbouring pair, or worse."""

_STRANGE = 0.003
"""Or where they stick less than this: they seldom stand side by side."""


def telling_words(
    read: str, parts: Mapping[str, float], sticking: Sticking, most: int
) -> list[str]:
    """Return up to `most` words of `read` that spoke loudest, the loudest first.

    `parts` says of every character and pair of characters how much it spoke for the label. No
    word is given that is contained in a louder one, nor one that contains a louder one.
    """
    loudness: dict[str, float] = {}
    for word in words(read, sticking):
        if word not in loudness and len(word) > 1:
            loudness[word] = sum(parts.get(piece, 0.0) for piece in _pieces(word))
    found: list[str] = []
    for word in sorted(loudness, key=lambda word: -loudness[word]):
        if len(found) == most or loudness[word] <= 0:
            break
        if not any(word in other or other in word for other in found):
            found.append(word)
    return found


def words(read: str, sticking: Sticking) -> Iterator[str]:
    """Cut `read` into words of at most `LONGEST` letters; marks and digits are left out."""
    strengths = [sticking(pair) if pair.isalpha() else 0.0 for pair in map("".join, pairwise(read))]
    around = [0.0, *strengths, 0.0]
    start = 0
    for i, strength in enumerate(strengths, 1):
        parted = strength < _STRANGE or strength < _LOOSE * max(around[i - 1], around[i + 1])
        if parted or i - start == LONGEST:
            yield from _word(read[start:i])
            start = i
    yield from _word(read[start:])


def _word(piece: str) -> Iterator[str]:
    if piece.isalpha():
        yield piece


def _pieces(word: str) -> Iterator[str]:
    yield from dict.fromkeys(word)
    yield from dict.fromkeys(map("".join, pairwise(word)))

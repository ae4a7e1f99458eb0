"""What the learned model sees of a text: pairs of characters, weighed by where they stand.

Chinese needs no dictionary for this: nearly every word that tells departments apart is two
characters long or contains such a pair. Single characters and pairs are also all that a
stored model remembers, so that no telephone number, address or sentence can be read from it.

Residents say first what it is about and then tell the story. So a pair counts fully at the
beginning and less and less further down, and the opening (a title, where there is one) is
looked at once more by itself. docs/routing-model.md says what each of this gained.
"""

from collections.abc import Iterable
from math import exp, log1p, sqrt
from operator import mul

from portal.text import folded

Counts = dict[str, float]
"""Each piece of a text with its weight; pieces of the opening start with `OPENING`."""

OPENING = "\n"
"""What marks a piece of the opening. No cleaned text contains it."""

OPENING_LENGTH = 25
"""Characters of the opening; titles of letters are 10 to 30 long."""

OPENING_SHARE = 0.6
"""Weight of the opening beside the whole text, which weighs 1."""

FULL_FROM = 40
"""Known pieces from which a text has its full say. The shortest letters have about 50; of two
words, or of a text in another language, nobody can be as sure."""

READ_AT_MOST = 1000
"""Characters that are looked at: what follows adds nothing but time."""

_FLOOR, _REACH = 0.2, 60
"""A pair weighs 0.2 far down and five times as much at the start; between them 60 characters."""

_WEIGHTS = [_FLOOR + (1 - _FLOOR) * exp(-place / _REACH) for place in range(READ_AT_MOST)]


def cleaned(text: str) -> str:
    """Return `text` as the model reads it: half-width, small letters, no blanks."""
    return folded(text).lower()[:READ_AT_MOST]


def counts(text: str) -> Counts:
    """Return the characters and pairs of a cleaned `text`, each with the sum of its weights."""
    found: Counts = {}
    for size in (1, 2):
        for place, weight in zip(range(len(text) - size + 1), _WEIGHTS, strict=False):
            piece = text[place : place + size]
            found[piece] = found.get(piece, 0.0) + weight
    opening = text[:OPENING_LENGTH]
    for size in (1, 2):
        for place in range(len(opening) - size + 1):
            piece = OPENING + opening[place : place + size]
            found[piece] = found.get(piece, 0.0) + 1.0
    return found


def values(known: Iterable[tuple[int, bool, float, float]]) -> list[tuple[int, float]]:
    """Return (row, value) of each piece a model knows, given as (row, opening, count, rarity).

    A piece said five times does not weigh five times as much (logarithm), a rare one weighs
    more, and a long text weighs no more than a short one: the pieces of the text make a vector
    of length 1, those of the opening one of length `OPENING_SHARE`; less where fewer than
    `FULL_FROM` pieces are known.
    """
    rows = [(row, opening, log1p(count) * rarity) for row, opening, count, rarity in known]
    full = min(1.0, len(rows) / FULL_FROM)
    scale = {}
    for part, share in ((False, 1.0), (True, OPENING_SHARE)):
        of_part = [value for _, opening, value in rows if opening is part]
        scale[part] = full * share / (sqrt(sum(map(mul, of_part, of_part))) or 1.0)
    return [(row, value * scale[opening]) for row, opening, value in rows]

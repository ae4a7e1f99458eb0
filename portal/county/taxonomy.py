"""The preset taxonomy of a county: what residents write about, in two levels (类别).

It is data to start from: a county's own rows hold once it has edited them. The order is that
of the form. Wording and arrangement are ours; published hotline statistics group alike.
"""

from collections.abc import Mapping, Sequence
from itertools import chain

from portal.county.matters import order, people, town
from portal.county.matters.kinds import Group, Matter, Question, QuestionKind, Severity, Stopper
from portal.text import folded

__all__ = [
    "MAX_CODE",
    "TAXONOMY",
    "Group",
    "Matter",
    "Question",
    "QuestionKind",
    "Severity",
    "Stopper",
    "find",
    "group_of",
    "matters",
    "owner",
]

MAX_CODE = 32
"""Characters of a code at most."""

_ORDER = (
    "works",
    "traffic",
    "supply",
    "sanitation",
    "street",
    "environment",
    "housing",
    "education",
    "health",
    "welfare",
    "work",
    "rural",
    "market",
    "safety",
    "culture",
    "conduct",
    "other",
)

_ALL = {group.code: group for group in chain(town.GROUPS, people.GROUPS, order.GROUPS)}

TAXONOMY: tuple[Group, ...] = tuple(_ALL[code] for code in _ORDER)


def matters() -> tuple[Matter, ...]:
    """Return every matter of the preset, in the order of the form."""
    return tuple(chain.from_iterable(group.matters for group in TAXONOMY))


def group_of(code: str) -> Group:
    """Return the group that the matter `code` belongs to; raises KeyError for no such group."""
    return _ALL[code.partition(".")[0]]


def find(
    query: str, words_of: Mapping[str, Sequence[str]] | None = None, most: int = 5
) -> list[str]:
    """Return the codes of the matters that `query` points to, the surest first.

    `query` is what somebody typed to find a matter, or a whole letter. `words_of` gives the
    words of each code where a county has its own. A long word is a surer sign than a short
    one, and a word inside a longer one that was found says nothing more.
    """
    text = folded(query).lower()
    words_of = words_of if words_of is not None else _PRESET_WORDS
    owners = {folded(w).lower(): code for code, words in words_of.items() for w in words if w}
    found = [word for word in owners if word in text or (_is_short(text) and text in word)]
    points: dict[str, int] = {}
    for word in found:
        if not any(word != other and word in other for other in found):
            points[owners[word]] = points.get(owners[word], 0) + len(word)
    place = {code: n for n, code in enumerate(words_of)}
    return sorted(points, key=lambda code: (-points[code], place[code]))[:most]


def _is_short(text: str) -> bool:
    """Whether somebody is typing a word, of which the beginning may be all there is."""
    return 2 <= len(text) <= 4


def owner(departments: Sequence[str], register: Mapping[str, Sequence[str]]) -> str | None:
    """Return the code of the department of `register` that is in charge, or None.

    `departments` are a matter's; `register` gives the name and aliases of each code. The
    first words of `departments` that anybody goes by decide: a whole name first, then a part.
    """
    for words in departments:
        for is_meant in (_is_name, _is_part):
            for code, names in register.items():
                if any(is_meant(words, folded(name)) for name in names):
                    return code
    return None


def _is_name(words: str, name: str) -> bool:
    return name in (words, f"县{words}")


def _is_part(words: str, name: str) -> bool:
    return words in name


_PRESET_WORDS = {
    matter.code: (matter.name, *matter.words) for matter in matters() if matter.code != "other.else"
}

"""Suggesting which department should answer, with the reasons in words.

The moderator assigns; this module only puts likely departments first and says why, so that
the suggestion can be checked and refused (个人信息保护法, art. 24: automated decisions must
be explainable). Four kinds of evidence count, strongest first:

1. the letter is about a project, and the department leads it (`PROJECT_LEAD`);
2. the resident chose a category, and the department owns it (`CATEGORY_OWNER`);
3. the letter names the department (`NAME`), counted once however often it is named. Names
   of two characters such as "社区" or "公安" are also ordinary words and weigh
   `SHORT_NAME`, less than any duty;
4. the letter uses words from the department's duties: `PER_CHARACTER` for each character
   of each distinct word, a long word being a surer sign than a short one, but never more
   than `DUTIES_AT_MOST` together.

Each weight is larger than the sum of all weaker ones: a letter full of duty words never
outvotes the department that is named, nor a name the owner of the category (short names
excepted). Weaker evidence decides between equals; after that their given order does.
`signs` gives each piece by itself, for `cases.routing.evidence`, which weighs it together with
what was learned.

Words are looked for in all departments at once and the longest wins: "交通局" inside
"公共交通局" and "供水" inside "供水公司" count only for the owner of the longer word. Names
match with and without the level they start with (县, 市, 区), so "县教育局" is found in
"某某市教育局" and "教育局"; a remark in brackets at the end of a word, "油烟(环保)", is not
part of it.

Not understood: negation, and whether a department is asked for help or complained about.
A complaint about a department must not be sent to the accused (信访工作条例, art. 30), which
is for the moderator to see.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from portal.language import N_
from portal.text import folded

DUTIES_AT_MOST = 24
PER_CHARACTER = 2
SHORT_NAME = 3
NAME = 30
CATEGORY_OWNER = 60
PROJECT_LEAD = 120
"""Points; only order and sums matter: 3 < 2 * 2; 24 < 30; 24 + 30 < 60; 24 + 30 + 60 < 120."""

SUGGESTIONS_AT_MOST = 3
"""More than three are a list to search, not a suggestion."""

DUTIES_SHOWN = 3
"""How many duty words are given as reasons; the score counts all of them."""

BY_PROJECT = N_("项目“%(project)s”的牵头单位")
BY_CATEGORY = N_("类别“%(category)s”由该单位负责")
BY_NAME = N_("正文提到单位名称“%(word)s”")
BY_DUTY = N_("正文提到职责“%(word)s”")


@dataclass(frozen=True)
class Unit:
    """A department as the register knows it: names it goes by and what it is there for."""

    code: str
    name: str
    aliases: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reason:
    """Why a department is suggested: a msgid and the values of its placeholders."""

    text: str
    params: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Sign:
    """One piece of evidence for a department (its code): the points and what it rests on."""

    department: str
    points: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Suggestion:
    """A department (its code), its points, and the reasons, strongest first."""

    department: str
    score: int
    reasons: tuple[Reason, ...]


def suggest(
    text: str,
    units: Sequence[Unit],
    *,
    project_lead: tuple[str, str] | None = None,
    category_owner: tuple[str, str] | None = None,
) -> list[Suggestion]:
    """Return up to three departments for the letter `text`, best first.

    `project_lead` is (department code, project name) and `category_owner` (department code,
    category label), where known. A department that is not among `units`, because it was
    closed for instance, is never suggested. The list is empty when nothing points anywhere.
    """
    found = signs(text, units, project_lead=project_lead, category_owner=category_owner)
    of_unit: dict[str, list[Sign]] = {unit.code: [] for unit in units}
    for sign in found:
        of_unit[sign.department].append(sign)
    suggestions = (
        Suggestion(code, sum(sign.points for sign in some), _reasons(some))
        for code, some in of_unit.items()
        if some
    )
    return sorted(suggestions, key=lambda s: -s.score)[:SUGGESTIONS_AT_MOST]


def signs(
    text: str,
    units: Sequence[Unit],
    *,
    project_lead: tuple[str, str] | None = None,
    category_owner: tuple[str, str] | None = None,
) -> list[Sign]:
    """Return every piece of evidence in `text` and beside it, strongest first; as `suggest`."""
    found = _mentions(folded(text).lower(), units)
    known = {unit.code for unit in units}
    pieces = [
        Sign(code, points, (Reason(text, {key: name}),))
        for given, points, text, key in (
            (project_lead, PROJECT_LEAD, BY_PROJECT, "project"),
            (category_owner, CATEGORY_OWNER, BY_CATEGORY, "category"),
        )
        if given
        for code, name in [given]
        if code in known
    ]
    for code, mentions in found.items():
        pieces += _named(code, mentions)
        pieces += _charged(code, mentions)
    return sorted(pieces, key=lambda sign: -sign.points)


def _named(code: str, mentions: Iterable["_Mention"]) -> Iterator[Sign]:
    names = _longest_first(m.word for m in mentions if m.is_name)
    if names:
        points = NAME if len(names[0]) > 2 else SHORT_NAME
        yield Sign(code, points, (Reason(BY_NAME, {"word": names[0]}),))


def _charged(code: str, mentions: Iterable["_Mention"]) -> Iterator[Sign]:
    duties = _longest_first(m.word for m in mentions if not m.is_name)
    if duties:
        points = min(DUTIES_AT_MOST, sum(PER_CHARACTER * len(word) for word in duties))
        reasons = tuple(Reason(BY_DUTY, {"word": word}) for word in duties[:DUTIES_SHOWN])
        yield Sign(code, points, reasons)


def _reasons(signs: Iterable[Sign]) -> tuple[Reason, ...]:
    return tuple(reason for sign in signs for reason in sign.reasons)


def _longest_first(words: Iterable[str]) -> list[str]:
    return sorted(dict.fromkeys(words), key=lambda word: -len(word))


# --- words in the letter ------------------------------------------------------------


@dataclass(frozen=True)
class _Mention:
    start: int
    end: int
    code: str
    word: str
    is_name: bool


def _mentions(text: str, units: Sequence[Unit]) -> dict[str, list[_Mention]]:
    """Return by department what the letter says of it, without words inside longer words."""
    index = _index(tuple(units))
    begun = {*map(str.__add__, text, text[1:])} & index.keys()
    looked_for = sorted(one for pair in begun for one in index[pair])
    everything = [
        _Mention(start, start + len(word), units[place].code, word, is_name)
        for place, _nth, word, is_name in looked_for
        for start in _places(text, word.lower())
    ]
    everything.sort(key=lambda m: (m.start, -m.end))
    found: dict[str, list[_Mention]] = {}
    longest_start, longest_end = -1, 0
    for mention in everything:
        is_same = (mention.start, mention.end) == (longest_start, longest_end)
        if mention.end > longest_end:
            longest_start, longest_end = mention.start, mention.end
        elif not is_same:
            continue
        found.setdefault(mention.code, []).append(mention)
    return found


def _places(text: str, word: str) -> Iterator[int]:
    start = text.find(word)
    while start >= 0:
        yield start
        start = text.find(word, start + len(word))


@lru_cache(maxsize=4)
def _index(units: tuple[Unit, ...]) -> dict[str, list[tuple[int, int, str, bool]]]:
    """Return the words to look for by their first two characters, each with the place of its
    unit and its own. A register changes seldom and is read for every letter."""
    index: dict[str, list[tuple[int, int, str, bool]]] = {}
    for place, unit in enumerate(units):
        for nth, (word, is_name) in enumerate(_words(unit)):
            index.setdefault(word[:2].lower(), []).append((place, nth, word, is_name))
    return index


def _words(unit: Unit) -> Iterator[tuple[str, bool]]:
    """Give the words to look for, each once, and whether it is a name or a duty."""
    names = dict.fromkeys(_without_level(_bare(name)) for name in (unit.name, *unit.aliases))
    duties = dict.fromkeys(_bare(duty) for duty in unit.duties)
    yield from ((name, True) for name in names if _is_usable(name))
    yield from ((duty, False) for duty in duties if _is_usable(duty) and duty not in names)


_REMARK = re.compile(r"\([^()]*\)$")


def _bare(word: str) -> str:
    """Take off the remark in brackets: "油烟(环保)" is found as "油烟"."""
    return _REMARK.sub("", folded(word))


def _is_usable(word: str) -> bool:
    """Leave out single characters and patterns such as "××镇"."""
    return len(word) >= 2 and "×" not in word


_NOT_A_LEVEL = ("市场", "市容", "市政", "市民", "市监", "区域", "县域", "市区", "城区")


def _without_level(name: str) -> str:
    """Take the level off, where enough is left to recognise: 县教育局, but not 市场监管局."""
    if name[:1] in ("县", "市", "区") and len(name) > 3 and not name.startswith(_NOT_A_LEVEL):
        return name[1:]
    return name

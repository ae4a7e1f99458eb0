"""How alike a draft and a public case are, so that a resident can join one that is there. Pure.

Three things are compared, because residents name the same trouble in different words:

1. the pairs of characters that both texts use. A pair counts the less the more of the
   candidates use it, and set phrases such as 尽快解决 do not count;
2. the matters of the preset taxonomy whose words they use: 没水 and 停水 are one matter,
   停水 and 停电 are two;
3. the places and numbers they name: 文化路 and 建设路, 3号楼 and 5号楼 are not one.

Then what is known besides the text: project, category, place and town. The score is a share, 1
for the same text; the resident sees the cases and decides. The time needed grows with the
number of candidates and the length of the texts, of which the beginning is read.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from math import fsum, log, sqrt

from portal.cases.clauses import flat
from portal.county.taxonomy import matters

AT_LEAST = 0.4
"""From so much on a case is shown. Tried on the pairs of letters in its tests, so that nine in
ten duplicates are found and nine in ten that are shown are one."""

MOST = 3
"""So many are shown: more are a list to search, and nobody reads it before sending."""

MAX_BODY = 150
"""Characters of a body that are read after the title; what it is about stands there."""

SAME_PROJECT, SAME_CATEGORY, SAME_PLACE, SAME_MATTER = 0.12, 0.06, 0.2, 0.26
"""Share of what is missing to 1 that is added where both have it and it is the same. Project,
category and place together stay below AT_LEAST: some words must agree."""

OTHER_PROJECT, OTHER_CATEGORY, OTHER_TOWN = 0.7, 0.9, 0.6
OTHER_PLACE, OTHER_MATTER, OTHER_NUMBER = 0.35, 0.6, 0.6
"""Multiplied where both have it and it differs."""

_PRIOR = 20
"""So many other cases are imagined, so that with few candidates every pair still counts."""


@dataclass(frozen=True)
class Draft:
    """What somebody is about to send. Empty where nothing is known."""

    title: str
    body: str = ""
    project_id: int | None = None
    category_code: str = ""
    place: str = ""
    town: str = ""


@dataclass(frozen=True)
class Candidate:
    """A public case that the draft may be about; its texts are those that are public."""

    reference: str
    title: str
    body: str = ""
    project_id: int | None = None
    category_code: str = ""
    place: str = ""
    town: str = ""


@dataclass(frozen=True)
class Match:
    """A case that is likely about the same matter, and how alike the two are, 0 to 1."""

    reference: str
    score: float


def likely(
    draft: Draft, candidates: Sequence[Candidate], most: int = MOST, at_least: float = AT_LEAST
) -> list[Match]:
    """Return up to `most` candidates that score `at_least`, the most alike first.

    Equal scores come in the order of their references, so the answer never depends on the
    order of `candidates`. Empty when the draft says nothing to go by.
    """
    mine = _mine(draft)
    if not mine.pairs:
        return []
    theirs = [_theirs(candidate) for candidate in candidates]
    weights = _weights(mine, theirs)
    matches = [
        Match(candidate.reference, _score(draft, mine, candidate, read, weights))
        for candidate, read in zip(candidates, theirs, strict=True)
    ]
    good = [match for match in matches if match.score >= at_least]
    return sorted(good, key=lambda match: (-match.score, match.reference))[:most]


def similarity(draft: Draft, candidate: Candidate) -> float:
    """Return how alike the two are, 0 to 1, as if there were no other candidate."""
    mine, read = _mine(draft), _theirs(candidate)
    return _score(draft, mine, candidate, read, _weights(mine, [read]))


# --- reading a text -----------------------------------------------------------------

_SET_PHRASES = (
    "我们 我是 我家 你们 他们 大家 请问 您好 你好 领导 尊敬 县长 书记 政府 部门 有关 相关 单位"
    " 希望 请求 建议 恳请 尽快 尽早 早日 解决 处理 落实 核实 反映 问题 情况 这个 那个 这种 这样"
    " 什么 怎么 为何 为什 时候 没有 不是 已经 一直 现在 还是 还没 可以 能否 不能 是否 因为 所以"
    " 但是 而且 如果 一下 一个 一些 非常 严重 影响 居民 群众 百姓 业主 村民 市民 生活 谢谢 感谢"
    " 多次 投诉 此事 扰民 今天 昨天 明天 早上 晚上 每天 几天 多天 人管 来人 没人 附近 旁边 门口"
)
_STOP = frozenset(_SET_PHRASES.split())
_EDGE = frozenset("的了吗呢吧啊是在有和与就都也很太又还被把给让向从到对个这那们")
"""Characters that join words: a pair that holds one came together by chance."""

_PLAIN = _EDGE | frozenset(
    "一二三四五六七八九十两几多少大小上下来去我你他她人天年月日时分点不没了好坏什么为以能会可里外出过后前现"
    "开始看说用家自地得着要请问希望解决民生活号楼区路街村镇县市车学校老中东西南北进间方面长高新门口边都全又"
)
"""Characters that alone tell nothing of what a letter is about."""
_JOINING = dict.fromkeys(map(ord, _EDGE), " ")
_ALONE = 0.4
"""A character is worth so much of what a pair is."""

_UNSAID = re.compile(r"[\W_]+")
_PLACE = re.compile(
    "([^\\W\\d_a-z]{2})(?=[小花家新公广中医卫敬养农菜市商超大社街巷苑路村镇乡府城园院])"
    "(小区|花园|家园|新村|公寓|广场(?!舞)|公园|小学|中学|医院|卫生院|敬老院|养老院|(?:农贸|菜)?市场|商场|超市|大桥|社区|街|巷|苑"
    "|路(?![灯面况过人费由边])|村(?![民委里医道干])|镇|乡(?!村)|府|城(?![管市镇区乡])|园(?![长子林区])|院(?![长子里]))"
)
_NO_PLACE = re.compile(
    "[条修马公道走铺让小大一电线铁水半主辅这那该个我本全们农新老城县出进回整每政上下]$|学校|门口|老旧|流动"
)
_LEAD = re.compile("^[到去在从来往的离过]")
_NUMBER = re.compile("[0-9]+(?=号楼|栋|幢|单元|号院|路公交|路车|路|班|标段)")


@dataclass(frozen=True)
class _Read:
    pairs: frozenset[str]
    matters: frozenset[str]
    places: frozenset[str]
    numbers: frozenset[str]


def _read(title: str, body: str, place: str) -> _Read:
    text = flat(f"{title}\n{body}")
    named, said = _named(text), text
    for name, kind in named:
        said = said.replace(name + kind, "")
    said = _UNSAID.sub("", said)
    pairs = frozenset(map(str.__add__, said, said[1:]))
    place = flat(place) if place else ""
    return _Read(
        pairs=_telling(said, pairs),
        matters=_matters(said, pairs),
        places=_places(named) | ({place, *_places(_named(place))} if place else set()),
        numbers=frozenset(_NUMBER.findall(text)),
    )


_read_again = lru_cache(maxsize=600)(_read)
"""The same public cases are compared with every draft nearby: some 20 kB each are kept."""


def _mine(draft: Draft) -> _Read:
    return _read(draft.title, draft.body[:MAX_BODY], draft.place)


def _theirs(candidate: Candidate) -> _Read:
    return _read_again(candidate.title, candidate.body[:MAX_BODY], candidate.place)


def _telling(said: str, pairs: frozenset[str]) -> frozenset[str]:
    """Return pairs and characters that touch neither a set phrase nor what only joins words."""
    for phrase in sorted(pairs & _STOP):
        said = said.replace(phrase, " ")
    said = said.translate(_JOINING)
    telling = set(map(str.__add__, said, said[1:]))
    telling.update(said)
    return frozenset(one for one in telling - _PLAIN if " " not in one)


def _matters(said: str, pairs: frozenset[str]) -> frozenset[str]:
    """Return the matters whose words the text uses; a word begins with one of its pairs."""
    words = _words()
    begun = pairs & words.keys()
    return frozenset(code for pair in begun for word, code in words[pair] if word in said)


@cache
def _words() -> dict[str, tuple[tuple[str, str], ...]]:
    """Return the words of the taxonomy with their matters, by their first two characters."""
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for matter in matters():
        for word in matter.words:
            found[word[:2]] = (*found.get(word[:2], ()), (word, matter.code))
    return found


def _named(text: str) -> list[tuple[str, str]]:
    """Return what reads like the name of a road, an estate, a school: two characters and a kind."""
    return [(name, kind) for name, kind in _PLACE.findall(text) if not _NO_PLACE.search(name)]


def _places(named: list[tuple[str, str]]) -> frozenset[str]:
    return frozenset(_LEAD.sub("", name) + kind[-2:] for name, kind in named)


# --- comparing ----------------------------------------------------------------------


def _weights(mine: _Read, theirs: Sequence[_Read]) -> dict[str, float]:
    """Return what each of my pairs is worth: the fewer candidates have it, the more."""
    counts: Counter[str] = Counter()
    for read in theirs:
        counts.update(mine.pairs & read.pairs)
    total = len(theirs) + _PRIOR
    return {
        pair: log(total / (counts[pair] + 1)) * (1 if len(pair) > 1 else _ALONE)
        for pair in mine.pairs
    }


def _score(
    draft: Draft, mine: _Read, candidate: Candidate, read: _Read, weights: dict[str, float]
) -> float:
    alike = _alike(mine, read, weights)
    for one, other, more, less in (
        (mine.matters, read.matters, SAME_MATTER, OTHER_MATTER),
        (mine.places, read.places, SAME_PLACE, OTHER_PLACE),
        (mine.numbers, read.numbers, 0.0, OTHER_NUMBER),
        (_one(draft.project_id), _one(candidate.project_id), SAME_PROJECT, OTHER_PROJECT),
        (_one(draft.category_code), _one(candidate.category_code), SAME_CATEGORY, OTHER_CATEGORY),
        (_one(draft.town), _one(candidate.town), 0.0, OTHER_TOWN),
    ):
        if one and other:
            alike = alike + more * (1 - alike) if one & other else alike * less
    return round(alike, 4)


def _alike(mine: _Read, read: _Read, weights: dict[str, float]) -> float:
    """Return how much the pairs of the two have in common, 0 to 1.

    Half of it is the cosine, half the share of the shorter text that the longer one holds: a
    title of eight characters is compared with a letter of two hundred.
    """
    shared = mine.pairs & read.pairs
    if not shared:
        return 0.0
    common = fsum(weights[pair] for pair in shared)
    whole_mine = fsum(weights.values())
    usual = whole_mine / len(mine.pairs)
    whole_theirs = common + usual * (len(read.pairs) - len(shared))
    cosine = common / sqrt(whole_mine * whole_theirs)
    held = common / min(whole_mine, whole_theirs)
    return min(1.0, (cosine + held) / 2)


def _one(value: object) -> frozenset[object]:
    return frozenset([value]) if value else frozenset()

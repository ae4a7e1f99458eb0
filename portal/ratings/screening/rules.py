"""Which ratings are set aside until a moderator has looked. Pure; the rule is published.

Thousands of honest residents share a carrier's address, a family shares a telephone, and a
poster at an opening brings forty ratings in an hour. So nothing is a burst because it comes
from one place or at one time: it is a burst when many come together AND say one thing that
the rest of the wave does not say. How unlikely that is by chance is the exact binomial test
(one-sided; Clopper and Pearson, Biometrika 26, 1934). Every test is blind to whether the
burst praises or damns (山东: 及时查处刷"好评"或恶意差评). docs/stuffing.md measures the rule.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from portal.language import N_
from portal.ratings.kinds import Doubt
from portal.text import clean, folded

PRESET: dict[str, int] = {
    "window_minutes": 60,
    "network_count": 8,
    "pace_minutes": 60,
    "pace_count": 12,
    "day_count": 30,
    "uniform_count": 20,
    "uniform_share": 60,
    "same_share": 80,
    "chance": 10_000,
    "apart": 20,
    "text_count": 4,
    "text_length": 12,
    "device_count": 6,
    "fill_seconds": 3,
}
"""What holds where a county says nothing else. Neither law nor practice names figures: these
are ours, chosen by simulation (docs/stuffing.md) so that fewer than 1 % of honest ratings are
set aside. 8 in an hour from one network: a family and its neighbours are fewer. 12 from
anywhere: neighbours who tell each other. 30 in a day: a bad day at the water works brings
fewer. 6 on one device: a family of five. 12 characters: shorter set phrases are common."""

DAY = timedelta(days=1)
"""The longest window: what lies further back than this only says what is usual."""


@dataclass(frozen=True)
class Rule:
    """A county's figures, dated with its settings; PRESET says why each is as it is."""

    window_minutes: int
    """Length of the window in which the ratings of one network are taken together."""
    network_count: int
    """From so many ratings of a wave from one network in that window they may be a burst."""
    pace_minutes: int
    """Length of the window in which ratings from anywhere are taken together."""
    pace_count: int
    """From so many ratings of a wave in that window they may be a burst."""
    day_count: int
    """From so many in 24 hours, from one network or anywhere. Without it who stays just
    below the hourly figures could give a hundred a day."""
    uniform_count: int
    """From so many ratings in 24 hours whose every answer is the same extreme."""
    uniform_share: int
    """Percent of those who give an extreme level that may well tick everything alike."""
    same_share: int
    """Percent of a window's ratings that must say the same before they may be a burst."""
    chance: int
    """Only what by chance happens less than once in so many cases is a burst."""
    apart: int
    """By so many percentage points a window must say it more often than the rest does."""
    text_count: int
    """From so many raters of a wave with the same comment."""
    text_length: int
    """Comments shorter than this, in characters after `normalised`, are not compared."""
    device_count: int
    """From so many raters of a wave in one browser."""
    fill_seconds: int
    """Faster than this no person fills in the form."""

    @classmethod
    def of(cls, figures: Mapping[str, Any]) -> "Rule":
        """Read a county's figures; what is left out is the preset's.

        Raises ValueError for a name that is unknown, a figure below 1, a share above 100.
        """
        merged = {**PRESET, **figures}
        names = {field.name for field in fields(cls)}
        if unknown := merged.keys() - names:
            raise ValueError(f"unknown figures {sorted(unknown)}")
        rule = cls(**{name: int(value) for name, value in merged.items()})
        if any(getattr(rule, name) < 1 for name in names):
            raise ValueError("every figure is 1 or more")
        if max(rule.same_share, rule.uniform_share) > 100:
            raise ValueError("a share is at most 100 percent")
        return rule


@dataclass(frozen=True)
class Seen:
    """One rating as the rule sees it: keyed indexes only, '' where nothing is known."""

    at: datetime
    """When it was given, or last changed."""
    level: int
    network: str
    device: str
    text: str
    """Index of `comparable(comment)`; '' where that is ''."""
    is_uniform: bool
    """Level 5 or 1, at least three dimensions answered, all like the level, no comment."""
    rater: str
    is_staff_entered: bool = False
    is_verified: bool = True
    doubt: Doubt | None = None
    """Why it is set aside; None where it counts."""
    is_cleared: bool = False
    """A moderator has let it through: it is never set aside again, nor held against others."""


def first_look(fill_seconds: float | None, contact_class: Doubt | None, rule: Rule) -> Doubt | None:
    """Return why a rating is set aside whatever the others say, or None.

    `contact_class` is STAFF or CONTRACTOR where the contact is on such a list. `fill_seconds`
    is None where it is unknown or staff entered the rating.
    """
    if contact_class is not None:
        return contact_class
    if fill_seconds is not None and fill_seconds < rule.fill_seconds:
        return Doubt.SPEED
    return None


def suspects(
    new: Seen, others: Sequence[Seen], rule: Rule, usual: Mapping[int, int] | None = None
) -> tuple[Doubt, list[int]] | None:
    """Return why `new` belongs to a burst and which of `others` do too, by index, or None.

    `others` are ratings of the same wave, set aside or not, that share the new one's device
    or text or lie within `DAY` before it; a few hundred, the newest, are enough. `usual`
    counts the levels of all counted ratings of the wave of the same proof, without the new
    one; left out, `others` stand for them. Verified ratings are only held against verified
    ones: else who floods the unverified could have residents' ratings set aside. What staff
    entered comes from one office in their own words, so only UNIFORM is asked of it.
    """
    peers = {
        index: other
        for index, other in enumerate(others)
        if _kind(other) == _kind(new) and other.rater != new.rater and not other.is_cleared
    }
    if usual is None:
        usual = Counter(peer.level for peer in peers.values() if peer.doubt is None)
    if new.is_staff_entered:
        found = {Doubt.UNIFORM: _uniform(new, peers, rule)}
    else:
        found = {
            Doubt.DEVICE: _shared(new, peers, "device", rule.device_count),
            Doubt.TEXT: _shared(new, peers, "text", rule.text_count),
            Doubt.NETWORK: _network(new, peers, rule, usual),
            Doubt.UNIFORM: _uniform(new, peers, rule),
            Doubt.PACE: _pace(new, peers, rule, usual),
        }
    return next(((doubt, sorted(burst)) for doubt, burst in found.items() if burst), None)


def is_uniform(level: int, marks: Mapping[Any, int], comment: str) -> bool:
    """Say whether every answer is the same extreme, without a word.

    With fewer than three dimensions answered too many honest ratings would look alike.
    """
    is_alike = all(mark == level for mark in marks.values())
    return level in (1, 5) and len(marks) >= 3 and is_alike and not normalised(comment)


def normalised(text: str) -> str:
    """Return only the letters and digits of `text`, folded: what makes two comments the same."""
    return "".join(sign for sign in folded(clean(text)).casefold() if sign.isalnum())


def comparable(text: str, rule: Rule) -> str:
    """Return the normalised comment, or '' where it is too short to be compared."""
    plain = normalised(text)
    return plain if len(plain) >= rule.text_length else ""


def network_of(address: str) -> str:
    """Return the network of an IP address, /24 or (IPv6) /48; '' for what is no address."""
    try:
        ip = ip_address(address.strip().partition("%")[0])
    except ValueError:
        return ""
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    return str(ip_network(f"{ip}/{24 if ip.version == 4 else 48}", strict=False))


def binomial_tail(hits: int, of: int, share: float) -> float:
    """Return how likely `hits` or more of `of` are where each is one with chance `share`.

    `share` lies between 0 and 1, both excluded.
    """
    odds = math.log(share) - math.log1p(-share)
    logs = [_ways(of, n) + n * odds for n in range(max(hits, 0), of + 1)]
    return min(math.fsum(map(math.exp, (log + of * math.log1p(-share) for log in logs))), 1.0)


def fisher_tail(hits: int, of: int, agree: int, rest: int) -> float:
    """Return how likely it is that `hits` or more of all who agree fall among `of`.

    All are `of` + `rest`, those who agree `hits` + `agree`: Fisher's exact test, one-sided.
    """
    total, agreeing = of + rest, hits + agree
    every = _ways(total, of)
    some = range(hits, min(of, agreeing) + 1)
    logs = [_ways(agreeing, n) + _ways(total - agreeing, of - n) - every for n in some]
    return min(math.fsum(map(math.exp, logs)), 1.0)


def _ways(of: int, some: int) -> float:
    """Logarithm of the number of ways to choose; nothing can be chosen from fewer."""
    if not 0 <= some <= of:
        return -math.inf
    return math.lgamma(of + 1) - math.lgamma(some + 1) - math.lgamma(of - some + 1)


GROUNDS = (Doubt.DEVICE, Doubt.TEXT, Doubt.NETWORK, Doubt.UNIFORM, Doubt.PACE)
"""What `suspects` may find, the narrowest ground first: it names the first that holds."""

VOICES = ((5,), (4,), (3,), (2,), (1,), (4, 5), (1, 2), (3, 4, 5))
"""What counts as saying the same, the narrowest first; the last two are the headline's sides."""

Peers = Mapping[int, Seen]
"""Index in `others` -> a rating that the new one may be held against."""


def _kind(seen: Seen) -> tuple[bool, bool]:
    return seen.is_staff_entered, seen.is_verified


def _shared(new: Seen, peers: Peers, name: str, count: int) -> set[int]:
    """Who has the same device or text, from `count` raters on."""
    key = getattr(new, name)
    same = {i for i, peer in peers.items() if key and getattr(peer, name) == key}
    raters = {peers[i].rater for i in same} | {new.rater}
    return same if len(raters) >= max(count, 2) else set()


def _network(new: Seen, peers: Peers, rule: Rule, usual: Mapping[int, int]) -> set[int]:
    near = {i: p for i, p in peers.items() if new.network and p.network == new.network}
    window = timedelta(minutes=rule.window_minutes)
    return _hour_or_day(new, _left(near, Doubt.NETWORK), window, rule.network_count, rule, usual)


def _pace(new: Seen, peers: Peers, rule: Rule, usual: Mapping[int, int]) -> set[int]:
    window = timedelta(minutes=rule.pace_minutes)
    return _hour_or_day(new, _left(peers, Doubt.PACE), window, rule.pace_count, rule, usual)


def _left(peers: Peers, doubt: Doubt) -> Peers:
    """Leave out what has been set aside on a narrower ground.

    A flood that has been told by its device would else make those suspect who only rate on
    the same day.
    """
    wider = (None, *GROUNDS[GROUNDS.index(doubt) :])
    return {i: p for i, p in peers.items() if p.doubt in wider}


def _hour_or_day(
    new: Seen, peers: Peers, window: timedelta, count: int, rule: Rule, usual: Mapping[int, int]
) -> set[int]:
    """The burst within `window`, else within a day.

    Within a day only what still counts is taken: after a burst that has been set aside, those
    who come later the same day and happen to agree with it are not held to belong to it.
    """
    counted = {i: p for i, p in peers.items() if p.doubt is None}
    return _burst(new, peers, window, count, rule, usual) or _burst(
        new, counted, DAY, rule.day_count, rule, usual
    )


def _burst(
    new: Seen, peers: Peers, window: timedelta, count: int, rule: Rule, usual: Mapping[int, int]
) -> set[int]:
    """Who says the same as the new one within `window`, where that is a burst.

    The same is the same level, or one of two neighbours at the same end, or the same side of
    the headline rate, so that mixing levels does not help.
    """
    lately = {i: p for i, p in peers.items() if new.at - p.at <= window}
    of = len(lately) + 1
    if of < count:
        return set()
    rest = Counter(usual)
    rest.subtract(p.level for p in lately.values() if p.doubt is None)
    rest_of = sum(max(n, 0) for n in rest.values())
    for levels in VOICES:
        if new.level in levels:
            same = {i for i, p in lately.items() if p.level in levels}
            agree = sum(max(rest[level], 0) for level in levels)
            if _stands_out(len(same) + 1, of, agree, rest_of, rule):
                return same
    return set()


def _stands_out(hits: int, of: int, agree: int, rest: int, rule: Rule) -> bool:
    """Whether `hits` of a window's `of` say what only `agree` of the `rest` say."""
    is_one_voice = hits * 100 >= rule.same_share * of
    is_apart = (hits * rest - agree * of) * 100 >= rule.apart * of * rest
    return is_one_voice and is_apart and _is_unlikely(fisher_tail(hits, of, agree, rest), rule)


def _uniform(new: Seen, peers: Peers, rule: Rule) -> set[int]:
    """Who has ticked all the same extreme within a day, where most of that level have."""
    lately = {
        i: p
        for i, p in _left(peers, Doubt.UNIFORM).items()
        if p.level == new.level and new.at - p.at <= DAY
    }
    same = {i for i, p in lately.items() if p.is_uniform}
    hits = len(same) + 1
    if not new.is_uniform or hits < rule.uniform_count:
        return set()
    chance = binomial_tail(hits, len(lately) + 1, rule.uniform_share / 100)
    return same if _is_unlikely(chance, rule) else set()


def _is_unlikely(chance: float, rule: Rule) -> bool:
    return chance * rule.chance < 1


WORDS: dict[Doubt, str] = {
    Doubt.STAFF: N_("联系方式属于责任单位工作人员的，自己评自己，不计入公众评价。"),
    Doubt.CONTRACTOR: N_("联系方式属于参建单位人员的，自己评自己，不计入公众评价。"),
    Doubt.DEVICE: N_(
        "同一轮中，同一部手机或电脑的同一浏览器上有%(count)s人及以上评价的，这些评价暂不计入。"
    ),
    Doubt.TEXT: N_(
        "同一轮中，%(count)s人及以上留下完全相同的文字（不计标点，%(length)s字及以上）的，"
        "这些评价暂不计入。"
    ),
    Doubt.NETWORK: N_(
        "同一网络%(minutes)s分钟内有%(count)s份及以上、或24小时内有%(day)s份及以上评价，"
        "其中%(share)s%%以上说法相同，才会被怀疑。只有本轮其他评价的说法与之明显不同、"
        "这种巧合不到%(chance)s分之一时，才暂不计入；大家都这么说的，不受影响。"
    ),
    Doubt.UNIFORM: N_(
        "24小时内有%(count)s份及以上评价各项全部打同一个最高或最低档且没有文字，才会被怀疑。"
        "只有按本轮其他评价推算、这种巧合不到%(chance)s分之一时，才暂不计入。"
    ),
    Doubt.PACE: N_(
        "不论来自哪里，%(minutes)s分钟内有%(count)s份及以上、或24小时内有%(day)s份及以上评价，"
        "其中%(share)s%%以上说法相同，才会被怀疑。只有本轮其他评价的说法与之明显不同、"
        "这种巧合不到%(chance)s分之一时，才暂不计入。"
    ),
    Doubt.SPEED: N_("从打开页面到提交不足%(seconds)s秒的，不像真人填写，暂不计入。"),
    Doubt.APPEAL: N_("责任单位申诉后，经督查机构核实认定不实的，不计入。"),
}
"""What the public is told of each class;好评差评一视同仁. A moderator looks at all of them."""


def explained(rule: Rule) -> list[tuple[Doubt, str, dict[str, int]]]:
    """Return every class with its sentence (to be translated) and the figures to put in."""
    chance = {"share": rule.same_share, "chance": rule.chance, "day": rule.day_count}
    values: dict[Doubt, dict[str, int]] = {
        Doubt.DEVICE: {"count": rule.device_count},
        Doubt.TEXT: {"count": rule.text_count, "length": rule.text_length},
        Doubt.NETWORK: {"minutes": rule.window_minutes, "count": rule.network_count, **chance},
        Doubt.UNIFORM: {"count": rule.uniform_count, "chance": rule.chance},
        Doubt.PACE: {"minutes": rule.pace_minutes, "count": rule.pace_count, **chance},
        Doubt.SPEED: {"seconds": rule.fill_seconds},
    }
    return [(doubt, text, values.get(doubt, {})) for doubt, text in WORDS.items()]

"""Which ratings are set aside until a moderator has looked. Pure; the rule is published.

Thousands of honest residents share a carrier's address, a family shares a telephone, and a
poster at an opening brings forty ratings in an hour. So nothing is a burst because it comes
from one place or at one time: it is a burst when many come together AND say one thing that
the rest of the wave does not say. How likely that is by chance is Fisher's exact test: it needs
no assumption and holds nothing against the first who rate, when there is no rest yet. Praise
and damning are told by the same figures (山东: 及时查处刷"好评"或恶意差评). docs/stuffing.md
measures what the rule holds off, what it costs and what gets through.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from portal.language import N_
from portal.ratings.kinds import Doubt
from portal.ratings.screening.chance import binomial_tail, fisher_tail
from portal.text import clean, folded

PRESET: dict[str, int] = {
    "window_minutes": 60,
    "network_count": 8,
    "pace_minutes": 60,
    "pace_count": 12,
    "day_count": 30,
    "day_network": 4,
    "uniform_count": 20,
    "uniform_share": 60,
    "same_share": 80,
    "chance": 10_000,
    "apart": 25,
    "text_count": 4,
    "text_length": 12,
    "device_count": 6,
    "fill_seconds": 2,
}
"""What holds where a county says nothing else. Neither law nor practice names figures: these
are ours, tried by simulation so that under 1 % of honest ratings are set aside where nobody
cheats. 8 in an hour from one network: a family and its neighbours are fewer. 12 from anywhere:
neighbours who tell each other. 30 in a day: a bad evening of
the water works brings fewer; of them 4 on one network: a family and a neighbour are fewer. 25
points apart: the guests of an opening may well be happier than others. 60 % may tick everything
alike: three times what the simulation takes for usual. 6 on one device: a family is smaller. 12
characters: shorter set phrases are common. 2 seconds: to read, tap and send takes longer."""

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
    day_network: int
    """Of a day's burst only those are set aside of whom so many share a network."""
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

        Raises ValueError for a name that is unknown, a figure below 1, a share of 100 % or
        more, a window of more than a day.
        """
        merged = {**PRESET, **figures}
        names = {field.name for field in fields(cls)}
        if unknown := merged.keys() - names:
            raise ValueError(f"unknown figures {sorted(unknown)}")
        rule = cls(**{name: int(value) for name, value in merged.items()})
        if any(getattr(rule, name) < 1 for name in names):
            raise ValueError("every figure is 1 or more")
        if max(rule.same_share, rule.uniform_share, rule.apart) >= 100:
            raise ValueError("a share is below 100 percent")
        if timedelta(minutes=max(rule.window_minutes, rule.pace_minutes)) > DAY:
            raise ValueError("a window is a day at most")
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
    is_published: bool = False
    """Everybody can read its words: who copies them has no say over who wrote them."""


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

    `others` are ratings of the same wave and proof, set aside or not, that share the new one's
    device or text or lie within `DAY` of it; a few hundred, the newest, are enough. `usual`
    counts the levels of all counted ratings of the wave of that proof, without the new one;
    left out, `others` stand for them. Verified ratings are only held against verified ones:
    else who floods the unverified could have residents' ratings set aside. What staff entered
    comes from one office in their own words, so only UNIFORM is asked of it.
    """
    kind = _kind(new)
    peers = {
        index: other
        for index, other in enumerate(others)
        if other.rater != new.rater and not other.is_cleared and _kind(other) == kind
    }
    if usual is None:
        usual = Counter(peer.level for peer in peers.values() if peer.doubt is None)
    found = _bursts(new, peers, rule, usual)
    return next(((doubt, sorted(burst)) for doubt, burst in found if burst), None)


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


GROUNDS = (Doubt.DEVICE, Doubt.TEXT, Doubt.NETWORK, Doubt.UNIFORM, Doubt.PACE)
"""What `suspects` may find, the narrowest ground first: it names the first that holds."""

VOICES = ((5,), (4,), (3,), (2,), (1,), (4, 5), (1, 2), (3, 4, 5))
"""What counts as saying the same, the narrowest first; the last two are the headline's sides."""

Peers = Mapping[int, Seen]
"""Index in `others` -> a rating that the new one may be held against."""


def _bursts(
    new: Seen, peers: Peers, rule: Rule, usual: Mapping[int, int]
) -> Iterator[tuple[Doubt, set[int]]]:
    """What each ground finds, in the order of GROUNDS."""
    if new.is_staff_entered:
        yield Doubt.UNIFORM, _uniform(new, peers, rule)
        return
    yield Doubt.DEVICE, _shared(new, peers, "device", rule.device_count)
    copies = _shared(new, peers, "text", rule.text_count)
    yield Doubt.TEXT, {i for i in copies if not peers[i].is_published}
    yield Doubt.NETWORK, _network(new, peers, rule, usual)
    yield Doubt.UNIFORM, _uniform(new, peers, rule)
    yield Doubt.PACE, _pace(new, peers, rule, usual)


def _kind(seen: Seen) -> tuple[bool, bool]:
    return seen.is_staff_entered, seen.is_verified


def _shared(new: Seen, peers: Peers, name: str, count: int) -> set[int]:
    """Who has the same device or text, from `count` raters on."""
    key = getattr(new, name)
    if not key:
        return set()
    same = {i for i, peer in peers.items() if getattr(peer, name) == key}
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
    who come later the same day and happen to agree with it are not held to belong to it. Nor
    are those who came alone: of a day's burst only who shares a network with others of it is
    set aside, since in a whole day many residents agree by themselves.
    """
    if found := _burst(new, peers, window, count, rule, usual):
        return found
    counted = {i: p for i, p in peers.items() if p.doubt is None}
    burst = _burst(new, counted, DAY, rule.day_count, rule, usual)
    together = Counter(peers[i].network for i in burst) + Counter([new.network])
    if together[new.network] < rule.day_network:
        return set()
    return {i for i in burst if together[peers[i].network] >= rule.day_network}


def _burst(
    new: Seen, peers: Peers, window: timedelta, count: int, rule: Rule, usual: Mapping[int, int]
) -> set[int]:
    """Who says the same as the new one within `window`, where that is a burst.

    The same is the same level, or one of two neighbours at the same end, or the same side of
    the headline rate, so that mixing levels does not help.
    """
    lately = {i: p for i, p in peers.items() if abs(new.at - p.at) <= window}
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
    if not new.is_uniform:
        return set()
    lately = {
        i: p
        for i, p in _left(peers, Doubt.UNIFORM).items()
        if p.level == new.level and abs(new.at - p.at) <= DAY
    }
    same = {i for i, p in lately.items() if p.is_uniform}
    hits = len(same) + 1
    if hits < rule.uniform_count:
        return set()
    chance = binomial_tail(hits, len(lately) + 1, rule.uniform_share / 100)
    return same if _is_unlikely(chance, rule) else set()


def _is_unlikely(chance: float, rule: Rule) -> bool:
    return chance * rule.chance < 1


WORDS: dict[Doubt, str] = {
    Doubt.STAFF: N_("联系方式登记在责任单位名下的，属于自己评自己，暂不计入。"),
    Doubt.CONTRACTOR: N_("联系方式登记在参建单位名下的，属于自己评自己，暂不计入。"),
    Doubt.DEVICE: N_("同一轮中，同一部手机或电脑上有%(count)s人及以上评价的，这些评价暂不计入。"),
    Doubt.TEXT: N_(
        "同一轮中，%(count)s人及以上留下完全相同的文字（不计标点，%(length)s字及以上）的，"
        "这些评价暂不计入，已审核公开的原文除外。"
    ),
    Doubt.NETWORK: N_(
        "同一网络%(minutes)s分钟内有%(count)s份及以上（或24小时内有%(day)s份及以上）评价，"
        "其中%(share)s%%以上意见相同，而本轮其他评价明显不这样看（相差%(apart)s个百分点以上，"
        "纯属巧合的可能不到1/%(chance)s）的，这些意见相同的评价暂不计入。"
        "大家都这么说的，不算集中评价。"
    ),
    Doubt.UNIFORM: N_(
        "24小时内有%(count)s份及以上评价各项全部选最高档（或全部选最低档）且没有文字，"
        "占选这一档的人明显超过%(share)s%%（纯属巧合的可能不到1/%(chance)s）的，"
        "这些评价暂不计入。"
    ),
    Doubt.PACE: N_(
        "不论来自哪里，%(minutes)s分钟内有%(count)s份及以上（或24小时内有%(day)s份及以上，"
        "且至少%(network)s份来自同一网络）评价，其中%(share)s%%以上意见相同，而本轮其他评价明显不这样看（相差%(apart)s个百分点以上，"
        "纯属巧合的可能不到1/%(chance)s）的，这些意见相同的评价暂不计入。"
        "大家都这么说的，不算集中评价。"
    ),
    Doubt.SPEED: N_("从打开页面到提交不足%(seconds)s秒，不像真人填写的，暂不计入。"),
    Doubt.APPEAL: N_("责任单位提出申诉，经督查机构核实成立的，不计入。"),
}
"""What the public is told of each class, the same for praise and for damning."""


def explained(rule: Rule) -> list[tuple[Doubt, str, dict[str, int]]]:
    """Return every class with its sentence (to be translated) and the figures to put in."""
    burst = {
        "share": rule.same_share,
        "apart": rule.apart,
        "chance": rule.chance,
        "day": rule.day_count,
    }
    values: dict[Doubt, dict[str, int]] = {
        Doubt.DEVICE: {"count": rule.device_count},
        Doubt.TEXT: {"count": rule.text_count, "length": rule.text_length},
        Doubt.NETWORK: {"minutes": rule.window_minutes, "count": rule.network_count, **burst},
        Doubt.UNIFORM: {
            "count": rule.uniform_count,
            "share": rule.uniform_share,
            "chance": rule.chance,
        },
        Doubt.PACE: {"minutes": rule.pace_minutes, "count": rule.pace_count, **burst}
        | {"network": rule.day_network},
        Doubt.SPEED: {"seconds": rule.fill_seconds},
    }
    return [(doubt, text, values.get(doubt, {})) for doubt, text in WORDS.items()]

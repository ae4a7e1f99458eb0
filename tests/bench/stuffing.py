"""How far the shown rate can be moved, and at what price: `python -m tests.bench.stuffing`.

Invented residents rate a project for thirty days; somebody praises or damns it by the dozen.
What an open web poll would show is compared with what the portal shows: verified contacts only,
one rating each, set aside by `portal.ratings.screening.rules`. `--write` puts the tables into
docs/stuffing.md. The seeds are fixed, so that everybody gets the same figures.
"""

import random
import statistics
import sys
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from portal.ratings.kinds import BAD, Doubt
from portal.ratings.screening import rules
from portal.ratings.screening.rules import DAY, PRESET, Rule, Seen

RULE = Rule.of(PRESET)
SEEDS, ATTACK_SEEDS = 40, 6
START = datetime(2026, 11, 1, 16, tzinfo=UTC)  # midnight in China
DAYS = 30
MOST = 400
"""So many of a day's ratings the rule is shown at most, as in the portal."""

HOURS = [0, 0, 0, 0, 0, 0, 1, 3, 5, 5, 5, 6, 7, 5, 4, 4, 4, 5, 7, 9, 10, 8, 5, 2]
"""How people's ratings spread over the hours of a day."""

LIKED = {5: 70, 4: 18, 3: 7, 2: 3, 1: 2}
AVERAGE = {5: 32, 4: 33, 3: 20, 2: 9, 1: 6}
DISLIKED = {5: 12, 4: 15, 3: 18, 2: 25, 1: 30}
ADORED = {5: 95, 4: 4, 3: 1}
ANGRY = {5: 3, 4: 5, 3: 7, 2: 30, 1: 55}

STOCK = ("很好", "满意", "不错", "点赞", "支持", "感谢政府", "还可以", "希望越来越好")
STOCK_LONG = ("感谢政府为老百姓办实事办好事", "希望以后加强管理和日常维护", "为民办实事，老百姓得实惠")
"""What residents write word for word like others."""


@dataclass(frozen=True)
class Given:
    """One submission, and whether an honest resident made it."""

    seen: Seen
    is_honest: bool
    seconds: float = 30.0
    contact_class: Doubt | None = None


@dataclass(frozen=True)
class World:
    """Honest residents of one project."""

    name: str
    mix: dict[int, int]
    raters: int = 300
    is_village: bool = False
    event: int = 0
    """So many of them rate within three hours of an opening."""
    event_hour: float = 2 * 24 + 9.5
    upset: int = 0
    """So many more, very dissatisfied, rate together..."""
    upset_hours: float = 4.0
    """... within so many hours, from 18:00 on the tenth day..."""
    upset_networks: tuple[str, ...] = ()
    """... from these networks, or from anywhere."""


@dataclass(frozen=True)
class Attack:
    """Somebody who wants the figure to be another."""

    name: str
    contacts: int
    networks: int = 1
    hours: float = 2.0
    starts: float | None = None
    """Hours after the wave opens; None: some time in its second week."""
    is_naive: bool = False
    """One browser, everything the same extreme, no words; else each is made to look different."""
    bot: int = 0
    """So many submissions by machine, without a verified contact."""
    text: str = ""
    contact_class: Doubt | None = None


WORLDS = (
    World("liked: 95 % satisfied, 70 % fives", LIKED),
    World("adored: 95 % fives", ADORED),
    World("average: 85 % satisfied", AVERAGE),
    World("disliked: 45 % satisfied", DISLIKED),
    World("liked, 2,000 raters", LIKED, raters=2000),
    World("opening day: 120 of 300 in three hours", LIKED, event=120),
    World("opening of an average project", AVERAGE, event=120),
    World("the wave begins with the opening", LIKED, event=120, event_hour=9.5),
    World("angry opening: disliked, 120 of 300 in three hours", DISLIKED, event=120),
    World("village of 60 on 2 networks", AVERAGE, raters=60, is_village=True),
    World("village of 60, 40 of them after a meeting", LIKED, 60, is_village=True, event=40),
)
HARD = (
    World("liked, but one estate's 30 are upset, over five days", LIKED, upset=30, upset_hours=101,
          upset_networks=("198.19.40",)),
    World("liked, but 20 are upset in one evening", LIKED, upset=20),
    World("liked, but 30 come from an upset meeting in one hour", LIKED, upset=30, upset_hours=1),
)  # fmt: skip

ATTACKS = (
    Attack("1 contact", 1, hours=0.1),
    Attack("10 contacts, 1 network", 10),
    Attack("10 contacts, 5 networks", 10, 5),
    Attack("50 contacts, 1 network", 50),
    Attack("50 contacts, 5 networks", 50, 5),
    Attack("50 contacts, 20 networks", 50, 20),
    Attack("200 contacts, 1 network", 200),
    Attack("200 contacts, 5 networks", 200, 5),
    Attack("200 contacts, 20 networks", 200, 20),
    Attack("50 contacts, 20 networks, all alike, one browser", 50, 20, is_naive=True),
    Attack("50 contacts, 20 networks, one text, over 10 days", 50, 20, 240,
           text="这个项目的情况大家有目共睹无需多说"),
    Attack("50 contacts of the unit's staff", 50, 5, contact_class=Doubt.STAFF),
    Attack("50 contacts, 20 networks, first hour of the wave", 50, 20, 1, starts=9),
    Attack("200 contacts, 20 networks, over 2 days", 200, 20, 48),
    Attack("50 contacts, 1 network, over 5 days", 50, 1, 120),
    Attack("50 contacts, 20 networks, over 20 days", 50, 20, 480),
    Attack("200 contacts, 20 networks, over 20 days", 200, 20, 480),
    Attack("bot, 1,000 in two hours", 0, 5, bot=1000),
    Attack("bot, 1,000 over 20 days, 20 networks", 0, 20, 480, bot=1000),
)  # fmt: skip
REPEATS = 3
"""An open poll is answered so many times from each contact."""


def carriers(chance: random.Random) -> str:
    """Return an address of the county: mobile carriers, home lines, or an estate's WiFi."""
    kind = chance.choices(("a", "b", "c", "home", "estate"), (33, 15, 12, 25, 15))[0]
    nets = {"a": (0, 4), "b": (4, 7), "c": (7, 10), "home": (10, 50), "estate": (50, 56)}[kind]
    return f"198.19.{chance.randrange(*nets)}.{chance.randrange(1, 255)}"


def moment(chance: random.Random, first: float, hours: float) -> datetime:
    """Return a moment within so many hours, in the daytime where it is longer than half a day."""
    while True:
        at = first + chance.random() * hours
        if hours <= 12 or chance.random() * 10 < HOURS[int(at) % 24]:
            return START + timedelta(hours=at)


def honest(world: World, chance: random.Random) -> Iterator[Given]:
    """Every resident of `world` who rates."""
    household: list[str] = []
    for n in range(world.raters):
        if n < world.event:
            at = moment(chance, world.event_hour, 3)
        else:
            day = min(int(chance.expovariate(1 / 10)), DAYS - 1)
            at = moment(chance, day * 24, 24)
        if not household:
            size = chance.choices((1, 2, 3, 4, 5), (80, 12, 5, 2, 1))[0]
            household = [f"phone{n}"] * size
        address = carriers(chance)
        if world.is_village:
            address = chance.choice(("198.19.1.7", "198.19.30.7"))
        yield _resident(chance, f"r{n}", world.mix, at, household.pop(), address)
    for n in range(world.upset):
        at = moment(chance, 9 * 24 + 18, world.upset_hours)
        address = f"{chance.choice(world.upset_networks)}.9" if world.upset_networks else ""
        yield _resident(chance, f"u{n}", ANGRY, at, f"up{n}", address or carriers(chance))


def _resident(
    chance: random.Random, name: str, mix: dict[int, int], at: datetime, device: str, address: str
) -> Given:
    level = chance.choices(list(mix), list(mix.values()))[0]
    text = ""
    if chance.random() < 0.25:
        kind = chance.random()
        text = chance.choice(STOCK_LONG if kind < 0.02 else STOCK) if kind < 0.4 else f"各人说{name}" * 4
    has_dimensions = chance.random() < 0.55
    is_straight = chance.random() < 0.4 or chance.random() < 0.15
    seen = Seen(
        at=at,
        level=level,
        network=rules.network_of(address),
        device=device,
        text=rules.comparable(text, RULE),
        is_uniform=level in (1, 5) and has_dimensions and is_straight and not text,
        rater=name,
        is_verified=chance.random() < 0.7,
    )
    return Given(seen, is_honest=True, seconds=chance.lognormvariate(3.2, 0.55))


def dishonest(attack: Attack, *, is_praise: bool, chance: random.Random) -> Iterator[Given]:
    """Every submission of `attack`; the repeats of one contact follow each other."""
    starts = attack.starts
    if starts is None:
        starts = (7 + chance.randrange(3)) * 24 + 9 + chance.random() * 8
    at = START
    for n in range(attack.contacts * REPEATS + attack.bot):
        is_bot = n >= attack.contacts * REPEATS
        who = n if is_bot else n // REPEATS
        level = chance.choices((5, 4) if is_praise else (1, 2), (85, 15))[0]
        is_naive = attack.is_naive or is_bot
        text = attack.text or ("" if is_naive else f"另有话说{who}" * 3)
        net = who % attack.networks
        if is_bot or n % REPEATS == 0:
            at = moment(chance, starts, attack.hours)
        seen = Seen(
            at=at,
            level=(5 if is_praise else 1) if is_naive else level,
            network=rules.network_of(f"198.19.{net if attack.networks > 5 else 60 + net}.200"),
            device="theirs" if attack.is_naive else f"window{who}",
            text=rules.comparable(text, RULE),
            is_uniform=is_naive,
            rater=f"attacker{who}",
            is_verified=not is_bot,
        )
        seconds = 1.0 if is_bot and attack.hours < 24 else chance.lognormvariate(3.2, 0.55)
        yield Given(seen, False, seconds, attack.contact_class)


@dataclass
class Wave:
    """A wave as the portal keeps it: who counts, who is set aside, and why."""

    rule: Rule
    given: list[Given] = field(default_factory=list)
    doubts: dict[int, Doubt] = field(default_factory=dict)
    _lately: deque[int] = field(default_factory=deque)
    _shared: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    _usual: dict[bool, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))

    def give(self, given: Given) -> None:
        """Take one rating and judge it, as the portal does."""
        new = given.seen
        found = rules.first_look(given.seconds, given.contact_class, self.rule)
        burst: list[int] = []
        if found is None:
            near = self._near(new)
            others = [self._now(index) for index in near]
            judged = rules.suspects(new, others, self.rule, self._usual[new.is_verified])
            if judged:
                found, burst = judged[0], [near[index] for index in judged[1]]
        self._keep(given, found)
        for index in burst:
            self._set_aside(index, found)

    def _near(self, new: Seen) -> list[int]:
        while self._lately and new.at - self.given[self._lately[0]].seen.at > DAY:
            self._lately.popleft()
        near = list(self._lately)[-MOST:]
        for name in ("device", "text"):
            near += self._shared[name, getattr(new, name)][-50:]
        return sorted(set(near), reverse=True)

    def _now(self, index: int) -> Seen:
        seen = self.given[index].seen
        return replace(seen, doubt=self.doubts.get(index))

    def _keep(self, given: Given, doubt: Doubt | None) -> None:
        index, seen = len(self.given), given.seen
        self.given.append(given)
        self._lately.append(index)
        for name in ("device", "text"):
            if key := getattr(seen, name):
                self._shared[name, key].append(index)
        self._usual[seen.is_verified][seen.level] += 1
        if doubt:
            self._set_aside(index, doubt)

    def _set_aside(self, index: int, doubt: Doubt | None) -> None:
        if doubt and index not in self.doubts:
            self.doubts[index] = doubt
            seen = self.given[index].seen
            self._usual[seen.is_verified][seen.level] -= 1


def play(submissions: Sequence[Given], rule: Rule = RULE) -> Wave:
    """Give all submissions in their order; of one rater's, the first stands."""
    wave, raters = Wave(rule), set()
    for given in sorted(submissions, key=lambda g: g.seen.at):
        if given.seen.rater not in raters:
            raters.add(given.seen.rater)
            wave.give(given)
    return wave


def rate(seen: Sequence[Seen]) -> float:
    """Return how many of these are satisfied, percent."""
    return 100 * sum(one.level > BAD for one in seen) / max(len(seen), 1)


def shown(wave: Wave) -> float:
    """Return the headline rate: verified, counted."""
    counted = [g.seen for n, g in enumerate(wave.given) if n not in wave.doubts]
    return rate([seen for seen in counted if seen.is_verified])


def set_aside(wave: Wave, *, is_honest: bool) -> tuple[int, int]:
    """Return how many of the honest (or the others) are set aside, and of how many."""
    who = [n for n, given in enumerate(wave.given) if given.is_honest is is_honest]
    return sum(n in wave.doubts for n in who), len(who)

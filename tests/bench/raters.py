"""Invented residents who rate a project, and people who would move its figure.

Nothing here is a measurement of a real county: shares of carriers, households and comments are
plausible figures, the same for every run.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from portal.ratings.kinds import Doubt
from portal.ratings.screening import rules
from portal.ratings.screening.rules import PRESET, Rule, Seen

RULE = Rule.of(PRESET)
START = datetime(2026, 11, 1, 16, tzinfo=UTC)  # midnight in China
DAYS = 30

HOURS = [0, 0, 0, 0, 0, 0, 1, 3, 5, 5, 5, 6, 7, 5, 4, 4, 4, 5, 7, 9, 10, 8, 5, 2]
"""How people's ratings spread over the hours of a day."""

LIKED = {5: 70, 4: 18, 3: 7, 2: 3, 1: 2}
AVERAGE = {5: 32, 4: 33, 3: 20, 2: 9, 1: 6}
DISLIKED = {5: 12, 4: 15, 3: 18, 2: 25, 1: 30}
ADORED = {5: 95, 4: 4, 3: 1}
ANGRY = {5: 3, 4: 5, 3: 7, 2: 30, 1: 55}

STOCK = ("很好", "满意", "不错", "点赞", "支持", "感谢政府", "还可以", "希望越来越好")
STOCK_LONG = (
    "感谢政府为老百姓办实事办好事",
    "希望以后加强管理和日常维护",
    "为民办实事，老百姓得实惠",
)
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
    event_mix: dict[int, int] | None = None
    """How those of the opening rate, where they are happier than the others."""
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
    World("liked, 1,500 raters", LIKED, raters=1500),
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
    World("average, but the 120 guests of the opening like it", AVERAGE, event=120,
          event_mix=LIKED),
    World("average, but the 120 guests of the opening adore it", AVERAGE, event=120,
          event_mix=ADORED),
)  # fmt: skip
"""Honest residents who do not speak for themselves alone: the rule was not made to pass these."""

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
    Attack("200 contacts, 20 networks, over 8 days", 200, 20, 192),
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
        mix = world.event_mix if world.event_mix and n < world.event else world.mix
        yield _resident(chance, f"r{n}", mix, at, household.pop(), address)
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
        stock = STOCK_LONG if kind < 0.02 else STOCK
        text = chance.choice(stock) if kind < 0.4 else f"{name}自己的一句话，{kind}"
    is_alike = chance.random() < 0.25  # answers the dimensions, and all of them like the whole
    seen = Seen(
        at=at,
        level=level,
        network=rules.network_of(address),
        device=device,
        text=rules.comparable(text, RULE),
        is_uniform=level in (1, 5) and is_alike and not text,
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
        text = attack.text or ("" if is_naive else f"自己的另一句话{who}，编出来的")
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

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
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from portal.ratings.kinds import BAD, Doubt
from portal.ratings.screening import rules
from portal.ratings.screening.actions import MOST_ALIKE, MOST_LATELY
from portal.ratings.screening.rules import DAY, Rule, Seen
from tests.bench.raters import (
    ATTACKS,
    DISLIKED,
    HARD,
    RULE,
    WORLDS,
    Attack,
    Given,
    World,
    dishonest,
    honest,
)

SEEDS, ATTACK_SEEDS = 20, 6
"""Runs of each world without and with an attack."""

TRAITS = ("network", "device", "text")
"""What a rating may share with others, which the rule is then shown."""

DOCUMENT = Path(__file__).parents[2] / "docs" / "stuffing.md"
BEGIN, END = "<!-- simulation -->", "<!-- end of the simulation -->"

PRAISED = next(world for world in WORLDS if world.mix is DISLIKED)
DAMNED = WORLDS[0]
"""Where there is most to gain, and most to lose."""


@dataclass
class Wave:
    """A wave as the portal keeps it: who counts, who is set aside, and why."""

    rule: Rule
    given: list[Given] = field(default_factory=list)
    _lately: deque[int] = field(default_factory=deque)
    _shared: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    _usual: dict[bool, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))

    def give(self, given: Given) -> None:
        """Take one rating and judge it, as the portal does."""
        new = given.seen
        doubt = rules.first_look(given.seconds, given.contact_class, self.rule)
        burst: list[int] = []
        if doubt is None:
            near = self._near(new)
            others = [self.given[index].seen for index in near]
            found = rules.suspects(new, others, self.rule, self._usual[new.is_verified])
            if found:
                doubt, burst = found[0], [near[index] for index in found[1]]
        self._keep(given)
        if doubt:
            self._set_aside([*burst, len(self.given) - 1], doubt)

    def _near(self, new: Seen) -> list[int]:
        while self._lately and new.at - self.given[self._lately[0]].seen.at > DAY:
            self._lately.popleft()
        near = list(self._lately)[-MOST_LATELY:]
        for name in TRAITS:
            near += self._shared[name, getattr(new, name)][-MOST_ALIKE:]
        return sorted(set(near), reverse=True)

    def _keep(self, given: Given) -> None:
        index, seen = len(self.given), given.seen
        self.given.append(given)
        self._lately.append(index)
        self._usual[seen.is_verified][seen.level] += 1
        for name in TRAITS:
            if key := getattr(seen, name):
                self._shared[name, key].append(index)

    def _set_aside(self, indexes: Sequence[int], doubt: Doubt) -> None:
        for index in indexes:
            given = self.given[index]
            if given.seen.doubt is None:
                self.given[index] = replace(given, seen=replace(given.seen, doubt=doubt))
                self._usual[given.seen.is_verified][given.seen.level] -= 1


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
    counted = [given.seen for given in wave.given if given.seen.doubt is None]
    return rate([seen for seen in counted if seen.is_verified])


def set_aside(wave: Wave, *, is_honest: bool) -> tuple[int, int]:
    """Return how many of the honest (or the others) are set aside, and of how many."""
    who = [given.seen for given in wave.given if given.is_honest is is_honest]
    return sum(seen.doubt is not None for seen in who), len(who)


@dataclass
class Sum:
    """What several runs of one attack come to."""

    attempts: int = 0
    open_poll: list[float] = field(default_factory=list)
    """Points by which each run moved the rate of an open poll..."""
    portal: list[float] = field(default_factory=list)
    """... and the portal's headline."""
    theirs: list[tuple[int, int]] = field(default_factory=list)
    """Of the attacker's raters: set aside, all; of each run."""
    honest: list[tuple[int, int]] = field(default_factory=list)


def attacked(attack: Attack, world: World, *, is_praise: bool, seeds: int = ATTACK_SEEDS) -> Sum:
    """Return what `attack` does to `world`, over so many seeds."""
    total = Sum()
    for seed in range(seeds):
        chance = random.Random(seed)  # noqa: S311 - only to be the same each time
        people = list(honest(world, chance))
        theirs = list(dishonest(attack, is_praise=is_praise, chance=chance))
        seen = [given.seen for given in people]
        verified = [one for one in seen if one.is_verified]
        wave = play(people + theirs)
        total.attempts = len(theirs)
        total.open_poll.append(rate(seen + [given.seen for given in theirs]) - rate(seen))
        total.portal.append(shown(wave) - rate(verified))
        total.theirs.append(set_aside(wave, is_honest=False))
        total.honest.append(set_aside(wave, is_honest=True))
    return total


def unattacked(world: World, seeds: int = SEEDS) -> list[tuple[int, int]]:
    """Return of each run how many honest ratings are set aside where nobody cheats, and all."""
    runs = [
        play(list(honest(world, random.Random(seed))))  # noqa: S311
        for seed in range(seeds)
    ]
    return [set_aside(wave, is_honest=True) for wave in runs]


def percent(pairs: Sequence[tuple[int, int]]) -> float:
    """Return the first of the pairs in percent of the second."""
    return 100 * sum(some for some, _ in pairs) / sum(every for _, every in pairs)


def of(pairs: Sequence[tuple[int, int]]) -> str:
    """Return "n of N (p %)"."""
    some, every = (sum(column) for column in zip(*pairs, strict=True))
    return f"{some:,} of {every:,} ({percent(pairs):.2f} %)"


def points(runs: Sequence[float]) -> str:
    """Return the mean with its sign; what is nothing is 0.0."""
    mean = round(statistics.fmean(runs), 1)
    return f"{mean:+.1f}" if mean else "0.0"


ATTACK_HEAD = """\
| attacker | attempts | praise: open poll | praise: portal | damning: open poll | damning: portal \
| attacker's set aside, praise / damning | honest set aside |
|---|---|---|---|---|---|---|---|"""

HONEST_HEAD = """\
| honest residents, no attacker | set aside | worst run |
|---|---|---|"""


def attack_row(attack: Attack) -> str:
    """Return a line: praise of a disliked project, damning of a liked one."""
    up = attacked(attack, PRAISED, is_praise=True)
    down = attacked(attack, DAMNED, is_praise=False)
    cells = [attack.name, f"{up.attempts:,}", points(up.open_poll), points(up.portal)]
    cells += [points(down.open_poll), points(down.portal)]
    cells += [f"{percent(up.theirs):.0f} % / {percent(down.theirs):.0f} %"]
    cells += [of(up.honest + down.honest)]
    return f"| {' | '.join(cells)} |"


def honest_row(world: World) -> str:
    """Return a line: how many honest ratings the rule sets aside."""
    runs = unattacked(world)
    worst = max(percent([run]) for run in runs)
    return f"| {world.name} | {of(runs)} | {worst:.1f} % |"


def tables() -> Iterator[str]:
    """Return the tables line by line, as they stand in the documentation."""
    yield from (HONEST_HEAD, *map(honest_row, WORLDS), "")
    yield from (HONEST_HEAD.replace("no attacker", "of one mind"), *map(honest_row, HARD), "")
    yield from (ATTACK_HEAD, *map(attack_row, ATTACKS))


def written(document: str, text: str) -> str:
    """Return `document` with `text` between its markers. Raises ValueError without them."""
    head, _, rest = document.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not end:
        raise ValueError("the document has no markers")
    return f"{head}{BEGIN}\n{text}\n{end}{tail}"


def main() -> int:
    """Print the tables; with --write put them into the document."""
    lines = []
    for line in tables():
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
        lines.append(line)
    if "--write" in sys.argv[1:]:
        DOCUMENT.write_text(written(DOCUMENT.read_text("utf-8"), "\n".join(lines)), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

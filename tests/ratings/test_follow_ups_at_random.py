"""Random acts of random people on one project: the counts stay exact and nothing is lost."""

from collections import Counter
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.clock import local_day
from portal.errors import PortalError
from portal.ratings import actions as ratings
from portal.ratings.appeals.actions import of_rating
from portal.ratings.appeals.models import Ruling
from portal.ratings.counts import cells_of
from portal.ratings.followups import actions
from portal.ratings.followups.models import FollowUp, FollowUpEvent
from portal.ratings.followups.sweep import expire_one
from portal.ratings.followups.workflow import ENDED, OWED, Outcome, Remedy, State, due
from portal.ratings.kinds import BAD, Standing
from portal.ratings.models import Rating
from portal.residents import actions as residents
from tests import factories
from tests.factories import AT, MODERATOR
from tests.ratings import following as do
from tests.ratings.following import INSPECTOR, is_right, within

PEOPLE = 2


class World:
    """A project, two residents of whom one left a contact, and two departments."""

    def __init__(self, s) -> None:
        self.s = s
        self.units = [factories.department(s), factories.department(s)]
        self.project = factories.project(s, unit=self.units[0])
        self.people = [factories.resident(s, keeps=n > 0) for n in range(PEOPLE)]
        self.at = AT
        self.kept: dict[int, tuple[str, str, str]] = {}

    def follow_up(self, n: int) -> FollowUp | None:
        mine = select(FollowUp).join(Rating).where(Rating.resident_id == self.people[n].id)
        return self.s.scalar(mine)

    def rate(self, n: int, level: int, _choice: int) -> None:
        person = self.people[n]
        by = factories.voter(person)
        factories.rating(
            self.s,
            self.project,
            level,
            by=by,
            at=self.at,
            wants_answer=person.contact is not None,
            comment=f"第{self.at}次",
        )

    def work(self, n: int, level: int, choice: int) -> None:
        """One act on the resident's follow-up, or on the rating beside it, if there is one."""
        if f := self.follow_up(n):
            list(ACTS.values())[choice % len(ACTS)](self, f, level)

    def move_on(self, _n: int, level: int, choice: int) -> None:
        self.at += timedelta(hours=level * (choice + 1))

    def new_lead(self, _n: int, _level: int, choice: int) -> None:
        self.project.department = [*self.units, None][choice % 3]
        self.s.flush()

    def forget(self, n: int, _level: int, _choice: int) -> None:
        residents.forget_contact(self.s, self.people[n], at=self.at)
        self.s.flush()

    def check(self) -> None:
        assert is_right(self.s, self.project)
        audited = Counter(
            self.s.scalars(select(AuditEntry.act).where(AuditEntry.act.like("followup:%")))
        )
        events = Counter(
            f"followup:{act}"
            for act in self.s.scalars(select(FollowUpEvent.act))
            if act not in ("contact", "move")
        )
        assert audited == events
        now = {e.id: (e.act, e.actor, e.note) for e in self.s.scalars(select(FollowUpEvent))}
        assert self.kept.items() <= now.items()
        self.kept = now
        for f in self.s.scalars(select(FollowUp)):
            self.check_one(f)

    def check_one(self, f: FollowUp) -> None:
        assert f.due_at == due(f)
        assert (f.due_at is not None) is (f.state in OWED)
        assert (f.closed_at is not None) is (f.state in ENDED)
        assert (f.state is State.VOID) is (f.rating.standing is not Standing.COUNTED)
        assert bool(cells_of(f)) is (f.state is not State.VOID)
        if f.state in OWED:
            assert f.rating.level <= BAD
        if f.rating.is_disputed:
            assert of_rating(self.s, f.rating).ruling is None


def rule(w: World, f: FollowUp, level: int) -> None:
    found = of_rating(w.s, f.rating)
    if found:
        do.rule(w.s, found, Ruling.UPHELD if level < 3 else Ruling.DISMISSED, w.at)


ACTS = {
    "call": lambda w, f, level: do.call(
        w.s, f, w.at, [Outcome.REACHED, Outcome.NOT_REACHED, Outcome.NO_CONTACT][level % 3]
    ),
    "plan": lambda w, f, level: do.plan(w.s, f, local_day(w.at) + timedelta(days=20 * level), w.at),
    "remedy": lambda w, f, level: do.remedy(w.s, f, w.at, list(Remedy)[level % 2]),
    "still bad": lambda w, f, _: within(
        w.s, w.project, lambda m: actions.still_bad(w.s, m, f, note="还是不行", at=w.at)
    ),
    "add": lambda w, f, level: within(
        w.s, w.project, lambda m: actions.heard(w.s, m, f.rating, level=level, at=w.at)
    ),
    "expire": lambda w, f, _: expire_one(w.s, f.id, w.at),
    "set aside": lambda w, f, _: (
        do.set_aside(w.s, f, w.at) if f.rating.standing is Standing.COUNTED else None
    ),
    "release": lambda w, f, level: do.release(w.s, f, w.at, counts_again=level > 1),
    "appeal": lambda w, f, _: do.appeal(w.s, f, w.at),
    "rule": rule,
    "erase": lambda w, f, _: ratings.erase(w.s, f.rating, at=w.at),
    "stranger calls": lambda w, f, _: do.call(w.s, f, w.at, actor=INSPECTOR),
    "stranger appeals": lambda w, f, _: do.appeal(w.s, f, w.at, actor=MODERATOR),
}

DOINGS = [World.rate, World.work, World.work, World.work, World.work, World.move_on]
DOINGS += [World.new_lead, World.forget]
WEIGHTS = [6, 6, 6, 6, 6, 6, 2, 1]


@pytest.mark.parametrize("seed", range(16))
def test_whatever_is_done_the_counts_are_exact_and_every_step_is_kept(s, seed):
    rng, world = Random(seed), World(s)  # noqa: S311
    for n in range(PEOPLE):
        world.rate(n, 1 + n % 2, 0)
    world.check()
    for _ in range(60):
        (doing,) = rng.choices(DOINGS, WEIGHTS)
        try:
            with s.begin_nested():
                doing(world, rng.randrange(PEOPLE), rng.randint(1, 5), rng.randrange(100))
        except PortalError:
            s.expire_all()
        world.check()


def test_the_acts_drawn_are_those_that_change_something(s):
    """The world of the test above can reach every state: else it would prove little."""
    world = World(s)
    for n in range(PEOPLE):
        world.rate(n, 1, 0)
    f = world.follow_up(1)
    reached = {f.state}
    for act in ("call", "plan", "remedy", "still bad", "set aside"):
        ACTS[act](world, f, 3)
        reached.add(f.state)
    assert reached == set(State)
    with pytest.raises(PortalError):
        ACTS["stranger calls"](world, world.follow_up(0), 1)

"""Whatever residents, staff and time do to ratings in whatever order: the counts stay exact, and
one resident is one voice."""

from collections import Counter
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import select

from portal.clock import local_day
from portal.errors import PortalError
from portal.ratings import actions, counts, interests, rounds
from portal.ratings.actions import Said
from portal.ratings.appeals import actions as appeals
from portal.ratings.appeals.models import Appeal, Ground, Ruling
from portal.ratings.entry import enter
from portal.ratings.interests import Scope
from portal.ratings.kinds import STAFF_CHANNELS, Dimension, Doubt, Proof, Standing
from portal.ratings.models import InterestedContact, Rating, RatingDoubt
from portal.ratings.own.actions import erase_all, forget_contact
from portal.ratings.own.queries import Owner
from portal.ratings.screening.decisions import decide_together
from portal.ratings.waves.actions import change_days, of_project, open_extra
from portal.residents.rules import read
from portal.security import Actor, Role
from tests import factories
from tests.factories import ADMIN, AT, MODERATOR

INSPECTOR = Actor("inspector", Role.INSPECTOR)
PEOPLE, BROWSERS, MINIMUM = 5, 3, 10
STEPS = 90


class World:
    """A project, a few residents with telephones, and a few browsers that they share."""

    def __init__(self, s, seed: int) -> None:
        self.s, self.rng, self.at = s, Random(seed), AT  # noqa: S311
        self.project = factories.project(s, unit=factories.department(s))
        self.phones = [f"1390000{seed:02d}{n:02d}" for n in range(PEOPLE)]
        self.browsers = [factories.voter().rater for _ in range(BROWSERS)]

    def person(self):
        keeps = self.rng.random() < 0.5
        return factories.resident(self.s, self.rng.choice(self.phones), keeps=keeps, at=self.at)

    def said(self) -> Said:
        level = self.rng.randint(1, 5)
        marks = dict.fromkeys(self.rng.sample(list(Dimension), 3), level)
        comment = self.rng.choice(["", "这条路比以前好走得多了，谢谢", f"第{self.at}次"])
        return Said(level, marks, (), comment, wants_answer=self.rng.random() < 0.5)

    def rate(self) -> None:
        traits = {
            "network": "203.0.113.0/24",
            "device": self.rng.choice(self.browsers),
            "fill_seconds": self.rng.choice([0.5, 30.0, 30.0, None]),
        }
        by = factories.voter(self.person(), **traits)
        if self.rng.random() < 0.5:
            by = actions.Voter(self.rng.choice(self.browsers), **traits)
        actions.give(self.s, self.project, self.said(), by, at=self.at)

    def claim(self) -> None:
        actions.claim(self.s, self.person(), self.rng.choice(self.browsers), at=self.at)

    def entered(self) -> None:
        contact = read(self.rng.choice(self.phones)) if self.rng.random() < 0.8 else None
        more = {"key": str(self.rng.random()), "site": None, "actor": MODERATOR, "at": self.at}
        channel = self.rng.choice(STAFF_CHANNELS)
        enter(self.s, self.project, self.said(), channel=channel, contact=contact, **more)

    def any(self, model):
        found = self.s.scalars(select(model).order_by(model.id)).all()
        return self.rng.choice(found) if found else None

    def erase(self) -> None:
        if found := self.any(Rating):
            actions.erase(self.s, found, at=self.at)

    def erase_all(self) -> None:
        person = self.person()
        raters = (person.pseudonym, self.rng.choice(self.browsers))
        erase_all(self.s, Owner(person, raters), at=self.at)

    def forget(self) -> None:
        forget_contact(self.s, self.person(), at=self.at)

    def decide(self) -> None:
        if found := self.any(RatingDoubt):
            release = self.rng.random() < 0.6
            told = {"release": release, "actor": MODERATOR, "reason": "核实过", "at": self.at}
            decide_together(self.s, self.project, [found.id], **told)

    def appeal(self) -> None:
        if found := self.any(Rating):
            officer = factories.officer(self.project.department)
            told = {"actor": officer, "reason": "不是这个项目", "at": self.at}
            with self.moving() as moves:
                self.s.refresh(found)
                appeals.file(self.s, moves, found, Ground.MISTAKEN, **told)

    def rule(self) -> None:
        if found := self.any(Appeal):
            ruling = self.rng.choice(list(Ruling))
            with self.moving() as moves:
                self.s.refresh(found.rating)
                told = {"actor": INSPECTOR, "note": "核实过", "at": self.at}
                appeals.decide(self.s, moves, found, ruling, **told)

    def listed(self) -> None:
        found = self.any(InterestedContact)
        if found and self.rng.random() < 0.5:
            interests.remove(self.s, found, reason="号码换人", actor=ADMIN, at=self.at)
            return
        contact = read(self.rng.choice(self.phones))
        told = {"note": "职工名册", "actor": ADMIN, "at": self.at}
        interests.add(self.s, [contact], Doubt.STAFF, Scope(), **told)

    def add(self) -> None:
        if found := self.any(Rating):
            actions.add(self.s, found, level=self.rng.randint(1, 5), comment="后来", at=self.at)

    def wave(self) -> None:
        day, waves = local_day(self.at), of_project(self.s, self.project)
        with self.moving():
            if self.rng.random() < 0.5 or not waves:
                open_extra(self.s, self.project, day, None, ADMIN, self.at)
            else:
                end = day + timedelta(days=self.rng.randint(-3, 3))
                change_days(self.s, waves[-1], waves[-1].opens_on, end, ADMIN, self.at)

    def withdraw(self) -> None:
        self.project.withdrawn_at = None if self.project.withdrawn_at else self.at
        self.s.flush()

    def move_on(self) -> None:
        self.at += timedelta(hours=self.rng.choice([0, 0, 1, 20, 60]), minutes=7)
        rounds.make(self.at)

    def moving(self):
        return counts.moving(self.s, self.project.id, MINIMUM)

    def check(self) -> None:
        self.s.expire_all()
        assert not counts.is_wrong(self.s, self.project.id, MINIMUM)
        ratings = self.s.scalars(select(Rating)).all()
        there = [r for r in ratings if r.standing is not Standing.ERASED]
        voices = Counter((r.wave_id, r.resident_id) for r in there if r.resident_id)
        assert not voices or max(voices.values()) == 1
        for r in ratings:
            self.check_one(r)

    def check_one(self, r: Rating) -> None:
        assert (r.proof is Proof.VERIFIED and r.standing is not Standing.ERASED) is (
            r.resident_id is not None
        )
        if r.resident is not None:
            assert r.rater == r.resident.pseudonym
        waiting = select(RatingDoubt).where(
            RatingDoubt.rating_id == r.id, RatingDoubt.decided_at.is_(None)
        )
        if r.standing is not Standing.ERASED:
            is_waiting = r.standing is Standing.SET_ASIDE
            assert len(self.s.scalars(waiting).all()) == int(is_waiting)
        if r.standing is Standing.ERASED:
            kept = (r.comment, r.marks, r.reasons, r.revisions, r.photos, r.addition, r.site_id)
            assert not any(kept)
            assert (r.network, r.device, r.text, r.wants_answer) == (None, None, None, False)


DOINGS = {
    World.rate: 12,
    World.claim: 6,
    World.entered: 3,
    World.erase: 2,
    World.erase_all: 1,
    World.forget: 1,
    World.decide: 4,
    World.appeal: 3,
    World.rule: 2,
    World.listed: 2,
    World.add: 2,
    World.wave: 1,
    World.withdraw: 1,
    World.move_on: 6,
}


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_said_and_done_the_counts_are_exact_and_one_resident_is_one_voice(s, seed):
    world = World(s, seed)
    for _ in range(STEPS):
        (doing,) = world.rng.choices(list(DOINGS), list(DOINGS.values()))
        try:
            with s.begin_nested():
                doing(world)
        except PortalError:
            s.expire_all()
        world.check()

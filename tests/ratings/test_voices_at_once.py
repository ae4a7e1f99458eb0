"""One resident in several browsers at once: real threads, real commits, both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal import clock, db
from portal.ratings import actions, counts
from portal.ratings.actions import Voter
from portal.ratings.kinds import Standing
from portal.ratings.models import Rating
from portal.ratings.own.actions import erase_all, forget_contact
from portal.ratings.own.queries import Owner
from portal.ratings.screening.actions import forget_signals
from portal.residents.actions import pseudonym_of
from portal.residents.models import Resident
from portal.residents.rules import read
from tests import factories

PHONE, BROWSERS, ACTS = "13900000001", 20, 80


@pytest.fixture
def projects(own_app):
    """Three projects, each rated without proof in every browser."""
    with own_app.app_context(), db.transaction() as s:
        done = clock.today() - timedelta(days=40)
        found = [factories.project(s, completed_on=done) for _ in range(3)]
        for n in range(BROWSERS):
            for project in found:
                by = Voter(f"browser {n}", network=f"10.{n}.0.0/24", device=f"browser {n}")
                factories.rating(s, project, 1 + n % 5, by=by, at=clock.now(), comment=f"{n}")
        return [project.id for project in found]


def mine(s):
    return s.scalar(select(Resident).where(Resident.pseudonym == pseudonym_of(read(PHONE))))


def verify(s, n):
    person = factories.resident(s, PHONE, keeps=True, at=clock.now())
    actions.claim(s, person, f"browser {n % BROWSERS}", at=clock.now())


def erase(s, _n):
    if person := mine(s):
        erase_all(s, Owner(person, (person.pseudonym,)), at=clock.now())


def forget(s, _n):
    if person := mine(s):
        forget_contact(s, person, at=clock.now())


def tidy(s, _n):
    forget_signals(s, clock.now() + timedelta(days=400))


def test_verifying_forgetting_and_erasing_at_once_wait_for_each_other_and_end(own_app, projects):
    def act(n):
        doing = (verify, verify, erase, forget, tidy)[n % 5]
        with own_app.app_context(), db.transaction() as s:
            doing(s, n)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(act, range(ACTS)))
    with own_app.app_context():
        s = db.session()
        for ident in projects:
            assert counts.kept(s, [ident]) == counts.recounted(s, [ident])
        there = select(func.count()).where(
            Rating.resident_id.is_not(None), Rating.standing != Standing.ERASED
        )
        voices = s.execute(there.group_by(Rating.wave_id, Rating.resident_id)).scalars().all()
        assert set(voices) <= {1}

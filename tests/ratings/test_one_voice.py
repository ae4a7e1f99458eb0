"""How one might speak twice, silence others, or have what was set aside count after all."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.clock import local_day
from portal.errors import Invalid
from portal.ratings import actions, counts, interests
from portal.ratings.actions import Said
from portal.ratings.comments import waiting
from portal.ratings.entry import enter
from portal.ratings.interests import Scope
from portal.ratings.kinds import Channel, Doubt, Proof, Standing
from portal.ratings.models import CommentVisibility, Rating, RatingDoubt
from portal.ratings.own_word import JUDGED_ANEW
from portal.ratings.screening.decisions import decide_together
from portal.ratings.waves.actions import of_project, open_extra
from portal.residents.rules import read
from portal.security import RESIDENT
from tests import factories
from tests.factories import ADMIN, AT, MODERATOR
from tests.ratings.crowd import crowd

LATER = AT + timedelta(days=20)
HOME = "203.0.113.0/24"
WORDS = "水压比以前好多了，就是路面还没有铺平"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def project(s):
    """A completed project whose raters without proof, and with, are of many minds."""
    found = factories.project(s, unit=factories.department(s))
    for proof in (Proof.NONE, Proof.VERIFIED):
        crowd(s, found, {4: 6, 3: 12, 2: 6}, proof=proof)
    return found


def flood(s, project, n=9, *, level=5):
    """So many without proof from one network within minutes: the last is the resident's."""
    return [
        factories.rating(s, project, level, by=factories.voter(network=HOME), at=LATER + i * MINUTE)
        for i in range(n)
    ]


def doubts_of(s, rating):
    return list(s.scalars(select(RatingDoubt).where(RatingDoubt.rating_id == rating.id)))


def decide(s, project, rating, *, release=True, at=LATER):
    more = {"actor": MODERATOR, "reason": "核实过", "at": at}
    decide_together(s, project, [doubts_of(s, rating)[-1].id], release=release, **more)


def is_right(s, project):
    return counts.kept(s, [project.id]) == counts.recounted(s, [project.id])


def test_a_flood_without_proof_silences_nobody_who_verifies_a_minute_later(s, project):
    *_flood, mine = flood(s, project)
    assert (mine.standing, mine.doubt) == (Standing.SET_ASIDE, Doubt.NETWORK)
    person = factories.resident(s)
    actions.claim(s, person, mine.rater, at=LATER + 12 * MINUTE)
    assert (mine.standing, mine.doubt, mine.proof) == (Standing.COUNTED, None, Proof.VERIFIED)
    (doubt,) = doubts_of(s, mine)
    assert (doubt.decision, doubt.decided_by) == (Standing.COUNTED, RESIDENT.name)
    assert doubt.reason == JUDGED_ANEW
    assert is_right(s, project)


def test_those_of_a_burst_who_all_verify_are_set_aside_among_verified_ones(s, project):
    for rating in flood(s, project):
        actions.claim(s, factories.resident(s), rating.rater, at=LATER + 12 * MINUTE)
    lately = select(Rating).where(Rating.said_at >= LATER)
    found = {(r.proof, r.standing, r.doubt) for r in s.scalars(lately)}
    assert found == {(Proof.VERIFIED, Standing.SET_ASIDE, Doubt.NETWORK)}
    assert is_right(s, project)


def test_verifying_undoes_no_decision_and_no_speed(s, project):
    *_others, rejected = flood(s, project)
    decide(s, project, rejected, release=False)
    fast = factories.rating(s, project, 5, by=factories.voter(fill_seconds=0.5), at=LATER)
    for rating, doubt in ((rejected, Doubt.NETWORK), (fast, Doubt.SPEED)):
        was = rating.standing
        actions.claim(s, factories.resident(s), rating.rater, at=LATER + 12 * MINUTE)
        assert (rating.standing, rating.doubt, rating.proof) == (was, doubt, Proof.VERIFIED)
    assert is_right(s, project)


def test_nobody_changes_their_mind_faster_than_a_person_by_way_of_verifying(s, project):
    person, by = factories.resident(s), factories.voter(fill_seconds=0.5)
    own = factories.rating(s, project, 2, by=factories.voter(person), at=LATER)
    factories.rating(s, project, 5, by=by, at=LATER + MINUTE)
    actions.claim(s, person, by.rater, at=LATER + 2 * MINUTE)
    assert (own.level, own.standing, own.doubt) == (5, Standing.SET_ASIDE, Doubt.SPEED)
    assert is_right(s, project)


def test_who_was_released_without_proof_is_looked_at_again_once_verified(s, project):
    contact = "13800000066"
    interests.add(s, [read(contact)], Doubt.STAFF, Scope(), note="职工名册", actor=ADMIN, at=AT)
    *_others, mine = flood(s, project)
    decide(s, project, mine)
    actions.claim(s, factories.resident(s, contact), mine.rater, at=LATER + 12 * MINUTE)
    assert (mine.standing, mine.doubt) == (Standing.SET_ASIDE, Doubt.STAFF)
    assert is_right(s, project)


def test_copying_what_everybody_can_read_does_not_silence_who_wrote_it(s, project):
    first = factories.rating(s, project, 2, comment=WORDS, at=LATER)
    actions.decide_comment(s, first, publish=True, actor=MODERATOR, at=LATER)
    copies = [
        factories.rating(s, project, 5, comment=WORDS, at=LATER + timedelta(days=n))
        for n in (1, 2, 3)
    ]
    assert first.standing is Standing.COUNTED
    assert {(r.standing, r.doubt) for r in copies} == {(Standing.SET_ASIDE, Doubt.TEXT)}
    assert is_right(s, project)


def test_a_release_holds_for_the_level_that_was_released(s, project):
    person = factories.resident(s)
    by = factories.voter(person, fill_seconds=0.5)
    given = factories.rating(s, project, 2, by=by, at=LATER)
    decide(s, project, given)
    factories.rating(s, project, 2, by=by, comment="还是不行", at=LATER + MINUTE)
    assert (given.standing, given.is_cleared) == (Standing.COUNTED, True)
    factories.rating(s, project, 5, by=by, at=LATER + 2 * MINUTE)
    assert (given.standing, given.is_cleared) == (Standing.SET_ASIDE, False)
    assert is_right(s, project)


def test_who_is_found_to_be_on_nobodys_list_is_believed_at_every_level(s, project):
    contact = "13800000066"
    by = factories.voter(factories.resident(s, contact))
    given = factories.rating(s, project, 2, by=by, at=LATER)
    listed = {"note": "职工名册", "actor": ADMIN, "at": LATER}
    interests.add(s, [read(contact)], Doubt.STAFF, Scope(), **listed)
    assert given.standing is Standing.SET_ASIDE
    decide(s, project, given)
    factories.rating(s, project, 4, by=by, at=LATER + MINUTE)
    assert given.standing is Standing.COUNTED
    assert is_right(s, project)


def test_an_entry_that_became_the_residents_own_is_no_decision_about_their_contact(s, project):
    contact = read("13800000066")
    listed = {"note": "职工名册", "actor": ADMIN, "at": AT}
    interests.add(s, [contact], Doubt.STAFF, Scope(), **listed)
    more = {"key": "", "site": None, "actor": MODERATOR, "at": LATER}
    given = enter(s, project, Said(5), channel=Channel.PHONE, contact=contact, **more)
    assert given.doubt is Doubt.STAFF
    by = factories.voter(factories.resident(s, contact.address))
    factories.rating(s, project, 4, by=by, at=LATER + MINUTE)
    assert (given.proof, given.doubt) == (Proof.VERIFIED, Doubt.STAFF)
    assert is_right(s, project)


def test_the_trail_tells_how_many_ratings_a_list_has_set_aside(s, project):
    contact = "13800000066"
    by = factories.voter(factories.resident(s, contact))
    factories.rating(s, project, 2, by=by, at=LATER)
    listed = {"note": "职工名册", "actor": ADMIN, "at": LATER}
    interests.add(s, [read(contact)], Doubt.STAFF, Scope(), **listed)
    entry = s.scalars(select(AuditEntry).where(AuditEntry.act == "interest:add")).one()
    assert (entry.details["n"], entry.details["set_aside"]) == (1, 1)


def test_no_wave_is_opened_before_what_residents_have_said(s, project):
    last = local_day(max(s.scalars(select(Rating.given_at))))
    with pytest.raises(Invalid):
        open_extra(s, project, date(2026, 3, 2), None, ADMIN, LATER)
    assert len(of_project(s, project)) == 1
    open_extra(s, project, last, None, ADMIN, LATER)
    assert [wave.number for wave in of_project(s, project)] == [1, 2]


def test_words_that_do_not_count_wait_for_nobody(s, project):
    *_others, mine = flood(s, project)
    mine.comment, mine.comment_visibility = WORDS, CommentVisibility.PRIVATE
    factories.rating(s, project, 3, comment="还可以", at=LATER)
    assert waiting(s)["ratings"] == 1

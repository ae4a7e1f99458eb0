"""Ratings entered by staff, and the resident's own word that takes their place."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.errors import Invalid, NotAllowed, WrongState
from portal.ratings import actions, counts, queries
from portal.ratings.actions import Said
from portal.ratings.entry import UNNAMED, enter, entered_today
from portal.ratings.kinds import Channel, Proof, Reason, Standing
from portal.ratings.models import Rating, RatingDoubt, RatingRevision
from portal.ratings.screening.decisions import decide_together
from portal.residents.rules import read
from portal.security import Actor, Role
from tests import factories
from tests.factories import AT, MODERATOR

PHONE = "13800000077"


@pytest.fixture
def project(s):
    return factories.project(s, unit=factories.department(s))


def entered(s, project, level=2, phone=PHONE, *, key="form", at=AT, **more):
    options = {"channel": Channel.PHONE, "site": None, "actor": MODERATOR} | more
    contact = read(phone) if phone else None
    return enter(s, project, Said(level), contact=contact, key=key, at=at, **options)


def is_right(s, project):
    return counts.kept(s, [project.id]) == counts.recounted(s, [project.id])


def test_an_entered_rating_is_marked_and_counted_apart(s, project):
    found = entered(s, project)
    assert (found.proof, found.channel, found.entered_by) == (
        Proof.STAFF,
        Channel.PHONE,
        MODERATOR.name,
    )
    assert PHONE not in found.rater
    wave = queries.voices(s, project, AT.date()).waves[0]
    assert [wave.verified.total, wave.staff.total, wave.unverified.total] == [0, 1, 0]
    assert is_right(s, project)


def test_one_number_is_one_voice_and_the_last_entry_counts(s, project):
    first = entered(s, project, 2)
    assert entered(s, project, 4, at=AT + timedelta(hours=1)) is first
    assert first.level == 4
    assert s.scalar(select(func.count(RatingRevision.id))) == 1
    assert is_right(s, project)


def test_without_a_number_each_form_is_one_rating_however_often_it_is_sent(s, project):
    first = entered(s, project, phone="", key="a")
    assert entered(s, project, phone="", key="a") is first
    assert entered(s, project, phone="", key="b") is not first
    assert first.rater.startswith(UNNAMED)
    assert entered_today(s, MODERATOR, AT) == 2
    assert entered_today(s, MODERATOR, AT + timedelta(days=1)) == 0
    assert entered_today(s, Actor("other", Role.MODERATOR), AT) == 0


def test_the_residents_own_word_is_not_overwritten(s, project):
    person = factories.resident(s, PHONE)
    own = factories.rating(s, project, 5, by=factories.voter(person))
    with pytest.raises(WrongState):
        entered(s, project, 1)
    assert (own.level, own.proof) == (5, Proof.VERIFIED)


def test_the_residents_own_word_takes_the_place_of_what_was_entered(s, project):
    found = entered(s, project, 2)
    person = factories.resident(s, PHONE, keeps=True)
    by = factories.voter(person, channel=Channel.QR)
    later = AT + timedelta(days=1)
    own = factories.rating(s, project, 4, by=by, at=later, comment="修好了", wants_answer=True)
    assert own is found
    assert (own.proof, own.channel, own.entered_by) == (Proof.VERIFIED, Channel.QR, "")
    assert (own.resident_id, own.wants_answer, own.said_at) == (person.id, True, later)
    assert s.scalars(select(RatingRevision.level)).all() == [2]
    wave = queries.voices(s, project, AT.date()).waves[0]
    assert [wave.verified.total, wave.staff.total] == [1, 0]
    assert is_right(s, project)


def test_the_same_words_from_the_resident_are_the_residents_own_too(s, project):
    found = entered(s, project, 4)
    person = factories.resident(s, PHONE)
    factories.rating(s, project, 4, by=factories.voter(person), at=AT + timedelta(days=1))
    assert (found.proof, found.said_at) == (Proof.VERIFIED, AT + timedelta(days=1))
    assert is_right(s, project)


def test_verifying_after_rating_takes_over_what_was_entered(s, project):
    found = entered(s, project, 1)
    by = factories.voter()
    factories.rating(s, project, 5, by=by, at=AT + timedelta(hours=1))
    person = factories.resident(s, PHONE, keeps=True)
    actions.claim(s, person, by.rater, at=AT + timedelta(hours=1, minutes=5))
    s.flush()
    assert (found.level, found.proof, found.resident_id) == (5, Proof.VERIFIED, person.id)
    assert found.wants_answer
    wave = queries.voices(s, project, AT.date()).waves[0]
    assert [wave.verified.total, wave.staff.total, wave.unverified.total] == [1, 0, 0]
    assert is_right(s, project)


@pytest.mark.parametrize("is_decided", [True, False])
def test_what_is_held_against_an_entry_is_not_held_against_the_resident(s, project, is_decided):
    said = {"useful": 5, "quality": 5, "open": 5}
    rows = []
    for n in range(20):
        phone, at = f"138111100{n:02d}", AT + timedelta(minutes=n)
        rating = Said(5, {actions.Dimension(d): v for d, v in said.items()})
        more = {"contact": read(phone), "key": "", "site": None, "actor": MODERATOR}
        rows.append(enter(s, project, rating, channel=Channel.VISIT, at=at, **more))
    assert {r.standing for r in rows} == {Standing.SET_ASIDE}
    if is_decided:
        ids = s.scalars(select(RatingDoubt.id)).all()
        more = {"actor": MODERATOR, "reason": "编造", "at": AT}
        decide_together(s, project, ids, release=False, **more)
    person = factories.resident(s, "13811110000")
    own = factories.rating(s, project, 2, by=factories.voter(person), at=AT + timedelta(days=2))
    assert own is rows[0]
    assert (own.standing, own.doubt, own.is_cleared) == (Standing.COUNTED, None, False)
    doubt = s.scalars(select(RatingDoubt).where(RatingDoubt.rating_id == own.id)).one()
    assert doubt.decision is (Standing.REJECTED if is_decided else Standing.COUNTED)
    assert queries.voices(s, project, AT.date()).headline.counts[2] == 1
    assert is_right(s, project)


def test_only_moderators_enter_and_only_what_staff_can_hear(s, project):
    with pytest.raises(NotAllowed):
        entered(s, project, actor=factories.officer(project.department))
    with pytest.raises(Invalid):
        entered(s, project, channel=Channel.WEB)
    with pytest.raises(WrongState):
        entered(s, factories.project(s, status="in_progress"))
    assert s.scalar(select(func.count(Rating.id))) == 0


def test_reasons_stay_with_bad_levels(s, project):
    more = {"contact": read(PHONE), "key": "", "site": None, "actor": MODERATOR, "at": AT}
    found = enter(s, project, Said(2, reasons=[Reason.FAR]), channel=Channel.VISIT, **more)
    assert found.reasons == ["far"]

"""Giving, changing, claiming and erasing ratings, with the counts that follow."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.errors import WrongState
from portal.projects.models import ProjectStatus
from portal.ratings import actions, counts, queries
from portal.ratings.actions import Said
from portal.ratings.kinds import Channel, Dimension, Proof, Reason, Standing
from portal.ratings.models import CommentVisibility, Rating, RatingRevision, Score
from portal.ratings.waves.actions import of_project
from tests import factories
from tests.factories import AT

DAY = date(2026, 3, 2)


@pytest.fixture
def project(s):
    return factories.project(s, unit=factories.department(s))


def voices(s, project):
    return queries.voices(s, project, DAY)


def is_right(s, project):
    return counts.kept(s, [project.id]) == counts.recounted(s, [project.id])


def test_rating_opens_with_acceptance_and_not_before(s):
    building = factories.project(s, status=ProjectStatus.IN_PROGRESS)
    with pytest.raises(WrongState):
        factories.rating(s, building)
    done = factories.project(s)
    factories.rating(s, done)
    (wave,) = of_project(s, done)
    assert (wave.number, wave.opens_on, wave.closes_on) == (1, done.completed_on, None)


def test_saying_it_again_replaces_what_was_said_and_keeps_it(s, project):
    person = factories.resident(s)
    marks = {Dimension.QUALITY: 2}
    first = factories.rating(
        s, project, 2, by=factories.voter(person), marks=marks, reasons=[Reason.DEFECT]
    )
    second = factories.rating(
        s, project, 4, by=factories.voter(person), at=AT + timedelta(days=1), comment="修好了"
    )
    assert first is second
    assert (second.level, second.marks, second.reasons, second.comment) == (4, {}, [], "修好了")
    (kept,) = s.scalars(select(RatingRevision))
    assert (kept.level, kept.marks, kept.reasons) == (2, {"quality": 2}, ["defect"])
    assert voices(s, project).headline.counts == {5: 0, 4: 1, 3: 0, 2: 0, 1: 0}
    assert is_right(s, project)


def test_the_same_words_again_change_nothing(s, project):
    by = factories.voter()
    factories.rating(s, project, 4, by=by)
    factories.rating(s, project, 4, by=by, at=AT + timedelta(hours=1))
    assert s.scalars(select(RatingRevision)).all() == []
    assert s.scalars(select(Rating)).one().said_at == AT


def test_reasons_belong_to_bad_levels_only(s, project):
    given = factories.rating(s, project, 3, reasons=[Reason.DEFECT])
    assert given.reasons == []


def test_verified_unverified_and_staff_entered_ratings_are_counted_apart(s, project):
    factories.rating(s, project, 5, by=factories.voter(factories.resident(s)))
    factories.rating(s, project, 1)
    by = actions.Voter("x" * 64, Proof.STAFF, channel=Channel.VISIT)
    factories.rating(s, project, 3, by=by)
    (wave,) = voices(s, project).waves
    assert [wave.verified.total, wave.staff.total, wave.unverified.total] == [1, 1, 1]
    assert voices(s, project).headline.counts[5] == 1
    assert voices(s, project).channels[Channel.VISIT][Proof.STAFF].counts[3] == 1
    score = s.get_one(Score, project.id)
    assert (score.counts[5], score.others, score.lower) == (1, 2, counts.NOT_ENOUGH)


def test_enough_verified_ratings_make_a_headline_with_its_lower_bound(s, project):
    for n in range(12):
        at = AT + timedelta(hours=n)
        factories.rating(
            s, project, 5 if n else 2, by=factories.voter(factories.resident(s)), at=at
        )
    score = s.get_one(Score, project.id)
    shown = voices(s, project).headline
    assert (shown.total, shown.satisfied) == (12, 11)
    assert score.lower == pytest.approx(shown.lower)
    assert is_right(s, project)


def test_verifying_soon_after_makes_the_browsers_rating_the_residents(s, project):
    by = factories.voter()
    given = factories.rating(s, project, 2, by=by)
    person = factories.resident(s)
    assert actions.claim(s, person, by.rater, at=AT + timedelta(minutes=5)) == [given]
    assert (given.proof, given.resident_id, given.rater) == (
        Proof.VERIFIED,
        person.id,
        person.pseudonym,
    )
    assert voices(s, project).headline.counts[2] == 1
    assert is_right(s, project)


def test_what_the_browser_said_long_ago_is_not_taken_over(s, project):
    by = factories.voter()
    factories.rating(s, project, 2, by=by)
    late = AT + actions.CLAIMED_WITHIN + timedelta(seconds=1)
    assert actions.claim(s, factories.resident(s), by.rater, at=late) == []


def test_who_rated_before_and_rates_again_without_proof_is_one_voice(s, project):
    person, by = factories.resident(s), factories.voter()
    own = factories.rating(s, project, 2, by=factories.voter(person))
    factories.rating(s, project, 4, by=by, at=AT + timedelta(days=1), comment="好多了")
    actions.claim(s, person, by.rater, at=AT + timedelta(days=1, minutes=1))
    assert (own.level, own.comment) == (4, "好多了")
    voice = voices(s, project)
    assert voice.headline.total == 1
    assert voice.waves[0].unverified.total == 0
    assert is_right(s, project)


def test_erasing_leaves_a_place_in_the_count_and_nothing_else(s, project):
    person = factories.resident(s)
    given = factories.rating(s, project, 1, by=factories.voter(person), comment="差")
    factories.rating(s, project, 2, by=factories.voter(person), at=AT + timedelta(hours=1))
    actions.erase(s, given, at=AT + timedelta(hours=2))
    assert given.standing is Standing.ERASED
    assert (given.comment, given.reasons, given.marks) == ("", [], {})
    assert given.resident_id is None
    assert person.pseudonym not in given.rater
    assert s.scalars(select(RatingRevision)).all() == []
    voice = voices(s, project)
    assert (voice.headline.total, voice.erased, voice.follow_up.opened) == (0, 1, 0)
    assert is_right(s, project)
    again = factories.rating(s, project, 5, by=factories.voter(person), at=AT + timedelta(hours=3))
    assert again is not given


def test_the_one_word_more_comes_after_the_wave_and_once(s, project):
    given = factories.rating(s, project, 2, by=factories.voter(factories.resident(s)))
    with pytest.raises(WrongState):
        actions.add(s, given, level=4, comment="修好了", at=AT)
    given.wave.closes_on = DAY
    later = AT + timedelta(days=1)
    added = actions.add(s, given, level=4, comment="修好了", at=later)
    assert added.comment_visibility is CommentVisibility.PRIVATE
    with pytest.raises(WrongState):
        actions.add(s, given, level=5, comment="", at=later)
    with pytest.raises(WrongState):
        actions.give(s, project, Said(5), factories.voter(given.resident), at=later)
    assert voices(s, project).headline.counts[2] == 1

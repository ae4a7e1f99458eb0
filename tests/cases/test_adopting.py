"""A suggestion is answered with what became of it, and the county counts that honestly."""

import pytest

from portal.cases import actions, merging
from portal.cases.adopting import SHORTEST_WHY, adopted
from portal.cases.kinds import ADOPTION_LABELS, ADOPTION_TONES, Adoption, Kind
from portal.cases.workflow import State
from portal.errors import Invalid
from portal.security import Actor, Role
from tests.factories import AT, MODERATOR, case, closed, department, officer, writer

OTHER = Actor("other", Role.MODERATOR)
WHY = "经两周客流调查，晚间乘客平均每天不到五人，加开班次暂不采纳。"


@pytest.fixture
def unit(s):
    return department(s)


def begun(s, unit, kind=Kind.SUGGESTION):
    found = case(s, kind=kind)
    actions.assign(s, found, unit, actor=MODERATOR, at=AT)
    actions.sign(s, found, actor=officer(unit), at=AT)
    return found


def give(s, found, unit, text=WHY, **more):
    actions.answer(s, found, text, actor=officer(unit), at=AT, **more)


def done(s, unit, adoption, kind=Kind.SUGGESTION):
    found = begun(s, unit, kind)
    give(s, found, unit, adoption=adoption)
    actions.close(s, found, actor=MODERATOR, at=AT)
    return found


@pytest.mark.parametrize("adoption", list(Adoption))
def test_the_answer_to_a_suggestion_says_what_became_of_it(s, unit, adoption):
    found = begun(s, unit)
    give(s, found, unit, adoption=adoption)
    assert (found.state, found.answer.adoption) == (State.ANSWERED, adoption)


def test_without_it_a_suggestion_is_not_answered_and_nothing_changes(s, unit):
    found = begun(s, unit)
    steps = len(found.events)
    with pytest.raises(Invalid):
        give(s, found, unit)
    assert (found.state, found.answers, len(found.events)) == (State.IN_PROGRESS, [], steps)


@pytest.mark.parametrize("kind", [Kind.COMPLAINT, Kind.INQUIRY, Kind.HELP, Kind.PRAISE])
def test_other_kinds_are_answered_without_it_and_take_none(s, unit, kind):
    found = begun(s, unit, kind)
    with pytest.raises(Invalid):
        give(s, found, unit, adoption=Adoption.ADOPTED)
    give(s, found, unit)
    assert found.answer.adoption is None


def test_one_that_is_not_adopted_needs_words_enough_for_a_reason(s, unit):
    found = begun(s, unit)
    blank = "字 \n" * (SHORTEST_WHY - 1)
    with pytest.raises(Invalid) as refused:
        give(s, found, unit, blank, adoption=Adoption.DECLINED)
    assert refused.value.params == {"n": SHORTEST_WHY}
    give(s, found, unit, "字" * SHORTEST_WHY, adoption=Adoption.DECLINED)
    other = begun(s, unit)
    give(s, other, unit, "已照办。", adoption=Adoption.ADOPTED)
    assert other.state is State.ANSWERED


def test_a_merged_suggestion_gets_it_with_the_answer_and_a_merged_complaint_does_not(s, unit):
    parent = begun(s, unit)
    children = [case(s, kind=kind) for kind in (Kind.SUGGESTION, Kind.COMPLAINT)]
    for child in children:
        merging.merge(s, child, parent, actor=MODERATOR, at=AT)
    give(s, parent, unit, adoption=Adoption.PARTLY)
    actions.close(s, parent, actor=MODERATOR, at=AT)
    assert [child.answer.adoption for child in children] == [Adoption.PARTLY, None]
    assert {child.answer.text for child in children} == {WHY}


def test_nothing_is_counted_before_anything_was_answered(s, unit):
    give(s, begun(s, unit), unit, adoption=Adoption.ADOPTED)  # waits for the moderator
    found = adopted(s)
    assert (found.answered, found.unsaid, set(found.counts.values())) == (0, 0, {0})


def test_answered_suggestions_are_counted_by_what_became_of_them(s, unit):
    for adoption in (Adoption.ADOPTED, Adoption.ADOPTED, Adoption.PARTLY, Adoption.DECLINED):
        done(s, unit, adoption)
    closed(s, unit)  # a complaint
    found = adopted(s)
    assert list(found.counts.items()) == [
        (Adoption.ADOPTED, 2),
        (Adoption.PARTLY, 1),
        (Adoption.DECLINED, 1),
    ]
    assert (found.answered, found.unsaid) == (4, 0)


def test_a_suggestion_that_is_answered_again_counts_once_by_its_last_answer(s, unit):
    found = done(s, unit, Adoption.DECLINED)
    actions.reopen(s, found, actor=writer(found), at=AT, note="请再研究")
    actions.sign(s, found, actor=officer(unit), at=AT)
    give(s, found, unit, adoption=Adoption.PARTLY)
    assert adopted(s).counts[Adoption.DECLINED] == 1  # the new answer is not out yet
    actions.close(s, found, actor=OTHER, at=AT, note="请看新的答复")
    figures = adopted(s)
    assert (figures.answered, figures.counts[Adoption.DECLINED]) == (1, 0)
    assert figures.counts[Adoption.PARTLY] == 1


def test_an_answer_that_does_not_say_it_is_counted_as_one_that_does_not(s, unit):
    found = done(s, unit, Adoption.ADOPTED)
    found.answer.adoption = None  # given before it was asked
    s.flush()
    assert (adopted(s).answered, adopted(s).unsaid) == (1, 1)


def test_every_outcome_has_a_word_and_a_shape_of_its_own():
    assert set(ADOPTION_LABELS) == set(ADOPTION_TONES) == set(Adoption)
    assert len(set(ADOPTION_TONES.values())) == len(Adoption)

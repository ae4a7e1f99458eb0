"""Cases that answer for each other, and letters with several matters: nothing gets lost."""

import pytest
from sqlalchemy import select

from portal.cases import actions, joining, merging
from portal.cases.intake import receipt_of
from portal.cases.merging import Part
from portal.cases.returns import return_
from portal.cases.workflow import State
from portal.errors import Invalid, NotAllowed, WrongState
from portal.notifications.models import Message
from portal.security import Actor, Role
from tests.factories import (
    AT,
    MODERATOR,
    answered,
    case,
    closed,
    department,
    officer,
    receipt,
    writer,
)

OTHER = Actor("other", Role.MODERATOR)


def merged(s, parent):
    child = case(s)
    merging.merge(s, child, parent, actor=MODERATOR, at=AT)
    return child


def reopened(s, unit):
    found = closed(s, unit)
    actions.reopen(s, found, actor=writer(found), at=AT, note="还在漏水")
    return found


def answer(s, found, unit):
    actions.sign(s, found, actor=officer(unit), at=AT)
    actions.answer(s, found, "又修了一次。", actor=officer(unit), at=AT)


def test_what_was_merged_into_a_withdrawn_case_is_handled_by_itself_again(s):
    parent = case(s)
    child = merged(s, parent)
    actions.withdraw(s, parent, actor=writer(parent), at=AT)
    assert (child.state, child.parent) == (State.SUBMITTED, None)
    assert child.events[-1].role == Role.SYSTEM
    assert parent.children == []


def test_a_case_that_answers_for_others_is_not_refused(s):
    parent = case(s)
    child = merged(s, parent)
    with pytest.raises(WrongState):
        actions.reject(s, parent, "unclear", actor=MODERATOR, at=AT)
    merging.unmerge(s, child, actor=MODERATOR, at=AT, note="分开办理")
    actions.reject(s, parent, "unclear", actor=MODERATOR, at=AT)
    assert parent.state is State.REJECTED


def test_who_joined_a_merged_case_hears_of_the_answer(s):
    unit = department(s)
    parent = answered(s, unit)
    child = case(s)
    text = {"public_title": "水管漏水", "public_body": "城东路口漏水。"}
    actions.publish(s, child, **text, actor=MODERATOR, at=AT)
    joining.join(s, child, person="a" * 64, contact="13900001111", at=AT)
    merging.merge(s, child, parent, actor=MODERATOR, at=AT)
    actions.close(s, parent, actor=MODERATOR, at=AT)
    assert s.scalars(select(Message).where(Message.kind == "joined_answered")).one()


def test_an_unhappy_residents_case_does_not_vanish_in_another(s):
    unit = department(s)
    unhappy, parent = reopened(s, unit), case(s)
    with pytest.raises(WrongState):
        merging.merge(s, unhappy, parent, actor=OTHER, at=AT)
    assert unhappy.parent is None


def test_who_closed_the_parent_does_not_close_a_merged_case_again(s):
    unit = department(s)
    parent = answered(s, unit)
    child = merged(s, parent)
    actions.close(s, parent, actor=MODERATOR, at=AT)
    actions.reopen(s, child, actor=writer(child), at=AT, note="还在漏水")
    answer(s, child, unit)
    with pytest.raises(NotAllowed):
        actions.close(s, child, actor=MODERATOR, at=AT, note="已再次核实")
    actions.close(s, child, actor=OTHER, at=AT, note="已再次核实")
    assert child.state is State.CLOSED


def test_a_reopened_case_is_refused_only_by_another_and_with_words(s):
    unit = department(s)
    found = reopened(s, unit)
    other = department(s)
    unit.is_active = False  # else it stays with who answered
    actions.reassign(s, found, other, actor=MODERATOR, at=AT, note="改由他们办理")
    returned(s, found, other)
    for actor, note, error in ((MODERATOR, "说明", NotAllowed), (OTHER, "", Invalid)):
        with pytest.raises(error):
            actions.reject(s, found, "unclear", actor=actor, at=AT, note=note)
    actions.reject(s, found, "unclear", actor=OTHER, at=AT, note="请补充地点")
    assert found.state is State.REJECTED


def returned(s, found, unit):
    basis = "县水利局职能配置规定第三条"
    return_(s, found, actor=officer(unit), at=AT, note="不属于本单位", basis=basis)


def test_a_letter_is_split_again_and_again_and_each_part_is_a_new_case(s):
    letter = case(s)
    made = []
    for n in range(3):
        parts = [Part(f"第{n}次第{m}件", "路灯不亮") for m in range(4)]
        made += merging.split(s, letter, parts, actor=MODERATOR, at=AT)
        s.expire_all()
    assert len({part.id for part in made}) == 12
    assert len({part.title for part in made}) == 12


@pytest.mark.parametrize("is_letter_first", [True, False])
def test_a_letter_and_its_own_part_answer_for_each_other_either_way(s, is_letter_first):
    letter = case(s)
    part = merging.split(s, letter, [Part("路灯不亮", "路灯不亮")], actor=MODERATOR, at=AT)[0]
    assert (part.origin, letter.split_off) == (letter, [part])
    child, parent = (letter, part) if is_letter_first else (part, letter)
    for undoing in (merging.unmerge, None):
        merging.merge(s, child, parent, actor=MODERATOR, at=AT)
        assert (child.parent, parent.children) == (parent, [child])
        if undoing:
            undoing(s, child, actor=MODERATOR, at=AT, note="分开办理")
            assert (child.parent, parent.children) == (None, [])
    actions.withdraw(s, parent, actor=writer(parent), at=AT)
    assert (child.state, child.parent, parent.children) == (State.SUBMITTED, None, [])
    assert (part.origin, letter.split_off) == (letter, [part])


def test_no_form_can_take_the_place_of_a_part(s):
    letter = receipt(s, submission_key="form:mine").case
    forged = [receipt(s, submission_key=f"form:mine:part{n}").case for n in range(1, 4)]
    made = merging.split(s, letter, [Part("路灯不亮", "路灯不亮")], actor=MODERATOR, at=AT)
    assert made[0] not in forged
    assert made[0].title == "路灯不亮"
    assert receipt_of(s, made[0].submission_key).case is made[0]

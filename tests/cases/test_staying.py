"""Whose a case stays: after reopening, with a closed department, and once work has begun."""

from datetime import timedelta

import pytest

from portal.cases import actions, assists, questions, returns, targets, undo
from portal.cases.kinds import TargetKind
from portal.cases.targets import Target
from portal.cases.workflow import Action, State, Visibility, available
from portal.errors import Invalid, WrongState
from portal.security import Actor, Role
from tests.factories import (
    AT,
    MODERATOR,
    account,
    answered,
    case,
    closed,
    department,
    officer,
    public,
    writer,
)

SECOND = timedelta(seconds=1)
NOTE = {"note": "该单位已撤销，职能划转。"}
BASIS = "三定规定第四条"


def assigned(s, unit, **more):
    """A case that a department has, and has not signed for."""
    found = case(s, **more)
    actions.assign(s, found, unit, actor=MODERATOR, at=AT)
    return found


def signed(s, unit):
    """A case that a department works on."""
    found = assigned(s, unit)
    actions.sign(s, found, actor=officer(unit), at=AT)
    return found


def reopened(s, unit):
    """A case whose resident was not satisfied with the answer."""
    found = closed(s, unit)
    actions.reopen(s, found, actor=writer(found), at=AT, note="没修好")
    return found


def test_a_reopened_case_stays_with_the_department_that_answered(s):
    unit, other = department(s), department(s)
    found = reopened(s, unit)
    assert Action.REASSIGN not in available(found, MODERATOR)
    with pytest.raises(WrongState):
        actions.reassign(s, found, other, actor=MODERATOR, at=AT, note="换一家")
    assert (found.department, found.was_misrouted, found.is_owned) == (unit, False, True)


def test_a_reopened_case_of_a_closed_department_goes_on_elsewhere_and_nobody_was_wrong(s):
    unit, heir = department(s), department(s)
    found = reopened(s, unit)
    unit.is_active = False
    actions.reassign(s, found, heir, actor=MODERATOR, at=AT, **NOTE)
    assert (found.state, found.department, found.was_misrouted) == (State.ASSIGNED, heir, False)
    returns.return_(s, found, actor=officer(heir), at=AT, note="未划转给我局", basis=BASIS)
    assert found.state is State.SUBMITTED


def test_a_reopened_case_leaves_a_department_that_the_accused_has_moved_to(s):
    unit, old, other = department(s), department(s), department(s)
    person = account(s, "zhang", Role.OFFICER, old)
    found = case(s)
    named = [Target(TargetKind.PERSON, account=person)]
    targets.set_targets(s, found, named, actor=MODERATOR, at=AT)
    actions.assign(s, found, unit, actor=MODERATOR, at=AT)
    actions.sign(s, found, actor=officer(unit), at=AT)
    assert Action.REASSIGN not in available(found, MODERATOR)
    person.department = unit
    s.flush()
    actions.reassign(s, found, other, actor=MODERATOR, at=AT, note="被反映人已调入该单位")
    assert found.department is other


@pytest.mark.parametrize("make", [assigned, signed])
def test_a_department_that_is_closed_holds_no_case_for_good(s, make):
    unit, heir, helper = department(s), department(s), department(s)
    found = make(s, unit)
    assists.ask_assist(s, found, helper, actor=MODERATOR, at=AT, note="请一并查看")
    unit.is_active = False
    assert Action.REASSIGN in available(found, MODERATOR)
    at = AT + SECOND
    actions.reassign(s, found, heir, actor=MODERATOR, at=at, **NOTE)
    assert (found.state, found.department) == (State.ASSIGNED, heir)
    assert (found.was_misrouted, found.owned_at, found.assisting) == (False, None, frozenset())
    undo.undo(s, found, actor=MODERATOR, at=at)
    assert (found.department, found.assisting) == (unit, {helper.id})
    assert found.state is (State.IN_PROGRESS if make is signed else State.ASSIGNED)


def test_what_a_department_works_on_is_not_taken_from_it(s):
    found = signed(s, department(s))
    assert Action.REASSIGN not in available(found, MODERATOR)
    with pytest.raises(WrongState):
        actions.reassign(s, found, department(s), actor=MODERATOR, at=AT, note="换一家")


def test_a_ruling_does_not_bind_a_department_that_is_closed(s):
    unit, heir = department(s), department(s)
    found = assigned(s, unit)
    returns.return_(s, found, actor=officer(unit), at=AT, note="不归我局", basis=BASIS)
    actions.assign(s, found, unit, actor=MODERATOR, at=AT)
    returns.dispute(s, found, actor=officer(unit), at=AT, note="仍不归我局", basis=BASIS)
    inspector = Actor("inspector", Role.INSPECTOR)
    returns.rule(s, found, unit, actor=inspector, at=AT, note="归你局")
    assert Action.REASSIGN not in available(found, MODERATOR)
    unit.is_active = False
    assert Action.REASSIGN in available(found, MODERATOR)
    with pytest.raises(Invalid):
        actions.reassign(s, found, unit, actor=MODERATOR, at=AT, **NOTE)
    actions.reassign(s, found, heir, actor=MODERATOR, at=AT, **NOTE)
    assert found.department is heir


def test_a_case_that_was_sent_wrong_is_still_counted(s):
    unit, other = department(s), department(s)
    found = assigned(s, unit)
    actions.reassign(s, found, other, actor=MODERATOR, at=AT, note="选错了")
    assert found.was_misrouted is True
    other.is_active = False
    actions.reassign(s, found, unit, actor=MODERATOR, at=AT, **NOTE)
    assert found.was_misrouted is True


def test_a_case_that_was_answered_is_not_taken_back_by_reopening_it(s):
    found = public(s, department(s))
    actions.reopen(s, found, actor=writer(found), at=AT, note="没修好")
    assert Action.WITHDRAW not in available(found, writer(found))
    with pytest.raises(WrongState):
        actions.withdraw(s, found, actor=writer(found), at=AT)
    assert (found.state, found.visibility) == (State.ASSIGNED, Visibility.PUBLIC)


def test_a_case_that_was_begun_is_not_taken_back_although_it_came_back(s):
    unit = department(s)
    found = answered(s, unit)
    about = [Target(TargetKind.DEPARTMENT, department=unit)]
    targets.set_targets(s, found, about, actor=MODERATOR, at=AT)
    assert found.state is State.SUBMITTED
    assert Action.WITHDRAW not in available(found, writer(found))


def test_before_anybody_begins_the_writer_takes_it_back(s):
    for found in (case(s), assigned(s, department(s))):
        actions.withdraw(s, found, actor=writer(found), at=AT)
        assert found.state is State.WITHDRAWN


def questioned(s, unit):
    """A closed case whose writer asked once more."""
    found = closed(s, unit)
    questions.ask(s, found, actor=writer(found), at=AT, note="什么时候？")
    return found


def test_a_reply_that_waits_reaches_its_writer_although_the_case_was_reopened(s):
    unit = department(s)
    found = questioned(s, unit)
    questions.reply(s, found, actor=officer(unit), at=AT, text="明天。")
    actions.reopen(s, found, actor=writer(found), at=AT, note="没修好")
    assert Action.RELEASE in available(found, MODERATOR)
    questions.release(s, found, actor=MODERATOR, at=AT, text="")
    assert (found.question.public_reply, found.state) == ("明天。", State.ASSIGNED)


def test_a_question_is_replied_to_at_each_stage_of_the_second_round(s):
    unit = department(s)
    for steps in range(3):
        found = questioned(s, unit)
        actions.reopen(s, found, actor=writer(found), at=AT, note="没修好")
        if steps > 0:
            actions.sign(s, found, actor=officer(unit), at=AT)
        if steps > 1:
            actions.answer(s, found, "又修了。", actor=officer(unit), at=AT)
        state = found.state
        questions.reply(s, found, actor=officer(unit), at=AT, text="明天。")
        questions.release(s, found, actor=MODERATOR, at=AT, text="")
        assert found.state is state
        assert found.question.released_at == AT


def test_a_reply_is_released_also_after_its_department_had_to_give_the_case_away(s):
    unit = department(s)
    found = questioned(s, unit)
    questions.reply(s, found, actor=officer(unit), at=AT, text="明天。")
    actions.reopen(s, found, actor=writer(found), at=AT, note="没修好")
    about = [Target(TargetKind.DEPARTMENT, department=unit)]
    targets.set_targets(s, found, about, actor=MODERATOR, at=AT)
    assert found.state is State.SUBMITTED
    questions.release(s, found, actor=MODERATOR, at=AT, text="")
    assert found.question.released_at == AT

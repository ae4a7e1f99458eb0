"""A wrong route is counted when a person had to put it right, once, and not otherwise."""

import pytest

from portal.cases import actions
from portal.cases.kinds import TargetKind
from portal.cases.returns import dispute, return_, rule
from portal.cases.targets import Target, set_targets
from portal.cases.undo import undo
from portal.security import Actor, Role
from tests.factories import AT, MODERATOR, case, department, officer

BASIS = {"note": "不属于我局职责", "basis": "三定规定第四条"}
INSPECTOR = Actor("inspector", Role.INSPECTOR)


@pytest.fixture
def one(s):
    return department(s)


@pytest.fixture
def other(s):
    return department(s)


def assign(s, c, unit):
    actions.assign(s, c, unit, actor=MODERATOR, at=AT)


def send_back(s, c, unit):
    return_(s, c, actor=officer(unit), at=AT, **BASIS)


def test_a_first_route_that_stays_is_right(s, one):
    c = case(s)
    assign(s, c, one)
    actions.sign(s, c, actor=officer(one), at=AT)
    assert (c.first_department, c.was_misrouted, c.was_sent_by_system) == (one, False, False)


def test_returned_and_sent_elsewhere_is_a_wrong_route(s, one, other):
    c = case(s)
    assign(s, c, one)
    send_back(s, c, one)
    assert not c.was_misrouted  # nobody has said yet that the department is right
    assign(s, c, other)
    assert (c.first_department, c.was_misrouted) == (one, True)


def test_returned_and_sent_to_the_same_again_is_none(s, one):
    c = case(s)
    assign(s, c, one)
    send_back(s, c, one)
    assign(s, c, one)
    assert not c.was_misrouted


def test_reassigned_is_a_wrong_route(s, one, other):
    c = case(s)
    assign(s, c, one)
    actions.reassign(s, c, other, actor=MODERATOR, at=AT, note="属于他局")
    assert c.was_misrouted


def test_what_is_taken_back_within_the_minute_is_none(s, one, other):
    c = case(s)
    assign(s, c, one)
    undo(s, c, actor=MODERATOR, at=AT)
    assert c.first_department_id is None
    assign(s, c, other)
    assert (c.first_department, c.was_misrouted) == (other, False)
    actions.reassign(s, c, one, actor=MODERATOR, at=AT, note="看错了")
    undo(s, c, actor=MODERATOR, at=AT)
    assert not c.was_misrouted


@pytest.mark.parametrize("is_elsewhere", [True, False])
def test_a_ruling_elsewhere_is_a_wrong_route_and_one_that_confirms_is_none(
    s, one, other, is_elsewhere
):
    c = case(s)
    assign(s, c, one)
    send_back(s, c, one)
    assign(s, c, one)
    dispute(s, c, actor=officer(one), at=AT, **BASIS)
    ruled = other if is_elsewhere else one
    rule(s, c, ruled, actor=INSPECTOR, at=AT, note="依据职责清单")
    assert (c.department, c.was_misrouted) == (ruled, is_elsewhere)


def test_a_case_that_went_round_stays_a_wrong_route_even_where_the_first_was_right(s, one, other):
    c = case(s)
    assign(s, c, one)
    send_back(s, c, one)
    assign(s, c, other)
    dispute(s, c, actor=officer(other), at=AT, **BASIS)
    rule(s, c, one, actor=INSPECTOR, at=AT, note="依据职责清单")
    assert (c.department, c.first_department, c.was_misrouted) == (one, one, True)


def test_taken_from_who_it_is_about_is_a_wrong_route_once_it_is_elsewhere(s, one, other):
    c = case(s)
    assign(s, c, one)
    targets = [Target(TargetKind.DEPARTMENT, one)]
    set_targets(s, c, targets, actor=MODERATOR, at=AT)
    assign(s, c, other)
    assert c.was_misrouted


def test_the_portals_own_wrong_routes_stay_its_own(s, one, other):
    c = case(s)
    actions.dispatch(s, c, one, at=AT)
    actions.reassign(s, c, other, actor=MODERATOR, at=AT, note="属于他局")
    assert (c.was_sent_by_system, c.was_misrouted) == (True, True)

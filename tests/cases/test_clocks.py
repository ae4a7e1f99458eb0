"""The promised day: who may move it and until when, and that no earlier promise is lost."""

from datetime import date, timedelta

import pytest

from portal.cases import actions, appeals, merging
from portal.cases.classifying import classify
from portal.cases.kinds import AppealKind, Kind
from portal.cases.workflow import State
from portal.county.actions import set_setting
from portal.county.queries import deadlines
from portal.errors import WrongState
from portal.security import Actor, Role
from tests.factories import AT, MODERATOR, case, closed, department, officer, writer

OTHER = Actor("other", Role.MODERATOR)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def _suggestions_take_longer(s):
    rules = deadlines(s, AT.date())
    rules |= {"answer": rules["answer"] | {"suggestion": {"days": 15, "unit": "working_day"}}}
    set_setting(s, "deadlines", rules, valid_from=date(2025, 1, 1), basis="试验")


def signed(s, at=AT):
    """A case that a department works on, and its officer."""
    unit, found = department(s), case(s, at=at)
    actions.assign(s, found, unit, actor=MODERATOR, at=at)
    actions.sign(s, found, actor=officer(unit), at=at)
    return found, officer(unit)


def file_as(s, found, kind, at=AT):
    """Have a moderator file a case under another kind."""
    files = {"category": found.category, "project": found.project, "town": found.town}
    classify(s, found, kind=kind, **files, actor=MODERATOR, at=at)


def test_a_promise_that_is_broken_cannot_be_moved(s):
    found, lead = signed(s)
    due = found.due_at
    with pytest.raises(WrongState, match="答复时限已过"):
        actions.extend(s, found, actor=lead, at=due + SECOND, note="还没弄好")
    assert (found.due_at, found.extensions, found.events[-1].action) == (due, 0, "sign")
    actions.extend(s, found, actor=lead, at=due, note="要等材料")
    assert found.due_at > due


def test_an_extension_that_is_used_up_is_refused_as_such_also_when_it_is_late(s):
    found, lead = signed(s)
    actions.extend(s, found, actor=lead, at=AT, note="要等材料")
    with pytest.raises(WrongState, match="现在的状态"):
        actions.extend(s, found, actor=lead, at=found.due_at + DAY, note="还没弄好")


def test_who_extends_late_does_not_become_in_time(s):
    found, lead = signed(s)
    late = found.due_at + DAY
    with pytest.raises(WrongState):
        actions.extend(s, found, actor=lead, at=late, note="还没弄好")
    actions.answer(s, found, "修好了。", actor=lead, at=late)
    actions.close(s, found, actor=MODERATOR, at=late)
    assert found.was_answered_in_time is False


def test_a_case_that_answers_others_keeps_their_promise_and_risk_under_another_kind(s):
    first = case(s, title="煤气泄漏", body="楼道里煤气泄漏，怕爆炸。", kind=Kind.HELP)
    joint = case(s, at=AT + 2 * DAY)
    merging.merge(s, first, joint, actor=MODERATOR, at=AT + 2 * DAY)
    file_as(s, joint, Kind.SUGGESTION, AT + 2 * DAY)
    assert joint.due_at == first.due_at
    assert joint.risk == first.risk > 0


def test_a_case_that_answers_nobody_else_has_the_promise_of_its_kind(s):
    found = case(s)
    due = found.due_at
    file_as(s, found, Kind.SUGGESTION)
    assert found.due_at > due


def refused(s, at):
    """A case that was refused at a moment, and whose writer appealed."""
    found = case(s)
    actions.reject(s, found, "elsewhere", actor=MODERATOR, at=at, note="归邻县。")
    appeals.appeal(s, found, AppealKind.REFUSAL, actor=writer(found), at=at, note="就在县里。")
    return found


def test_after_a_refusal_that_did_not_hold_the_clocks_begin_anew(s):
    found, at = refused(s, AT + DAY), AT + 30 * DAY
    appeals.grant(s, found, actor=OTHER, at=at, note="确实归我县。")
    fresh = case(s, at=at)
    assert (found.state, found.reject_reason) == (State.SUBMITTED, None)
    assert (found.screen_due_at, found.due_at) == (fresh.screen_due_at, fresh.due_at)


def test_another_kind_counts_from_the_appeal_too(s):
    found, at = refused(s, AT + DAY), AT + 30 * DAY
    appeals.grant(s, found, actor=OTHER, at=at, note="确实归我县。")
    file_as(s, found, Kind.SUGGESTION, at)
    assert found.due_at == case(s, kind=Kind.SUGGESTION, at=at).due_at


def test_an_appeal_that_is_denied_moves_no_clock(s):
    found = refused(s, AT)
    before = (found.screen_due_at, found.due_at)
    appeals.deny(s, found, actor=OTHER, at=AT + DAY, note="归邻县。")
    assert (found.screen_due_at, found.due_at) == before


def test_an_appeal_against_a_text_moves_no_clock(s):
    found = closed(s, department(s))
    actions.withhold(s, found, actor=MODERATOR, at=AT, note="涉及他人")
    appeals.appeal(s, found, AppealKind.WITHHOLDING, actor=writer(found), at=AT, note="请公开")
    before = (found.screen_due_at, found.due_at)
    appeals.grant(s, found, actor=OTHER, at=AT + DAY, note="可以公开")
    assert (found.screen_due_at, found.due_at) == before

"""The table of follow-ups decides, and nothing beside it: every state with every act."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from portal.clock import end_of_day, local_day
from portal.county.presets import RATINGS, national_calendar
from portal.deadlines import Limit, due_at
from portal.errors import Invalid, WrongState
from portal.ratings.followups.workflow import (
    ACT_LABELS,
    ENDED,
    OWED,
    RULED_OUT,
    RUNNING,
    STATE_LABELS,
    STATE_TONES,
    STEP_LABELS,
    STEPS,
    Act,
    Close,
    State,
    available,
    check,
    check_plan,
    closing,
    due,
    misses,
    remedy_limit,
    resumed,
)
from portal.security import Permission

AT = datetime(2026, 3, 2, 2, tzinfo=UTC)
CALL_DUE, REMEDY_DUE = AT + timedelta(days=1), AT + timedelta(days=21)


def fake(state: State, **truths: object) -> SimpleNamespace:
    """A follow-up with no truth that rules anything out, except those given."""
    rulings = {row.unless: False for row in STEPS.values() if row.unless}
    facts = {"has_contact": True, "planned_on": None}
    facts |= {"call_due_at": CALL_DUE, "remedy_due_at": REMEDY_DUE}
    facts |= dict.fromkeys(("called_at", "remedied_at", "replied_at"))
    return SimpleNamespace(state=state, **(rulings | facts | truths))


@pytest.mark.parametrize("act", list(Act))
@pytest.mark.parametrize("state", list(State))
def test_only_the_table_permits(state, act):
    row, f = STEPS[act], fake(state)
    is_the_departments = row.permission is Permission.RATING_ANSWER
    if state in row.sources:
        assert check(f, act) is row
        assert (act in available(f)) is is_the_departments
    else:
        with pytest.raises(WrongState):
            check(f, act)
        assert act not in available(f)


@pytest.mark.parametrize("act", [a for a, row in STEPS.items() if row.unless])
def test_a_truth_of_the_follow_up_rules_an_act_out(act):
    row = STEPS[act]
    for state in row.sources:
        f = fake(state, **{row.unless: True})
        with pytest.raises(WrongState, match=RULED_OUT[row.unless]):
            check(f, act)
        assert act not in available(f)


def test_every_state_but_the_end_has_a_way_on_and_all_can_be_reached():
    for state in State:
        assert [a for a, row in STEPS.items() if state in row.sources]
    targets = {row.target for row in STEPS.values() if row.target}
    assert {State.OPEN} | targets == set(State)


def test_the_department_owes_something_until_the_resident_is_asked():
    assert {State.ASKED} == RUNNING - OWED
    assert {State.CLOSED, State.VOID} == ENDED
    for state in State:
        assert bool(available(fake(state))) is (state in OWED)
        assert (due(fake(state)) is not None) is (state in OWED)


def test_every_state_and_act_has_its_words():
    assert set(STATE_LABELS) == set(STATE_TONES) == set(State)
    assert set(ACT_LABELS) == set(STEPS) == set(Act)
    assert set(STEP_LABELS) == {a.value for a in Act} | {"open", "contact", "move"}
    assert set(RULED_OUT) == {row.unless for row in STEPS.values() if row.unless}


def test_the_call_is_due_first_and_then_the_remedy():
    assert due(fake(State.OPEN)) == CALL_DUE
    assert due(fake(State.OPEN, has_contact=False)) == REMEDY_DUE
    assert due(fake(State.CALLED)) == REMEDY_DUE
    planned = date(2026, 5, 31)
    assert due(fake(State.PLANNED, planned_on=planned)) == end_of_day(planned)


def test_a_plan_never_shortens_the_limit():
    assert remedy_limit(REMEDY_DUE, None) == REMEDY_DUE
    assert remedy_limit(REMEDY_DUE, date(2026, 3, 4)) == REMEDY_DUE
    assert remedy_limit(REMEDY_DUE, date(2026, 4, 1)) == end_of_day(date(2026, 4, 1))


@pytest.mark.parametrize(
    ("planned_on", "day", "error"),
    [
        (date(2026, 3, 24), date(2026, 3, 23), None),
        (date(2027, 3, 23), date(2026, 3, 23), None),
        (date(2026, 3, 23), date(2026, 3, 3), Invalid),
        (date(2026, 3, 1), date(2026, 3, 3), Invalid),
        (date(2027, 3, 24), date(2026, 3, 23), Invalid),
        (date(2026, 5, 1), date(2026, 3, 24), WrongState),
    ],
)
def test_a_plan_is_made_in_time_for_a_day_after_the_limit_within_a_year(planned_on, day, error):
    limit = date(2026, 3, 23)
    if error is None:
        check_plan(planned_on, day, limit)
    else:
        with pytest.raises(error):
            check_plan(planned_on, day, limit)


@pytest.mark.parametrize(
    ("state", "at", "expected"),
    [
        (State.OPEN, CALL_DUE, (False, False)),
        (State.OPEN, CALL_DUE + timedelta(seconds=1), (True, False)),
        (State.OPEN, REMEDY_DUE + timedelta(seconds=1), (True, True)),
        (State.CALLED, REMEDY_DUE + timedelta(seconds=1), (False, True)),
        (State.ASKED, REMEDY_DUE + timedelta(seconds=1), (False, False)),
        (State.CLOSED, REMEDY_DUE + timedelta(seconds=1), (False, False)),
    ],
)
def test_what_is_missed_is_what_is_owed_and_late(state, at, expected):
    assert misses(fake(state), at) == expected


def test_without_a_contact_no_call_can_be_missed():
    f = fake(State.OPEN, has_contact=False)
    assert misses(f, CALL_DUE + timedelta(days=2)) == (False, False)


@pytest.mark.parametrize(
    ("done", "state"),
    [
        ({}, State.OPEN),
        ({"called_at": AT}, State.CALLED),
        ({"called_at": AT, "planned_on": date(2026, 5, 1)}, State.PLANNED),
        ({"called_at": AT, "remedied_at": AT}, State.ASKED),
        ({"remedied_at": AT, "replied_at": AT}, State.CLOSED),
        ({"replied_at": AT}, State.CLOSED),
    ],
)
def test_what_was_done_before_a_stop_stays_done(done, state):
    assert resumed(fake(State.VOID, **done)) is state


@pytest.mark.parametrize(
    ("level", "expected"), [(n, Close.SAME if n < 3 else Close.BETTER) for n in range(1, 6)]
)
def test_basically_satisfied_is_a_changed_mind_and_dissatisfied_is_not(level, expected):
    assert closing(level) is expected


@pytest.mark.parametrize(
    ("said", "call", "remedy"),
    [
        # A Monday: Tuesday, and the third Monday after.
        (datetime(2026, 3, 2, 2, tzinfo=UTC), date(2026, 3, 3), date(2026, 3, 23)),
        # The day before the Spring Festival's nine days off; Saturday the 28th is worked.
        (datetime(2026, 2, 14, 2, tzinfo=UTC), date(2026, 2, 24), date(2026, 3, 13)),
        # A Friday before a Saturday that is worked (调休).
        (datetime(2026, 2, 27, 2, tzinfo=UTC), date(2026, 2, 28), date(2026, 3, 19)),
        # A Saturday, a quarter past midnight in the county: the next working day is Monday.
        (datetime(2026, 3, 6, 16, 15, tzinfo=UTC), date(2026, 3, 9), date(2026, 3, 27)),
    ],
)
def test_the_presets_promise_one_and_fifteen_working_days_by_the_real_calendar(said, call, remedy):
    days = national_calendar()
    assert local_day(due_at(said, Limit.of(RATINGS["call_back"]), days)) == call
    assert local_day(due_at(said, Limit.of(RATINGS["remedy"]), days)) == remedy

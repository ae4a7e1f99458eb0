"""The table decides, and nothing beside it: every state with every act."""

from types import SimpleNamespace

import pytest

from portal.cases.workflow import (
    ACTION_LABELS,
    OPEN,
    STATE_LABELS,
    STATE_TONES,
    TRANSITIONS,
    Action,
    State,
    available,
    check,
)
from portal.errors import Invalid, NotAllowed, WrongState
from portal.security import RESIDENT, SYSTEM, Actor, Permission, Role

ACTORS = {
    Permission.CASE_MODERATE: Actor("m", Role.MODERATOR),
    Permission.CASE_HANDLE: Actor("o", Role.OFFICER, department_id=1),
    Permission.CASE_OWN: Actor("r", Role.RESIDENT, proven=frozenset({"A"})),
}
STRANGERS = [
    RESIDENT,
    SYSTEM,
    Actor("i", Role.INSPECTOR),
    Actor("a", Role.ADMIN),
    Actor("o2", Role.OFFICER, department_id=2),
    Actor("r2", Role.RESIDENT, proven=frozenset({"B"})),
]


def fake(state: State, **truths: bool) -> SimpleNamespace:
    """A case with no truth that rules anything out, except those given."""
    rulings = {row.unless: False for row in TRANSITIONS.values() if row.unless}
    return SimpleNamespace(state=state, department_id=1, reference="A", **(rulings | truths))


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("state", list(State))
def test_only_the_table_permits(state, action):
    row = TRANSITIONS[action]
    someone = ACTORS[row.permission]
    case = fake(state)
    if state in row.sources:
        assert check(case, action, someone, "because") is row
        assert action in available(case, someone)
    else:
        with pytest.raises(WrongState):
            check(case, action, someone, "because")
        assert action not in available(case, someone)


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("stranger", STRANGERS, ids=lambda a: a.name)
def test_nobody_else_may(action, stranger):
    for state in TRANSITIONS[action].sources:
        with pytest.raises(NotAllowed):
            check(fake(state), action, stranger, "because")
        assert action not in available(fake(state), stranger)


@pytest.mark.parametrize("action", [a for a, row in TRANSITIONS.items() if row.needs_note])
def test_a_reason_is_demanded_where_the_table_says_so(action):
    row = TRANSITIONS[action]
    for state in row.sources:
        with pytest.raises(Invalid):
            check(fake(state), action, ACTORS[row.permission], "  \n")


@pytest.mark.parametrize("action", [a for a, row in TRANSITIONS.items() if row.unless])
def test_a_truth_of_the_case_rules_an_act_out(action):
    row = TRANSITIONS[action]
    for state in row.sources:
        case = fake(state, **{row.unless: True})
        with pytest.raises(WrongState):
            check(case, action, ACTORS[row.permission], "because")
        assert action not in available(case, ACTORS[row.permission])


def test_every_open_state_has_a_way_out():
    for state in OPEN:
        assert [a for a, row in TRANSITIONS.items() if state in row.sources and row.target]


def test_every_state_can_be_reached():
    reached = {State.SUBMITTED} | {row.target for row in TRANSITIONS.values() if row.target}
    assert reached == set(State)


def test_every_state_and_act_has_its_words():
    assert set(STATE_LABELS) == set(STATE_TONES) == set(State)
    assert set(ACTION_LABELS) == set(TRANSITIONS) == set(Action)

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

MODERATOR = Actor("m", Role.MODERATOR, account_id=11)
OFFICER = Actor("o", Role.OFFICER, account_id=12, department_id=1)
HELPER = Actor("h", Role.OFFICER, account_id=13, department_id=3)
INSPECTOR = Actor("i", Role.INSPECTOR, account_id=14)
WRITER = Actor("r", Role.RESIDENT, proven=frozenset({"A"}))
EVERYBODY = [
    MODERATOR,
    OFFICER,
    HELPER,
    INSPECTOR,
    WRITER,
    SYSTEM,
    RESIDENT,
    Actor("a", Role.ADMIN, account_id=15),
    Actor("o2", Role.OFFICER, account_id=16, department_id=2),
    Actor("r2", Role.RESIDENT, proven=frozenset({"B"})),
]
MAY = {
    Permission.CASE_MODERATE: [MODERATOR],
    Permission.CASE_HANDLE: [OFFICER],
    Permission.CASE_LEAD: [MODERATOR, OFFICER],
    Permission.CASE_ASSIST: [HELPER],
    Permission.CASE_RULE: [INSPECTOR],
    Permission.CASE_AUTOMATE: [SYSTEM],
    Permission.CASE_OWN: [WRITER],
}
ACTORS = {permission: actors[-1] for permission, actors in MAY.items()}


def fake(state: State, *, about: Actor | None = None, **truths: bool) -> SimpleNamespace:
    """A case with no truth that rules anything out, except those given; `about` somebody."""
    rulings = {row.unless: False for row in TRANSITIONS.values() if row.unless}
    return SimpleNamespace(
        state=state,
        department_id=1,
        assisting=frozenset({3}),
        reference="A",
        recuses=lambda actor: actor is about,
        **({"is_confidential": False} | rulings | truths),
    )


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
@pytest.mark.parametrize("stranger", EVERYBODY, ids=lambda a: a.name)
def test_nobody_else_may(action, stranger):
    if stranger in MAY[TRANSITIONS[action].permission]:
        assert all(
            action in available(fake(state), stranger) for state in TRANSITIONS[action].sources
        )
        return
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


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("accused", [MODERATOR, OFFICER, HELPER, INSPECTOR], ids=lambda a: a.name)
def test_whom_a_case_is_about_may_do_nothing_with_it(action, accused):
    for state in State:
        assert action not in available(fake(state, about=accused), accused)
        with pytest.raises(NotAllowed):
            check(fake(state, about=accused), action, accused, "because")


@pytest.mark.parametrize("staff", [MODERATOR, INSPECTOR], ids=lambda a: a.name)
def test_moderators_and_inspectors_have_no_part_in_a_report_of_wrongdoing(staff):
    for state in State:
        assert available(fake(state, is_confidential=True), staff) == []


def test_every_open_state_has_a_way_out():
    for state in OPEN:
        assert [a for a, row in TRANSITIONS.items() if state in row.sources and row.target]


def test_every_state_can_be_reached():
    reached = {State.SUBMITTED} | {row.target for row in TRANSITIONS.values() if row.target}
    assert reached == set(State)


def test_every_state_and_act_has_its_words():
    assert set(STATE_LABELS) == set(STATE_TONES) == set(State)
    assert set(ACTION_LABELS) == set(TRANSITIONS) == set(Action)

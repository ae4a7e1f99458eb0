"""A bad rating that the remedy did not mend goes on as a case."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.cases import actions
from portal.cases.contacts import unseal_contact
from portal.cases.follow_ups import cases_of, open_case
from portal.cases.kinds import Channel, Kind
from portal.cases.models import Case
from portal.cases.workflow import State
from portal.ratings.counts import moving
from portal.ratings.followups import actions as followups
from portal.ratings.followups.workflow import Outcome, Remedy
from tests.factories import (
    AT,
    MODERATOR,
    department,
    officer,
    project,
    rating,
    resident,
    voter,
)

DAY = timedelta(days=1)


@pytest.fixture
def unhappy(s):
    """A follow-up whose resident says that the remedy changed nothing."""
    unit = department(s)
    found = project(s, unit=unit)
    person = resident(s, "13800007777", keeps=True)
    given = rating(s, found, 1, by=voter(person), reasons=["quality"], wants_answer=True)
    with moving(s, found.id, 10) as moves:
        f = followups.of_rating(s, given)
        me = officer(unit)
        followups.call(s, moves, f, Outcome.REACHED, actor=me, note="已联系", at=AT)
        followups.remedy(s, moves, f, Remedy.FIXED, actor=me, text="已修补", at=AT + DAY)
        followups.still_bad(s, moves, f, note="还是漏水", at=AT + 2 * DAY)
    return f


def test_a_case_is_opened_once_in_the_portals_own_name(s, unhappy):
    made = open_case(s, unhappy, at=AT + 3 * DAY)
    assert (made.kind, made.channel, made.state) == (
        Kind.FOLLOW_UP,
        Channel.INTERNAL,
        State.SUBMITTED,
    )
    assert made.project is unhappy.project
    assert (made.events[0].actor, made.events[0].role) == ("system", "system")
    assert open_case(s, unhappy, at=AT + 3 * DAY) is None
    assert s.scalars(select(Case)).all() == [made]
    assert cases_of(s, [unhappy.id]) == {unhappy.id: made}


def test_the_residents_words_stay_with_the_rating_and_the_contact_comes_along(s, unhappy):
    made = open_case(s, unhappy, at=AT + 3 * DAY)
    assert "还是漏水" not in made.body
    assert "非常不满意" in made.body
    assert unseal_contact(made).phone == "13800007777"
    assert not made.consent_publish


def test_the_case_is_worked_on_like_any_other(s, unhappy):
    made = open_case(s, unhappy, at=AT + 3 * DAY)
    unit = unhappy.project.department
    actions.assign(s, made, unit, actor=MODERATOR, at=AT + 3 * DAY)
    actions.sign(s, made, actor=officer(unit), at=AT + 3 * DAY)
    assert made.state is State.IN_PROGRESS


def test_a_follow_up_that_did_not_end_unhappy_makes_no_case(s):
    unit = department(s)
    found = project(s, unit=unit)
    given = rating(s, found, 1, by=voter(resident(s)))
    assert open_case(s, followups.of_rating(s, given), at=AT) is None

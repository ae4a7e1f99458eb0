"""A department holds that a rating is wrong; it counts on until the inspection office decides."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.errors import Invalid, NotAllowed, WrongState
from portal.ratings import actions as ratings
from portal.ratings import queries
from portal.ratings.appeals.models import (
    GROUND_LABELS,
    RULING_HINTS,
    RULING_LABELS,
    Appeal,
    Ground,
    Ruling,
)
from portal.ratings.appeals.queries import appeal_page, count_open
from portal.ratings.followups.workflow import State
from portal.ratings.kinds import Doubt, Standing
from portal.security import RESIDENT, SYSTEM, Actor, Role
from tests import factories
from tests.factories import ADMIN, AT, MODERATOR
from tests.ratings.following import (
    DAY,
    INSPECTOR,
    appeal,
    bad,
    call,
    figures,
    is_right,
    officer_of,
    release,
    remedy,
    rule,
    say,
    set_aside,
)


@pytest.fixture
def project(s):
    return factories.project(s, unit=factories.department(s))


@pytest.fixture
def f(s, project):
    """The follow-up of a bad rating by somebody who left a contact."""
    return bad(s, project)


def shown(s, project):
    return queries.voices(s, project, date(2026, 3, 2))


def test_an_appealed_rating_is_disputed_and_counts_on_with_its_clocks(s, project, f):
    promised = (f.call_due_at, f.remedy_due_at, f.due_at)
    found = appeal(s, f, AT + DAY)
    assert f.rating.is_disputed
    assert (f.rating.standing, f.state) == (Standing.COUNTED, State.OPEN)
    assert (f.call_due_at, f.remedy_due_at, f.due_at) == promised
    assert shown(s, project).headline.counts[2] == 1
    assert (found.filed_by, found.department_id) == ("officer", project.department_id)
    assert is_right(s, project)
    call(s, f, AT + DAY)
    assert f.state is State.CALLED


def test_an_upheld_appeal_takes_the_rating_out_under_a_class_of_its_own(s, project, f):
    call(s, f, AT)
    rule(s, appeal(s, f, AT + DAY), Ruling.UPHELD, AT + 2 * DAY)
    assert (f.rating.standing, f.rating.doubt) == (Standing.REJECTED, Doubt.APPEAL)
    assert not f.rating.is_disputed
    assert (f.state, f.due_at) == (State.VOID, None)
    assert shown(s, project).headline.total == 0
    assert shown(s, project).set_aside == {Doubt.APPEAL: 1}
    assert figures(s, project).opened == 0
    assert is_right(s, project)
    with pytest.raises(WrongState):
        remedy(s, f, AT + 3 * DAY)


def test_after_a_dismissed_appeal_all_goes_on_as_it_was(s, project, f):
    promised = (f.call_due_at, f.remedy_due_at)
    found = appeal(s, f, AT)
    rule(s, found, Ruling.DISMISSED, AT + 3 * DAY)
    assert (found.ruling, found.decided_by) == (Ruling.DISMISSED, "inspector")
    assert (f.rating.standing, f.rating.is_disputed) == (Standing.COUNTED, False)
    assert (f.state, f.call_due_at, f.remedy_due_at) == (State.OPEN, *promised)
    call(s, f, AT + 3 * DAY)
    assert f.was_called_in_time is False
    assert is_right(s, project)


def test_one_appeals_once(s, f):
    rule(s, appeal(s, f, AT), Ruling.DISMISSED, AT + DAY)
    with pytest.raises(WrongState):
        appeal(s, f, AT + 2 * DAY)
    assert len(s.scalars(select(Appeal)).all()) == 1


def test_an_appeal_is_decided_once(s, f):
    found = appeal(s, f, AT)
    rule(s, found, Ruling.DISMISSED, AT + DAY)
    with pytest.raises(WrongState):
        rule(s, found, Ruling.UPHELD, AT + 2 * DAY)
    assert f.rating.standing is Standing.COUNTED


def test_reasons_are_demanded_of_both_sides(s, f):
    with pytest.raises(Invalid):
        appeal(s, f, AT, reason="")
    found = appeal(s, f, AT)
    for ruling in Ruling:
        with pytest.raises(Invalid):
            rule(s, found, ruling, AT + DAY, note="")
    assert found.ruling is None


def officer_of_unit(ident: int) -> Actor:
    return Actor("other", Role.OFFICER, department_id=ident)


STRANGERS = [MODERATOR, INSPECTOR, ADMIN, RESIDENT, SYSTEM, officer_of_unit(2**30)]


@pytest.mark.parametrize("stranger", STRANGERS, ids=lambda a: a.name)
def test_only_the_lead_department_appeals(s, f, stranger):
    with pytest.raises(NotAllowed):
        appeal(s, f, AT, actor=stranger)
    assert not f.rating.is_disputed


def test_only_an_inspector_decides(s, f):
    found = appeal(s, f, AT)
    for stranger in [MODERATOR, ADMIN, RESIDENT, SYSTEM, officer_of(f)]:
        with pytest.raises(NotAllowed):
            rule(s, found, Ruling.UPHELD, AT, actor=stranger)
    assert found.ruling is None


def test_the_new_lead_appeals_and_the_old_one_may_not(s, project, f):
    old = officer_of(f)
    project.department = factories.department(s)
    s.flush()
    with pytest.raises(NotAllowed):
        appeal(s, f, AT, actor=old)
    assert appeal(s, f, AT).department_id == project.department_id


@pytest.mark.parametrize("level", [3, 5])
def test_a_rating_that_is_not_bad_is_not_appealed_against(s, f, level):
    say(s, f, level, AT + DAY)
    with pytest.raises(WrongState):
        appeal(s, f, AT + 2 * DAY)


def test_a_rating_that_does_not_count_is_not_appealed_against(s, f):
    set_aside(s, f, AT)
    with pytest.raises(WrongState):
        appeal(s, f, AT + DAY)


def test_a_rating_changed_for_the_better_meanwhile_can_only_be_dismissed(s, project, f):
    found = appeal(s, f, AT)
    say(s, f, 4, AT + DAY)
    assert not found.can_be_upheld
    with pytest.raises(WrongState):
        rule(s, found, Ruling.UPHELD, AT + 2 * DAY)
    rule(s, found, Ruling.DISMISSED, AT + 2 * DAY)
    assert (f.rating.standing, f.rating.is_disputed) == (Standing.COUNTED, False)
    assert shown(s, project).headline.counts[4] == 1
    assert is_right(s, project)


def test_a_rating_erased_meanwhile_can_only_be_dismissed(s, project, f):
    found = appeal(s, f, AT)
    ratings.erase(s, f.rating, at=AT + DAY)
    with pytest.raises(WrongState):
        rule(s, found, Ruling.UPHELD, AT + 2 * DAY)
    rule(s, found, Ruling.DISMISSED, AT + 2 * DAY, note="居民已删除评价")
    assert f.rating.standing is Standing.ERASED
    assert shown(s, project).erased == 1
    assert is_right(s, project)


def test_a_rating_rejected_meanwhile_keeps_the_class_it_was_rejected_for(s, project, f):
    found = appeal(s, f, AT)
    set_aside(s, f, AT + timedelta(hours=1))
    release(s, f, AT + DAY, counts_again=False)
    with pytest.raises(WrongState):
        rule(s, found, Ruling.UPHELD, AT + 2 * DAY)
    rule(s, found, Ruling.DISMISSED, AT + 2 * DAY)
    assert (f.rating.standing, f.rating.doubt) == (Standing.REJECTED, Doubt.NETWORK)
    assert is_right(s, project)


def test_a_rating_set_aside_meanwhile_can_be_upheld_and_waits_for_no_moderator(s, project, f):
    found = appeal(s, f, AT)
    set_aside(s, f, AT + timedelta(hours=1))
    rule(s, found, Ruling.UPHELD, AT + DAY)
    assert (f.rating.standing, f.rating.doubt) == (Standing.REJECTED, Doubt.APPEAL)
    with pytest.raises(WrongState):
        release(s, f, AT + 2 * DAY)
    assert is_right(s, project)


def test_a_rejected_rating_stays_out_whatever_its_resident_says_then(s, project, f):
    rule(s, appeal(s, f, AT), Ruling.UPHELD, AT + DAY)
    say(s, f, 1, AT + 2 * DAY)
    assert (f.rating.standing, f.state) == (Standing.REJECTED, State.VOID)
    assert is_right(s, project)


def test_every_act_is_on_record(s, f):
    rule(s, appeal(s, f, AT), Ruling.UPHELD, AT + DAY)
    acts = select(AuditEntry.act).where(AuditEntry.act.like("appeal:%")).order_by(AuditEntry.id)
    assert s.scalars(acts).all() == ["appeal:file", "appeal:upheld"]


def test_open_appeals_stand_by_how_long_they_wait_and_decided_ones_by_when(s, project):
    made = [appeal(s, bad(s, project), AT + n * DAY) for n in (2, 1, 3)]
    for found, n in zip(made[:2], (5, 6), strict=True):
        rule(s, found, Ruling.DISMISSED, AT + n * DAY)
    later = appeal(s, bad(s, project), AT)
    waiting = appeal_page(s, decided=False, after=None).rows
    assert [a.id for a in waiting] == [later.id, made[2].id]
    decided = appeal_page(s, decided=True, after=None).rows
    assert [a.id for a in decided] == [made[1].id, made[0].id]
    assert count_open(s) == {False: 2, True: 2}


def test_every_word_is_there():
    assert set(GROUND_LABELS) == set(Ground)
    assert set(RULING_LABELS) == set(RULING_HINTS) == set(Ruling)

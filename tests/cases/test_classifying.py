"""Filing a case otherwise: what follows, what stays, and what never changes."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal import clock
from portal.audit.models import AuditEntry
from portal.cases import actions
from portal.cases.classifying import classify
from portal.cases.kinds import Kind
from portal.cases.routing.suggestions import keep
from portal.cases.undo import undo
from portal.cases.workflow import State
from portal.county.actions import set_setting
from portal.county.models import Town
from portal.county.queries import deadlines
from portal.errors import Invalid, NotAllowed, Outdated, WrongState
from portal.security import SYSTEM, Actor, Role
from tests.cases.routing.learning import category, others, setting, unit
from tests.factories import AT, MODERATOR, case, project


def file(s, c, actor=MODERATOR, at=AT, seen=None, **to):
    known = {"kind": c.kind, "category": c.category, "project": c.project, "town": c.town}
    classify(s, c, **(known | to), actor=actor, at=at, seen=seen)


@pytest.fixture
def lamps(s):
    others(s)
    return unit(s, "lamps", "县城市管理局")


@pytest.fixture
def town(s):
    found = Town(code="east", name="城东镇", sort_order=1)
    s.add(found)
    s.flush()
    return found


def test_all_four_change_at_once_and_what_they_were_is_on_record(s, lamps, town):
    c = case(s)
    works, matter = project(s), category(s, "light", "照明", lamps)
    file(s, c, kind=Kind.INQUIRY, category=matter, project=works, town=town)
    assert (c.kind, c.category, c.project, c.town) == (Kind.INQUIRY, matter, works, town)
    assert (c.state, c.events[-1].action) == (State.SUBMITTED, "classify")
    entry = s.scalars(select(AuditEntry).where(AuditEntry.act == "case:classify")).one()
    assert entry.actor == MODERATOR.name
    changed = entry.details["changed"]
    assert changed["kind"] == ["complaint", "inquiry"]
    assert changed["category"] == [None, "light"]
    assert changed["project"] == [None, works.code]
    assert changed["town"] == [None, "east"]


def test_the_promise_follows_the_kind_from_the_day_it_came_in(s):
    rules = deadlines(s, date(2026, 3, 2))
    short = {"days": 2, "unit": "working_day"}
    rules |= {"answer": rules["answer"] | {"inquiry": short}}
    set_setting(s, "deadlines", rules, valid_from=date(2026, 1, 1), basis="试验")
    c = case(s)
    before = c.due_at
    file(s, c, kind=Kind.INQUIRY, at=AT + timedelta(days=1))
    assert clock.local_day(c.due_at) < clock.local_day(before)
    asked = case(s, kind=Kind.INQUIRY)
    assert c.due_at == asked.due_at
    entry = s.scalars(select(AuditEntry).where(AuditEntry.act == "case:classify")).one()
    assert entry.details["changed"]["due_at"] == [before.isoformat(), c.due_at.isoformat()]


def test_the_promise_stays_where_the_kind_does(s, lamps):
    c = case(s)
    before = c.due_at
    file(s, c, category=category(s, "light", "照明", lamps))
    assert c.due_at == before


def test_risk_follows_the_kind(s):
    c = case(s, body="井盖丢了，孩子掉进井里。")
    assert c.risk == 3
    file(s, c, kind=Kind.PRAISE)
    assert c.risk == 1


def test_what_the_resident_wrote_stays(s, lamps):
    c = case(s, details=[("几号楼", "3号楼")])
    was = (c.title, c.body, c.details)
    file(s, c, kind=Kind.HELP, category=category(s, "light", "照明", lamps))
    assert (c.title, c.body, c.details) == was


def test_the_suggestion_follows(s, lamps):
    c = case(s)
    keep(s, c, AT)
    assert c.suggestion.department is None
    file(s, c, category=category(s, "light", "照明", lamps))
    assert c.suggestion.department is lamps


def test_it_is_taken_back_whole(s, lamps, town):
    c = case(s)
    due = c.due_at
    to = {"category": category(s, "light", "照明", lamps), "project": project(s), "town": town}
    file(s, c, kind=Kind.INQUIRY, **to)
    undo(s, c, actor=MODERATOR, at=AT)
    assert (c.kind, c.category, c.project, c.town) == (Kind.COMPLAINT, None, None, None)
    assert c.due_at == due
    assert c.suggestion.department is None
    s.expire_all()
    assert (c.kind, c.category, c.project, c.town) == (Kind.COMPLAINT, None, None, None)


@pytest.mark.parametrize("kind", [Kind.REPORT, Kind.FOLLOW_UP])
def test_no_case_becomes_a_report_or_a_follow_up(s, kind):
    c = case(s)
    with pytest.raises(Invalid):
        file(s, c, kind=kind)
    assert c.kind is Kind.COMPLAINT


def test_a_follow_up_stays_one_and_can_be_filed_under_a_category(s, lamps):
    c = case(s, kind=Kind.FOLLOW_UP)
    with pytest.raises(Invalid):
        file(s, c, kind=Kind.COMPLAINT)
    matter = category(s, "light", "照明", lamps)
    file(s, c, category=matter)
    assert c.category is matter


def test_a_report_is_not_for_moderators(s):
    unit(s, "discipline", "县纪委监委")
    setting(s, report_department="discipline")
    c = case(s, kind=Kind.REPORT)
    with pytest.raises(NotAllowed):
        file(s, c, project=project(s))


def test_nothing_changed_is_no_act(s):
    c = case(s)
    with pytest.raises(Invalid):
        file(s, c)
    assert [e.action for e in c.events] == ["submit"]


def test_a_closed_category_is_not_given_and_may_stay(s, lamps):
    old = category(s, "old", "旧类", lamps)
    c = case(s, category=old)
    old.is_active = False
    s.flush()
    file(s, c, kind=Kind.HELP)
    assert c.category is old
    with pytest.raises(Invalid):
        file(s, case(s), category=old)


def test_only_moderators_before_it_is_sent_and_on_a_fresh_page(s, lamps):
    c = case(s)
    seen = len(c.events)
    for actor in (SYSTEM, Actor("i", Role.INSPECTOR), Actor("o", Role.OFFICER, department_id=1)):
        with pytest.raises(NotAllowed):
            file(s, c, actor=actor, kind=Kind.HELP)
    file(s, c, kind=Kind.HELP, seen=seen)
    with pytest.raises(Outdated):
        file(s, c, kind=Kind.INQUIRY, seen=seen)
    actions.assign(s, c, lamps, actor=MODERATOR, at=AT)
    with pytest.raises(WrongState):
        file(s, c, kind=Kind.INQUIRY)

"""Contacts that may not rate: only their pseudonym is kept; adding one looks at ratings again."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.errors import Invalid, NotAllowed
from portal.ratings import counts, interests
from portal.ratings.interests import Scope
from portal.ratings.kinds import Doubt, Standing
from portal.ratings.models import InterestedContact
from portal.ratings.screening.decisions import decide_together
from portal.ratings.screening.queries import queue
from portal.residents.rules import read
from portal.security import Actor, Role
from tests import factories
from tests.factories import ADMIN, AT, MODERATOR

PHONE, MAIL = "13800000066", "wang.wu@example.cn"


@pytest.fixture
def unit(s):
    return factories.department(s)


@pytest.fixture
def project(s, unit):
    return factories.project(s, unit=unit)


def add(s, contacts=(PHONE,), kind=Doubt.STAFF, scope=None, *, at=AT, note="职工名册", by=ADMIN):
    found = [read(c) for c in contacts]
    return interests.add(s, found, kind, scope or Scope(), note=note, actor=by, at=at)


def rated(s, project, contact=PHONE):
    return factories.rating(s, project, by=factories.voter(factories.resident(s, contact)))


def is_right(s, project):
    return counts.kept(s, [project.id]) == counts.recounted(s, [project.id])


def test_only_a_pseudonym_and_two_characters_are_kept(s):
    add(s, [PHONE, MAIL])
    rows = s.scalars(select(InterestedContact).order_by(InterestedContact.id)).all()
    assert [(r.ending, len(r.pseudonym)) for r in rows] == [("66", 64), ("wu", 64)]
    kept = " ".join(str(vars(r)) for r in rows)
    kept += " ".join(str(e.details) for e in s.scalars(select(AuditEntry)))
    assert PHONE not in kept
    assert "wang" not in kept


def test_whoever_is_on_the_list_is_set_aside_when_they_rate(s, project):
    add(s, kind=Doubt.CONTRACTOR)
    assert (r := rated(s, project)).standing is Standing.SET_ASIDE
    assert r.doubt is Doubt.CONTRACTOR
    assert rated(s, project, "13800000067").standing is Standing.COUNTED
    assert is_right(s, project)


def test_adding_looks_again_at_what_has_counted_in_open_waves(s, project):
    closed = factories.project(s, unit=project.department)
    now, before = rated(s, project), rated(s, closed)
    before.wave.closes_on = AT.date()
    added = add(s, at=AT + timedelta(days=1))
    assert (added.added, added.known, added.set_aside) == (1, 0, 1)
    assert (now.standing, now.doubt) == (Standing.SET_ASIDE, Doubt.STAFF)
    assert before.standing is Standing.COUNTED
    assert is_right(s, project)


def test_a_list_of_a_department_or_a_project_holds_only_there(s, project, unit):
    other = factories.project(s, unit=factories.department(s))
    add(s, scope=Scope(department=unit))
    add(s, [MAIL], scope=Scope(project=other))
    assert rated(s, project).standing is Standing.SET_ASIDE
    assert rated(s, other).standing is Standing.COUNTED
    assert rated(s, other, MAIL).standing is Standing.SET_ASIDE
    assert rated(s, project, MAIL).standing is Standing.COUNTED


def test_the_same_list_again_adds_nothing(s, unit):
    assert add(s, [PHONE, PHONE, MAIL]).added == 2
    again = add(s, [PHONE, MAIL])
    assert (again.added, again.known) == (0, 2)
    assert add(s, scope=Scope(department=unit)).added == 1
    assert interests.count_by_kind(s) == {Doubt.STAFF: 3, Doubt.CONTRACTOR: 0}


def test_what_a_moderator_has_released_on_this_ground_stays_released(s, project):
    found = rated(s, project)
    add(s)
    heads = [e.doubt_id for b in queue(s, None).bursts for e in b.waiting]
    more = {"actor": MODERATOR, "reason": "同号不同人", "at": AT}
    decide_together(s, project, heads, release=True, **more)
    row = s.scalars(select(InterestedContact)).one()
    interests.remove(s, row, reason="登记错误", actor=ADMIN, at=AT)
    assert add(s).set_aside == 0
    assert found.standing is Standing.COUNTED
    assert is_right(s, project)


def test_removing_takes_a_reason_and_is_on_record(s, project):
    add(s)
    found = rated(s, project)
    row = s.scalars(select(InterestedContact)).one()
    with pytest.raises(Invalid):
        interests.remove(s, row, reason="", actor=ADMIN, at=AT)
    interests.remove(s, row, reason="已退休", actor=ADMIN, at=AT)
    entry = s.scalars(select(AuditEntry).where(AuditEntry.act == "interest:remove")).one()
    assert entry.details["reason"] == "已退休"
    assert found.standing is Standing.SET_ASIDE  # a moderator decides


def test_who_may_and_how_many(s):
    for who in (MODERATOR, Actor("o", Role.OFFICER, department_id=1)):
        with pytest.raises(NotAllowed):
            add(s, by=who)
    with pytest.raises(Invalid):
        add(s, [f"138{n:08d}" for n in range(interests.MOST + 1)])
    with pytest.raises(Invalid):
        add(s, note="")


def test_a_contact_is_found_again_and_told_where_it_holds(s, project):
    add(s, [PHONE, MAIL], scope=Scope(project=project))
    (row,) = interests.contact_page(s, read(PHONE)).rows
    assert row.ending == "66"
    assert interests.scopes(s, [row.id])[row.id].project is project
    assert len(interests.contact_page(s).rows) == 2
    assert interests.contact_page(s, read("13800000000")).rows == []

"""What an undo leaves behind: messages of other acts, and who decided what stands."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.cases import actions, appeals, assists, merging, undo
from portal.cases.appeal_queries import appeal_page, count_by_outcome
from portal.cases.kinds import AppealKind, TargetKind
from portal.cases.models import Case
from portal.cases.queries import year_counts
from portal.cases.targets import Target, open_to, set_targets
from portal.cases.workflow import Visibility
from portal.county.actions import set_setting
from portal.errors import Invalid
from portal.notifications.models import Message
from portal.security import Actor, Role
from tests.factories import AT, MODERATOR, Kind, account, case, department, officer, writer

OTHER = Actor("other", Role.MODERATOR)
TEXT = {"public_title": "水管漏水", "public_body": "城东路口漏水。"}
SECOND = timedelta(seconds=1)


def told(s):
    return set(s.scalars(select(Message.kind)))


def test_an_undo_drops_what_its_own_act_said_and_nothing_else(s):
    found = case(s)
    actions.publish(s, found, **TEXT, actor=MODERATOR, at=AT)
    assert told(s) == {"case_redacted"}
    actions.assign(s, found, department(s), actor=MODERATOR, at=AT + SECOND)
    undo.undo(s, found, actor=MODERATOR, at=AT + 2 * SECOND)
    assert told(s) == {"case_redacted"}, "the text is public, and its writer hears of it"


def test_an_act_that_was_taken_back_is_nobodys_decision(s):
    found = case(s)
    actions.publish(s, found, **TEXT, actor=MODERATOR, at=AT)
    later = AT + 2 * timedelta(minutes=1)
    actions.redact(s, found, public_title="漏水", public_body="漏水。", actor=OTHER, at=later)
    undo.undo(s, found, actor=OTHER, at=later)
    decided = appeals.decision_of(found, AppealKind.REDACTION)
    assert decided.actor == MODERATOR.name


def withheld_and_appealed(s):
    found = case(s)
    actions.withhold(s, found, actor=MODERATOR, at=AT, note="涉及他人")
    appeals.appeal(s, found, AppealKind.WITHHOLDING, actor=writer(found), at=AT, note="请公开")
    return found


def test_a_granted_appeal_takes_nothing_down_that_was_published_meanwhile(s):
    found = withheld_and_appealed(s)
    actions.publish(s, found, **TEXT, actor=MODERATOR, at=AT)
    appeals.grant(s, found, actor=OTHER, at=AT, note="已公开")
    assert found.visibility is Visibility.PUBLIC


def test_the_appeal_of_a_withdrawn_case_waits_for_nobody(s):
    found = withheld_and_appealed(s)
    assert count_by_outcome(s, OTHER) == {None: 1}
    actions.withdraw(s, found, actor=writer(found), at=AT)
    assert count_by_outcome(s, OTHER) == {}
    assert appeal_page(s, OTHER, is_decided=False, after=None).rows == []


@pytest.fixture
def accused(s):
    """A case about somebody who works elsewhere than its writer thinks, and both offices."""
    real, believed = department(s), department(s)
    person = account(s, "zhang", Role.OFFICER, real)
    found = case(s)
    named = Target(TargetKind.PERSON, believed, person, "老张")
    set_targets(s, found, [named], actor=MODERATOR, at=AT)
    return found, person, real, believed


def test_the_office_of_a_person_recuses_itself_whatever_was_typed_beside_the_name(s, accused):
    found, _person, real, believed = accused
    for unit in (real, believed):
        assert found.recuses(officer(unit))
        assert s.scalar(select(Case.id).where(open_to(officer(unit)))) is None
        with pytest.raises(Invalid):
            actions.assign(s, found, unit, actor=MODERATOR, at=AT)


def test_a_case_does_not_follow_the_accused_to_their_new_office(s, accused):
    found, person, _real, _believed = accused
    person.department = there = department(s)
    s.flush()
    with pytest.raises(Invalid):
        actions.assign(s, found, there, actor=MODERATOR, at=AT)


@pytest.mark.parametrize("hidden", [0, 1, 3])
def test_the_figures_of_the_first_page_tell_nothing_of_reports_and_conflicts(s, hidden):
    office = department(s)
    set_setting(s, "intake", {"report_department": office.code}, valid_from=AT.date(), basis="x")
    case(s)
    for _n in range(hidden):
        case(s, kind=Kind.REPORT)
        case(s, targets=[Target(TargetKind.PERSON, name="赵六")])
    assert year_counts(s, 2026)["received"] == 1
    assert year_counts(s, 2026)["accepted"] == 1


def helped(s):
    """A case at a department, with one that was asked to help and one that has helped."""
    unit, asked, done = (department(s) for _ in range(3))
    found = case(s)
    actions.assign(s, found, unit, actor=MODERATOR, at=AT)
    for one in (asked, done):
        assists.ask_assist(s, found, one, actor=MODERATOR, at=AT, note="请一并查看。")
    assists.assist(s, found, actor=officer(done), at=AT, text="已查看。")
    return found, asked


def reassigned(s, found, at):
    actions.reassign(s, found, department(s), actor=MODERATOR, at=at, note="选错了")


def merged(s, found, at):
    merging.merge(s, found, case(s), actor=MODERATOR, at=at)


@pytest.mark.parametrize("act", [reassigned, merged])
def test_help_that_an_act_ended_is_awaited_again_when_it_is_undone(s, act):
    found, asked = helped(s)
    unit, at = found.department, AT + timedelta(hours=1)
    act(s, found, at)
    assert not any(task.is_open for task in found.assists)
    undo.undo(s, found, actor=MODERATOR, at=at + SECOND)
    assert found.department is unit
    assert [task.department for task in found.assists if task.is_open] == [asked]
    assert asked.id in found.assisting


def test_help_that_was_ended_before_stays_ended(s):
    found, asked = helped(s)
    at = AT + timedelta(hours=1)
    assists.end_assist(s, found, asked, actor=MODERATOR, at=at, note="不再需要")
    reassigned(s, found, at + SECOND)
    undo.undo(s, found, actor=MODERATOR, at=at + 2 * SECOND)
    assert not any(task.is_open for task in found.assists)

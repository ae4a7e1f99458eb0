"""What happens when it happens: acts through the real database."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from portal import clock
from portal.audit.models import AuditEntry
from portal.cases import actions, intake
from portal.cases.contacts import masked_contact, unseal_contact
from portal.cases.kinds import Resolved
from portal.cases.models import Case, CaseContact, CaseEvent
from portal.cases.returns import return_
from portal.cases.revealing import reveal_contact
from portal.cases.workflow import State, Visibility
from portal.errors import Invalid, NotAllowed, Outdated, WrongState
from portal.notifications.models import Message
from portal.security import Actor, Role
from tests.factories import (
    AT,
    MODERATOR,
    answered,
    case,
    closed,
    department,
    officer,
    public,
    receipt,
    writer,
)


def judge(s, c, resolved=Resolved.YES, note=""):
    actions.judge(s, c, resolved=resolved, satisfaction=4, note=note, actor=writer(c), at=AT)


def test_a_case_travels_from_the_form_to_the_residents_verdict(s):
    c = closed(s, department(s))
    judge(s, c)
    assert c.state is State.CLOSED
    assert [e.action for e in c.events] == [
        "submit",
        "assign",
        "sign",
        "answer",
        "close",
        "verdict",
    ]
    acts = select(AuditEntry.act).where(AuditEntry.subject == f"case:{c.reference}")
    assert len(s.scalars(acts).all()) == 6
    assert s.scalars(select(Message.kind)).all() == ["case_answered"]
    assert c.was_answered_in_time is True


def test_the_promise_is_five_working_days_without_the_first(s):
    c = case(s)  # Monday
    assert clock.local_day(c.due_at).isoformat() == "2026-03-09"
    assert clock.local_day(c.screen_due_at).isoformat() == "2026-03-03"


def test_the_same_form_twice_makes_one_case_and_shows_one_code(s):
    first = receipt(s, submission_key="once")
    second = receipt(s, submission_key="once", title="another text")
    assert first.case is second.case
    assert first.code == second.code
    assert len(first.code) == intake.CODE_DIGITS


SECOND = Actor("moderator2", Role.MODERATOR)


def test_the_query_code_opens_its_own_case_only(s):
    one, other = receipt(s), receipt(s)
    assert intake.find(s, one.case.reference, one.code) is one.case
    assert intake.find(s, one.case.reference, other.code) is None
    assert intake.find(s, "20260101-000000", one.code) is None


def test_not_resolved_reopens_once_for_the_same_department(s):
    unit = department(s)
    c = closed(s, unit)
    judge(s, c, Resolved.NO, "还在漏水")
    assert (c.state, c.round, c.department) == (State.ASSIGNED, 2, unit)
    assert c.closed_at is None
    actions.sign(s, c, actor=officer(unit), at=AT)
    actions.answer(s, c, "再次修好。", actor=officer(unit), at=AT)
    with pytest.raises(NotAllowed):  # who closed it before may not close it over the resident
        actions.close(s, c, actor=MODERATOR, at=AT, note="已更换整段水管。")
    with pytest.raises(Invalid):
        actions.close(s, c, actor=SECOND, at=AT)
    actions.close(s, c, actor=SECOND, at=AT, note="已更换整段水管。")
    judge(s, c, Resolved.NO, "仍然漏水")
    assert (c.state, c.round) == (State.CLOSED, 2)
    assert len(c.verdicts) == 2


def test_reopening_demands_what_is_missing(s):
    c = closed(s, department(s))
    with pytest.raises(Invalid):
        judge(s, c, Resolved.NO)


def test_a_round_is_judged_once(s):
    c = closed(s, department(s))
    judge(s, c)
    with pytest.raises(WrongState):
        judge(s, c)


def test_only_the_writer_judges(s):
    c, other = closed(s, department(s)), case(s)
    with pytest.raises(NotAllowed):
        actions.judge(
            s, c, resolved=Resolved.YES, satisfaction=5, note="", actor=writer(other), at=AT
        )


def test_a_return_goes_back_to_the_moderators(s):
    unit, c = department(s), case(s)
    actions.assign(s, c, unit, actor=MODERATOR, at=AT)
    with pytest.raises(Invalid):
        return_(s, c, actor=officer(unit), at=AT, note="属于住建局", basis="")
    return_(s, c, actor=officer(unit), at=AT, note="属于住建局", basis="三定规定第四条")
    assert (c.state, c.department) == (State.SUBMITTED, None)
    assert c.events[-1].department is unit


def test_an_extension_moves_the_day_once(s):
    unit, c = department(s), case(s)
    actions.assign(s, c, unit, actor=MODERATOR, at=AT)
    actions.sign(s, c, actor=officer(unit), at=AT)
    actions.extend(s, c, actor=officer(unit), at=AT, note="需要开挖")
    assert clock.local_day(c.due_at).isoformat() == "2026-03-23"
    with pytest.raises(WrongState):
        actions.extend(s, c, actor=officer(unit), at=AT, note="再延")


def test_whether_the_promise_was_kept_is_frozen(s):
    unit = department(s)
    c = answered(s, unit)
    actions.close(s, c, actor=MODERATOR, at=c.due_at + timedelta(seconds=1))
    assert c.was_answered_in_time is False
    judge(s, c, Resolved.NO, "没有修")
    actions.sign(s, c, actor=officer(unit), at=AT)
    actions.answer(s, c, "修好。", actor=officer(unit), at=AT)
    actions.close(s, c, actor=SECOND, at=AT, note="已修好。")
    assert c.was_answered_in_time is False


def test_nothing_is_published_without_consent(s):
    c = closed(s, department(s), consent_publish=False)
    with pytest.raises(Invalid):
        actions.publish(s, c, public_title="a", public_body="b", actor=MODERATOR, at=AT)


def test_the_database_itself_refuses_a_public_case_without_consent(s):
    c = closed(s, department(s), consent_publish=False)
    c.visibility = Visibility.PUBLIC
    with pytest.raises(IntegrityError):
        s.flush()


def test_publishing_keeps_what_the_resident_wrote(s):
    c = public(s, department(s))
    assert "13800001234" in c.body
    assert "13800001234" not in c.public_body
    assert c.answers[0].text != ""


def test_publishing_before_the_answer_does_not_release_it(s):
    unit, c = department(s), case(s)
    actions.assign(s, c, unit, actor=MODERATOR, at=AT)
    actions.publish(s, c, public_title="a", public_body="b", actor=MODERATOR, at=AT)
    actions.sign(s, c, actor=officer(unit), at=AT)
    actions.answer(s, c, "修好。", actor=officer(unit), at=AT)
    assert c.answer.released_at is None
    actions.publish(s, c, answer_text="已修好。", actor=MODERATOR, at=AT)
    assert (c.answer.public_text, c.answer.text) == ("已修好。", "修好。")


def test_an_outdated_page_is_told_what_happened_meanwhile(s):
    unit, c = department(s), case(s)
    seen = len(c.events)
    actions.assign(s, c, unit, actor=MODERATOR, at=AT, seen=seen)
    with pytest.raises(Outdated) as refused:
        actions.reject(s, c, "unclear", actor=MODERATOR, at=AT, seen=seen)
    assert [e.action for e in refused.value.changes] == ["assign"]
    assert c.state is State.ASSIGNED


def test_a_refusal_needs_a_reason_of_the_list(s):
    c = case(s)
    with pytest.raises(Invalid):
        actions.reject(s, c, "because", actor=MODERATOR, at=AT)
    actions.reject(s, c, "elsewhere", actor=MODERATOR, at=AT)
    assert (c.state, c.reject_reason) == (State.REJECTED, "elsewhere")


def test_a_refused_case_is_not_public_any_more(s):
    c = case(s)
    actions.publish(s, c, public_title="a", public_body="b", actor=MODERATOR, at=AT)
    assert c.visibility is Visibility.PUBLIC
    actions.reject(s, c, "repeated", actor=MODERATOR, at=AT)
    assert c.visibility is Visibility.PRIVATE


def test_a_closed_department_is_given_nothing(s):
    unit, c = department(s), case(s)
    unit.is_active = False
    with pytest.raises(Invalid):
        actions.assign(s, c, unit, actor=MODERATOR, at=AT)


def test_the_contact_is_stored_sealed(s):
    c = case(s)
    raw = s.execute(
        select(CaseContact.name, CaseContact.phone, CaseContact.reach_index).where(
            CaseContact.case_id == c.id
        )
    ).one()
    for value in raw:
        stored = value if isinstance(value, bytes) else value.encode()
        assert b"13800001234" not in stored
        assert "张".encode() not in stored
    assert unseal_contact(c).phone == "13800001234"
    assert masked_contact(c).phone == "138****34"


def test_every_look_at_the_contact_is_on_record(s):
    unit, c = department(s), case(s)
    with pytest.raises(Invalid):
        reveal_contact(s, c, actor=MODERATOR, at=AT, note=" ")
    with pytest.raises(NotAllowed):
        reveal_contact(s, c, actor=officer(unit), at=AT, note="核实")
    actions.assign(s, c, unit, actor=MODERATOR, at=AT)
    found = reveal_contact(s, c, actor=officer(unit), at=AT, note="核实地点")
    assert found.phone == "13800001234"
    looks = select(func.count()).where(AuditEntry.act == "case:reveal")
    assert s.scalar(looks) == 1


@pytest.mark.parametrize("table", ["audit_entry", "case_event"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET actor = 'x'", "DELETE FROM {}"])
def test_history_cannot_be_rewritten(s, table, statement):
    case(s)
    with pytest.raises(DBAPIError, match="append-only"):
        s.execute(text(statement.format(table)))


def test_times_come_back_aware_and_in_utc(s):
    c = case(s, at=datetime(2026, 3, 2, 23, 30, tzinfo=UTC))
    s.expire_all()
    again = s.get(Case, c.id)
    assert again.submitted_at == datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    assert again.reference.startswith("20260303")  # already the next day in the county
    assert s.scalar(select(func.count(CaseEvent.id))) == 1

"""What follows from a bad rating: promises, calls, remedies, the second question."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import current_app
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from portal.audit.models import AuditEntry
from portal.clock import end_of_day, local_day
from portal.county.models import CalendarDay, Setting
from portal.errors import Invalid, NotAllowed, WrongState
from portal.notifications.models import Message
from portal.notifications.texts import TEXTS
from portal.ratings import actions as ratings
from portal.ratings.followups import actions
from portal.ratings.followups.models import FollowUp
from portal.ratings.followups.sweep import expire_due, expire_one
from portal.ratings.followups.workflow import Close, Outcome, Remedy, State
from portal.ratings.models import CommentVisibility
from portal.residents import actions as residents
from portal.security import RESIDENT, SYSTEM, Actor, Role
from tests import factories
from tests.factories import ADMIN, AT, MODERATOR
from tests.ratings.following import (
    DAY,
    INSPECTOR,
    bad,
    call,
    figures,
    followed,
    is_right,
    plan,
    release,
    remedy,
    resident,
    say,
    set_aside,
    steps,
    within,
)


@pytest.fixture
def project(s):
    return factories.project(s, unit=factories.department(s))


@pytest.fixture
def f(s, project):
    """The follow-up of a bad rating by somebody who left a contact."""
    return bad(s, project)


def asked(s, f, at=AT + DAY):
    call(s, f, AT)
    remedy(s, f, at)


@pytest.mark.parametrize("level", [1, 2])
def test_a_bad_rating_opens_a_follow_up_with_its_promises(s, project, level):
    f = bad(s, project, level=level)
    assert (f.state, f.level_before, f.has_contact) == (State.OPEN, level, True)
    assert f.call_due_at == end_of_day(date(2026, 3, 3))
    assert f.remedy_due_at == end_of_day(date(2026, 3, 23))
    assert f.due_at == f.call_due_at
    assert f.department_id == project.department_id
    assert steps(f) == ["open"]


@pytest.mark.parametrize("level", [3, 4, 5])
def test_any_other_rating_opens_none(s, project, level):
    factories.rating(s, project, level)
    assert s.scalars(select(FollowUp)).all() == []


def test_the_countys_own_days_off_move_the_promise(s, project):
    s.add(CalendarDay(day=date(2026, 3, 3), is_working=False, name="县庆", basis="县政府通知"))
    s.flush()
    f = bad(s, project)
    assert f.call_due_at == end_of_day(date(2026, 3, 4))
    assert f.remedy_due_at == end_of_day(date(2026, 3, 24))


def test_a_promise_stays_as_it_was_made_when_the_county_changes_the_rule(s, project, f):
    before = (f.call_due_at, f.remedy_due_at)
    value = {"call_back": {"days": 3, "unit": "day"}, "remedy": {"days": 30, "unit": "day"}}
    s.add(Setting(key="ratings", valid_from=local_day(AT) + DAY, value=value, basis=""))
    s.flush()
    assert (f.call_due_at, f.remedy_due_at) == before
    later = bad(s, project, at=AT + DAY)
    assert later.call_due_at == end_of_day(date(2026, 3, 6))
    assert later.remedy_due_at == end_of_day(date(2026, 4, 2))


def test_a_call_in_time_is_frozen_as_kept(s, project, f):
    call(s, f, f.call_due_at)
    assert (f.state, f.outcome, f.was_called_in_time) == (State.CALLED, Outcome.REACHED, True)
    assert f.due_at == f.remedy_due_at
    assert (figures(s, project).called, figures(s, project).called_in_time) == (1, 1)
    assert is_right(s, project)


def test_a_call_a_second_late_is_frozen_as_missed(s, project, f):
    call(s, f, f.call_due_at + timedelta(seconds=1))
    assert f.was_called_in_time is False
    assert (figures(s, project).called, figures(s, project).called_in_time) == (1, 0)


def test_one_who_was_not_reached_is_called_again_and_the_first_try_keeps_the_promise(s, f):
    call(s, f, AT, Outcome.NOT_REACHED)
    call(s, f, AT + 5 * DAY, Outcome.REACHED)
    assert (f.called_at, f.outcome, f.was_called_in_time) == (AT, Outcome.REACHED, True)
    with pytest.raises(WrongState):
        call(s, f, AT + 6 * DAY)
    assert steps(f) == ["open", "call", "call"]


def test_who_left_a_contact_is_called_before_anything_else(s, f):
    with pytest.raises(WrongState):
        remedy(s, f, AT)
    with pytest.raises(WrongState):
        plan(s, f, date(2026, 4, 1), AT)
    with pytest.raises(Invalid):
        call(s, f, AT, Outcome.NO_CONTACT)
    assert f.state is State.OPEN


def test_without_a_contact_the_remedy_may_come_at_once(s, project):
    f = bad(s, project, resident(s, keeps=False))
    assert (f.has_contact, f.due_at) == (False, f.remedy_due_at)
    with pytest.raises(Invalid):
        call(s, f, AT, Outcome.REACHED)
    remedy(s, f, AT + DAY)
    assert (f.state, f.was_called_in_time, f.was_remedied_in_time) == (State.ASKED, None, True)
    assert is_right(s, project)


def test_without_a_contact_a_look_on_site_can_be_put_on_record(s, project):
    f = bad(s, project, resident(s, keeps=False))
    call(s, f, AT, Outcome.NO_CONTACT)
    assert (f.state, f.outcome) == (State.CALLED, Outcome.NO_CONTACT)


@pytest.mark.parametrize(("after", "in_time"), [(0, True), (9, None)])
def test_a_look_on_site_is_no_promise_that_could_be_missed(s, project, after, in_time):
    f = bad(s, project, resident(s, keeps=False))
    call(s, f, AT + after * DAY, Outcome.NO_CONTACT)
    assert f.was_called_in_time is in_time
    assert is_right(s, project)


@pytest.mark.parametrize("act", [call, remedy])
def test_words_are_demanded(s, project, act):
    f = bad(s, project, resident(s, keeps=False))
    empty = {"text": ""} if act is remedy else {"note": "", "outcome": Outcome.NO_CONTACT}
    with pytest.raises(Invalid):
        act(s, f, AT, **empty)
    with pytest.raises(Invalid):
        plan(s, f, date(2026, 4, 1), AT, note="")
    assert f.state is State.OPEN


def test_a_planned_remedy_is_in_time_by_the_plan(s, project, f):
    call(s, f, AT)
    plan(s, f, date(2026, 5, 29), AT)
    assert (f.state, f.due_at) == (State.PLANNED, end_of_day(date(2026, 5, 29)))
    with pytest.raises(WrongState):
        plan(s, f, date(2026, 6, 30), AT)
    remedy(s, f, end_of_day(date(2026, 5, 29)))
    assert f.was_remedied_in_time is True
    assert is_right(s, project)


def test_a_planned_remedy_after_its_day_is_late(s, project, f):
    call(s, f, AT)
    plan(s, f, date(2026, 5, 29), AT)
    remedy(s, f, end_of_day(date(2026, 5, 29)) + timedelta(seconds=1))
    assert f.was_remedied_in_time is False
    assert figures(s, project).remedied_in_time == 0


def test_nobody_plans_after_the_limit_is_over(s, f):
    call(s, f, AT)
    with pytest.raises(WrongState):
        plan(s, f, date(2026, 5, 1), f.remedy_due_at + timedelta(hours=9))


def test_a_reported_remedy_asks_the_resident_again_by_message(s, project, f, monkeypatch):
    monkeypatch.setitem(current_app.config, "PUBLIC_URL", "https://m.example.cn")
    call(s, f, AT)
    remedy(s, f, AT + DAY, Remedy.EXPLAINED)
    assert (f.state, f.remedy, f.due_at) == (State.ASKED, Remedy.EXPLAINED, None)
    assert f.asked_until == local_day(AT) + timedelta(days=31)
    assert f.remedy_visibility is CommentVisibility.PRIVATE
    message = s.scalars(select(Message).where(Message.kind == "rating_asked_again")).one()
    assert message.recipient == f"resident:{f.rating.resident_id}"
    subject, words = TEXTS[message.kind]
    assert project.name in subject % message.payload
    assert f"https://m.example.cn/projects/{project.code}/rate " in words % message.payload


def test_no_message_goes_to_somebody_who_wants_no_answer(s, project):
    f = bad(s, project, resident(s, keeps=False))
    remedy(s, f, AT)
    assert s.scalars(select(Message).where(Message.kind == "rating_asked_again")).all() == []


def test_a_second_round_asks_by_a_second_message(s, f):
    asked(s, f)
    say(s, f, 4, AT + 2 * DAY)
    say(s, f, 1, AT + 3 * DAY)
    call(s, f, AT + 3 * DAY)
    remedy(s, f, AT + 4 * DAY)
    kind = Message.kind == "rating_asked_again"
    assert len(set(s.scalars(select(Message.dedup_key).where(kind)))) == 2


@pytest.mark.parametrize("level", [3, 4, 5])
def test_a_changed_mind_closes_it(s, project, f, level):
    asked(s, f)
    say(s, f, level, AT + 2 * DAY)
    assert (f.state, f.closing, f.level_after) == (State.CLOSED, Close.BETTER, level)
    found = figures(s, project)
    assert (found.opened, found.replied, found.better) == (1, 1, 1)
    assert is_right(s, project)


def test_a_bad_rating_anew_after_the_second_question_is_an_answer(s, project):
    f = bad(s, project, level=1)
    asked(s, f)
    say(s, f, 2, AT + 2 * DAY, comment="还是漏水")
    assert (f.closing, f.level_after) == (Close.SAME, 2)
    assert is_right(s, project)


def test_a_bad_rating_anew_before_the_second_question_is_none(s, project):
    f = bad(s, project, level=1)
    call(s, f, AT)
    say(s, f, 2, AT + DAY)
    assert (f.state, f.level_before) == (State.CALLED, 1)


def test_as_bad_as_before_is_said_with_one_press_and_only_when_asked(s, project, f):
    def press(moves):
        actions.still_bad(s, moves, f, note="还是漏水", at=AT + 2 * DAY)

    with pytest.raises(WrongState):
        within(s, project, press)
    asked(s, f)
    within(s, project, press)
    assert (f.closing, f.level_after, f.reply_note) == (Close.SAME, 2, "还是漏水")
    assert "还是漏水" not in {event.note for event in f.events}
    with pytest.raises(WrongState):
        within(s, project, press)
    assert is_right(s, project)


def test_who_says_it_is_as_bad_as_before_can_still_change_their_mind(s, project, f):
    asked(s, f)
    within(s, project, lambda m: actions.still_bad(s, m, f, note="", at=AT + 2 * DAY))
    say(s, f, 4, AT + 9 * DAY)
    assert f.closing is Close.BETTER
    assert is_right(s, project)


def test_the_one_word_more_after_the_wave_answers_the_second_question(s, project, f):
    asked(s, f)
    f.wave.closes_on = local_day(AT) + DAY
    s.flush()
    ratings.add(s, f.rating, level=4, comment="修好了", at=AT + 3 * DAY)
    assert (f.state, f.closing, f.level_after) == (State.CLOSED, Close.BETTER, 4)
    assert f.rating.level == 2
    within(s, project, lambda m: actions.follow(s, m, f.rating, at=AT + 4 * DAY))
    assert f.closing is Close.BETTER
    assert is_right(s, project)


@pytest.mark.parametrize(("level", "closing"), [(4, Close.BETTER), (1, Close.SAME)])
def test_a_word_that_comes_late_is_heard(s, project, f, level, closing):
    asked(s, f)
    late = AT + 40 * DAY
    expire_one(s, f.id, late)
    within(s, project, lambda m: actions.heard(s, m, f.rating, level=level, at=late + DAY))
    assert f.closing is closing
    found = figures(s, project)
    assert (found.replied, found.no_reply) == (1, 0)
    assert is_right(s, project)


def test_a_bad_word_more_is_no_answer_before_the_question(s, project, f):
    within(s, project, lambda m: actions.heard(s, m, f.rating, level=1, at=AT + DAY))
    assert f.state is State.OPEN


def test_who_changes_their_mind_and_is_let_down_again_is_followed_up_anew(s, project, f):
    asked(s, f)
    say(s, f, 4, AT + 2 * DAY)
    again = datetime(2026, 3, 20, 2, tzinfo=UTC)
    say(s, f, 1, again)
    assert (f.state, f.level_before, f.closing) == (State.OPEN, 1, None)
    assert f.call_due_at == end_of_day(date(2026, 3, 23))
    assert (f.called_at, f.remedy, f.remedy_text) == (None, None, "")
    assert steps(f) == ["open", "call", "remedy", "reply", "reopen"]
    assert (figures(s, project).opened, figures(s, project).better) == (1, 0)
    assert is_right(s, project)


def test_a_rating_set_aside_stops_it_and_a_released_one_goes_on_where_it_was(s, project, f):
    call(s, f, AT)
    set_aside(s, f, AT + 2 * DAY)
    assert (f.state, f.due_at, f.closed_at) == (State.VOID, None, AT + 2 * DAY)
    assert figures(s, project).opened == 0
    back = datetime(2026, 4, 1, 2, tzinfo=UTC)
    release(s, f, back)
    assert (f.state, f.called_at, f.was_called_in_time) == (State.CALLED, AT, True)
    assert f.remedy_due_at == end_of_day(date(2026, 4, 23))  # 清明 in between
    assert figures(s, project).called == 1
    assert is_right(s, project)


def test_one_stopped_before_the_call_is_promised_a_call_anew(s, f):
    set_aside(s, f, AT + timedelta(hours=1))
    release(s, f, AT + 7 * DAY)
    assert (f.state, f.call_due_at) == (State.OPEN, end_of_day(date(2026, 3, 10)))
    call(s, f, AT + 7 * DAY)
    assert f.was_called_in_time is True


def test_what_was_missed_before_a_stop_stays_missed(s, project, f):
    set_aside(s, f, f.call_due_at + DAY)
    release(s, f, AT + 7 * DAY)
    call(s, f, AT + 7 * DAY)
    assert f.was_called_in_time is False
    assert is_right(s, project)


def test_one_stopped_while_the_resident_was_asked_asks_on(s, f):
    asked(s, f)
    set_aside(s, f, AT + 2 * DAY)
    release(s, f, AT + 60 * DAY)
    assert (f.state, f.asked_until) == (State.ASKED, local_day(AT + 90 * DAY))


def test_one_that_had_ended_is_ended_again_after_a_release(s, project, f):
    asked(s, f)
    say(s, f, 4, AT + 2 * DAY)
    set_aside(s, f, AT + 3 * DAY)
    assert (f.state, f.closing) == (State.VOID, None)
    release(s, f, AT + 4 * DAY)
    assert (f.state, f.closing, f.closed_at) == (State.CLOSED, Close.BETTER, AT + 2 * DAY)
    assert is_right(s, project)


def test_a_rejected_rating_stays_stopped(s, project, f):
    set_aside(s, f, AT + DAY)
    release(s, f, AT + 2 * DAY, counts_again=False)
    say(s, f, 5, AT + 3 * DAY)
    assert f.state is State.VOID
    with pytest.raises(WrongState):
        call(s, f, AT + 3 * DAY)
    assert is_right(s, project)


def test_who_changes_their_mind_while_set_aside_is_content_after_the_release(s, project, f):
    call(s, f, AT)
    set_aside(s, f, AT + DAY)
    say(s, f, 4, AT + 2 * DAY)
    release(s, f, AT + 3 * DAY)
    assert (f.state, f.closing) == (State.CLOSED, Close.BETTER)
    assert is_right(s, project)


def test_an_end_without_call_or_remedy_after_the_limit_is_on_record_as_missed(s, project, f):
    say(s, f, 4, f.remedy_due_at + DAY)
    assert (f.was_called_in_time, f.was_remedied_in_time) == (False, False)
    other = bad(s, project)
    say(s, other, 4, AT + timedelta(hours=1))
    assert (other.was_called_in_time, other.was_remedied_in_time) == (None, None)
    assert is_right(s, project)


def test_who_verifies_after_rating_is_promised_a_call_from_then_on(s, project):
    by = factories.voter()
    rating = factories.rating(s, project, 1, by=by, at=datetime(2026, 3, 2, 15, 50, tzinfo=UTC))
    f = followed(s, rating)
    assert (f.has_contact, f.proof) == (False, "none")
    person = resident(s)
    ratings.claim(s, person, by.rater, at=datetime(2026, 3, 2, 16, 10, tzinfo=UTC))
    assert (f.has_contact, f.proof, f.rating.resident_id) == (True, "verified", person.id)
    assert f.call_due_at == end_of_day(date(2026, 3, 4))
    assert f.due_at == f.call_due_at
    assert steps(f) == ["open", "contact"]
    assert figures(s, project).with_contact == 1
    assert is_right(s, project)


def test_who_deletes_the_contact_cannot_be_called_and_nothing_else_waits_for_it(s, project, f):
    residents.forget_contact(s, f.rating.resident, at=AT)
    s.flush()
    with pytest.raises(Invalid):
        call(s, f, AT, Outcome.REACHED)
    call(s, f, AT, Outcome.NO_CONTACT)
    assert (f.has_contact, f.state) == (False, State.CALLED)
    assert figures(s, project).with_contact == 0
    remedy(s, f, AT)
    kind = Message.kind == "rating_asked_again"
    assert s.scalars(select(Message).where(kind)).all() == []
    assert is_right(s, project)


def test_a_contact_deleted_after_the_call_was_missed_hides_no_miss(s, project, f):
    late = f.call_due_at + DAY
    residents.forget_contact(s, f.rating.resident, at=late)
    s.flush()
    remedy(s, f, late)
    assert (f.has_contact, f.was_called_in_time) == (False, False)
    assert is_right(s, project)


def test_an_erased_rating_takes_the_residents_words_along(s, project, f):
    asked(s, f)
    within(s, project, lambda m: actions.still_bad(s, m, f, note="还是漏水", at=AT + 2 * DAY))
    ratings.erase(s, f.rating, at=AT + 3 * DAY)
    assert (f.state, f.reply_note, f.rating.comment) == (State.VOID, "", "")
    assert figures(s, project).opened == 0
    assert is_right(s, project)


def test_a_running_follow_up_goes_with_the_project_to_its_new_lead(s, project, f):
    old, new = officer_of_unit(project.department_id), factories.department(s, "县住建局")
    promised = f.call_due_at
    project.department = new
    s.flush()
    with pytest.raises(NotAllowed):
        call(s, f, AT, actor=old)
    call(s, f, AT, actor=officer_of_unit(new.id))
    assert (f.department_id, f.call_due_at) == (new.id, promised)
    moved = f.events[1]
    assert (moved.act, moved.note) == ("move", new.name)
    assert is_right(s, project)


def test_an_ended_follow_up_stays_with_who_led_the_project_then(s, project, f):
    asked(s, f)
    say(s, f, 4, AT + 2 * DAY)
    before = project.department_id
    project.department = factories.department(s, "县住建局")
    s.flush()
    assert (f.department_id, f.holder.department_id) == (before, before)
    say(s, f, 1, AT + 3 * DAY)
    assert f.holder.department_id == f.department_id == project.department_id != before


def test_without_a_lead_nobody_can_act_until_there_is_one(s):
    project = factories.project(s)
    f = bad(s, project)
    assert f.department_id is None
    for actor in (Actor("o", Role.OFFICER), officer_of_unit(factories.department(s).id)):
        with pytest.raises(NotAllowed):
            call(s, f, AT, actor=actor)
    project.department = factories.department(s)
    s.flush()
    call(s, f, AT)
    assert f.department_id == project.department_id


def officer_of_unit(ident: int) -> Actor:
    return Actor("officer", Role.OFFICER, department_id=ident)


STRANGERS = [MODERATOR, INSPECTOR, ADMIN, RESIDENT, SYSTEM, officer_of_unit(2**30)]


@pytest.mark.parametrize("stranger", STRANGERS, ids=lambda a: f"{a.name}{a.department_id or ''}")
def test_only_the_lead_department_acts(s, f, stranger):
    for act in (call, remedy):
        with pytest.raises(NotAllowed):
            act(s, f, AT, actor=stranger)
    with pytest.raises(NotAllowed):
        plan(s, f, date(2026, 5, 1), AT, actor=stranger)
    with pytest.raises(NotAllowed):
        actions.reveal(s, f, actor=stranger, note="核实", at=AT)
    assert (f.state, steps(f)) == (State.OPEN, ["open"])


def test_what_was_decided_on_an_old_page_is_refused(s, f):
    seen = f.events[-1].id
    call(s, f, AT, Outcome.NOT_REACHED, seen=seen)
    with pytest.raises(WrongState):
        call(s, f, AT, Outcome.REACHED, seen=seen)
    assert f.outcome is Outcome.NOT_REACHED
    call(s, f, AT, Outcome.REACHED, seen=f.events[-1].id)


def test_the_contact_is_shown_for_a_reason_that_is_put_on_record(s, project):
    person = factories.resident(s, "13800001234", keeps=True)
    f = bad(s, project, person)
    officer = officer_of_unit(project.department_id)
    with pytest.raises(Invalid):
        actions.reveal(s, f, actor=officer, note="", at=AT)
    assert actions.reveal(s, f, actor=officer, note="电话核实漏水位置", at=AT) == "13800001234"
    s.flush()
    entry = s.scalars(select(AuditEntry).where(AuditEntry.act == "followup:reveal")).one()
    assert (entry.actor, entry.subject) == ("officer", f"followup:{f.id}")
    assert entry.details == {"note": "电话核实漏水位置"}
    assert "13800001234" not in str(entry.details)


def test_the_contact_is_shown_only_while_something_is_owed(s, project, f):
    officer = officer_of_unit(project.department_id)
    asked(s, f)
    with pytest.raises(WrongState):
        actions.reveal(s, f, actor=officer, note="核实", at=AT)
    other = bad(s, project)
    residents.forget_contact(s, other.rating.resident, at=AT)
    with pytest.raises(WrongState):
        actions.reveal(s, other, actor=officer, note="核实", at=AT)


def test_silence_is_a_class_of_its_own_after_the_last_day(s, project, f):
    asked(s, f)
    last = end_of_day(f.asked_until)
    assert expire_due(s, last) == []
    expire_one(s, f.id, last)
    assert f.state is State.ASKED
    over = last + timedelta(seconds=1)
    assert expire_due(s, over) == [f.id]
    expire_one(s, f.id, over)
    assert (f.state, f.closing, f.level_after) == (State.CLOSED, Close.NO_REPLY, None)
    found = figures(s, project)
    assert (found.replied, found.better, found.no_reply) == (0, 0, 1)
    assert expire_due(s, over) == []
    expire_one(s, f.id, over)
    expire_one(s, 2**30, over)
    assert steps(f).count("expire") == 1
    assert is_right(s, project)


def test_the_longest_unanswered_are_swept_first_and_no_more_than_wanted(s, project):
    made = [bad(s, project) for _ in range(3)]
    for n, f in enumerate(reversed(made)):
        asked(s, f, AT + n * DAY)
    found = expire_due(s, AT + 60 * DAY, limit=2)
    assert found == [made[2].id, made[1].id]


def test_what_was_done_is_read_by_the_public_only_after_a_moderator(s, project, f):
    with pytest.raises(WrongState):
        actions.decide_text(s, f, publish=True, actor=MODERATOR, at=AT)
    asked(s, f)
    with pytest.raises(NotAllowed):
        actions.decide_text(s, f, publish=True, actor=INSPECTOR, at=AT)
    actions.decide_text(s, f, publish=True, actor=MODERATOR, at=AT)
    assert f.remedy_visibility is CommentVisibility.PUBLIC


def test_the_database_itself_keeps_the_steps(s, f):
    for change in ("UPDATE follow_up_event SET note = 'x'", "DELETE FROM follow_up_event"):
        with pytest.raises(DatabaseError), s.begin_nested():
            s.execute(text(change))

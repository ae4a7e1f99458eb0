"""The worker suggests for what has come in, and sends out only what the county lets go."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.audit.models import AuditEntry
from portal.cases import actions
from portal.cases.kinds import Channel, Kind, TargetKind
from portal.cases.models import Case
from portal.cases.parts import CaseSuggestion
from portal.cases.routing import dispatching
from portal.cases.routing.dispatching import suggest_waiting
from portal.cases.targets import Target
from portal.cases.workflow import State, Visibility
from portal.db import session
from portal.notifications.models import Message
from portal.security import Role
from tests.cases.routing.learning import category, others, setting, unit
from tests.factories import AT, MODERATOR, case

pytestmark = pytest.mark.usefixtures("forgetful")


@pytest.fixture
def lamps(s):
    others(s)
    return unit(s, "lamps", "县城市管理局", "路灯")


@pytest.fixture
def matter(s, lamps):
    return category(s, "light", "照明", lamps)


def letter(s, matter, **more):
    """A letter of which one can be 97 % sure."""
    known = {"title": "门口没有光", "body": "请城市管理局来看。", "category": matter}
    return case(s, **(known | more))


def events(c):
    return [event.action for event in c.events]


def look(s, at=AT, **more):
    s.commit()
    n = suggest_waiting(at, **more)
    s.expire_all()
    return n


def test_each_case_that_comes_in_gets_a_suggestion_once(s, matter):
    cases = [letter(s, matter) for _ in range(3)]
    assert look(s) == 3
    assert look(s) == 0
    assert {c.suggestion.department.code for c in cases} == {"lamps"}
    assert {c.state for c in cases} == {State.SUBMITTED}


def test_a_round_has_its_limit_and_begins_with_the_gravest(s, matter):
    calm, grave = letter(s, matter), letter(s, matter, body="电线掉了，有人触电。")
    assert look(s, limit=1) == 1
    assert calm.suggestion is None
    assert grave.suggestion is not None


def test_a_case_that_points_nowhere_is_looked_at_once(s, lamps):
    c = case(s, title="您好", body="谢谢。")
    assert look(s) == 1
    assert (c.suggestion.department, c.suggestion.confidence) == (None, 0.0)
    assert look(s) == 0


def test_a_case_that_is_out_already_needs_none(s, matter, lamps):
    c = letter(s, matter)
    actions.assign(s, c, lamps, actor=MODERATOR, at=AT)
    assert look(s) == 0
    assert c.suggestion is None


def test_one_that_cannot_be_worked_out_holds_nobody_up(s, matter, monkeypatch, caplog):
    first, second = letter(s, matter, title="坏的"), letter(s, matter)
    work_out = dispatching.keep

    def keep(s, c, at):
        if c.title == "坏的":
            raise KeyError("broken")
        return work_out(s, c, at)

    monkeypatch.setattr(dispatching, "keep", keep)
    assert look(s) == 2
    assert first.suggestion.department is None
    assert second.suggestion.department.code == "lamps"
    assert [r.levelname for r in caplog.records if r.name == "portal.routing"] == ["ERROR"]
    assert look(s) == 0


def test_what_fails_altogether_is_not_counted_as_done(s, matter, monkeypatch):
    letter(s, matter)

    def fail(*_words):
        raise OSError("no disk")

    monkeypatch.setattr(dispatching, "keep", fail)
    monkeypatch.setattr(dispatching, "keep_none", fail)
    assert look(s) == 0
    assert s.scalar(select(func.count()).select_from(CaseSuggestion)) == 0


@pytest.mark.parametrize(
    ("body", "goes"),
    [
        ("请城市管理局来看，路灯坏了，供电局不来修。", True),
        ("请城市管理局来看，城市管理局的科长收了灯具厂的钱。", False),
        ("请城市管理局来看，城管队员打人。", False),
        ("请城市管理局来看，城市管理局不作为。", False),
    ],
)
def test_what_accuses_somebody_waits_for_a_person(s, matter, lamps, body, goes):
    setting(s, auto_confidence=50)
    c = letter(s, matter, body=body)
    look(s)
    assert (c.state is State.ASSIGNED) is goes
    assert c.suggestion.department is lamps


def test_what_is_filed_under_the_conduct_of_offices_waits_for_a_person(s, lamps):
    setting(s, auto_confidence=50)
    group = category(s, "conduct", "政务服务与作风", lamps)
    window = category(s, "conduct.window", "窗口服务", lamps)
    window.parent = group
    cases = [letter(s, group), letter(s, window)]
    look(s)
    assert {c.state for c in cases} == {State.SUBMITTED}


def test_what_is_sure_enough_goes_out_and_stays_private(s, matter, lamps):
    setting(s, auto_confidence=95)
    c = letter(s, matter)
    look(s, AT + timedelta(minutes=1))
    assert (c.state, c.department, c.visibility) == (State.ASSIGNED, lamps, Visibility.PRIVATE)
    assert c.was_sent_by_system
    assert c.objection_due_at is not None
    assert events(c) == ["submit", "dispatch"]
    assert c.events[-1].role == Role.SYSTEM
    entry = s.scalars(select(AuditEntry).where(AuditEntry.act == "case:dispatch")).one()
    assert (entry.actor, entry.role) == ("system", "system")
    assert 0.95 <= entry.details["confidence"] < 1
    assert entry.details["wanted"] == 0.95
    assert entry.details["department"] == "lamps"
    assert "类别“照明”由该单位负责" in entry.details["reasons"]
    assert json.dumps(entry.details)


def test_what_is_not_sure_enough_waits_for_a_person(s, matter):
    setting(s, auto_confidence=99)
    c = letter(s, matter)
    look(s)
    assert c.state is State.SUBMITTED
    assert c.suggestion.confidence < 0.99


def test_nothing_goes_out_where_the_county_has_not_said_so(s, matter):
    c = letter(s, matter)
    look(s)
    assert c.state is State.SUBMITTED


@pytest.mark.parametrize("kind", [k for k in Kind if k is not Kind.REPORT])
def test_only_the_kinds_that_the_county_names_go_out(s, matter, kind):
    setting(s, auto_confidence=90, auto_kinds=["inquiry", "report"])
    c = letter(s, matter, kind=kind)
    look(s)
    assert c.suggestion is not None
    assert (c.state is State.ASSIGNED) is (kind is Kind.INQUIRY)


def test_a_report_is_left_to_its_own_rule_whatever_the_county_says(s, matter):
    discipline = unit(s, "discipline", "县纪委监委")
    setting(s, auto_confidence=1, auto_kinds=["report"], report_department="discipline")
    c = letter(s, matter, kind=Kind.REPORT)
    assert look(s) == 0
    assert c.department is discipline
    assert events(c) == ["submit", "dispatch"]


@pytest.mark.parametrize(
    "more",
    [
        {"body": "请城市管理局来看，电线掉了，有人触电。"},
        {"channel": Channel.INTERNAL},
    ],
    ids=["grave", "made by staff"],
)
def test_some_always_wait_for_a_person(s, matter, more):
    setting(s, auto_confidence=1)
    c = letter(s, matter, **more)
    look(s)
    assert c.suggestion.department is not None
    assert c.state is State.SUBMITTED


def test_what_is_about_a_department_or_person_waits_for_a_person(s, matter, lamps):
    setting(s, auto_confidence=1, conflict_department="office")
    unit(s, "office", "县政府办公室")
    for target in (
        Target(TargetKind.DEPARTMENT, lamps),
        Target(TargetKind.PERSON, name="某科长"),
    ):
        c = letter(s, matter, targets=[target])
        look(s)
        assert c.suggestion.department.code == "office"
        assert c.state is State.SUBMITTED


def test_a_case_that_somebody_has_begun_with_is_theirs(s, matter):
    setting(s, auto_confidence=1)
    c = letter(s, matter)
    actions.redact(s, c, public_title="a", public_body="b", actor=MODERATOR, at=AT)
    look(s)
    assert c.suggestion is not None
    assert c.state is State.SUBMITTED


def test_a_granted_appeal_brings_the_case_to_a_person(s, matter):
    setting(s, auto_confidence=1)
    c = letter(s, matter)
    actions.reject(s, c, "unclear", actor=MODERATOR, at=AT)
    c.state, c.reject_reason = State.SUBMITTED, None  # as after an appeal
    look(s)
    assert c.state is State.SUBMITTED


def test_the_machine_refuses_nothing_and_tells_nobody(s, matter):
    setting(s, auto_confidence=1)
    for n in range(5):
        letter(s, matter, title=f"第{n}件", body="广告广告" if n % 2 else "请城市管理局来看。")
    look(s)
    acts = set(s.scalars(select(AuditEntry.act).where(AuditEntry.actor == "system")))
    assert "case:dispatch" in acts
    assert not {act for act in acts if act.startswith("case:")} - {"case:dispatch"}
    assert s.scalar(select(func.count()).select_from(Message)) == 0


def test_the_moderators_page_of_before_is_out_of_date(s, matter, lamps):
    from_before = letter(s, matter)
    setting(s, auto_confidence=95)
    look(s)
    assert session().get(Case, from_before.id).state is State.ASSIGNED

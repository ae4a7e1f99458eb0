"""The worker raises an alert once, lets it grow, and shows nothing that has to stay hidden."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal import worker
from portal.audit.models import AuditEntry
from portal.cases import actions
from portal.cases.clusters.actions import FEWEST, dismiss, join, raise_alerts
from portal.cases.clusters.models import Cluster, ClusterMember, ClusterState
from portal.cases.clusters.queries import (
    MEMBERS_SHOWN,
    PAGE_SIZE,
    cluster_page,
    count_open,
    members,
    place_key,
)
from portal.cases.clusters.rules import Scope
from portal.cases.contacts import Contact
from portal.cases.kinds import Channel, Kind, TargetKind
from portal.cases.merging import merge
from portal.cases.targets import Target, set_targets
from portal.cases.workflow import State, Visibility
from portal.county.models import Town
from portal.db import added, session
from portal.errors import Invalid, NotAllowed, WrongState
from portal.security import Actor, Role
from tests.cases.routing.learning import category, setting, unit
from tests.factories import AT, MODERATOR, case, department, officer, project

LATER = AT + timedelta(hours=1)
PERSON = iter(range(10_000))


def letter(s, n_of_person=None, **more):
    """A letter of somebody who has not written before, unless a number is given."""
    n = next(PERSON) if n_of_person is None else n_of_person
    known = {"contact": Contact("", f"139{n:08d}", ""), "title": f"第{n}封"}
    return case(s, **(known | more))


@pytest.fixture
def works(s):
    return project(s, "城东供水管网改造")


def hot(s, works, number=5, **more):
    return [letter(s, project=works, **more) for _ in range(number)]


def alert(s, at=LATER):
    raise_alerts(s, at=at)
    return s.scalars(select(Cluster).order_by(Cluster.id)).all()


def ids(cluster):
    return {member.case_id for member in cluster.members}


# --- raising ------------------------------------------------------------------------


def test_enough_cases_of_one_project_in_the_window_raise_one_alert(s, works):
    cases = hot(s, works)
    [found] = alert(s)
    assert (found.scope, found.key, found.label) == (Scope.PROJECT, str(works.id), works.name)
    assert (found.state, found.raised_at) == (ClusterState.OPEN, LATER)
    assert (found.first_at, found.last_at) == (AT, AT)
    assert ids(found) == {c.id for c in cases}
    entry = s.scalars(select(AuditEntry).where(AuditEntry.act == "cluster:raise")).one()
    assert (entry.actor, entry.details["cases"]) == ("system", 5)


def test_too_few_or_too_old_raise_none(s, works):
    hot(s, works, 4)
    hot(s, works, 1, at=AT - timedelta(days=8))
    assert alert(s) == []


def test_one_who_writes_again_and_again_is_no_hot_spot(s, works):
    for _ in range(9):
        letter(s, 7, project=works)
    assert alert(s) == []


@pytest.mark.parametrize("cases", [4, 3])
def test_the_countys_own_figures_count(s, works, cases):
    setting(s, hot_cases=4, hot_days=2)
    hot(s, works, cases)
    assert len(alert(s)) == (cases == 4)


@pytest.mark.parametrize("figure", [0, 1])
def test_a_county_can_do_without(s, works, figure):
    setting(s, hot_cases=figure)
    hot(s, works)
    assert alert(s) == []


def test_a_place_and_a_category_are_called_as_residents_and_the_county_call_them(s):
    town = Town(code="east", name="城东镇", sort_order=1)
    s.add(town)
    matter = category(s, "light", "照明")
    for n in range(5):
        place = "人民路 8号" if n % 2 else "人民路８号"
        letter(s, place=place, town=town)
        letter(s, category=matter, place=f"第{n}处")
    place, topic = alert(s)
    assert (place.scope, place.key) == (Scope.PLACE, "east:人民路8号")
    assert place.label in ("城东镇人民路 8号", "城东镇人民路８号")
    assert (topic.scope, topic.key, topic.label) == (Scope.CATEGORY, "light", "照明")


def test_a_town_alone_is_no_place():
    assert place_key("east", "  ") == ""
    assert place_key(None, "人民路") != place_key("east", "人民路")


def test_an_open_alert_grows_and_is_not_told_twice(s, works):
    hot(s, works)
    [found] = alert(s)
    more = hot(s, works, 2, at=AT + timedelta(hours=2))
    assert raise_alerts(s, at=AT + timedelta(hours=3)) == 1
    assert raise_alerts(s, at=AT + timedelta(hours=3)) == 0
    assert alert(s, AT + timedelta(hours=3)) == [found]
    assert {c.id for c in more} < ids(found)
    assert len(ids(found)) == 7
    assert found.last_at == AT + timedelta(hours=2)
    raised = select(func.count()).where(AuditEntry.act == "cluster:raise")
    assert s.scalar(raised) == 1


def test_an_alert_stays_when_its_window_has_passed(s, works):
    hot(s, works)
    [found] = alert(s)
    assert alert(s, AT + timedelta(days=30)) == [found]
    assert found.state is ClusterState.OPEN


@pytest.mark.parametrize("decide", ["join", "dismiss"])
def test_what_was_decided_on_is_raised_again_only_by_enough_others(s, works, decide):
    hot(s, works)
    [found] = alert(s)
    if decide == "join":
        join(s, found, actor=MODERATOR, at=LATER)
    else:
        dismiss(s, found, actor=MODERATOR, at=LATER, note="各不相同")
    fresh = hot(s, works, 4, at=LATER)
    later = LATER + timedelta(hours=1)
    assert alert(s, later) == [found]
    fresh += hot(s, works, 1, at=LATER)
    _old, new = alert(s, later)
    assert ids(new) == {c.id for c in fresh}


def test_reports_conflicts_follow_ups_praise_and_what_was_refused_take_no_part(s, works):
    office = department(s)
    setting(s, report_department=office.code)
    hot(s, works, 4)
    hot(s, works, 5, kind=Kind.REPORT)
    hot(s, works, 5, targets=[Target(TargetKind.PERSON, name="某科长")])
    hot(s, works, 5, kind=Kind.FOLLOW_UP, channel=Channel.INTERNAL)
    hot(s, works, 5, kind=Kind.PRAISE)
    for c in hot(s, works, 5):
        actions.reject(s, c, "unclear", actor=MODERATOR, at=AT)
    assert alert(s) == []


def test_a_case_that_turns_out_to_be_about_somebody_is_shown_no_more(s, works):
    cases = hot(s, works)
    [found] = alert(s)
    accused = department(s)
    targets = [Target(TargetKind.DEPARTMENT, accused)]
    set_targets(s, cases[0], targets, actor=MODERATOR, at=LATER)
    assert cases[0] not in members(s, found, MODERATOR)
    [shown] = cluster_page(s, ClusterState.OPEN, MODERATOR, after=None).rows
    assert (shown.total, cases[0] in shown.cases) == (4, False)
    assert cases[0] not in join(s, found, actor=MODERATOR, at=LATER).merged


def test_the_worker_looks_for_hot_spots(app, write, monkeypatch):
    def make(s):
        hot(s, project(s))

    write(make)
    monkeypatch.setattr(worker.clock, "now", lambda: LATER)
    with app.app_context():
        worker.tidy()
        assert session().scalar(select(func.count()).select_from(Cluster)) == 1


def test_one_job_of_the_worker_that_fails_does_not_hold_up_the_others(
    app, write, monkeypatch, caplog
):
    write(lambda s: hot(s, project(s)))

    def fail(*_words, **_more):
        raise OSError("no disk")

    monkeypatch.setattr(worker.clock, "now", lambda: LATER)
    monkeypatch.setattr(worker, "forget_expired", fail)
    monkeypatch.setattr(worker, "ensure_fresh", fail)
    with app.app_context():
        worker.tidy()
        assert session().scalar(select(func.count()).select_from(Cluster)) == 1
    assert len([r for r in caplog.records if r.levelname == "ERROR"]) == 2


# --- deciding -----------------------------------------------------------------------


def test_joining_opens_one_case_that_answers_what_can_be_merged(s, works):
    cases = hot(s, works, 6)
    lamps = department(s)
    actions.assign(s, cases[0], lamps, actor=MODERATOR, at=AT)
    actions.assign(s, cases[1], lamps, actor=MODERATOR, at=AT)
    actions.sign(s, cases[1], actor=officer(lamps), at=AT)
    [found] = alert(s)
    done = join(s, found, actor=MODERATOR, at=LATER, note="同一处爆管")
    joint = done.case
    assert joint.title == "关于城东供水管网改造的共性问题（5件）"
    assert (joint.kind, joint.channel, joint.project) == (
        Kind.COMPLAINT,
        Channel.INTERNAL,
        works,
    )
    assert (joint.state, joint.visibility) == (State.SUBMITTED, Visibility.PRIVATE)
    assert not joint.consent_publish
    assert joint.contact is None
    assert joint.entered_by == MODERATOR.name
    assert {c.parent for c in done.merged} == {joint}
    assert {c.state for c in done.merged} == {State.MERGED}
    assert done.left == [(cases[1], "承办单位已在办理")]
    assert cases[1].state is State.IN_PROGRESS
    assert (found.state, found.joint_case, found.decided_by) == (
        ClusterState.JOINED,
        joint,
        MODERATOR.name,
    )
    entry = s.scalars(select(AuditEntry).where(AuditEntry.act == "cluster:join")).one()
    assert (entry.details["merged"], entry.details["left"]) == (5, 1)
    assert entry.details["joint"] == joint.reference


def test_the_joint_case_keeps_the_first_promise_and_the_gravest_risk(s, works):
    old = letter(s, project=works, at=AT - timedelta(days=5))
    grave = letter(s, project=works, body="电线掉了，有人触电。")
    hot(s, works, 4)
    [found] = alert(s)
    joint = join(s, found, actor=MODERATOR, at=LATER).case
    assert joint.due_at == old.due_at
    assert joint.risk == grave.risk == 3


def test_what_the_joint_case_says_is_the_matter_and_how_many_and_of_nobody_s_letter(s, works):
    for n in range(5):
        contact = Contact("欧阳小明", f"1380000123{n}", "")
        letter(s, n, project=works, contact=contact, title=f"欧阳小明家停水，电话1380000123{n}")
    [found] = alert(s)
    joint = join(s, found, actor=MODERATOR, at=LATER).case
    assert works.name in joint.body
    assert "5件" in joint.body
    for word in ("停水", "138", "欧阳", *(c.reference for c in members(s, found, MODERATOR))):
        assert word not in joint.title + joint.body


def test_the_answer_of_the_joint_case_is_everybodys(s, works):
    hot(s, works)
    [found] = alert(s)
    done = join(s, found, actor=MODERATOR, at=LATER)
    water = department(s)
    actions.assign(s, done.case, water, actor=MODERATOR, at=LATER)
    actions.sign(s, done.case, actor=officer(water), at=LATER)
    actions.answer(s, done.case, "已修复。", actor=officer(water), at=LATER)
    actions.close(s, done.case, actor=MODERATOR, at=LATER)
    assert {c.state for c in done.merged} == {State.CLOSED}
    assert {c.answer.public_text for c in done.merged} == {"已修复。"}


def test_the_joint_case_is_of_what_all_have_in_common(s, works):
    matter = category(s, "water", "供水", unit(s, "water", "县水利局"))
    for n in range(5):
        letter(s, project=works if n else None, category=matter)
    [found] = alert(s)
    joint = join(s, found, actor=MODERATOR, at=LATER).case
    assert (joint.category, joint.project, joint.town) == (matter, None, None)


def test_a_long_name_does_not_make_a_long_title(s):
    hot(s, project(s, "关于" + "很" * 200 + "长的工程"))
    [found] = alert(s)
    assert len(join(s, found, actor=MODERATOR, at=LATER).case.title) <= 80


def test_what_others_were_merged_into_goes_on_by_itself(s, works):
    cases = hot(s, works, 6)
    merge(s, letter(s), cases[0], actor=MODERATOR, at=AT)
    [found] = alert(s)
    done = join(s, found, actor=MODERATOR, at=LATER)
    assert [c for c, _why in done.left] == [cases[0]]
    assert len(done.merged) == 5


def test_fewer_than_two_are_not_joined(s, works):
    cases = hot(s, works)
    water = department(s)
    for c in cases[1:]:
        actions.assign(s, c, water, actor=MODERATOR, at=AT)
        actions.sign(s, c, actor=officer(water), at=AT)
    [found] = alert(s)
    with pytest.raises(Invalid):
        join(s, found, actor=MODERATOR, at=LATER)
    assert found.state is ClusterState.OPEN
    assert FEWEST == 2


def test_dismissing_wants_a_reason_and_keeps_it(s, works):
    hot(s, works)
    [found] = alert(s)
    with pytest.raises(Invalid):
        dismiss(s, found, actor=MODERATOR, at=LATER, note="  ")
    dismiss(s, found, actor=MODERATOR, at=LATER, note="各户情况不同")
    assert (found.state, found.note) == (ClusterState.DISMISSED, "各户情况不同")
    entry = s.scalars(select(AuditEntry).where(AuditEntry.act == "cluster:dismiss")).one()
    assert entry.details["note"] == "各户情况不同"


def test_an_alert_is_decided_once_and_by_moderators(s, works):
    hot(s, works)
    [found] = alert(s)
    for role in (Role.OFFICER, Role.INSPECTOR, Role.ADMIN, Role.RESIDENT):
        with pytest.raises(NotAllowed):
            join(s, found, actor=Actor("x", role, department_id=1), at=LATER)
        with pytest.raises(NotAllowed):
            dismiss(s, found, actor=Actor("x", role), at=LATER, note="不")
    join(s, found, actor=MODERATOR, at=LATER)
    with pytest.raises(WrongState):
        join(s, found, actor=MODERATOR, at=LATER)
    with pytest.raises(WrongState):
        dismiss(s, found, actor=MODERATOR, at=LATER, note="不")


# --- reading ------------------------------------------------------------------------


def test_a_page_of_alerts_has_a_fixed_number_of_queries(s, count_queries):
    def ask():
        s.flush()
        with count_queries() as sent:
            found = cluster_page(s, ClusterState.OPEN, MODERATOR, after=None)
        return sent.n, found

    hot(s, project(s))
    alert(s)
    few, _found = ask()
    for _ in range(PAGE_SIZE):
        hot(s, project(s), 6)
    alert(s)
    many, found = ask()
    assert many == few == 2
    assert len(found.rows) == PAGE_SIZE
    rest = cluster_page(s, ClusterState.OPEN, MODERATOR, after=found.next).rows
    assert len(rest) == 1
    assert count_open(s, MODERATOR) == PAGE_SIZE + 1


def test_a_large_alert_lists_its_newest_and_counts_all(s, works):
    cases = hot(s, works, MEMBERS_SHOWN + 3)
    alert(s)
    [shown] = cluster_page(s, ClusterState.OPEN, MODERATOR, after=None).rows
    assert shown.total == MEMBERS_SHOWN + 3
    assert shown.cases == cases[:2:-1]


def test_two_workers_raise_the_same_once(s, works):
    hot(s, works)
    [found] = alert(s)
    twin = Cluster(
        scope=found.scope,
        key=found.key,
        label="",
        raised_at=AT,
        first_at=AT,
        last_at=AT,
        state=ClusterState.OPEN,
        decided_by="",
        note="",
    )
    assert not added(s, twin)
    assert s.scalar(select(func.count()).select_from(ClusterMember)) == 5

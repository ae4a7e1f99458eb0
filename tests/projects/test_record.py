"""From a draft to what everybody sees, below the web: checks, effects, values, the log."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from portal import clock
from portal.errors import Invalid, NotAllowed, WrongState
from portal.files.models import MediaType, StoredFile
from portal.projects.funds.models import FundSource
from portal.projects.kinds import FundKind, ProjectStatus
from portal.projects.models import Item, Project
from portal.projects.people.models import Duty, Leader
from portal.projects.quality.models import Acceptance, Hazard
from portal.projects.record import actions
from portal.projects.record.models import Change, DraftState, Operation
from portal.projects.record.values import typed
from portal.projects.schedule.models import Blocker, Remedy, Standing
from portal.projects.sections import SECTIONS
from portal.projects.upkeep.models import Revisit
from portal.security import SYSTEM, Actor, Role
from tests import factories

AT = factories.AT
DAY = clock.local_day(AT)
AGO = timedelta(days=1)
ADMIN, OTHER_ADMIN = Actor("admin-a", Role.ADMIN), Actor("admin-b", Role.ADMIN)
HAZARD = {"level": "general", "description": "未支护", "found_on": "2026-02-01"} | {
    "fix_by": "2026-02-20"
}
ACCEPTANCE = {"accepted_on": "2026-03-01", "by": "县住建局", "standard": "GB 50268"} | {
    "result": "passed",
    "is_final": True,
}


@pytest.fixture
def unit(s):
    return factories.department(s)


@pytest.fixture
def project(s, unit):
    """A project in progress, behind nothing, reported at 35 %."""
    return factories.project(
        s, status=ProjectStatus.IN_PROGRESS, unit=unit, promised_on=date(2026, 11, 30)
    )


def apply(s, project, key, after, target=None, operation=None):
    operation = operation or (Operation.ADD if target is None else Operation.CHANGE)
    where = (s, project, SECTIONS[key], operation, target, after)
    return actions.apply(*where, actor=SYSTEM, organisation="县水利局", at=AT)


def remove(s, project, key, target):
    return apply(s, project, key, {}, target, Operation.REMOVE)


def propose(s, project, key, after, *, actor=ADMIN, target=None, hand_in=True):
    operation = Operation.ADD if target is None else Operation.CHANGE
    where = (s, project, SECTIONS[key], operation, target, after)
    return actions.propose(*where, hand_in=hand_in, actor=actor, at=AT)


def fields_of(error):
    return error.value.params["fields"]


# --- values


@pytest.mark.parametrize(
    ("key", "name", "value", "is_read"),
    [
        ("item", "quantity", "99999999999999.9999", True),
        ("item", "quantity", "99999999999999.99999", False),  # rounded it would not fit
        ("item", "quantity", "1e400", False),
        ("item", "quantity", "NaN", False),
        ("promise", "amount_fen", 99_999_999_999_999, True),
        ("promise", "amount_fen", 10**14, False),
        ("promise", "amount_fen", "1.5", False),
        ("hazard", "fix_by", "2026-02-30", False),
        ("hazard", "level", "nonsense", False),
        ("duty", "department_id", 2**31, False),
        ("duty", "department_id", "1", False),
        ("duty", "department_id", True, False),
        ("revisit", "checklist", {"好用": True}, True),
        ("revisit", "checklist", {"好用": "yes"}, False),
        ("revisit", "checklist", ["好用"], False),
    ],
)
def test_a_written_value_fits_its_column_or_is_refused(s, key, name, value, is_read):
    field = SECTIONS[key].field(name)
    if is_read:
        assert typed(s, 1, field, value) is not None
    else:
        with pytest.raises(Invalid):
            typed(s, 1, field, value)


def test_a_figure_is_kept_as_its_column_keeps_it(s):
    assert typed(s, 1, SECTIONS["site"].field("latitude"), "29.1234567") == Decimal("29.123457")
    assert typed(s, 1, SECTIONS["report"].field("percent"), "33.335") == Decimal("33.34")
    assert typed(s, 1, SECTIONS["hazard"].field("fix_note"), "a\0b\r\n") == "ab"


def test_a_document_is_no_photo(s):
    row = StoredFile(sha256="0" * 64, media_type=MediaType.PDF, size=1, data=b"x", created_at=AT)
    s.add(row)
    s.flush()
    assert typed(s, 1, SECTIONS["document"].field("file_id"), row.id) == row.id
    with pytest.raises(Invalid):
        typed(s, 1, SECTIONS["photo"].field("file_id"), row.id)


def test_a_department_named_twice_assists_once(s, project, unit):
    after = {"kind": "land", "description": "未腾退", "department_id": unit.id}
    after |= {"assistants": [unit.id, unit.id], "raised_on": "2026-02-01", "due_on": "2026-04-01"}
    apply(s, project, "blocker", after)
    assert s.query(Blocker).one().assistants == [unit]


# --- checks


def test_a_refusal_names_its_fields(s, project):
    with pytest.raises(Invalid) as error:
        apply(s, project, "hazard", HAZARD | {"description": ""})
    assert fields_of(error) == ("description",)
    with pytest.raises(Invalid) as error:
        apply(s, project, "hazard", HAZARD | {"fix_by": "2026-01-01"})
    assert fields_of(error) == ("fix_by",)
    with pytest.raises(Invalid) as error:
        apply(s, project, "hazard", HAZARD | {"description": "长" * 2001})
    assert fields_of(error) == ("description",)


def test_history_is_only_added_to(s, project):
    report = {"as_of": "2026-03-01", "status": "in_progress", "percent": "40", "narrative": "好"}
    row = apply(s, project, "report", report)
    with pytest.raises(Invalid):
        apply(s, project, "report", report | {"percent": "99"}, row)
    with pytest.raises(Invalid):
        remove(s, project, "report", row)


def test_of_a_single_section_there_is_one_row(s, project):
    apply(s, project, "acceptance", ACCEPTANCE)
    handover = {"handed_over_on": "2026-03-02", "body": "社区", "funding": "县财政"}
    handover |= {"rules": "每月巡查", "phone": "0571-1234567"}
    apply(s, project, "handover", handover)
    with pytest.raises(Invalid, match="只有一条记录"):
        apply(s, project, "handover", handover)
    with pytest.raises(Invalid, match="只有一条记录"):
        propose(s, project, "promise", {"name": "又一个"}, hand_in=False)


def test_a_cause_alone_is_no_remedy_even_when_nothing_is_late(s, project):
    report = {"as_of": "2026-03-01", "status": "in_progress", "percent": "40", "narrative": "好"}
    with pytest.raises(Invalid) as error:
        apply(s, project, "report", report | {"cause": "用地"})
    assert fields_of(error) == ("measure", "new_date")
    assert s.query(Remedy).count() == 0


def test_a_percent_that_was_public_is_not_silently_dropped(s, project):
    report = {"as_of": "2026-03-01", "status": "in_progress", "narrative": "好"}
    with pytest.raises(Invalid, match="此前公布过"):
        apply(s, project, "report", report)
    s.add(Item(project_id=project.id, name="管道", quantity=Decimal(10), done=Decimal(4)))
    s.flush()
    apply(s, project, "report", report)
    assert project.percent == 40


def test_a_source_does_not_go_while_what_was_paid_needs_it(s, project):
    funds = [
        FundSource(
            project_id=project.id,
            kind=kind,
            name="甲",
            approved_fen=100,
            in_place_fen=100,
        )
        for kind in (FundKind.COUNTY, FundKind.CITY)
    ]
    s.add_all(funds)
    s.flush()
    paid = {"amount_fen": 150, "purpose": "工程款", "paid_on": "2026-03-01"}
    apply(s, project, "payment", paid)
    with pytest.raises(Invalid, match="少于已拨付"):
        remove(s, project, "fund", funds[0])


def test_a_percent_keeps_to_what_standings_can_hold(s, project):
    apply(s, project, "plan", {"by_on": "2026-11-30", "percent": "0.24"})
    report = {"as_of": "2026-03-01", "status": "in_progress", "narrative": "好"}
    with pytest.raises(Invalid, match="过大"):
        apply(s, project, "report", report | {"percent": "1000"})
    apply(s, project, "report", report | {"percent": "999.99"})
    s.expire_all()
    assert s.get(Standing, project.id).ratio > 100_000


# --- effects


def test_a_decision_freezes_the_first_promise_where_nobody_had(s, project):
    project.promised_on = None
    decision = {"kind": "date", "decided_by": "县人大常委会", "document_no": "9号"}
    decision |= {"decided_on": "2026-02-20", "reason": "汛期", "due_after": "2027-03-31"}
    apply(s, project, "decision", decision)
    assert (project.promised_on, project.due_on) == (date(2026, 11, 30), date(2027, 3, 31))


def test_an_unrelated_duty_leaves_leader_and_lead_as_the_list_has_them(s, project, unit):
    leader = Leader(code="wang", name="王立民", post="副县长", sort_order=1)
    s.add(leader)
    s.flush()
    project.leader_id = leader.id
    row = apply(s, project, "duty", {"role": "first", "name": "李局长", "from_on": "2026-01-01"})
    assert project.leader_id == leader.id
    remove(s, project, "duty", row)
    assert (project.leader_id, project.department_id) == (leader.id, unit.id)


def test_who_holds_a_duty_on_the_day_stands_for_the_project(s, project, unit):
    other = factories.department(s, "县交通局")
    lead = {"role": "lead", "department_id": unit.id, "from_on": "2026-01-01"}
    first = apply(s, project, "duty", lead | {"until_on": "2026-02-28"})
    assert project.department_id == unit.id
    second = apply(s, project, "duty", lead | {"department_id": other.id, "from_on": "2026-03-01"})
    assert project.department_id == other.id
    remove(s, project, "duty", second)
    assert project.department_id == other.id  # never without a lead
    assert s.query(Duty).one() is first


def test_a_partial_acceptance_takes_no_completion_back(s, unit):
    listed = factories.project(s, unit=unit)  # completed by a list, without an acceptance
    apply(s, listed, "acceptance", ACCEPTANCE | {"is_final": False})
    assert listed.status is ProjectStatus.COMPLETED
    apply(s, listed, "acceptance", ACCEPTANCE | {"result": "failed"})
    assert (listed.status, listed.completed_on) == (ProjectStatus.IN_PROGRESS, None)


@pytest.mark.parametrize("how", ["removed", "failed", "partial"])
def test_without_its_acceptance_a_project_is_not_completed(s, project, how):
    row = apply(s, project, "acceptance", ACCEPTANCE)
    assert project.status is ProjectStatus.COMPLETED
    if how == "removed":
        remove(s, project, "acceptance", row)
    else:
        more = {"result": "failed"} if how == "failed" else {"is_final": False}
        apply(s, project, "acceptance", ACCEPTANCE | more, row)
    assert (project.status, project.completed_on) == (ProjectStatus.IN_PROGRESS, None)


def test_revisits_to_come_move_with_the_day_of_completion(s, project):
    row = apply(s, project, "acceptance", ACCEPTANCE | {"accepted_on": "2025-11-01"})
    done = s.query(Revisit).filter_by(months=3).one()
    made = {"months": 3, "due_on": "2026-02-01", "done_on": "2026-02-02", "score": 90}
    apply(s, project, "revisit", made | {"by": "督查室", "checklist": {}}, done)
    apply(s, project, "acceptance", ACCEPTANCE | {"accepted_on": "2025-12-01"}, row)
    due = {r.months: r.due_on for r in s.query(Revisit)}
    assert due == {3: date(2026, 2, 1), 6: date(2026, 6, 1), 12: date(2026, 12, 1)}
    assert s.query(Acceptance).count() == 1


def test_a_report_writes_the_items_and_the_log(s, project):
    item = Item(project_id=project.id, name="管道", quantity=Decimal(10), done=Decimal(2))
    s.add(item)
    s.flush()
    report = {"as_of": "2026-03-01", "status": "in_progress", "narrative": "好"}
    apply(s, project, "report", report | {"items": {str(item.id): "5.5"}})
    assert (item.done, project.percent) == (Decimal("5.5"), 55)
    told = {(c.section, c.field): (c.before, c.after) for c in s.query(Change)}
    assert told["item", "done"] == ("2", "5.5")
    for items in ({"99": "1"}, {str(item.id): "-1"}, {str(item.id): "x"}, {"x": "1"}):
        with pytest.raises(Invalid):
            apply(s, project, "report", report | {"items": items})
    assert item.done == Decimal("5.5")


# --- the way of a draft


def test_a_row_of_another_project_is_no_target(s, project, unit):
    other = factories.project(s, unit=unit, status=ProjectStatus.IN_PROGRESS)
    foreign = apply(s, other, "hazard", HAZARD)
    with pytest.raises(NotAllowed):
        propose(s, project, "hazard", HAZARD, target=foreign)


def test_a_returned_draft_speaks_of_the_row_as_it_is_when_it_is_rewritten(s, project):
    row = apply(s, project, "hazard", HAZARD)
    draft = propose(s, project, "hazard", HAZARD | {"description": "甲"}, target=row)
    apply(s, project, "hazard", HAZARD | {"fix_note": "加固"}, row)
    with pytest.raises(WrongState):
        actions.publish(s, draft, actor=OTHER_ADMIN, at=AT)
    actions.send_back(s, draft, note="请核对", actor=OTHER_ADMIN, at=AT)
    with pytest.raises(WrongState):
        actions.submit(s, draft, actor=ADMIN, at=AT)
    after = HAZARD | {"description": "甲", "fix_note": "加固"}
    actions.rewrite(s, draft, after, actor=ADMIN, at=AT)
    actions.submit(s, draft, actor=ADMIN, at=AT)
    actions.publish(s, draft, actor=OTHER_ADMIN, at=AT)
    assert draft.state is DraftState.PUBLISHED
    assert s.query(Hazard).one().description == "甲"


def test_a_report_is_not_published_over_items_that_say_something_else_by_now(s, project):
    told = {"name": "管道", "quantity": "10", "done": "2"}
    item = apply(s, project, "item", told)
    report = {"as_of": "2026-03-01", "status": "in_progress", "narrative": "好", "percent": "40"}
    draft = propose(s, project, "report", report | {"items": {str(item.id): "4"}})
    apply(s, project, "item", told | {"done": "6"}, item)
    with pytest.raises(WrongState):
        actions.publish(s, draft, actor=OTHER_ADMIN, at=AT)
    assert item.done == 6


def test_one_neither_publishes_nor_returns_ones_own(s, project):
    draft = propose(s, project, "hazard", HAZARD)
    with pytest.raises(NotAllowed):
        actions.publish(s, draft, actor=ADMIN, at=AT)
    with pytest.raises(NotAllowed):
        actions.send_back(s, draft, note="改", actor=ADMIN, at=AT)
    assert draft.state is DraftState.SUBMITTED


def test_the_public_log_names_no_user(s, project, unit):
    for actor in (ADMIN, factories.officer(unit)):
        draft = propose(s, project, "hazard", HAZARD, actor=actor)
        actions.publish(s, draft, actor=OTHER_ADMIN, at=AT)
    said = {c.organisation for c in s.query(Change)}
    assert said == {"本县", unit.name}
    assert s.query(Project).one().updated_at == AT

"""What must stay true of a promise, in whatever order its rows are published and corrected."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from portal import clock
from portal.errors import Invalid
from portal.projects.kinds import ProjectStatus, Stage
from portal.projects.models import ImportBatch, Item, ProjectSource, StageRecord
from portal.projects.page import read
from portal.projects.people.models import Leader
from portal.projects.record import actions
from portal.projects.record.additions import add_project
from portal.projects.record.models import Operation
from portal.projects.schedule.models import ProgressReport
from portal.projects.sections import SECTIONS
from portal.security import SYSTEM
from tests import factories

AT = factories.AT
DAY = clock.local_day(AT)
ACCEPTANCE = {"accepted_on": "2026-03-01", "by": "县住建局", "standard": "GB 50268"} | {
    "result": "passed",
    "is_final": True,
}
HANDOVER = {"handed_over_on": "2026-03-01", "body": "社区", "funding": "县财政"} | {
    "rules": "每月巡查",
    "phone": "0571-1234567",
}
DECISION = {"decided_by": "县人大常委会", "document_no": "9号", "reason": "汛期"}


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


def decide(s, project, kind, on, **more):
    return apply(s, project, "decision", DECISION | {"kind": kind, "decided_on": on} | more)


def reached(s, project):
    rows = s.scalars(select(StageRecord).where(StageRecord.project_id == project.id))
    return {row.stage: row.reached_on for row in rows}


# --- targets and promised days move by decisions alone


def test_a_published_target_does_not_go_with_its_item_nor_change_with_its_unit(s, project):
    item = apply(s, project, "item", {"name": "管道", "quantity": "12", "unit": "公里"})
    with pytest.raises(Invalid, match="变更决定"):
        remove(s, project, "item", item)
    with pytest.raises(Invalid, match="变更决定"):
        apply(s, project, "item", {"name": "管道", "unit": "米"}, item)
    apply(s, project, "item", {"name": "供水管道", "unit": "公里", "done": "3"}, item)
    decide(s, project, "target", "2026-02-20", item_id=item.id, quantity_after="0")
    remove(s, project, "item", item)
    assert s.query(Item).count() == 0


def test_an_item_without_a_target_may_get_its_unit_and_may_go(s, project):
    item = apply(s, project, "item", {"name": "巡查"})
    apply(s, project, "item", {"name": "巡查", "unit": "次"}, item)
    remove(s, project, "item", item)


def test_a_day_that_was_promised_is_the_only_one_that_can_be_filled_in(s, project):
    project.due_on = None  # promised first, and never said again
    promise = actions.row_values(SECTIONS["promise"], project)
    with pytest.raises(Invalid) as error:
        apply(s, project, "promise", promise | {"due_on": "2027-06-30"}, project)
    assert error.value.params["fields"] == ("due_on",)
    apply(s, project, "promise", promise | {"due_on": "2026-11-30"}, project)
    assert project.due_on == project.promised_on == date(2026, 11, 30)


def test_an_older_decision_does_not_undo_a_newer_one(s, project):
    decide(s, project, "date", "2026-02-20", due_after="2027-03-31")
    with pytest.raises(Invalid, match="2026-02-20"):
        decide(s, project, "date", "2026-01-15", due_after="2026-12-31")
    decide(s, project, "pause", "2026-01-20")
    with pytest.raises(Invalid, match="2026-01-20"):
        decide(s, project, "resume", "2026-01-19")
    assert (project.due_on, project.status) == (date(2027, 3, 31), ProjectStatus.PAUSED)


def test_a_decision_moves_no_promise_before_the_work_begins(s, project):
    with pytest.raises(Invalid) as error:
        decide(s, project, "date", "2026-02-20", due_after="2026-01-31")
    assert error.value.params["fields"] == ("due_after",)


# --- status, stage and days agree


def test_work_that_had_begun_is_resumed_as_such_also_without_a_figure(s, project):
    project.percent = None
    report = {"as_of": "2026-03-01", "status": "in_progress", "narrative": "已进场"}
    apply(s, project, "report", report)
    decide(s, project, "pause", "2026-03-01")
    decide(s, project, "resume", "2026-03-02")
    assert project.status is ProjectStatus.IN_PROGRESS


def test_work_that_is_reported_is_not_reported_as_not_begun_afterwards(s, project):
    report = {"as_of": "2026-03-01", "status": "planned", "percent": "35", "narrative": "无"}
    with pytest.raises(Invalid) as error:
        apply(s, project, "report", report)
    assert error.value.params["fields"] == ("status",)


def test_a_stage_put_on_record_later_takes_none_back(s, unit):
    listed = factories.project(s, unit=unit, stage=Stage.ACCEPTANCE)  # as a list says, no record
    vote = apply(s, listed, "stage", {"stage": "vote", "reached_on": "2026-01-10"})
    assert listed.stage is Stage.ACCEPTANCE
    remove(s, listed, "stage", vote)
    assert listed.stage is Stage.ACCEPTANCE


def test_a_stage_that_was_put_on_record_by_mistake_goes_with_its_record(s, project):
    row = apply(s, project, "stage", {"stage": "evaluation", "reached_on": "2026-03-01"})
    assert project.stage is Stage.EVALUATION
    remove(s, project, "stage", row)
    assert project.stage is Stage.WORK


def test_the_stage_follows_the_day_of_an_acceptance_that_is_corrected(s, project):
    row = apply(s, project, "acceptance", ACCEPTANCE)
    apply(s, project, "acceptance", ACCEPTANCE | {"accepted_on": "2026-02-20"}, row)
    assert reached(s, project)[Stage.ACCEPTANCE] == project.completed_on == date(2026, 2, 20)
    remove(s, project, "acceptance", row)
    assert Stage.ACCEPTANCE not in reached(s, project)
    assert project.stage is Stage.WORK


def test_without_its_acceptance_a_project_is_as_far_as_was_reported_last(s, project):
    report = {"as_of": "2026-02-28", "status": "in_progress", "percent": "80", "narrative": "好"}
    apply(s, project, "report", report)
    row = apply(s, project, "acceptance", ACCEPTANCE)
    assert project.percent == 100
    remove(s, project, "acceptance", row)
    assert project.percent == Decimal(80)
    assert s.query(ProgressReport).count() == 1


def test_an_acceptance_stands_as_long_as_the_handover_that_rests_on_it(s, project):
    row = apply(s, project, "acceptance", ACCEPTANCE)
    handover = apply(s, project, "handover", HANDOVER)
    with pytest.raises(Invalid, match="移交"):
        remove(s, project, "acceptance", row)
    for more in ({"result": "failed"}, {"is_final": False}, {"accepted_on": "2026-03-02"}):
        with pytest.raises(Invalid, match="移交"):
            apply(s, project, "acceptance", ACCEPTANCE | more, row)
    remove(s, project, "handover", handover)
    assert (project.handed_over_on, project.stage) == (None, Stage.ACCEPTANCE)
    remove(s, project, "acceptance", row)
    assert project.status is ProjectStatus.IN_PROGRESS


def test_a_revisit_comes_after_the_acceptance(s, project):
    apply(s, project, "acceptance", ACCEPTANCE)
    made = {"months": 1, "due_on": "2026-04-01", "done_on": "2026-02-28", "score": 90}
    with pytest.raises(Invalid) as error:
        apply(s, project, "revisit", made | {"by": "督查室", "checklist": {}})
    assert error.value.params["fields"] == ("done_on",)


def test_a_leader_whose_last_day_is_today_is_no_longer_in_charge_in_lists(s, project):
    leader = Leader(code="wang", name="王立民", post="副县长", sort_order=1)
    s.add(leader)
    s.flush()
    duty = {"role": "county_leader", "leader_id": leader.id, "from_on": "2026-01-01"}
    row = apply(s, project, "duty", duty)
    assert project.leader_id == leader.id
    apply(s, project, "duty", duty | {"until_on": DAY.isoformat()}, row)
    assert project.leader_id is None  # no one comes tomorrow to take the name away


# --- projects put on a list by hand


def test_a_name_that_reads_the_same_is_taken(s, unit):
    told = {"year": 2026, "department": unit, "listed_on": DAY - timedelta(days=1)}
    told |= {"document_no": "", "actor": factories.ADMIN, "at": AT}
    add_project(s, name="第一小学改造", **told)
    with pytest.raises(Invalid, match="同名") as error:
        add_project(s, name="第 一 小学改造", **told)
    assert error.value.params["fields"] == ("name",)


# --- what an import kept, as everybody reads it


def test_a_published_original_shows_no_private_number(s, project):
    batch = ImportBatch(at=AT, actor="admin", year=2026, file_name="x.csv", file_hash="0" * 64)
    batch.title, batch.report = "", {}
    cells = {"责任人": "张三", "联系电话": "13800001234"}
    s.add(ProjectSource(project=project, batch=batch, row=3, cells=cells))
    s.flush()
    (shown,) = read(s, project, DAY).sources
    assert shown.cells == {"责任人": "张三", "联系电话": "138****34"}
    assert s.query(ProjectSource).one().cells == cells  # what was published stays on record

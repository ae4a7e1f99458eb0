"""What a published row sets in motion, through the forms: decisions, acceptance, handover."""

from datetime import timedelta

import pytest

from portal import clock, db
from portal.projects.kinds import ProjectStatus, Stage
from portal.projects.models import Item, Project
from portal.projects.rules import Completion, completion
from portal.projects.upkeep.models import Revisit
from portal.projects.upkeep.rules import months_after
from portal.security import Role
from tests.editing.examples import day, place, typed
from tests.editing.room import post, published, shown


@pytest.fixture
def at(write):
    return write(place)


@pytest.fixture
def fill_in(sign_in, at):
    """Fill in a section of the project and have it published."""
    officer, moderator = sign_in(Role.OFFICER, at.unit), sign_in(Role.MODERATOR)

    def run(key, ident="new", **more):
        path = f"/editing/{at.code}/{key}/{ident}"
        published(officer, moderator, path, **(typed(key, at) | more))

    run.officer = officer
    return run


def project(app, at):
    with app.app_context():
        return db.session().get(Project, at.project)


def test_a_decision_moves_the_day_and_the_first_promise_stays(app, at, fill_in):
    promised = project(app, at).promised_on
    fill_in("decision")
    fill_in("decision", due_after="2027-06-30", document_no="〔2026〕10号")
    found = project(app, at)
    assert (found.due_on.isoformat(), found.promised_on) == ("2027-06-30", promised)


def test_a_decision_changes_a_target_and_says_what_it_was(app, at, fill_in):
    more = {"kind": "target", "due_after": "", "item_id": str(at.item), "quantity_after": "15.5"}
    fill_in("decision", **more)
    with app.app_context():
        assert db.session().get(Item, at.item).quantity == 15.5
    assert "12公里" in fill_in.officer.get(f"/projects/{at.code}").text


def test_paused_work_is_not_reported_until_it_is_resumed(app, at, fill_in):
    fill_in("decision", kind="pause", due_after="")
    assert project(app, at).status is ProjectStatus.PAUSED
    path = f"/editing/{at.code}/report/new"
    assert post(fill_in.officer, path, **typed("report", at)).status_code == 422
    fill_in("decision", kind="resume", due_after="", document_no="〔2026〕11号")
    fill_in("report")
    assert project(app, at).status is ProjectStatus.IN_PROGRESS


def test_acceptance_completes_and_puts_the_revisits_on_the_calendar(app, at, fill_in):
    fill_in("acceptance")
    found, accepted = project(app, at), clock.today() - timedelta(days=1)
    assert (found.status, found.completed_on) == (ProjectStatus.COMPLETED, accepted)
    assert found.stage is Stage.ACCEPTANCE
    assert completion(found.status, found.nature, found.handed_over_on) is Completion.BUILT
    with app.app_context():
        due = {r.months: r.due_on for r in db.session().query(Revisit)}
    assert due == {n: months_after(accepted, n) for n in (3, 6, 12)}


def test_handover_turns_what_is_built_into_complete(app, at, fill_in):
    early = post(fill_in.officer, f"/editing/{at.code}/handover/new", **typed("handover", at))
    assert early.status_code == 422
    assert "项目验收后才能移交管护。" in shown(early.text)
    fill_in("acceptance")
    fill_in("handover")
    found = project(app, at)
    assert completion(found.status, found.nature, found.handed_over_on) is Completion.COMPLETE
    assert found.stage is Stage.UPKEEP
    again = fill_in.officer.get(f"/editing/{at.code}/handover/new")
    assert again.status_code == 302  # there is one: the form that changes it


def test_a_failed_or_partial_acceptance_completes_nothing(app, at, fill_in):
    fill_in("acceptance", result="failed")
    fill_in("acceptance", is_final="", standard="管道分项")
    assert project(app, at).status is ProjectStatus.IN_PROGRESS


def test_the_leader_in_charge_follows_the_duty(app, at, fill_in):
    fill_in("duty")
    assert project(app, at).leader_id == at.leader
    path = f"/editing/{at.code}/duty/new"
    wrong = post(fill_in.officer, path, role="lead", leader_id=str(at.leader), from_on=day())
    assert wrong.status_code == 422
    assert "请选择单位。" in wrong.text


def test_money_that_is_not_there_is_not_paid(at, fill_in):
    path = f"/editing/{at.code}/payment/new"
    too_much = post(fill_in.officer, path, **(typed("payment", at) | {"amount_fen": "60.000001"}))
    assert too_much.status_code == 422
    assert "拨付合计不能多于到位资金" in too_much.text
    fill_in("payment", amount_fen="60")
    less = {"kind": "county", "name": "县级预算", "approved_fen": "100", "in_place_fen": "59"}
    shrunk = post(fill_in.officer, f"/editing/{at.code}/fund/{at.fund}", **less)
    assert "到位资金不能少于已拨付的资金" in shrunk.text
    gone = post(fill_in.officer, f"/editing/{at.code}/fund/{at.fund}/remove")
    assert gone.status_code == 422
    assert "已有拨付记录使用这项资金" in gone.text

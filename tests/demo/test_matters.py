"""The stories of the invented county show each thing that can happen to a case."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.accounts.models import Account
from portal.cases.categories.models import Category, CategoryRoute
from portal.cases.categories.queries import in_charge
from portal.cases.clusters.models import Cluster
from portal.cases.kinds import STAFF_CHANNELS, Channel, Kind, TargetKind
from portal.cases.models import Case
from portal.cases.parts import CaseAppeal, CaseAssist, CaseFile, CaseNote, CaseQuestion, ContactView
from portal.cases.targets import open_to
from portal.cases.workflow import State, Visibility
from portal.clock import local_day
from portal.county.queries import intake
from portal.departments.models import Department
from portal.moderation.models import Phrase, PhraseUse, SavedFilter
from portal.projects.models import Project
from portal.security import Actor, Role
from tests.demo.conftest import DAYS

NOVEMBER = DAYS[2]
pytestmark = pytest.mark.parametrize("loaded", [NOVEMBER], indirect=True, ids=str)


@pytest.fixture
def cases(county) -> list[Case]:
    s, _day = county
    return list(s.scalars(select(Case).order_by(Case.id)))


def test_reports_are_with_the_discipline_office_and_nobody_else(county, cases):
    reports = [case for case in cases if case.kind is Kind.REPORT]
    assert [case.department.code for case in reports].count("jiwei") == 3
    assert [c.department.code for c in reports if c.conflicts_with(_unit(county, "jiwei"))] == [
        "xinfang"
    ]
    assert State.CLOSED in {case.state for case in reports}
    assert {case.contact is None for case in reports} == {True, False}
    assert all(case.visibility is Visibility.PRIVATE for case in reports)
    assert {event.role for case in reports for event in case.events} <= {
        "resident",
        "system",
        "officer",
        "moderator",
    }
    typed = [case for case in reports if case.entered_by]
    assert [
        event.action for case in typed for event in case.events if event.role == "moderator"
    ] == ["submit"]


def test_no_case_is_or_was_with_those_it_is_about(county, cases):
    about = [case for case in cases if case.is_conflicted]
    assert len(about) >= 5
    for case in about:
        units = [case.department, *(task.department for task in case.assists)]
        assert not any(case.conflicts_with(unit) for unit in units if unit)
        assert case.visibility is not Visibility.PUBLIC
        assert not case.parent_id
    assert "recuse" in {event.action for case in about for event in case.events}
    s, _day = county
    for code in ("jiaotong", "chengguanju", "nongye", "jiwei"):
        unit = _unit(county, code)
        officer = Actor("o", Role.OFFICER, department_id=unit.id)
        seen = set(s.scalars(select(Case.id).where(open_to(officer))))
        assert not seen & {case.id for case in about if case.conflicts_with(unit)}
    contractors = [c for c in cases if any(t.kind is TargetKind.CONTRACTOR for t in c.targets)]
    assert contractors
    assert not any(case.is_conflicted for case in contractors)


def test_staff_entered_some_and_some_are_anonymous(cases):
    entered = [case for case in cases if case.channel in STAFF_CHANNELS]
    assert {case.channel for case in entered} == set(STAFF_CHANNELS)
    for case in entered:
        assert case.entered_by.startswith("moderator")
        assert case.events[0].at > case.submitted_at
    nameless = [c for c in cases if c.contact is None and c.channel is Channel.WEB]
    assert {case.kind for case in nameless} >= {Kind.COMPLAINT, Kind.SUGGESTION, Kind.REPORT}


def test_photos_are_beside_cases_and_some_are_public(county):
    s, _day = county
    files = s.scalars(select(CaseFile)).all()
    assert {file.visibility for file in files} == set(Visibility)
    assert {file.file.is_photo for file in files} == {True, False}
    public = [file for file in files if file.visibility is Visibility.PUBLIC]
    assert len(public) >= 4
    assert all(file.case.visibility is Visibility.PUBLIC for file in public)
    assert all(file.public_file_id for file in public)


def test_departments_assist_one_in_time_one_late_one_overdue(county, loaded):
    s, _day = county
    tasks = s.scalars(select(CaseAssist)).all()
    assert {task.was_in_time for task in tasks} == {True, False, None}
    assert any(task.is_open and task.due_at < loaded.now for task in tasks)


def test_one_waits_for_the_ruling_and_one_was_ruled(cases):
    assert [case.returns for case in cases if case.state is State.DISPUTED] == [2]
    settled = [case for case in cases if case.is_settled]
    assert [case.department.code for case in settled] == ["zhujian"]


def test_some_are_merged_split_and_joined(cases):
    parents = [case for case in cases if case.children]
    assert [len(case.children) for case in parents] == [2]
    answered = [c for c in cases if c.events[-1].action == "close-along"]
    assert len(answered) == 2
    [letter] = [case for case in cases if case.split_off]
    assert len(letter.split_off) == 2
    joined = [case for case in cases if case.joined]
    assert sorted(case.joined for case in joined) == [5, 14]
    assert all(len(case.joiners) == case.joined for case in joined)


def test_appeals_and_questions_stand_in_every_way(county):
    s, _day = county
    appeals = s.scalars(select(CaseAppeal)).all()
    assert {appeal.is_granted for appeal in appeals} == {True, False, None}
    assert len({appeal.against for appeal in appeals}) == 3
    assert not any(appeal.decided_before_by == appeal.decided_by for appeal in appeals)
    questions = s.scalars(select(CaseQuestion)).all()
    stand = {(bool(q.replied_at), bool(q.released_at)) for q in questions}
    assert stand == {(False, False), (True, False), (True, True)}


def test_refusals_are_of_many_kinds(cases):
    reasons = {case.reject_reason for case in cases if case.state is State.REJECTED}
    assert len(reasons) >= 9


def test_moderators_have_notes_phrases_and_filters_and_looks_are_on_record(county):
    s, _day = county
    assert s.scalars(select(CaseNote)).all()
    assert set(s.scalars(select(Phrase.use))) == set(PhraseUse)
    assert len(s.scalars(select(SavedFilter)).all()) == 3
    assert all(view.reason and view.department_id for view in s.scalars(select(ContactView)))


def test_one_project_is_a_hot_spot(county, cases):
    s, day = county
    project = s.scalars(select(Project).where(Project.name == "城区老旧供水管网改造")).one()
    recent = timedelta(days=intake(s, day)["hot_days"])
    alike = [
        case
        for case in cases
        if case.project_id == project.id
        and case.category_code == "supply.water-quality"
        and day - local_day(case.submitted_at) < recent
    ]
    assert len(alike) >= intake(s, day)["hot_cases"] >= 5
    assert project.name in [cluster.label for cluster in s.scalars(select(Cluster))]


def test_what_is_sure_went_out_by_rule_and_what_waits_has_a_suggestion(county, cases):
    s, day = county
    wanted = intake(s, day)["auto_confidence"] / 100
    sent = [c for c in cases if c.was_sent_by_system and c.kind is not Kind.REPORT]
    assert sent
    assert all(case.suggestion.confidence >= wanted for case in sent)
    assert all(case.visibility is Visibility.PRIVATE for case in sent)  # a person publishes
    waiting = [case for case in cases if case.state is State.SUBMITTED]
    assert waiting
    assert all(case.suggestion is not None for case in waiting)
    assert sum(1 for case in waiting if case.suggestion.department_id) > len(waiting) / 2


def test_the_taxonomy_is_the_preset_with_routes_of_the_county(county):
    s, day = county
    assert len(s.scalars(select(Category)).all()) > 130
    river = s.get(Category, "environment.river")
    assert in_charge(s, river, None, day).code == "huanbao"
    lamp = s.get(Category, "street.lamp")
    assert in_charge(s, lamp, "longwan", day).code == "jiaotong"
    assert in_charge(s, lamp, "chengguan", day).code == "chengguanju"
    assert [r for r in s.scalars(select(CategoryRoute)) if r.valid_from > day]


def test_every_department_has_somebody_to_sign_in(county):
    s, _day = county
    codes = set(s.scalars(select(Department.code)))
    names = set(s.scalars(select(Account.username).where(Account.role == Role.OFFICER)))
    assert names == {f"officer-{code}" for code in codes}
    rules = intake(s, _day)
    assert {rules["report_department"], rules["conflict_department"]} <= codes


def _unit(county, code: str) -> Department:
    s, _day = county
    return s.scalars(select(Department).where(Department.code == code)).one()

"""What is on record of the invented county's projects could all have been published."""

import io
from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta

import pytest
from PIL import Image
from sqlalchemy import func, select

from portal.clock import local_day
from portal.county.queries import upkeep
from portal.demo.pictures import SCENES, document, picture
from portal.files.actions import accept
from portal.files.models import MediaType, StoredFile
from portal.projects import kinds
from portal.projects.funds.models import FundSource, Payment
from portal.projects.funds.rules import Pace, days_late, faults, pace, total
from portal.projects.kinds import DutyRole, ProjectStatus
from portal.projects.models import Decision, Item, Project, Site, StageRecord
from portal.projects.people.models import Duty, Leader
from portal.projects.quality.models import (
    Acceptance,
    Hazard,
    Honour,
    Inspection,
    Participant,
    QualityTest,
)
from portal.projects.queries import Filters, count
from portal.projects.record.checks import Proposal, check
from portal.projects.record.models import Attachment, Change, Draft, DraftState
from portal.projects.record.values import row_values, typed
from portal.projects.rules import Completion, completion, furthest, item_rate
from portal.projects.schedule.models import (
    Blocker,
    Milestone,
    PlanPoint,
    ProgressReport,
    Remedy,
    Standing,
)
from portal.projects.schedule.rules import Light, judge, needs_remedy
from portal.projects.schedule.standings import (
    assess_all,
    curves,
    facts_of,
    is_fresh,
    paid_shares,
    scale_on,
)
from portal.projects.sections import SECTIONS
from portal.projects.upkeep.models import Handover, Revisit, RevisitProblem
from portal.projects.upkeep.rules import Service, Visit, service
from tests.demo.conftest import afternoon

BY_THEIR_TIME = {"report", "decision"}
"""Sections whose check looks at how the project stood when they were published."""


in_november = pytest.mark.parametrize("loaded", [date(2026, 11, 23)], indirect=True, ids=str)
in_january = pytest.mark.parametrize("loaded", [date(2026, 1, 2)], indirect=True, ids=str)


def rows(s, model) -> dict[int, list]:
    """Return the rows of a model by project."""
    found = defaultdict(list)
    for row in s.scalars(select(model).order_by(model.id)):
        found[row.project_id].append(row)
    return found


def projects(s) -> list[Project]:
    return list(s.scalars(select(Project).order_by(Project.code)))


def named(s, name: str) -> Project:
    return s.scalar(select(Project).where(Project.name == name))


def test_every_row_would_pass_its_check_on_the_day(county):
    s, day = county
    by_id = {p.id: p for p in projects(s)}
    checked = 0
    for key, section in SECTIONS.items():
        if key in BY_THEIR_TIME:
            continue
        for row in s.scalars(select(section.model)):
            if any(getattr(row, name) != value for name, value in section.always.items()):
                continue
            project = row if section.model is Project else by_id[row.project_id]
            written = row_values(section, row)
            values = {f.name: typed(s, project.id, f, written.get(f.name)) for f in section.fields}
            check(Proposal(s, project, section, row, values, day))
            checked += 1
    assert checked > 900


def test_who_was_behind_gave_cause_remedy_and_new_date(county):
    s, day = county
    scale, points = scale_on(s, day), curves(s, [p.id for p in projects(s)])
    moved, remedies = rows(s, Decision), {r.report_id: r for r in s.scalars(select(Remedy))}
    behind = 0
    reports = rows(s, ProgressReport)
    for project in projects(s):
        for report in reports[project.id]:
            later = [d for d in moved[project.id] if d.due_before and d.decided_on > report.as_of]
            due = later[0].due_before if later else project.due_on
            then = replace(
                facts_of(project, points.get(project.id, ()), report.as_of),
                status=report.status,
                percent=report.percent,
                planned=report.planned,
                due_on=due,
            )
            is_behind = needs_remedy(judge(then, scale).light)
            assert is_behind == (report.id in remedies), (project.name, report.as_of)
            behind += is_behind
            if is_behind:
                assert remedies[report.id].new_date > report.as_of
    assert behind >= 5


def test_each_project_says_what_follows_from_its_rows(county):
    s, day = county
    reports, duties, stages = rows(s, ProgressReport), rows(s, Duty), rows(s, StageRecord)
    handovers, accepted, visits = rows(s, Handover), rows(s, Acceptance), rows(s, Revisit)
    for p in projects(s):
        last = reports[p.id][-1] if reports[p.id] else None
        assert p.percent == (last.percent if last else None), p.name
        assert p.reported_on == (last.as_of if last else None)
        assert p.progress_text == (last.narrative if last else "")
        assert p.invested_fen == (last.invested_fen if last else None)
        as_ofs = [r.as_of for r in reports[p.id]]
        assert as_ofs == sorted(set(as_ofs))
        percents = [r.percent for r in reports[p.id] if r.percent is not None]
        assert percents == sorted(percents), p.name
        final = [a.accepted_on for a in accepted[p.id] if a.is_final and a.result != "failed"]
        assert final == ([p.completed_on] if p.completed_on else [])
        assert (p.status is ProjectStatus.COMPLETED) == bool(final)
        assert [h.handed_over_on for h in handovers[p.id]] == [
            on for on in [p.handed_over_on] if on
        ]
        assert p.stage is furthest([r.stage for r in stages[p.id]])
        holding = [d for d in duties[p.id] if d.until_on is None or d.until_on >= day]
        assert [d.leader_id for d in holding if d.leader_id] == [p.leader_id]
        leads = [d.department_id for d in holding if d.role is DutyRole.LEAD]
        assert leads == [p.department_id]
        wanted = upkeep(s, day)["months"] if p.completed_on else []
        assert [v.months for v in visits[p.id]] == wanted


def test_money_adds_up(county):
    s, _day = county
    sources, payments = rows(s, FundSource), rows(s, Payment)
    for p in projects(s):
        made = [(x.source_id, x.amount_fen) for x in payments[p.id] if x.paid_on]
        money = total([(f.id, f.kind, f.approved_fen, f.in_place_fen) for f in sources[p.id]], made)
        assert not faults(money), p.name
        assert money.approved == (p.amount_fen if sources[p.id] else 0)
        assert sum(x.amount_fen for x in payments[p.id]) <= money.approved, p.name
        assert money.paid_unassigned == 0
        for source in sources[p.id]:
            paid = sum(amount for ident, amount in made if ident == source.id)
            assert paid <= source.in_place_fen <= source.approved_fen


def test_lists_are_ready_when_it_is_loaded(county):
    s, day = county
    assert is_fresh(s, day)
    kept = {one.project_id: one for one in s.scalars(select(Standing))}
    for ident, one in assess_all(s, projects(s), day).items():
        known = kept[ident]
        assert (known.light, known.gap, known.ratio) == (
            one.verdict.light, one.verdict.gap, one.verdict.ratio,
        )  # fmt: skip
        assert (known.planned, known.ends_on, known.is_stale) == (
            one.planned, one.ends_on, one.is_stale,
        )  # fmt: skip
        assert (known.start_late, known.funds_behind) == (one.start_late, one.funds_behind)
    assert count(s, Filters(q="食堂")) >= 2


def test_every_word_of_the_vocabulary_is_seen_somewhere(county):
    s, day = county
    columns = {
        kinds.ProjectStatus: Project.status,
        kinds.Level: Project.level,
        kinds.Nature: Project.nature,
        kinds.Stage: StageRecord.stage,
        kinds.DecisionKind: Decision.kind,
        kinds.DutyRole: Duty.role,
        kinds.Grain: Milestone.grain,
        kinds.BlockerKind: Blocker.kind,
        kinds.FundKind: FundSource.kind,
        kinds.ParticipantRole: Participant.role,
        kinds.InspectionKind: Inspection.kind,
        kinds.HazardLevel: Hazard.level,
        kinds.HonourKind: Honour.kind,
        kinds.FileKind: Attachment.kind,
        kinds.Phase: Attachment.phase,
        DraftState: Draft.state,
    }
    for words, column in columns.items():
        missing = set(words) - set(s.scalars(select(column).distinct()))
        if day.month < 6:  # this year's works, and their photographs, have not begun
            missing -= {kinds.Phase.DURING}
        assert not missing, words
    for result in (Inspection.result, QualityTest.result, Acceptance.result):
        assert set(s.scalars(select(result).distinct())) == set(kinds.Result), result


@in_november
def test_late_november_shows_every_light_but_the_waiting_one(county):
    s, _day = county
    assert set(s.scalars(select(Standing.light).distinct())) == set(Light) - {Light.WAITING}
    assert s.scalar(select(func.count()).where(Standing.is_stale)) >= 1
    assert s.scalar(select(func.count()).where(Standing.start_late == 2)) >= 1
    assert set(s.scalars(select(Standing.funds_behind).distinct())) == {0, 1, 2}


@in_january
def test_the_first_days_of_january_show_what_has_not_begun(county):
    s, _day = county
    lights = set(s.scalars(select(Standing.light).distinct()))
    assert lights >= {Light.WAITING, Light.DONE, Light.PAUSED, Light.STOPPED}
    this_year = [p for p in projects(s) if p.year == 2026]
    assert {p.status for p in this_year} == {ProjectStatus.PLANNED}
    assert {p.document_no for p in this_year} == {""}, "the list is published later in January"


@in_november
def test_bad_news_is_told(county):
    s, day = county
    blockers = s.scalars(select(Blocker)).all()
    standing = [b for b in blockers if b.resolved_on is None]
    assert {b.due_on < day for b in standing} == {True, False}
    assert any(b.resolved_on and b.resolved_on > b.due_on for b in blockers)
    hazards = s.scalars(select(Hazard)).all()
    assert any(h.fixed_on is None and h.fix_by < day for h in hazards)
    assert any(h.fixed_on is None and h.fix_by >= day for h in hazards)
    late = [days_late(p.due_on, p.paid_on, day) for p in s.scalars(select(Payment))]
    assert any(late)
    assert any(p.paid_on is None and p.due_on < day for p in s.scalars(select(Payment)))
    assert s.scalar(select(func.count()).where(FundSource.in_place_fen < FundSource.approved_fen))
    built = [p for p in projects(s) if completion(p.status, p.nature, p.handed_over_on)
             is Completion.BUILT]  # fmt: skip
    assert len(built) >= 2
    tasks = s.scalars(select(RevisitProblem).where(RevisitProblem.fixed_on.is_(None))).all()
    assert any(t.due_on < day for t in tasks)
    revisits = s.scalars(select(Revisit)).all()
    assert any(r.done_on is None and r.due_on < day for r in revisits)
    slow = s.scalars(select(Site).where(Site.percent < 60)).all()
    assert any(site.project.percent > 80 for site in slow)
    versions = dict(s.execute(select(Remedy.project_id, func.max(Remedy.number))
                              .group_by(Remedy.project_id)).all())  # fmt: skip
    assert sum(n >= 2 for n in versions.values()) >= 3


@in_november
def test_payments_run_ahead_of_the_work_here_and_behind_it_there(county):
    s, day = county
    shares = paid_shares(s, [p.id for p in projects(s)])
    points = upkeep(s, day)["pace_points"]
    found = {pace(shares.get(p.id), p.percent, points) for p in projects(s)}
    assert found == set(Pace)


@in_november
def test_revisits_reach_each_of_the_three_stages(county):
    s, day = county
    rule, visits, problems = upkeep(s, day), rows(s, Revisit), rows(s, RevisitProblem)
    found = set()
    for p in projects(s):
        standing = [x.revisit_id for x in problems[p.id] if x.fixed_on is None]
        seen = [Visit(v.months, v.score, standing.count(v.id)) for v in visits[p.id]]
        found.add(
            service(bool(p.completed_on), seen, good=rule["good"], excellent=rule["excellent"])
        )
    assert found == set(Service)


@in_november
def test_items_of_every_kind_are_there(county):
    s, _day = county
    items = s.scalars(select(Item)).all()
    assert any(i.quantity is None and i.done for i in items)
    assert any(i.is_lower_better for i in items)
    rates = [item_rate(i.quantity, i.done, is_lower_better=i.is_lower_better) for i in items]
    assert any(rate is not None and rate > 100 for rate in rates)
    assert s.scalar(select(func.count()).where(Project.stretch_percent == 120)) >= 1
    assert s.scalar(select(func.count()).where(Project.is_green_channel)) >= 1
    rhythms = {len(points) for points in curves(s, [p.id for p in projects(s)]).values()}
    assert min(rhythms) <= 4
    assert max(rhythms) >= 10
    without = set(s.scalars(select(Project.id))) - set(s.scalars(select(PlanPoint.project_id)))
    assert without


@in_november
def test_a_changed_promise_says_from_what_to_what(county):
    s, _day = county
    moved = named(s, "白云镇污水处理厂提标改造")
    assert (moved.promised_on, moved.due_on) == (date(2025, 12, 31), date(2026, 5, 31))
    target = s.scalar(select(Decision).where(Decision.kind == kinds.DecisionKind.TARGET))
    assert (target.target_before, target.target_after) == ("12家", "10家")
    item = s.get(Item, target.item_id)
    assert (item.quantity, item.done) == (10, 10)


@in_november
def test_a_county_leader_left_in_the_middle_of_the_year(county):
    s, _day = county
    gone = s.scalar(select(Leader).where(Leader.is_active.is_(False)))
    duties = s.scalars(select(Duty).where(Duty.leader_id == gone.id)).all()
    assert duties
    assert all(d.until_on for d in duties)
    for duty in duties:
        following = select(Duty).where(
            Duty.project_id == duty.project_id,
            Duty.role == DutyRole.COUNTY_LEADER,
            Duty.from_on == duty.until_on + timedelta(days=1),
        )
        assert s.scalar(following) is not None


def test_the_log_is_in_the_order_of_time(county):
    s, day = county
    log = s.execute(select(Change.at, Change.project_id).order_by(Change.id)).all()
    times = [at for at, _project in log]
    assert times[-1] <= afternoon(day)
    per_project = defaultdict(list)
    for at, project in log:
        per_project[project].append(at)
    assert all(ats == sorted(ats) for ats in per_project.values())
    assert len(per_project) == 40
    assert all(p.updated_at == per_project[p.id][-1] for p in projects(s))
    assert all(local_day(p.updated_at) <= day for p in projects(s))


@in_november
def test_a_reviewer_finds_a_queue_of_several_departments(county):
    s, _day = county
    waiting = s.scalars(select(Draft).where(Draft.state == DraftState.SUBMITTED)).all()
    assert 7 <= len(waiting) <= 12
    assert len({d.department_id for d in waiting}) >= 5
    returned = s.scalars(select(Draft).where(Draft.state == DraftState.RETURNED)).all()
    assert returned
    assert all(d.note for d in returned)


@in_november
def test_pictures_say_that_they_are_drawings_and_what_they_show(county):
    s, _day = county
    photos = s.scalars(select(Attachment).where(Attachment.kind == kinds.FileKind.PHOTO)).all()
    assert 3 <= len(photos) <= 4
    assert all("示意图" in photo.description for photo in photos)
    by_project = defaultdict(set)
    for photo in photos:
        by_project[photo.project_id].add(photo.phase)
    assert {kinds.Phase.BEFORE, kinds.Phase.AFTER} in by_project.values()
    files = s.scalars(select(StoredFile)).all()
    assert {f.media_type for f in files} == {MediaType.PNG, MediaType.PDF}


def test_pictures_and_document_would_be_accepted_from_anybody():
    made = picture("square")
    assert made == picture("square")
    with Image.open(io.BytesIO(made)) as image:
        assert image.size == (accept(made).width, accept(made).height)
    assert len({picture(scene) for scene in SCENES}) == len(SCENES)
    assert accept(document(["青禾县", "演示"])).media_type is MediaType.PDF

"""Writing ballots down, correcting them, and reading them again."""

from datetime import date, timedelta

import pytest
from sqlalchemy import event, select

from portal.audit.models import AuditEntry
from portal.errors import Invalid, NotAllowed, WrongState
from portal.ratings.ballots import queries
from portal.ratings.ballots.actions import change, record
from portal.ratings.ballots.models import Ballot, BallotLine
from portal.ratings.ballots.rules import Verdict
from portal.ratings.models import Rating
from portal.security import RESIDENT, Actor, Role
from tests import factories
from tests.factories import AT
from tests.ratings.ballots import INSPECTOR, ROWS, head, lines, recorded

LATER = AT + timedelta(days=1)


def trail(s, act):
    """The details of an act in the audit trail."""
    s.flush()
    return s.scalars(select(AuditEntry).where(AuditEntry.act == act)).all()


def rows(ballot):
    """The lines as rows."""
    return [(r.name, r.satisfied, r.basic, r.unsatisfied) for r in ballot.lines]


def test_a_ballot_is_kept_as_it_was_published(s):
    ballot = recorded(s)
    s.expire_all()
    assert rows(ballot) == ROWS
    assert (ballot.members, ballot.present, ballot.recorded_at) == (31, 29, AT)
    (entry,) = trail(s, "ballot:record")
    assert (entry.actor, entry.subject) == ("inspector", f"ballot:{ballot.id}")
    assert entry.details["lines"][1] == [2, None, "公共卫生服务能力提升", 20, 8, 1]


def test_what_cannot_be_is_kept_too_and_told(s):
    recorded(s, [("少一票", 27, 1, 0), ("多出来", 40, 0, 0)], members=31, present=29)
    (found,) = queries.of_year(s, 2026)
    assert [len(line.faults) for line in found.lines] == [1, 2]
    assert [line.votes.total for line in found.lines] == [28, 40]
    assert found.flagged == 2


def test_projects_of_the_year_are_found_and_others_are_not(s):
    ours = factories.project(s, "老旧小区改造")
    other = factories.project(s, "交通治堵工程", year=2025)
    gone = factories.project(s, "住房保障行动", withdrawn_at=AT)
    ballot = recorded(s, [*ROWS, (f"{ours.code} 旧改二期", 29, 0, 0)])
    meant = {r.sort_order: r.project_id for r in ballot.lines if r.project_id}
    assert meant == {3: ours.id, 9: ours.id}
    assert [line.name for line in queries.of_project(s, ours.id)] == ["老旧小区改造", "旧改二期"]
    assert queries.of_project(s, other.id) == queries.of_project(s, gone.id) == []


def test_a_project_that_was_withdrawn_is_no_longer_named_by_its_code(s):
    project = factories.project(s, "老旧小区改造")
    recorded(s)
    project.withdrawn_at = AT
    s.flush()
    (found,) = queries.of_year(s, 2026)
    assert [line.code for line in found.lines] == [None] * 8


def test_verdicts_are_counted(s):
    recorded(s, [("甲", 16, 0, 13), ("乙", 15, 1, 13), ("丙", 15, 0, 14)], present=29)
    (found,) = queries.of_year(s, 2026)
    assert [line.verdict for line in found.lines] == list(Verdict)
    assert [n for _label, _tone, n in found.summary] == [1, 1, 1]


def test_a_correction_keeps_the_figures_before_in_the_trail(s):
    ballot = recorded(s)
    wrong = [*ROWS[:1], ("公共卫生服务能力提升", 21, 7, 1), *ROWS[2:]]
    assert change(s, ballot, head(), lines(wrong), version=1, actor=INSPECTOR, at=LATER)
    assert (ballot.version, ballot.changed_at, ballot.recorded_at) == (2, LATER, AT)
    (entry,) = trail(s, "ballot:change")
    assert list(entry.details["before"]) == ["lines"]
    assert entry.details["before"]["lines"][1][3:] == [20, 8, 1]
    assert entry.details["after"]["lines"][1][3:] == [21, 7, 1]


def test_the_head_is_corrected_too(s):
    ballot = recorded(s)
    change(s, ballot, head(members=33), lines(), version=1, actor=INSPECTOR, at=LATER)
    (entry,) = trail(s, "ballot:change")
    assert entry.details == {"before": {"members": 31}, "after": {"members": 33}}


@pytest.mark.parametrize("count", [1, 7, 12])
def test_a_correction_may_have_fewer_or_more_lines(s, count):
    ballot = recorded(s)
    wanted = [(f"第{n}项", n, 0, 0) for n in range(count)]
    change(s, ballot, head(), lines(wanted), version=1, actor=INSPECTOR, at=LATER)
    s.expire_all()
    assert rows(ballot) == wanted
    assert len(s.scalars(select(BallotLine)).all()) == count


def test_what_changes_nothing_leaves_no_trace(s):
    ballot = recorded(s)
    assert not change(s, ballot, head(), lines(), version=1, actor=INSPECTOR, at=LATER)
    s.flush()
    assert (ballot.version, ballot.changed_at) == (1, None)
    assert trail(s, "ballot:change") == []


def test_a_correction_of_a_page_that_is_out_of_date_is_refused(s):
    ballot = recorded(s)
    change(s, ballot, head(), lines(ROWS[:3]), version=1, actor=INSPECTOR, at=LATER)
    with pytest.raises(WrongState):
        change(s, ballot, head(), lines(ROWS[:2]), version=1, actor=INSPECTOR, at=LATER)
    assert rows(ballot) == ROWS[:3]


def test_the_same_ballot_is_not_put_on_record_twice(s):
    ballot = recorded(s)
    with pytest.raises(Invalid):
        recorded(s)
    other = recorded(s, held_on=date(2026, 7, 1))
    with pytest.raises(Invalid):
        change(s, other, head(), lines(), version=1, actor=INSPECTOR, at=LATER)
    assert s.scalars(select(Ballot.id).order_by(Ballot.id)).all() == [ballot.id, other.id]


def test_an_unknown_rule_is_refused(s):
    with pytest.raises(Invalid):
        recorded(s, rule="none")


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.OFFICER])
def test_who_may_not_manage_ratings_may_not_write_ballots(s, role):
    ballot = recorded(s)
    actor = Actor("somebody", role, department_id=1)
    with pytest.raises(NotAllowed):
        record(s, head(title="别的"), lines(), actor=actor, at=AT)
    with pytest.raises(NotAllowed):
        change(s, ballot, head(), lines(ROWS[:1]), version=1, actor=RESIDENT, at=AT)
    assert rows(ballot) == ROWS


def test_ballots_make_no_ratings(s):
    factories.project(s, "老旧小区改造")
    recorded(s)
    assert s.scalars(select(Rating)).all() == []


@pytest.mark.parametrize("count", [1, 40])
def test_a_year_is_read_in_a_fixed_number_of_queries(s, count):
    for n in range(count):
        factories.project(s, f"第{n}项")
    recorded(s, [(f"第{n}项", 20, 5, 4) for n in range(count)])
    s.flush()
    s.expire_all()
    asked = []
    event.listen(s.get_bind(), "before_cursor_execute", lambda *a: asked.append(a[2]))
    assert len(queries.of_year(s, 2026)[0].lines) == count
    assert len(asked) == 2

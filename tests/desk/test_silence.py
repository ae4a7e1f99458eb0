"""Who lets the time to object pass owns the case, without anybody pressing a button."""

from datetime import timedelta

from sqlalchemy import func, select

from portal import worker
from portal.cases import actions
from portal.cases.models import Case, CaseEvent
from portal.cases.workflow import Action
from portal.departments.models import Department
from tests import factories
from tests.desk.room import DAY, facts, report, sign
from tests.factories import AT, MODERATOR


def owned(write) -> int:
    """How many cases were declared owned."""
    counted = select(func.count()).select_from(CaseEvent).where(CaseEvent.action == Action.OWN)
    return write(lambda s: s.scalar(counted))


def test_the_worker_settles_all_who_were_silent_and_nobody_else(
    app, write, county, now, monkeypatch
):
    """More than one transaction's worth; signed and fresh ones are left alone."""

    def make(s):
        lead = s.get(Department, county.lead)
        sign(s, county)
        report(s, county)
        for n in range(5):
            at = AT + 30 * DAY if n == 4 else AT
            actions.assign(s, factories.case(s), lead, actor=MODERATOR, at=at)

    write(make)
    settle = worker.settle_silence
    monkeypatch.setattr(worker, "settle_silence", lambda s, at: settle(s, at=at, limit=2))
    now.at = facts(write, county.case, "objection_due_at")[0]
    with app.app_context():
        worker.tidy()
    assert owned(write) == 0
    now.at += timedelta(seconds=1)
    with app.app_context():
        worker.tidy()
        worker.tidy()
    assert owned(write) == 5
    waiting = select(func.count()).select_from(Case).where(Case.owned_at.is_(None))
    assert write(lambda s: s.scalar(waiting)) == 1

"""What the worker would have done by now: suggestions, first departments, hot spots, follow-ups.

So the county looks the same before the worker's first round as after it.
"""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.clusters.actions import raise_alerts
from portal.cases.follow_ups import open_case
from portal.cases.kinds import Kind
from portal.cases.models import Case
from portal.cases.parts import CaseSuggestion
from portal.cases.returns import settle_silence
from portal.cases.routing.dispatching import send_if_sure
from portal.cases.routing.suggestions import keep
from portal.cases.workflow import State
from portal.ratings.followups.models import FollowUp
from portal.ratings.followups.workflow import Close
from portal.ratings.followups.workflow import State as Stand

A_LOOK = timedelta(minutes=2)
"""How soon after a case has come in the worker looks at it."""


def look_after(s: Session, at: datetime) -> int:
    """Do the worker's rounds up to `at`; return how many cases they opened."""
    opened = _follow_ups(s, at)
    _suggestions(s, at)
    while settle_silence(s, at=at):
        pass
    raise_alerts(s, at=at)
    return opened


def _follow_ups(s: Session, at: datetime) -> int:
    """Open a case for each follow-up that ended with the resident as unhappy as before."""
    unhappy = select(FollowUp).where(FollowUp.state == Stand.CLOSED, FollowUp.closing == Close.SAME)
    return sum(open_case(s, f, at=at) is not None for f in s.scalars(unhappy.order_by(FollowUp.id)))


def _suggestions(s: Session, at: datetime) -> None:
    """Suggest a department for every case that waits, and send out what is sure enough: just
    after it came, or now for one that came back."""
    has_one = select(CaseSuggestion.case_id)
    waiting = select(Case).where(
        Case.state == State.SUBMITTED, Case.kind != Kind.REPORT, Case.id.not_in(has_one)
    )
    for case in s.scalars(waiting.order_by(Case.id)).all():
        is_untouched = len(case.events) == 1
        moment = min(case.submitted_at + A_LOOK, at) if is_untouched else at
        send_if_sure(s, case, keep(s, case, moment), moment)

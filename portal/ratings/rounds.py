"""What the worker does for ratings, round after round: each step a transaction of its own.

A worker that is killed in the middle leaves whole steps behind, and the next round goes on.
"""

import logging
from datetime import datetime

from sqlalchemy.orm import Session

from portal.clock import local_day
from portal.county.queries import ratings as setting
from portal.db import separate_transaction
from portal.errors import PortalError
from portal.projects.models import Project
from portal.ratings.counts import moving
from portal.ratings.followups.sweep import expire_due, expire_one
from portal.ratings.screening.actions import forget_signals
from portal.ratings.waves.actions import open_due, overdue

log = logging.getLogger("portal.ratings")


def make(at: datetime) -> None:
    """Open the waves that are due, close second questions that nobody answered, forget what
    was kept of networks and devices long enough."""
    open_waves(at)
    close_unanswered(at)
    with separate_transaction() as s:
        forget_signals(s, at)


def open_waves(at: datetime) -> int:
    """Put the waves on record that are due; return of how many projects."""
    with separate_transaction() as s:
        idents = overdue(s, local_day(at))
    for ident in idents:
        with separate_transaction() as s, moving(s, ident, _minimum(s, at)):
            open_due(s, s.get_one(Project, ident), at)
    return len(idents)


def close_unanswered(at: datetime) -> int:
    """Close the follow-ups whose second question ran out; return how many were looked at."""
    with separate_transaction() as s:
        idents = expire_due(s, at)
    for ident in idents:
        try:
            with separate_transaction() as s:
                expire_one(s, ident, at)
        except PortalError:  # somebody else changed it meanwhile: the next round looks again
            log.info("follow-up %s was changed meanwhile", ident)
    return len(idents)


def _minimum(s: Session, at: datetime) -> int:
    return setting(s, local_day(at))["minimum"]

"""The process beside the web: sends what waits in the outbox, tidies up, begins the new day.

A message is leased in one transaction, sent outside of any, and settled in another: a worker
killed in the middle leaves a lease that runs out, and the message is sent again.
"""

import logging
import signal
import time
from collections.abc import Callable
from datetime import datetime
from threading import Event

from sqlalchemy import select

from portal import clock, db
from portal.cases.addresses import address_of as address_of_writer
from portal.cases.clusters import actions as hot_spots
from portal.cases.follow_ups import open_due
from portal.cases.invitations import send_due
from portal.cases.parts import CaseFile, CaseUpload
from portal.cases.recusing import recuse_anew
from portal.cases.returns import settle_silence
from portal.cases.routing.dispatching import suggest_waiting
from portal.cases.routing.learner import Learner
from portal.cases.uploads import forget_expired as forget_uploads
from portal.db import separate_transaction
from portal.limits import forget_expired
from portal.notifications.actions import claim, settle
from portal.notifications.models import Message
from portal.notifications.senders import send
from portal.notifications.texts import TEXTS
from portal.projects.record.leftovers import forget_leftovers
from portal.projects.schedule.standings import ensure_fresh
from portal.ratings import rounds
from portal.ratings.models import RatingPhoto
from portal.residents.actions import forget_expired as forget_codes
from portal.residents.addresses import address_of as address_of_resident
from portal.residents.addresses import words_for

log = logging.getLogger("portal.worker")

PAUSE = 2.0
"""Seconds between looks into the outbox when it was empty."""

TIDY_EVERY = 600.0
"""Seconds between looks for what has expired and for a new day."""

SHOWN = (
    select(RatingPhoto.file_id),
    select(CaseFile.file_id),
    select(CaseFile.public_file_id).where(CaseFile.public_file_id.is_not(None)),
    select(CaseUpload.file_id),
)
"""The files that stand beside ratings and cases."""


def run_once() -> int:
    """Send what is due now; return how many messages were taken."""
    with separate_transaction() as s:
        taken = [(m.id, m.kind, m.recipient, dict(m.payload)) for m in claim(s, at=clock.now())]
    for ident, kind, recipient, payload in taken:
        error = _deliver(kind, recipient, payload)
        with separate_transaction() as s:
            settle(s.get(Message, ident), error, at=clock.now())
    return len(taken)


def tidy() -> None:
    """Delete what has expired, and let a new day begin before anyone asks: standings, waves,
    second questions, invitations, cases of bad ratings, silent departments, hot spots, recusal."""
    for job in (
        _forget,
        _renew_standings,
        rounds.make,
        send_due,
        open_due,
        _settle,
        _find_hot_spots,
        recuse_anew,
    ):
        _do(job)


def _forget(at: datetime) -> None:
    forget_expired(at)
    with separate_transaction() as s:
        forget_uploads(s, at)
        forget_leftovers(s, at, *SHOWN)
        forget_codes(s, at)


def _renew_standings(at: datetime) -> None:
    ensure_fresh(db.session(), clock.local_day(at))
    db.session().rollback()


def _settle(at: datetime) -> None:
    """Let departments that were silent own what they have (首办), some in a transaction."""
    while True:
        with separate_transaction() as s:
            if not settle_silence(s, at=at):
                return


def _find_hot_spots(at: datetime) -> None:
    found = hot_spots.look(db.session(), at=at)
    db.session().rollback()
    with separate_transaction() as s:
        hot_spots.tell(s, found, at=at)


def _do(job: Callable[[datetime], object]) -> object:
    """Do one job; one that fails is logged and does not hold up the others."""
    try:
        return job(clock.now())
    except Exception:
        db.session().rollback()
        log.exception("the worker stumbled over %s and goes on", job.__name__)
        return None


def _send(_at: datetime) -> int:
    return run_once()


def run() -> None:
    """Send until told to stop by SIGTERM or SIGINT."""
    stop = Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    tidied, learner = 0.0, Learner()
    while not stop.is_set():
        busy = [_do(_send), _do(suggest_waiting)]
        if time.monotonic() - tidied > TIDY_EVERY:
            tidy()
            _do(learner.look)
            tidied = time.monotonic()
        if not any(busy):
            stop.wait(PAUSE)
    learner.stop()


def _deliver(kind: str, recipient: str, payload: dict[str, object]) -> str | None:
    """Send one message; return why it failed, or None."""
    try:
        with separate_transaction() as s:
            address = address_of_writer(s, recipient) or address_of_resident(
                s, recipient, at=clock.now()
            )
        if address is None:
            return None
        subject, text = TEXTS[kind]
        words = payload | words_for(recipient)
        send(address, subject % words, text % words)
    except Exception as error:
        log.exception("message %s could not be sent", kind)
        return f"{type(error).__name__}: {error}"[:500]
    return None

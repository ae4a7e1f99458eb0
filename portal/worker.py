"""The process beside the web: sends what waits in the outbox, tidies up, begins the new day.

A message is leased in one transaction, sent outside of any, and settled in another: a worker
killed in the middle leaves a lease that runs out, and the message is sent again.
"""

import logging
import signal
import time
from threading import Event

from sqlalchemy import select

from portal import clock, db
from portal.cases.addresses import address_of as address_of_writer
from portal.cases.invitations import send_due
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
    second questions, invitations."""
    forget_expired(clock.now())
    with separate_transaction() as s:
        forget_leftovers(s, clock.now(), select(RatingPhoto.file_id))
        forget_codes(s, clock.now())
    ensure_fresh(db.session(), clock.today())
    db.session().rollback()
    rounds.make(clock.now())
    send_due(clock.now())


def run() -> None:
    """Send until told to stop by SIGTERM or SIGINT."""
    stop = Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    tidied = 0.0
    while not stop.is_set():
        try:
            busy = run_once()
            if time.monotonic() - tidied > TIDY_EVERY:
                tidy()
                tidied = time.monotonic()
        except Exception:
            log.exception("the worker stumbled and goes on")
            busy = 0
        if not busy:
            stop.wait(PAUSE)


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

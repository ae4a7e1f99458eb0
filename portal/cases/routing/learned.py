"""The learned model in this process: read when it is first needed, replaced by a newer one.

A model that cannot be read is logged once and left aside: suggestions then follow the rules
alone, and nobody waits for it.
"""

import hashlib
import logging
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.routing.classifier import Classifier
from portal.routing.models import RoutingModel

log = logging.getLogger("portal.routing")

LOOK_EVERY = 60.0
"""Seconds between looks for a newer model."""


@dataclass(frozen=True)
class Learned:
    """A model at work, and the row it came from."""

    ident: int
    classifier: Classifier


@dataclass
class _Shelf:
    """What a process has in hand: the newest model, or None for "rules alone"."""

    lock: Lock = field(default_factory=Lock)
    looked: float | None = None
    ident: int | None = None
    learned: Learned | None = None


def newest(s: Session) -> Learned | None:
    """Return the model to use, or None where there is none that can be read.

    Asks the database once in LOOK_EVERY seconds; a newer model is read by the first who asks.
    """
    shelf = _shelf()
    with shelf.lock:
        if shelf.looked is None or monotonic() - shelf.looked >= LOOK_EVERY:
            ident = s.scalar(select(RoutingModel.id).order_by(RoutingModel.id.desc()).limit(1))
            if ident != shelf.ident:
                shelf.ident, shelf.learned = ident, _read(s, ident)
            shelf.looked = monotonic()
        return shelf.learned


def look_again() -> None:
    """Let the next who asks look for a newer model at once, as after a training."""
    current_app.extensions.pop("routing", None)


def _shelf() -> _Shelf:
    return current_app.extensions.setdefault("routing", _Shelf())


def _read(s: Session, ident: int | None) -> Learned | None:
    """Read a stored model; anything wrong with it is logged, and it is left aside."""
    if ident is None:
        return None
    columns = select(RoutingModel.sha256, RoutingModel.data).where(RoutingModel.id == ident)
    sha256, data = s.execute(columns).one()
    if hashlib.sha256(data).hexdigest() != sha256:
        log.error("routing model %s is not what was stored; suggestions follow the rules", ident)
        return None
    try:
        return Learned(ident, Classifier.from_bytes(data))
    except ValueError:
        log.exception("routing model %s cannot be read; suggestions follow the rules", ident)
        return None

"""谁在看: who has a case open now, so that two moderators do not do the same work.

A sign is given when the page of a case opens and every half minute while it is in sight; it
counts for FRESH. Signs are no record of anybody's work: old ones are deleted with each new.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from flask import abort, g, jsonify
from sqlalchemy import ColumnElement, delete, exists, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from portal import clock, db
from portal.accounts.models import Account
from portal.cases.models import Case
from portal.cases.targets import open_to
from portal.errors import WrongState
from portal.moderation.blueprint import bp
from portal.moderation.models import Presence
from portal.security import Actor, Permission
from portal.web import requires

FRESH = timedelta(seconds=90)
"""How long a sign counts: two that were missed, and the tab is closed or out of sight."""

BEAT = 30
"""Seconds between the signs of an open page."""


def look(reference: str) -> None:
    """Note that the actor has the case open; nothing happens for one closed to them.

    Opening a page must not fail over this: when others write at the same moment, no sign is
    given, and the next one comes within half a minute. Begins a transaction of its own, so
    what was read before is forgotten.
    """
    at = clock.now()
    try:
        with db.transaction() as s:
            ident = _open_ident(s, reference, g.actor)
            if ident is not None:
                _sign(s, ident, g.actor, at)
    except (WrongState, OperationalError):
        return


def others(s: Session, idents: Iterable[int], actor: Actor, at: datetime) -> dict[int, list[str]]:
    """Return who else has each of these cases open, by case id, in the order of their names.

    The caller passes only cases that are open to `actor`.
    """
    rows = s.execute(
        select(Presence.case_id, Account.full_name)
        .join(Presence.account)
        .where(Presence.case_id.in_(list(idents)), *_fresh(actor, at))
        .order_by(Account.full_name, Account.id)
    )
    found: dict[int, list[str]] = {}
    for ident, name in rows:
        found.setdefault(ident, []).append(name)
    return found


def is_looked_at(actor: Actor, at: datetime) -> ColumnElement[bool]:
    """Return the condition of a case that somebody else has open."""
    return exists(select(Presence.id).where(Presence.case_id == Case.id, *_fresh(actor, at)))


@bp.post("/cases/<reference>/presence")
@requires(Permission.CASE_MODERATE)
def presence(reference: str):
    """Take a sign from an open page and return who else is there."""
    look(reference)
    s, at = db.session(), clock.now()
    ident = _open_ident(s, reference, g.actor)
    if ident is None:
        abort(404)
    return jsonify(others=others(s, [ident], g.actor, at).get(ident, []))


def _open_ident(s: Session, reference: str, actor: Actor) -> int | None:
    return s.scalar(select(Case.id).where(Case.reference == reference, open_to(actor)))


def _fresh(actor: Actor, at: datetime) -> list[ColumnElement[bool]]:
    return [Presence.seen_at > at - FRESH, Presence.account_id != (actor.account_id or 0)]


def _sign(s: Session, ident: int, actor: Actor, at: datetime) -> None:
    s.execute(delete(Presence).where(Presence.seen_at <= at - FRESH))
    dialect = sqlite if s.get_bind().dialect.name == "sqlite" else postgresql
    insert = dialect.insert(Presence).values(case_id=ident, account_id=actor.account_id, seen_at=at)
    s.execute(
        insert.on_conflict_do_update(
            index_elements=["case_id", "account_id"], set_={"seen_at": insert.excluded.seen_at}
        )
    )

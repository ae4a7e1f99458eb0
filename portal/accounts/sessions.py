"""From a cookie to an Actor, and back."""

from datetime import datetime, timedelta

from flask import Flask, Response, current_app, g, request, session
from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from portal import clock, db
from portal.accounts.actions import hash_token
from portal.accounts.models import StaffSession
from portal.security import RESIDENT, Actor, Role

_TOUCH = timedelta(minutes=1)
"""How stale `seen_at` may grow before a page view writes it anew."""

PROOF_MINUTES = 60
"""How long a shown query code opens the case in the same browser."""


def init_app(app: Flask) -> None:
    """Let every request know its actor as `g.actor`."""
    app.before_request(_load_actor)


def cookie_name() -> str:
    """Return the cookie's name; over TLS it is bound to this very host."""
    return "__Host-staff" if current_app.config["SESSION_COOKIE_SECURE"] else "staff"


def set_cookie(response: Response, token: str) -> None:
    """Hand the session token to the browser; it goes when the browser closes."""
    response.set_cookie(
        cookie_name(),
        token,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
        path="/",
    )


def drop_cookie(response: Response) -> None:
    """Take the session token from the browser."""
    response.delete_cookie(
        cookie_name(), secure=current_app.config["SESSION_COOKIE_SECURE"], httponly=True, path="/"
    )


def _load_actor() -> None:
    if request.endpoint == "static":
        g.actor = RESIDENT
        return
    token = request.cookies.get(cookie_name(), "")
    staff = _staff(token, clock.now()) if token else None
    proven = _proven(clock.now()) if staff is None else frozenset()
    g.actor = staff or Actor(RESIDENT.name, Role.RESIDENT, proven=proven)


def _proven(at: datetime) -> frozenset[str]:
    """Return the references whose query code was shown not too long ago."""
    shown = session.get("proven", {})
    return frozenset(ref for ref, until in shown.items() if until > at.timestamp())


def _staff(token: str, at: datetime) -> Actor | None:
    row = db.session().scalar(
        select(StaffSession)
        .where(StaffSession.token_hash == hash_token(token), StaffSession.ended_at.is_(None))
        .options(joinedload(StaffSession.account))
    )
    idle = timedelta(minutes=current_app.config["STAFF_IDLE_MINUTES"])
    if row is None or not row.account.is_active or at > min(row.expires_at, row.seen_at + idle):
        return None
    account = row.account
    actor = Actor(
        account.username,
        account.role,
        account.id,
        account.department_id,
        row.id,
        full_name=account.full_name,
    )
    if at - row.seen_at > _TOUCH:
        with db.separate_transaction() as s:
            s.execute(update(StaffSession).where(StaffSession.id == row.id).values(seen_at=at))
    return actor

"""From a signed cookie to a verified resident, and back."""

import hashlib
from datetime import timedelta

from flask import Response, current_app, request
from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy.orm import Session

from portal import clock, vault
from portal.residents.models import Resident


def cookie_name() -> str:
    """Return the cookie's name; over TLS it is bound to this very host."""
    return "__Host-resident" if current_app.config["SESSION_COOKIE_SECURE"] else "resident"


def current(s: Session) -> Resident | None:
    """Return the resident whose cookie came with this request.

    A cookie that was tampered with, is too old, or whose resident was erased or signed out
    everywhere is simply nobody's.
    """
    cookie = request.cookies.get(cookie_name())
    if not cookie:
        return None
    try:
        ident, key, since = _signer().loads(cookie)
    except BadData:
        return None
    if clock.now().timestamp() >= since + _lifetime().total_seconds():
        return None
    resident = s.get(Resident, ident)
    return resident if resident and vault.same(resident.cookie_key, key) else None


def sign_in(response: Response, resident: Resident) -> None:
    """Let this browser be the resident's for RESIDENT_COOKIE_DAYS days."""
    since = int(clock.now().timestamp())
    response.set_cookie(
        cookie_name(),
        _signer().dumps([resident.id, resident.cookie_key, since]),
        max_age=_lifetime(),
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
        path="/",
    )


def sign_out(response: Response) -> None:
    """Let this browser be nobody's."""
    response.delete_cookie(
        cookie_name(), secure=current_app.config["SESSION_COOKIE_SECURE"], httponly=True, path="/"
    )


def _lifetime() -> timedelta:
    return timedelta(days=current_app.config["RESIDENT_COOKIE_DAYS"])


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(
        vault.index("signing-key", "resident cookie"),
        salt="resident",
        signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
    )

"""How often one visitor may do a thing: exact across workers, counted in our own database.

A mobile carrier puts thousands of honest residents behind one address. So what limits first
is the contact or the browser; the address only stops floods. What is counted under is a
keyed index: neither addresses nor phone numbers are stored.
"""

import os
import secrets
from datetime import datetime, timedelta
from typing import IO

from flask import Flask, current_app, request, session
from flask_limiter import Limiter
from limits.storage import Storage
from sqlalchemy import case, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from portal import clock, vault
from portal.db import Base, separate_transaction
from portal.text import clean, folded


class RateLimit(Base):
    """How often something happened under one key within its window."""

    __tablename__ = "rate_limit"

    key: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(comment="times within the window")
    expires_at: Mapped[datetime] = mapped_column(index=True, comment="end of the window")


class DatabaseStorage(Storage):
    """Fixed windows in the table above; one upsert counts exactly on both databases."""

    STORAGE_SCHEME = ["portal"]

    @property
    def base_exceptions(self) -> type[Exception]:
        """What the driver raises when it cannot count."""
        return SQLAlchemyError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count `amount` more and return the sum; a window that is over starts anew."""
        at = clock.now()
        end = at + timedelta(seconds=expiry)
        with separate_transaction() as s:
            flavour = postgresql if s.get_bind().dialect.name == "postgresql" else sqlite
            insert = flavour.insert(RateLimit).values(key=key, count=amount, expires_at=end)
            is_over = RateLimit.expires_at <= at
            upsert = insert.on_conflict_do_update(
                index_elements=[RateLimit.key],
                set_={
                    "count": case((is_over, amount), else_=RateLimit.count + amount),
                    "expires_at": case((is_over, end), else_=RateLimit.expires_at),
                },
            ).returning(RateLimit.count)
            return s.scalar(upsert)

    def get(self, key: str) -> int:
        """Return the count of the running window."""
        with separate_transaction() as s:
            running = RateLimit.key == key, RateLimit.expires_at > clock.now()
            return s.scalar(select(RateLimit.count).where(*running)) or 0

    def get_expiry(self, key: str) -> float:
        """Return the end of the running window, seconds since the epoch."""
        with separate_transaction() as s:
            end = s.scalar(select(RateLimit.expires_at).where(RateLimit.key == key))
            return (end or clock.now()).timestamp()

    def check(self) -> bool:
        """Say whether counting works."""
        self.get("check")
        return True

    def reset(self) -> int:
        """Forget every count."""
        with separate_transaction() as s:
            return s.execute(delete(RateLimit)).rowcount

    def clear(self, key: str) -> None:
        """Forget one count."""
        with separate_transaction() as s:
            s.execute(delete(RateLimit).where(RateLimit.key == key))


def forget_expired(at: datetime) -> int:
    """Delete the counts of windows that are over; return how many there were."""
    with separate_transaction() as s:
        return s.execute(delete(RateLimit).where(RateLimit.expires_at < at)).rowcount


def browser() -> str:
    """Return this browser's random name, giving it one when it has none."""
    if "browser" not in session:
        session["browser"] = secrets.token_urlsafe(16)
    return session["browser"]


def by_browser() -> str:
    """Count under the browser."""
    return "browser:" + vault.index("limit", browser())


def by_address() -> str:
    """Count under the network address."""
    return "address:" + vault.index("limit", request.remote_addr or "")


def by_field(*names: str):
    """Count under the first of these form fields that is filled in."""

    def key() -> str:
        return "field:" + vault.index("limit", _first(names))

    return key


def _first(names: tuple[str, ...]) -> str:
    for name in names:
        text = folded(clean(request.form.get(name))).lower()
        if text:
            return f"{name}:{text}"
    return ""


def limited(
    setting: str,
    key_func,
    *,
    only_if: tuple[str, ...] = (),
    method: str = "POST",
    status: int | None = None,
):
    """Limit a view's requests of one method; only when one of the fields is filled in.

    With `status` only what was answered so is counted, after the answer: requests that run at
    the same moment can pass a limit that the first of them reaches.
    """
    return limiter.shared_limit(
        lambda: current_app.config[setting],
        scope=setting,
        key_func=key_func,
        methods=[method],
        exempt_when=(lambda: not _first(only_if)) if only_if else None,
        deduct_when=(lambda answer: answer.status_code == status) if status else None,
    )


def limited_files(setting: str, key_func):
    """Limit how much a view is sent in files: each counts its megabytes, and one at least."""
    return limiter.shared_limit(
        lambda: current_app.config[setting],
        scope=setting,
        key_func=key_func,
        methods=["POST"],
        exempt_when=lambda: not _weight(),
        cost=_weight,
    )


def _weight() -> int:
    """Return what the files of this request count."""
    files = request.files.items(multi=True)
    return sum(max(1, _size(file.stream) // 1_000_000) for _name, file in files if file.filename)


def _size(stream: IO[bytes]) -> int:
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    return size


limiter = Limiter(key_func=by_address, headers_enabled=False, swallow_errors=False)


def init_app(app: Flask) -> None:
    """Let the decorators of `limited` count for this app."""
    limiter.init_app(app)

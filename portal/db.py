"""One engine per app, one session per request, one place that commits.

SQLite loses updates in silence when two transactions read first and write later. So every
change takes the write lock before it reads (BEGIN IMMEDIATE); reading stays concurrent
under WAL. On PostgreSQL the version columns of the models give the same guarantee.
"""

import enum
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g
from sqlalchemy import DateTime, Engine, Enum, MetaData, create_engine, event, make_url, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.types import TypeDecorator

from portal.errors import WrongState
from portal.language import N_

_LOCK_WAIT_MS = 30_000
"""How long a writer waits for SQLite's write lock before it gives up, in milliseconds: longer
than the import of the largest list holds it, shorter than a server's patience."""

_MADE_WAY = ("40P01", "40001")
"""States in which PostgreSQL ends one of two transactions that wait for each other (deadlock,
serialization failure): nothing is wrong with it, and it may be done again."""

T = TypeVar("T")


class UtcDateTime(TypeDecorator[datetime]):
    """Store UTC; refuse naive datetimes; return aware ones on every database."""

    impl = DateTime
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        """What the column holds."""
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Turn an aware moment into naive UTC."""
        if value is not None and value.tzinfo is None:
            raise ValueError("naive datetime")
        return value and value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Give the stored moment its zone back."""
        return value and value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """The root of every model; constraints are named by convention from the first day."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        datetime: UtcDateTime,
        enum.StrEnum: Enum(
            enum.StrEnum,
            native_enum=False,
            validate_strings=True,
            length=32,
            values_callable=lambda members: [m.value for m in members],
        ),
    }


def init_app(app: Flask) -> None:
    """Make the engine of `app` and close its sessions after each request."""
    engine = make_engine(app.config["DATABASE_URL"])
    app.extensions["engine"] = engine
    app.extensions["db"] = sessionmaker(engine)
    app.teardown_appcontext(_close)


def make_engine(url: str) -> Engine:
    """Return an engine whose transactions begin the way this module promises."""
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True, pool_size=8)
    engine = create_engine(url, connect_args={"check_same_thread": False})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def session() -> Session:
    """Return the session of this request (or command)."""
    if "session" not in g:
        g.session = current_app.extensions["db"]()
    return g.session


@contextmanager
def transaction() -> Iterator[Session]:
    """Begin to write; commit on the way out, roll back on any error.

    What the session read before is forgotten: load inside the block what you change.
    Raises WrongState when somebody else changed the same row meanwhile.
    """
    s = session()
    s.rollback()
    with _writing(s):
        yield s


@contextmanager
def separate_transaction() -> Iterator[Session]:
    """Write in a session of its own, whatever becomes of the request's."""
    with current_app.extensions["db"]() as s, _writing(s):
        yield s


@contextmanager
def _writing(s: Session) -> Iterator[None]:
    try:
        if isinstance(s.get_bind(), Engine):
            s.connection(execution_options={"begin": "IMMEDIATE"})
        yield
        s.commit()
    except StaleDataError as error:
        s.rollback()
        raise WrongState(N_("刚才有其他人修改了同一条记录，您的操作没有执行。")) from error
    except IntegrityError as error:
        s.rollback()
        raise WrongState(N_("刚才已保存了相同的内容，您的操作没有执行。")) from error
    except OperationalError as error:
        s.rollback()
        if getattr(error.orig, "sqlstate", None) not in _MADE_WAY:
            raise
        raise WrongState(N_("刚才有其他人修改了同一条记录，您的操作没有执行。")) from error
    except BaseException:
        s.rollback()
        raise


def added(s: Session, row: object) -> bool:
    """Insert `row` now; False when one with the same key arrived a moment earlier."""
    try:
        with s.begin_nested():
            s.add(row)
    except IntegrityError:
        return False
    return True


def get_or_404(entity: type[T], ident: object) -> T:
    """Return the row of `entity` with this key, or end the request with 404."""
    return session().get(entity, ident) or abort(404)


def is_alive() -> bool:
    """Ask the database one question; any error of the driver passes through."""
    return session().scalar(text("SELECT 1")) == 1


def _close(_error: BaseException | None) -> None:
    if s := g.pop("session", None):
        s.close()


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",  # a receipt handed out survives a power cut
        "foreign_keys=ON",
        f"busy_timeout={_LOCK_WAIT_MS}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    mode = connection.get_execution_options().get("begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {mode}")

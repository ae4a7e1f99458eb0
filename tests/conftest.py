"""The app on a migrated database, once a worker; each test in a transaction that is undone.

Every test that asks for `app` runs on SQLite and on PostgreSQL (`--databases` narrows).
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page
from sqlalchemy import event, make_url, text
from sqlalchemy.orm import Session

from portal import clock, create_app, db, migrations
from portal.accounts import actions as accounts
from portal.accounts.sessions import cookie_name
from portal.db import make_engine
from portal.departments.models import Department
from portal.security import Role
from tests import factories
from tests.browser import launch_args
from tests.postgresql import cluster
from tests.serving import Server, copy_of_county
from tests.sharing import Sharing
from tests.visiting import DESKTOP, PATIENCE

KINDS = ("sqlite", "postgresql")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let `--databases sqlite` leave the other one out."""
    parser.addoption("--databases", default=",".join(KINDS), help="sqlite,postgresql")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Sharing:
    """Let tests that share something dear run in one process."""
    return Sharing(config, log)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what needs a database once on each kind."""
    if "database_url" in metafunc.fixturenames:
        kinds = metafunc.config.getoption("databases").split(",")
        metafunc.parametrize("database_url", kinds, indirect=True, scope="session")


@pytest.fixture(scope="session")
def database_url(request: pytest.FixtureRequest, tmp_path_factory) -> Iterator[str]:
    """The address of an empty database of the wanted kind."""
    with ExitStack() as stack:
        if request.param == "postgresql":
            yield stack.enter_context(cluster())
        else:
            yield f"sqlite:///{tmp_path_factory.mktemp('db') / 'portal.sqlite'}"


def settings(url: str, data_dir: Path) -> dict[str, object]:
    """What an app under test is made with."""
    return {
        "MODE": "test",
        "TESTING": True,
        "DATA_DIR": str(data_dir),
        "DATABASE_URL": url,
        "SECRET_KEY": "a secret of the tests, long enough to be one",
        "CHEAP_PASSWORDS": True,
        "WTF_CSRF_ENABLED": False,
        "PROPAGATE_EXCEPTIONS": False,
    }


@pytest.fixture(scope="session")
def whole_app(database_url: str, tmp_path_factory) -> Iterator[Flask]:
    """The app on a migrated database, shared by the tests of this worker."""
    app = create_app(settings(database_url, tmp_path_factory.mktemp("data")))
    migrations.upgrade(app.extensions["engine"])
    yield app
    app.extensions["engine"].dispose()


@pytest.fixture
def app(whole_app: Flask) -> Iterator[Flask]:
    """The app inside a transaction that is undone after the test."""
    sessions, engine = whole_app.extensions["db"], whole_app.extensions["engine"]
    with engine.connect() as connection:
        outer = connection.begin()
        sessions.configure(bind=connection, join_transaction_mode="create_savepoint")
        yield whole_app
        sessions.configure(bind=engine, join_transaction_mode="conditional_savepoint")
        outer.rollback()


@pytest.fixture
def s(app: Flask) -> Iterator[Session]:
    """A session for tests below the web."""
    with app.app_context():
        yield db.session()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor's browser."""
    return app.test_client()


@pytest.fixture
def write(app: Flask) -> Callable:
    """Run a function on a session and commit, so that the web sees what it made."""

    def run(make: Callable[[Session], object]) -> object:
        with app.app_context(), db.transaction() as session:
            return make(session)

    return run


class Queries:
    """How many statements were sent."""

    n = 0


@pytest.fixture
def count_queries(whole_app: Flask) -> Callable:
    """Return what counts the statements sent within a block."""
    engine = whole_app.extensions["engine"]

    @contextmanager
    def counting() -> Iterator[Queries]:
        sent = Queries()

        def note(*_words: object) -> None:
            sent.n += 1

        event.listen(engine, "before_cursor_execute", note)
        yield sent
        event.remove(engine, "before_cursor_execute", note)

    return counting


@pytest.fixture
def sign_in(app: Flask) -> Callable[..., FlaskClient]:
    """Return a browser in which somebody with the role is signed in."""

    def sign_in(role: Role, unit_id: int | None = None, username: str = "") -> FlaskClient:
        name = username or f"{role.value}{next(factories._numbers)}"
        with app.app_context(), db.transaction() as session:
            unit = session.get(Department, unit_id) if unit_id else None
            found = factories.account(session, name, role, unit)
            _row, token = accounts.open_session(
                session, found, browser="test", hours=1, at=clock.now()
            )
        client = app.test_client()
        with app.app_context():
            client.set_cookie(cookie_name(), token)
        return client

    return sign_in


@pytest.fixture
def own_app(database_url, tmp_path):
    """An app on a database of its own, where commits are real."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        url = make_url(f"sqlite:///{tmp_path / 'own.sqlite'}")
    else:
        server = make_engine(database_url).execution_options(isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            connection.execute(text("DROP DATABASE IF EXISTS own"))
            connection.execute(text("CREATE DATABASE own"))
        server.dispose()
        url = url.set(database="own")
    app = create_app(settings(url.render_as_string(hide_password=False), tmp_path))
    migrations.upgrade(app.extensions["engine"])
    yield app
    app.extensions["engine"].dispose()


@pytest.fixture(scope="session")
def live(tmp_path_factory) -> Iterator[Server]:
    """A running portal with the demo county, for tests that drive a browser.

    The county is loaded once, whatever the number of test processes; each has a copy.
    """
    folder = tmp_path_factory.mktemp("live") / "data"
    copy_of_county(tmp_path_factory.getbasetemp(), folder)
    # all tests of a process sign in from one address, as a few people
    server = Server(folder, PORTAL_LIMIT_SIGN_IN_USERNAME="500/10 minutes")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """Drive the system's own Chromium."""
    return launch_args()


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, object]:
    """A visitor in the county."""
    return {"locale": "zh-CN", "timezone_id": "Asia/Shanghai"}


@pytest.fixture
def visit(browser, live, browser_context_args) -> Iterator[Callable[..., Page]]:
    """Open a browser window on the portal; messages on its console fail the test.

    Chromium itself notes a page that was answered with a refusal; that one is no fault.
    """
    contexts, heard = [], []

    def open_window(viewport=DESKTOP, **more) -> Page:
        options = browser_context_args | {"viewport": viewport, "base_url": live.url} | more
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda message: heard.append(message.text))
        page.on("pageerror", lambda error: heard.append(str(error)))
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert not [text for text in heard if "status of 4" not in text]

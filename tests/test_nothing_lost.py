"""A server killed in the middle of the rush loses nothing it has acknowledged."""

import re
import threading
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

import pytest
from sqlalchemy import create_engine, make_url, text

from tests.postgresql import cluster
from tests.serving import Server

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("server")]

RUSH = 200


class _Stay(urllib.request.HTTPRedirectHandler):
    """Leave a redirect as it is: it is the acknowledgement."""

    def redirect_request(self, *_args):
        return None


def hand_in(url: str, n: int) -> str | None:
    """Send one case; return its reference when the server acknowledged it."""
    opener = urllib.request.build_opener(
        urllib.request.HTTPCookieProcessor(CookieJar()), _Stay, urllib.request.ProxyHandler({})
    )
    try:
        with opener.open(f"{url}/feedback/new", timeout=30) as page:
            token = re.search(r'name="csrf_token" value="([^"]+)"', page.read().decode())[1]
        form = {"kind": "help", "title": f"第{n}件", "body": "水管漏水。", "csrf_token": token}
        form["phone"] = str(13_800_000_000 + n)
        opener.open(f"{url}/feedback/new", urllib.parse.urlencode(form).encode(), timeout=30)
    except urllib.error.HTTPError as answer:
        with answer:
            return answer.headers["Location"].rsplit("/", 1)[1] if answer.code == 303 else None
    except OSError:
        return None
    return None


def rush_and_kill(server: Server, after: int) -> set[str]:
    """Send RUSH cases at once, kill the server after some; return what was acknowledged."""
    acknowledged: set[str] = set()
    enough = threading.Event()
    numbers = iter(range(RUSH))
    lock = threading.Lock()

    def send() -> None:
        while True:
            with lock:
                n = next(numbers, None)
            if n is None:
                return
            reference = hand_in(server.url, n)
            with lock:
                if reference:
                    acknowledged.add(reference)
                if len(acknowledged) >= after:
                    enough.set()

    threads = [threading.Thread(target=send) for _ in range(16)]
    for thread in threads:
        thread.start()
    assert enough.wait(120), "the server did not take the rush"
    server.kill()
    for thread in threads:
        thread.join()
    return acknowledged


def stored(url: str) -> set[str]:
    engine = create_engine(url)
    with engine.connect() as connection:
        found = set(connection.execute(text('SELECT reference FROM "case"')).scalars())
    engine.dispose()
    return found


def test_every_receipt_survives_on_sqlite(tmp_path):
    server = Server(tmp_path)
    before = stored(f"sqlite:///{tmp_path / 'portal.sqlite'}")
    acknowledged = rush_and_kill(server, after=60)
    assert 60 <= len(acknowledged) < RUSH
    assert not acknowledged & before
    assert acknowledged <= stored(f"sqlite:///{tmp_path / 'portal.sqlite'}")
    again = Server(tmp_path)  # and it starts again on what is there
    again.stop()


def test_every_receipt_survives_on_postgresql(request, tmp_path):
    if "postgresql" not in request.config.getoption("databases"):
        pytest.skip("PostgreSQL was left out")
    with cluster() as url:
        plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        server = Server(tmp_path, PORTAL_DATABASE_URL=plain)
        acknowledged = rush_and_kill(server, after=60)
        assert 60 <= len(acknowledged) < RUSH
        assert acknowledged <= stored(url)

"""The day when many letters with photos arrive together: none is lost, none is mixed up.

In threads against a real server, as `make run` starts it, on SQLite and on PostgreSQL.
"""

import io
import json
import re
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.cookiejar import CookieJar

import pytest
from sqlalchemy import create_engine, func, make_url, select, text

from portal import clock, db
from portal.cases.models import Case
from portal.cases.parts import CaseFile, CaseJoiner, CaseUpload
from tests.files import samples
from tests.postgresql import cluster
from tests.public.test_joining import FORM as LEAK
from tests.public.test_joining import published
from tests.serving import Server
from tests.test_at_once import at_once

LETTERS = 200


class _Stay(urllib.request.HTTPRedirectHandler):
    """Leave a redirect as it is: it is the acknowledgement."""

    def redirect_request(self, *_args):
        return None


def multipart(fields: dict[str, str], photo: bytes) -> tuple[bytes, str]:
    """Write a form with one photo as a browser would."""
    parts = [
        f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode()
        for name, value in fields.items()
    ]
    head = 'Content-Disposition: form-data; name="photos"; filename="现场.jpg"\r\n\r\n'
    parts.append(head.encode() + photo)
    body = b"".join(b"--edge\r\n" + part + b"\r\n" for part in parts) + b"--edge--\r\n"
    return body, "multipart/form-data; boundary=edge"


def hand_in(url: str, n: int, photo: bytes) -> tuple[int, str]:
    """Send one letter with a photo of its own; return the status and the reference."""
    opener = urllib.request.build_opener(
        urllib.request.HTTPCookieProcessor(CookieJar()), _Stay, urllib.request.ProxyHandler({})
    )
    with opener.open(f"{url}/feedback/new", timeout=120) as page:
        shown = page.read().decode()
    form = dict(re.findall(r'name="(csrf_token|submission_key)"[^>]*value="([^"]+)"', shown))
    form |= {"kind": "help", "title": f"第{n}封", "body": f"编号{n}的来信。", "slot": ""}
    form["phone"] = str(13_800_000_000 + n)
    body, kind = multipart(form, photo)
    request = urllib.request.Request(f"{url}/feedback/new", body, {"Content-Type": kind})  # noqa: S310
    try:
        with opener.open(request, timeout=120) as answer:
            return answer.status, ""
    except urllib.error.HTTPError as answer:
        with answer:
            place = answer.headers.get("Location", "")
            return answer.code, place.rsplit("/", 1)[-1]


def rush(url: str) -> tuple[Counter, list[str], float]:
    """Let LETTERS people send at the same moment."""
    start = threading.Barrier(LETTERS)
    photos = [samples.saved(samples.scene(32 + n, 24)) for n in range(LETTERS)]

    def send(n: int) -> tuple[int, str]:
        start.wait()
        return hand_in(url, n, photos[n])

    since = time.monotonic()
    with ThreadPoolExecutor(LETTERS) as threads:
        answers = list(threads.map(send, range(LETTERS)))
    took = time.monotonic() - since
    return Counter(code for code, _ref in answers), [ref for _code, ref in answers if ref], took


def kept(url: str) -> dict[str, tuple[str, int, int]]:
    """Return title, number of files and width of the photo of each letter, by reference."""
    engine = create_engine(url)
    statement = text(
        'SELECT c.reference, c.title, count(f.id), max(s.width) FROM "case" c '
        "JOIN case_file f ON f.case_id = c.id JOIN stored_file s ON s.id = f.file_id "
        "WHERE c.title LIKE '第%封' GROUP BY c.reference, c.title"
    )
    with engine.connect() as connection:
        found = {row[0]: tuple(row[1:]) for row in connection.execute(statement)}
        left = connection.scalar(select(func.count()).select_from(CaseUpload))
    engine.dispose()
    assert left == 0
    return found


def check(answers: tuple[Counter, list[str], float], database: str) -> None:
    codes, references, took = answers
    told = {"letters": LETTERS, "answers": dict(codes), "seconds": round(took, 1)}
    sys.stdout.write(json.dumps(told) + "\n")
    assert codes == {303: LETTERS}
    assert len(set(references)) == LETTERS
    found = kept(database)
    assert set(found) == set(references)
    for title, files, width in found.values():
        n = int(title.strip("第封"))
        assert (files, width) == (1, 32 + n), title


@pytest.mark.slow
@pytest.mark.xdist_group("server")
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_two_hundred_letters_with_photos_at_once_all_arrive_whole(request, tmp_path, kind):
    if kind not in request.config.getoption("databases"):
        pytest.skip(f"{kind} was left out")
    if kind == "sqlite":
        server = Server(tmp_path)
        try:
            check(rush(server.url), f"sqlite:///{tmp_path / 'portal.sqlite'}")
        finally:
            server.stop()
        return
    with cluster() as url:
        plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        server = Server(tmp_path, PORTAL_DATABASE_URL=plain)
        try:
            check(rush(server.url), url)
        finally:
            server.stop()


# --- the same form, the same case --------------------------------------------------


def test_one_form_with_a_photo_sent_many_times_at_once_makes_one_case_with_one_file(own_app):
    photo = samples.saved(samples.scene(64, 48))
    form = LEAK | {"submission_key": "c" * 32}

    def send(_n):
        data = form | {"photos": (io.BytesIO(photo), "a.jpg")}
        return own_app.test_client().post("/feedback/new", data=data).status_code

    assert at_once(8, send) == [303] * 8
    with own_app.app_context():
        s = db.session()
        assert s.scalar(select(func.count()).select_from(Case)) == 1
        assert s.scalar(select(func.count()).select_from(CaseFile)) == 1
        assert s.scalar(select(func.count()).select_from(CaseUpload)) == 0


def test_many_who_join_at_once_are_each_counted_once(own_app):
    with own_app.app_context(), db.transaction() as s:
        reference = published(s).reference

    def join(n):
        data = {"contact": str(13_900_000_000 + n % 10)}
        path = f"/feedback/{reference}/join"
        return own_app.test_client().post(path, data=data).status_code

    assert at_once(30, join) == [303] * 30
    with own_app.app_context():
        s = db.session()
        assert s.scalar(select(Case.joined)) == 30
        reachable = select(func.count()).where(CaseJoiner.contact.is_not(None))
        assert s.scalar(reachable) == 10, "each contact is told once"
        assert s.scalar(select(Case.submitted_at)) < clock.now()

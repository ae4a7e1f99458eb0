"""Taking in and keeping: bounded in time and memory, no secret lent, the same bytes once."""

import fcntl
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import func, inspect, select
from sqlalchemy.exc import StatementError

from portal import db
from portal.db import added
from portal.errors import Invalid
from portal.files import actions
from portal.files.actions import LARGEST, REASONS, accept, store
from portal.files.models import MediaType, StoredFile
from tests.factories import AT
from tests.files import samples

PHOTO = samples.saved(samples.scene())


@pytest.fixture
def program(tmp_path, monkeypatch):
    """Put another program in the place of the one that remakes files."""

    def put(text: str) -> Path:
        path = tmp_path / "refine.py"
        path.write_text(text)
        monkeypatch.setattr(actions, "PROGRAM", path)
        return path

    return put


def reason(data: bytes = PHOTO) -> str:
    """Why `data` is refused."""
    with pytest.raises(Invalid) as caught:
        accept(data)
    return next(word for word, text in REASONS.items() if text == caught.value.message)


def test_a_file_that_is_too_large_is_refused_before_it_is_opened(program):
    program("raise SystemExit")
    assert reason(PHOTO + b"\0" * LARGEST) == "large"
    assert "20 MB" in str(actions._refused("large"))


def test_a_file_that_takes_too_long_is_refused(monkeypatch):
    monkeypatch.setattr(actions, "TIMEOUT", 0.001)
    assert reason() == "complex"


def test_a_file_that_never_ends_is_stopped_with_all_it_started(program, monkeypatch):
    monkeypatch.setattr(actions, "TIMEOUT", 1)
    path = program(
        "import fcntl, os, subprocess\n"
        "lock = os.open(__file__, os.O_RDONLY)\n"
        "fcntl.flock(lock, fcntl.LOCK_EX)\n"
        "subprocess.Popen(['sleep', '60'], pass_fds=[lock])\n"
        "os.write(1, b'started')\n"
        "while True: pass\n"
    )
    began = time.monotonic()
    assert reason() == "complex"
    assert time.monotonic() - began < 10
    with path.open() as file:  # whoever still ran would hold the lock
        for _ in range(50):
            try:
                return fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(0.1)
    pytest.fail("what the program had started still runs")


def test_the_program_has_answered_even_if_something_it_started_lingers(program):
    program(
        "import subprocess, sys\n"
        "subprocess.Popen(['sleep', '60'], stdout=subprocess.DEVNULL)\n"
        'sys.stdout.write(\'{"error": "broken", "size": 0}\\n\')\n'
    )
    assert reason() == "broken"


def test_the_program_is_lent_no_secret(program, monkeypatch):
    monkeypatch.setenv("PORTAL_SECRET_KEY", "very secret")
    program(
        "import json, os\n"
        "found = 'very secret' in repr(os.environ)\n"
        "print(json.dumps({'error': 'pages' if found else 'pixels'}))\n"
    )
    assert reason() == "pixels"


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (b"", "complex"),
        (b"not json\nbody", "complex"),
        (b"[]\n", "complex"),
        (b'{"size": 9, "media_type": "image/png", "width": 1, "height": 1}\nshort', "complex"),
        (b'{"size": 2, "media_type": "text/html", "width": 1, "height": 1}\nok', "complex"),
        (b'{"error": "no such word"}\n', "complex"),
        (b'{"size": 2}\n' + b"x" * (LARGEST + 1), "large"),
    ],
)
def test_an_answer_that_is_not_whole_is_not_believed(answer, word):
    with pytest.raises(Invalid) as caught:
        actions._understood(answer)
    assert caught.value.message == REASONS[word]


def test_the_program_gives_back_every_right_it_does_not_need():
    code = (
        "import resource as r, runpy, sys\n"
        "runpy.run_path(sys.argv[1])['limit_this_process']()\n"
        "for k in ('AS', 'CPU', 'NOFILE', 'FSIZE', 'CORE'):\n"
        "    print(*r.getrlimit(getattr(r, 'RLIMIT_' + k)))\n"
        "try:\n"
        "    bytearray(2 << 30)\n"
        "except MemoryError:\n"
        "    print('refused')\n"
    )
    told = subprocess.run(
        [sys.executable, "-I", "-c", code, str(actions.PROGRAM)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\n")
    assert told[:6] == ["1073741824 1073741824", "20 20", "32 32", "0 0", "0 0", "refused"]


def test_the_same_bytes_are_one_row(s):
    first = store(s, accept(PHOTO), at=AT)
    again = store(s, accept(PHOTO), at=AT)
    other = store(s, accept(samples.written(samples.document())), at=AT)
    assert first.id == again.id != other.id
    assert first.size == len(first.data)
    assert (first.media_type, first.width, first.height) == (MediaType.JPEG, 320, 200)
    assert (other.media_type, other.width, other.is_photo) == (MediaType.PDF, None, False)
    assert s.scalar(select(func.count()).select_from(StoredFile)) == 2


def test_the_same_bytes_at_once_are_one_row(own_app):
    accepted = accept(PHOTO)

    def keep(_n):
        with own_app.app_context(), db.transaction() as s:
            return store(s, accepted, at=AT).id

    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(keep, range(24)))) == 1


def test_a_row_that_came_a_moment_earlier_is_taken(s, monkeypatch):
    accepted = accept(PHOTO)
    first = store(s, accepted, at=AT)
    looked = iter([None])
    monkeypatch.setattr(s, "scalar", lambda _query: next(looked))
    assert store(s, accepted, at=AT) is first


def test_a_list_of_files_does_not_read_their_bytes(s):
    store(s, accept(PHOTO), at=AT)
    s.expire_all()
    found = s.scalars(select(StoredFile)).one()
    assert "data" in inspect(found).unloaded
    assert found.data.startswith(b"\xff\xd8")


@pytest.mark.parametrize(
    "wrong", [{"sha256": "short"}, {"size": 0}, {"width": None}, {"media_type": "text/html"}]
)
def test_the_database_refuses_what_is_no_file(s, wrong):
    values = {"sha256": "0" * 64, "media_type": MediaType.PNG, "size": 3, "width": 1, "height": 1}
    row = StoredFile(**{**values, "data": b"png", "created_at": AT, **wrong})
    if "media_type" in wrong:
        with pytest.raises(StatementError, match="text/html"):
            added(s, row)
    else:
        assert not added(s, row)

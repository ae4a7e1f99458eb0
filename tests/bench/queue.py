"""Measure the moderators' queue at 100 and at 10,000 waiting cases: `python -m tests.bench.queue`.

As in `tests.bench.lists` both counties are asked in turn in one process, and what counts is the
time that process works. Ends with 1 when the first page, a page 200 pages behind it or the next
case takes more than twice as long among 10,000.
"""

import gc
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import insert
from sqlalchemy.orm import Session

from portal import clock, create_app, db, migrations
from portal.accounts import actions as accounts
from portal.accounts.passwords import hash_password
from portal.accounts.sessions import cookie_name
from portal.cases.kinds import Channel, Kind
from portal.cases.models import Case, CaseEvent
from portal.cases.parts import CaseSuggestion
from portal.cases.workflow import State, Visibility
from portal.moderation import reading
from portal.security import SYSTEM, Role
from tests.bench import county
from tests.bench.lists import FIRST, ROUNDS, tell

FEW, MANY = 100, 10_000
"""Waiting cases of the two counties."""

DONE = 2
"""Closed cases for each that waits: the queue must not grow with what is done."""

TITLES = ("小区停水三天", "路灯不亮", "变压器漏电", "公交车晚点", "垃圾没人清运", "报名明天截止")
RISKS = (2, 0, 3, 0, 0, 1)
BODY = "文化路小区自上周起出现问题，居民多次反映没有人来，请尽快派人查看。" * 6

AT = datetime(2026, 11, 2, 2, tzinfo=UTC)

PAGES = {
    "first page": ("/moderation/", "/moderation/", True),
    "page 200 by key": ("/moderation/?after={near}", "/moderation/?after={deep}", True),
    "next case": ("/moderation/next", "/moderation/next", True),
    "one risk": ("/moderation/?risk=0", "/moderation/?risk=0", False),
    "one department": ("/moderation/?department=u1", "/moderation/?department=u1", False),
    "words found": ("/moderation/?q=路灯", "/moderation/?q=路灯", False),
    "words not found": ("/moderation/?q=没有这回事", "/moderation/?q=没有这回事", False),
    "workload": ("/moderation/workload", "/moderation/workload", False),
}
"""What is asked of the small and of the large county, and whether it must stay within twice."""


def cases(chance: random.Random, waiting: int) -> Iterator[dict[str, Any]]:
    """Give the rows of `waiting` cases that wait and DONE times as many that are closed."""
    for n in range(1, waiting * (1 + DONE) + 1):
        is_done = n > waiting
        which = chance.randrange(len(TITLES))
        at = AT + timedelta(seconds=31 * n)
        yield {
            "id": n,
            "reference": f"20261102-{n:06d}",
            "code_hash": "",
            "submission_key": f"key-{n}",
            "channel": Channel.WEB,
            "entered_by": "",
            "kind": chance.choice((Kind.COMPLAINT, Kind.HELP, Kind.INQUIRY)),
            "town_code": f"t{chance.randint(1, county.PLACES)}",
            "project_id": chance.randint(1, 5),
            "place": "文化路",
            "details": [],
            "title": f"{TITLES[which]}{n}",
            "body": BODY,
            "consent_publish": True,
            "state": State.CLOSED if is_done else State.SUBMITTED,
            "visibility": Visibility.PRIVATE,
            "public_title": "",
            "public_body": "",
            "department_id": 1 if is_done else None,
            "was_sent_by_system": False,
            "was_misrouted": False,
            "risk": RISKS[which],
            "is_conflicted": chance.random() < 0.02,
            "returns": 0,
            "is_settled": False,
            "joined": 0,
            "submitted_at": at,
            "screen_due_at": at + timedelta(days=1),
            "due_at": at + timedelta(days=15),
            "closed_at": at + timedelta(days=3) if is_done else None,
            "extensions": 0,
            "extensions_allowed": 1,
            "round": 1,
            "version": 1,
        }


def build(s: Session, waiting: int) -> str:
    """Fill an empty database; return the token of a signed-in moderator."""
    county.build(s, per_year=40, years=county.YEARS[-1:], ratings=0)
    chance = random.Random(waiting)  # noqa: S311 - only to be the same each time
    rows = list(cases(chance, waiting))
    s.execute(insert(Case), rows)
    s.execute(insert(CaseEvent), [_first_step(row) for row in rows])
    s.execute(insert(CaseSuggestion), [_suggestion(chance, row) for row in rows])
    secret = hash_password("a password of the bench")
    facts = {"role": Role.MODERATOR, "department": None, "actor": SYSTEM, "at": AT}
    found = accounts.create(s, username="mo1", full_name="审核员", password_hash=secret, **facts)
    token = accounts.open_session(s, found, browser="bench", hours=9, at=clock.now())[1]
    s.commit()
    return token


def client(folder: Path, waiting: int) -> FlaskClient:
    """Return a browser in which a moderator of a county of this size is signed in."""
    folder.mkdir()
    app = create_app(
        {
            "MODE": "test",
            "DATA_DIR": str(folder),
            "DATABASE_URL": f"sqlite:///{folder / 'bench.sqlite'}",
            "SECRET_KEY": "a secret of the bench, long enough to be one",
            "CHEAP_PASSWORDS": True,
        }
    )
    migrations.upgrade(app.extensions["engine"])
    browser = app.test_client()
    with app.app_context():
        token = build(db.session(), waiting)
        browser.set_cookie(cookie_name(), token)
    return browser


def cursor(browser: FlaskClient, pages: int) -> str:
    """Return the cursor of the page that lies `pages` behind the first."""
    found = ""
    for _ in range(pages):
        page = browser.get("/moderation/", query_string={"after": found}).text
        found = page.rpartition("after=")[2].partition('"')[0]
    return found


def seconds(browser: FlaskClient, path: str) -> float:
    """Return how long this process works on one page, or on the way to one."""
    gc.collect()
    begun = time.process_time()
    answer = browser.get(path)
    taken = time.process_time() - begun
    assert answer.status_code < 400, path
    return taken


def compare(*asked: tuple[FlaskClient, str]) -> list[float]:
    """Return the median seconds of each page, asked in turn."""
    rounds = [[seconds(*page) for page in asked] for _ in range(FIRST + ROUNDS)]
    return [statistics.median(times) for times in zip(*rounds[FIRST:], strict=True)]


def main() -> int:
    """Build the two queues, measure every page, print a line for each."""
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder)
        small, large = client(top / "small", FEW), client(top / "large", MANY)
        places = {"near": cursor(small, 1), "deep": cursor(large, MANY // reading.PAGE_SIZE - 1)}
        sys.stdout.write(f"{'':20}{FEW:>12,}{MANY:>12,}{'ratio':>8}\n")
        slow = []
        for name, (few, many, is_held) in PAGES.items():
            asked = (small, few.format(**places)), (large, many.format(**places))
            slow.append(tell(name, *compare(*asked), is_held=is_held))
    return int(any(slow))


def _first_step(row: dict[str, Any]) -> dict[str, Any]:
    step = {"action": "submit", "to_state": State.SUBMITTED, "actor": "resident"}
    return step | {"case_id": row["id"], "at": row["submitted_at"], "role": "resident", "note": ""}


def _suggestion(chance: random.Random, row: dict[str, Any]) -> dict[str, Any]:
    return {
        "case_id": row["id"],
        "department_id": chance.randint(1, county.UNITS),
        "confidence": 0.9,
        "made_at": row["submitted_at"],
    }


if __name__ == "__main__":
    sys.exit(main())

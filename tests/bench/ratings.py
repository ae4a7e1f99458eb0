"""Measure the figures of ratings at 1,000 and at 1,000,000: `python -m tests.bench.ratings`.

Two counties of the same 5,000 projects, one with a thousand ratings and one with a million,
are asked in turn in one process; the median of the rounds counts. The same project is asked
for in both, the one with most ratings. Ends with 1 when a page of the large county takes more
than MOST times as long. Building the large county takes some minutes.
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal import clock, db
from portal.projects.models import Project
from portal.ratings import actions, counts
from portal.ratings.actions import Said, Voter
from portal.ratings.models import Rating, Score
from tests.bench.lists import client, compare, tell

FEW, MANY = 1_000, 1_000_000
PER_YEAR = 500
GIVEN = 40
"""Ratings that are given to measure one."""

PAGES = {
    "project": "/projects/{code}",
    "list by rating": "/projects?sort=rating",
    "all figures": "/ratings?year={year}",
    "rate form": "/projects/{code}/rate",
    "front page": "/",
}

TOLD = {"all figures"}
"""What is only told: with a thousand ratings no project has enough for a rate, with a million
every one is ranked and drawn."""


def rated(browser: FlaskClient) -> tuple[int, str, int]:
    """Return id, code and year of the project that everything is measured on."""
    with browser.application.app_context():
        found = select(Project.id, Project.code, Project.year).join(
            Score, Score.project_id == Project.id
        )
        return tuple(db.session().execute(found.order_by(Project.id.desc()).limit(1)).one())


def giving(browser: FlaskClient, ident: int) -> float:
    """Return the median seconds in which a rating is given, counted and judged."""
    taken = []
    for n in range(GIVEN):
        with browser.application.app_context():
            begun = time.process_time()
            with db.transaction() as s:
                voter = Voter(f"bench-{n}", network=f"10.{n}.0.0/24", device=f"{n}")
                actions.give(s, s.get_one(Project, ident), Said(n % 5 + 1), voter, at=clock.now())
            taken.append(time.process_time() - begun)
    return statistics.median(taken)


def is_exact(browser: FlaskClient, ident: int) -> bool:
    """Say whether the counts of the project are what its ratings give."""
    with browser.application.app_context():
        s = db.session()
        return counts.kept(s, [ident]) == counts.recounted(s, [ident])


def main() -> int:
    """Build the counties, measure every page, print a line for each."""
    with tempfile.TemporaryDirectory() as folder:
        few = client(Path(folder) / "few", PER_YEAR, ratings=FEW)
        many = client(Path(folder) / "many", PER_YEAR, ratings=MANY)
        ident, code, year = rated(many)
        with many.application.app_context():
            held = db.session().scalar(select(func.count()).where(Rating.project_id == ident))
        sys.stdout.write(f"{FEW:,} and {MANY:,} ratings; {held} of project {code}\n")
        slow = 0
        for name, path in PAGES.items():
            address = path.format(code=code, year=year)
            times = compare((few, address), (many, address))
            slow += tell(name, *times, is_held=name not in TOLD)
        slow += tell("giving a rating", giving(few, ident), giving(many, ident), is_held=True)
        exact = is_exact(few, ident) and is_exact(many, ident)
        sys.stdout.write(f"counts are what a recount gives: {exact}\n")
        return int(bool(slow) or not exact)


if __name__ == "__main__":
    sys.exit(main())

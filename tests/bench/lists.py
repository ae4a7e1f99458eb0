"""Measure the public lists at 50 and at 5,000 projects: `python -m tests.bench.lists`.

The counties are asked in turn in one process, and what counts is the time that process works,
so that whatever else the machine does weighs on none of them. The median of the rounds counts.
Ends with 1 when a list that is to stay within twice the time does not.
"""

import gc
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from flask.testing import FlaskClient

from portal import create_app, db, migrations
from tests.bench import county

ROUNDS, FIRST = 15, 3
"""Rounds that count, and rounds before them that fill caches of templates and statements."""

MOST = 2.0
"""How many times longer the large county may take."""

LISTS = {
    "list": "/projects",
    "completion": "/projects?completion=built",
    "level": "/projects?level=county",
    "search": "/projects?q=供水",
    "search, all match": "/projects?q=工程",
    "search, none match": "/projects?q=没有这回事",
    "sort by light": "/projects?sort=light",
    "sort by due day": "/projects?sort=due",
    "sort by update": "/projects?sort=updated",
    "sort by rating": "/projects?sort=rating",
    "deep page": "/projects?after={deep}",
}
"""Name -> address; 50 projects in ten years against 5,000 in ten years."""

OF_ONE_YEAR = {
    "one year": "/projects?year=2026",
    "year, field, light": "/projects?year=2026&field=教育&light=severe",
    "six filters": "/projects?year=2026&town=t3&department=u3&level=county&stage=work&sort=due",
    "search, one year": "/projects?q=供水&year=2026",
    "wall chart": "/years/2026/wall",
    "wall chart, sorted": "/years/2026/wall?sort=light",
    "wall chart, table": "/years/2026/wall?view=table",
}
"""Name -> address; 50 projects in the year against 500 in each of ten."""

TOLD = {
    "front page": "/",
    "year overview": "/years/2026",
    "year's money": "/years/2026/funds",
    "satisfaction": "/ratings?year=2026",
    "town": "/towns/t1",
    "department": "/departments/u1",
    "leaders": "/leaders",
    "leader": "/leaders/l1",
}
"""What is only measured, as those of one year are: it shows more where there is more."""


def client(
    folder: Path,
    per_year: int,
    years: Sequence[int] = county.YEARS,
    ratings: int | None = None,
) -> FlaskClient:
    """Return a browser of a county with so many projects in each of the years."""
    folder.mkdir()
    app = create_app(
        {
            "MODE": "test",
            "TESTING": True,
            "DATA_DIR": str(folder),
            "DATABASE_URL": f"sqlite:///{folder / 'portal.sqlite'}",
            "SECRET_KEY": "a secret of the bench, long enough to be one",
        }
    )
    migrations.upgrade(app.extensions["engine"])
    with app.app_context():
        county.build(db.session(), per_year=per_year, years=years, ratings=ratings)
    return app.test_client()


def deep(browser: FlaskClient, pages: int) -> str:
    """Return the cursor of a page that lies `pages` behind the first."""
    cursor = ""
    for _ in range(pages):
        found = browser.get("/projects", query_string={"after": cursor}).text
        cursor = found.rpartition("after=")[2].partition('"')[0]
    return cursor


def seconds(browser: FlaskClient, path: str) -> float:
    """Return how long this process works on one page."""
    gc.collect()
    begun = time.process_time()
    answer = browser.get(path)
    taken = time.process_time() - begun
    assert answer.status_code == 200, path
    return taken


def compare(*asked: tuple[FlaskClient, str]) -> list[float]:
    """Return the median seconds of each page, asked in turn."""
    rounds = [[seconds(*page) for page in asked] for _ in range(FIRST + ROUNDS)]
    return [statistics.median(times) for times in zip(*rounds[FIRST:], strict=True)]


def tell(name: str, small: float, large: float, *, is_held: bool) -> bool:
    """Print a line of the table; say whether the large county takes too long."""
    ratio = large / small
    is_slow = is_held and ratio > MOST
    mark = f"  more than {MOST}" if is_slow else ""
    sys.stdout.write(f"{name:20}{small * 1000:9.1f} ms{large * 1000:9.1f} ms{ratio:8.2f}{mark}\n")
    sys.stdout.flush()
    return is_slow


def main() -> int:
    """Build the counties, measure every page, print a line for each."""
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder)
        small, large = client(top / "small", 5), client(top / "large", 500)
        one_year = client(top / "year", 50, county.YEARS[-1:])
        cursors = deep(small, 1), deep(large, 200)
        sys.stdout.write(f"{'':20}{'50':>12}{'5,000':>12}{'ratio':>8}\n")
        slow = []
        for name, path in LISTS.items():
            near, far = (path.format(deep=cursor) for cursor in cursors)
            slow.append(tell(name, *compare((small, near), (large, far)), is_held=True))
        for name, path in (OF_ONE_YEAR | TOLD).items():
            found = compare((one_year, path), (large, path))
            slow.append(tell(name, *found, is_held=name in OF_ONE_YEAR))
    return int(any(slow))


if __name__ == "__main__":
    sys.exit(main())

"""Measure one suggestion: `python -m tests.bench.routing`.

A county of 62 departments with their names and duties, a thousand past cases and a model that
tells all 62 apart. Told are the medians of many letters, in milliseconds of this processor, all
and what is left without the statements: for letters as people write them, and for the worst there
can be, made of nothing but words that point somewhere. Ends with 1 when a letter as people write
them takes more than MOST in all.
"""

import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Result, event, insert, select
from sqlalchemy.orm import ORMExecuteState, Session

from portal import clock, create_app, db, migrations
from portal.cases.kinds import Channel, Kind
from portal.cases.models import Case
from portal.cases.routing import learning
from portal.cases.routing.suggestions import suggest_for
from portal.cases.workflow import State, Visibility
from portal.county.taxonomy import matters
from portal.departments.models import Department, DepartmentAlias, DepartmentDuty
from portal.routing.classifier import Classifier

MOST = 0.010
"""Seconds that a suggestion for a letter as people write them may take, the database included."""

UNITS, PAST, LETTERS, TAUGHT = 62, 1_000, 60, 10
LENGTH = 430
"""Characters of a letter: the mean of some 3,000 letters to mayors."""

CHANCE = random.Random(1)  # noqa: S311 - only to be the same each time
WORDS = [word for matter in matters() for word in matter.words]
LETTERS_OF_TESTS = Path(__file__).parents[1] / "redaction" / "letters"

Write = Callable[[], str]
"""What writes the text of a letter."""


def sentences() -> list[str]:
    """The sentences of the letters that the tests of redaction read, without their marks."""
    texts = [path.read_text("utf-8") for path in sorted(LETTERS_OF_TESTS.glob("*.txt"))]
    plain = re.sub(r"⟦[a-z_]+\|(.*?)⟧", r"\1", "\n".join(texts))
    lines = [line for line in plain.splitlines() if line and not line.startswith("#")]
    return [part for line in lines for part in re.split("(?<=。)", line) if part]


SENTENCES = sentences()


def ordinary() -> str:
    """A letter as people write them: sentences that name a matter now and then."""
    return "".join(CHANCE.sample(SENTENCES, 40))[:LENGTH]


def dense() -> str:
    """A letter of nothing but words that point to a department."""
    text = "".join(CHANCE.choice(WORDS) + CHANCE.choice("的了在和，。") for _ in range(LENGTH))
    return text[:LENGTH]


def model(codes: list[str], letter: Write) -> Classifier:
    """A model that was learned from some letters to each department."""
    labels = [code for code in codes for _ in range(TAUGHT)]
    return learning.learn([letter() for _ in labels], labels)


def fill(s: Session, letter: Write) -> None:
    """Put departments, past cases and a model on record."""
    units = []
    for n in range(UNITS):
        unit = Department(code=f"u{n}", name=f"县第{n}管理局", sort_order=n, is_active=True)
        unit.aliases = [DepartmentAlias(name=f"第{n}局{k}") for k in range(5)]
        unit.duties = [DepartmentDuty(word=word) for word in CHANCE.sample(WORDS, 10)]
        units.append(unit)
    s.add_all(units)
    s.flush()
    s.execute(insert(Case), [past(n, units[n % UNITS].id, letter) for n in range(PAST)])
    learning.store(s, model([unit.code for unit in units], letter), clock.now())


def past(n: int, department_id: int | None, letter: Write) -> dict[str, object]:
    """A row of a case that a department has answered, or that waits."""
    at = clock.now()
    return {
        "reference": f"20260101-{n:06d}",
        "code_hash": str(n),
        "submission_key": str(n),
        "channel": Channel.WEB,
        "entered_by": "",
        "kind": Kind.COMPLAINT,
        "place": "",
        "details": [],
        "title": letter()[:20],
        "body": letter(),
        "consent_publish": False,
        "state": State.IN_PROGRESS if department_id else State.SUBMITTED,
        "visibility": Visibility.PRIVATE,
        "public_title": "",
        "public_body": "",
        "department_id": department_id,
        "first_department_id": department_id,
        "was_sent_by_system": False,
        "was_misrouted": False,
        "risk": 0,
        "is_conflicted": False,
        "returns": 0,
        "is_settled": False,
        "joined": 0,
        "submitted_at": at,
        "screen_due_at": at,
        "due_at": at,
        "extensions": 0,
        "extensions_allowed": 1,
        "round": 1,
        "version": 1,
    }


@contextmanager
def statements():
    """Add up the seconds that asking the database takes."""
    spent = [0.0]

    def ask(context: ORMExecuteState) -> Result:
        begun = time.process_time()
        answer = context.invoke_statement()
        spent[0] += time.process_time() - begun
        return answer

    event.listen(Session, "do_orm_execute", ask)
    yield spent
    event.remove(Session, "do_orm_execute", ask)


def main() -> int:
    """Build the county for each kind of letter, ask, tell."""
    took = {letter: county(letter) for letter in (ordinary, dense)}
    for letter, (whole, own) in took.items():
        told = f"{whole * 1000:.1f} ms, besides the database {own * 1000:.1f} ms"
        sys.stdout.write(f"one suggestion, {letter.__name__} letters: {told}\n")
    return int(took[ordinary][0] > MOST)


def county(letter: Write) -> tuple[float, float]:
    """Return the seconds of a suggestion in a county that writes such letters, as `measured`."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'bench.sqlite'}"
        known = {"MODE": "test", "DATA_DIR": folder, "DATABASE_URL": url, "SECRET_KEY": "b" * 40}
        app = create_app(known)
        migrations.upgrade(app.extensions["engine"])
        with app.app_context():
            with db.transaction() as s:
                fill(s, letter)
                new = [past(PAST + n, None, letter) for n in range(LETTERS)]
                s.execute(insert(Case), new)
            took = measured()
        app.extensions["engine"].dispose()
    return took


def measured() -> tuple[float, float]:
    """Return the median seconds of a suggestion, with and without its statements."""
    whole, own = [], []
    for n in range(LETTERS):
        s = db.session()
        reference = f"20260101-{PAST + n:06d}"
        case = s.scalars(select(Case).where(Case.reference == reference)).one()
        with statements() as spent:
            begun = time.process_time()
            suggest_for(s, case, clock.now())
            whole.append(time.process_time() - begun)
        own.append(whole[-1] - spent[0])
        s.rollback()
        s.expunge_all()
    return statistics.median(whole), statistics.median(own)


if __name__ == "__main__":
    sys.exit(main())

"""Loading the invented county 青禾县: the same day gives the same county every time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import setup, vault
from portal.accounts import actions as accounts
from portal.accounts.models import Account
from portal.audit.actions import record
from portal.cases.models import Category
from portal.demo.letters import Field, add_cases
from portal.demo.lists import add_lists
from portal.demo.stories import add_stories
from portal.demo.texts import read
from portal.departments.models import Department
from portal.departments.queries import active
from portal.projects.models import Project, ProjectStatus
from portal.ratings.actions import decide_comment, give
from portal.security import SYSTEM, Actor, Role

SEED = 20260101
RATINGS = 800

_TASTES = ((50, 30, 12, 5, 3), (35, 34, 18, 8, 5), (20, 28, 24, 17, 11))
"""How the five levels, best first, are spread over a well, fairly and badly liked project."""


@dataclass(frozen=True)
class Counts:
    """How much was loaded."""

    projects: int
    cases: int
    ratings: int
    accounts: int


def is_empty(s: Session) -> bool:
    """Say whether the database holds neither a project nor an account."""
    first = s.scalar(select(Project.id).limit(1)) or s.scalar(select(Account.id).limit(1))
    return first is None


def load(s: Session, *, day: date, at: datetime, password_hash: str) -> Counts:
    """Fill an empty database with the county as it would stand on `day`."""
    rng = Random(SEED)  # noqa: S311 - an invented county wants repetition, not secrecy
    data = read("county")
    rows = data.pop("fields")
    setup.load(s, data, valid_from=date(day.year - 1, 1, 1), basis="演示", at=at)
    units = {d.code: d for d in active(s)}
    people = _accounts(s, units, password_hash, at)
    leads = units | {field: units[code] for field, code, _category in rows}
    lists, promises = read("projects"), read("promise")
    courses = add_lists(s, lists, promises, leads, day, at)
    texts = {row[1]: row[9] for which in lists.values() for row in which}
    add_stories(s, courses, promises, texts, units, day)
    projects = [course.project for course in courses]
    fields = _fields(s, rows, units, projects)
    cases = add_cases(s, fields, rng, day, at)
    _ratings(s, [p for p in projects if p.status is ProjectStatus.COMPLETED], rng, at)
    record(s, actor=SYSTEM, act="demo:load", subject="county:demo", at=at, day=day.isoformat())
    return Counts(len(projects), cases, RATINGS, people)


def _accounts(s: Session, units: dict[str, Department], password_hash: str, at: datetime) -> int:
    people: list[tuple[str, str, Role, Department | None]] = [
        ("admin1", "系统管理员", Role.ADMIN, None),
        ("moderator1", "审核员一", Role.MODERATOR, None),
        ("moderator2", "审核员二", Role.MODERATOR, None),
        ("inspector1", "督查员", Role.INSPECTOR, None),
    ]
    people += [(f"officer-{c}", f"{u.name}经办人", Role.OFFICER, u) for c, u in units.items()]
    for username, full_name, role, unit in people:
        accounts.create(
            s,
            username=username,
            full_name=full_name,
            role=role,
            department=unit,
            password_hash=password_hash,
            actor=SYSTEM,
            at=at,
            is_demo=True,
        )
    return len(people)


def _fields(
    s: Session, rows: list[list[str]], units: dict[str, Department], projects: list[Project]
) -> list[Field]:
    letters = read("letters")
    categories = {c.code: c for c in s.scalars(select(Category))}
    return [
        Field(
            name,
            units[unit],
            categories[category],
            letters[name],
            [p for p in projects if p.field == name],
        )
        for name, unit, category in rows
    ]


def _ratings(s: Session, projects: list[Project], rng: Random, at: datetime) -> None:
    """Give the ratings: some projects get many, two get too few for a rate."""
    comments, said = read("comments"), set()
    moderator = Actor("moderator1", Role.MODERATOR)
    for moment, n, project in sorted(_rated(projects, rng, at), key=lambda r: r[:2]):
        (level,) = rng.choices(
            (5, 4, 3, 2, 1), _TASTES[(project.year + project.sort_order) % len(_TASTES)]
        )
        mood = "good" if level >= 4 else "fair" if level == 3 else "bad"
        comment = ""
        if (fitting := _unsaid(comments[mood], project, said)) and rng.random() < 0.25:
            comment = rng.choice(fitting)
            said.add((project.code, comment))
        given = give(
            s,
            project,
            rater=vault.index("rater", f"demo-{n}"),
            level=level,
            comment=comment,
            at=moment,
        )
        if comment and rng.random() < 0.8:
            decided = min(moment + timedelta(hours=rng.randint(1, 8)), at)
            decide_comment(s, given, publish=rng.random() < 0.9, actor=moderator, at=decided)


def _unsaid(comments: list[list[str]], project: Project, said: set[tuple[str, str]]) -> list[str]:
    """Return the comments that fit the project and that nobody has written of it yet."""
    return [
        text
        for field, about, text in comments
        if field in ("", project.field) and about in project.name
        if (project.code, text) not in said
    ]


def _rated(
    projects: list[Project], rng: Random, at: datetime
) -> Iterator[tuple[datetime, int, Project]]:
    """Yield when each rating comes, its number and its project."""
    few = projects[-2:]
    for n in range(RATINGS):
        project = few[n % 2] if n < 6 else rng.choice(projects[:-2])
        yield max(at - timedelta(hours=rng.randint(3, 2000)), _opened(project)), n, project


def _opened(project: Project) -> datetime:
    """Rating opens the day after acceptance."""
    opened = project.completed_on + timedelta(days=1)
    return datetime.combine(opened, datetime.min.time(), project.updated_at.tzinfo)

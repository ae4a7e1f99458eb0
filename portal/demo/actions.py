"""Loading the invented county 青禾县: the same day gives the same county every time."""

from dataclasses import dataclass
from datetime import date, datetime
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import setup
from portal.accounts import actions as accounts
from portal.accounts.models import Account
from portal.audit.actions import record
from portal.demo.consequences import add_consequences
from portal.demo.letters import Field, add_cases
from portal.demo.lists import add_lists
from portal.demo.matters import add_matters, add_routes
from portal.demo.rounds import look_after
from portal.demo.stories import add_stories
from portal.demo.texts import read
from portal.demo.voices import add_ratings
from portal.departments.models import Department
from portal.departments.queries import active
from portal.projects.models import Project, ProjectStatus
from portal.security import SYSTEM, Role

SEED = 20260101


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
    rows, routes = data.pop("fields"), data.pop("routes")
    first = date(day.year - 1, 1, 1)
    setup.load(s, data, valid_from=first, basis="演示", at=at)
    units = {d.code: d for d in active(s)}
    people = _accounts(s, units, password_hash, at)
    add_routes(s, routes, units, first, day)
    leads = units | {field: units[code] for field, code in rows}
    lists, promises = read("projects"), read("promise")
    courses = add_lists(s, lists, promises, leads, day, at)
    texts = {row[1]: row[9] for which in lists.values() for row in which}
    add_stories(s, courses, promises, texts, units, day)
    projects = [course.project for course in courses]
    fields = _fields(s, rows, units, projects)
    cases = add_cases(s, fields, rng, day, at)
    cases += add_matters(s, read("matters"), units, projects, day, at)
    done = [p for p in projects if p.status is ProjectStatus.COMPLETED]
    ratings = add_ratings(s, done, rng, at)
    add_consequences(s, done, rng, at)
    cases += look_after(s, at)
    record(s, actor=SYSTEM, act="demo:load", subject="county:demo", at=at, day=day.isoformat())
    return Counts(len(projects), cases, ratings, people)


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
    return [
        Field(name, units[unit], letters[name], [p for p in projects if p.field == name])
        for name, unit in rows
    ]

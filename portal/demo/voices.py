"""What the invented residents say of finished projects, and what follows from it.

Everything goes through the real acts in the order of time, so that waves, doubts, follow-ups
and counts are as they would be; only the residents themselves are written directly, since
nobody sends an invented county one-time codes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import vault
from portal.clock import at_local
from portal.demo.texts import read
from portal.projects.models import Project
from portal.projects.upkeep.models import Revisit
from portal.ratings import actions
from portal.ratings.actions import Said, Voter
from portal.ratings.kinds import BAD, Channel, Dimension, Proof, Reason
from portal.ratings.models import Follower, Rating
from portal.residents.kinds import Method
from portal.residents.models import Resident
from portal.security import RESIDENT, Actor, Role

RATINGS, RESIDENTS = 540, 420

HOUR = timedelta(hours=1)

MOST_COME = 30 * 24
"""Hours within which two of three come after a wave has opened."""

_TASTES = ((50, 30, 12, 5, 3), (35, 34, 18, 8, 5), (20, 28, 24, 17, 11))
"""How the five levels, best first, are spread over a well, fairly and badly liked project."""

MODERATOR = Actor("moderator1", Role.MODERATOR)


@dataclass
class People:
    """The invented residents; those with an even number want answers."""

    s: Session
    at: datetime
    known: dict[int, Resident] = field(default_factory=dict)

    def resident(self, n: int) -> Resident:
        """Return the resident with this number, verified before anything is said."""
        if n not in self.known:
            row = Resident(
                pseudonym=vault.index("resident", f"demo-{n}"),
                method=Method.EMAIL,
                cookie_key=vault.index("demo", f"cookie-{n}"),
                verified_at=self.at,
            )
            self.s.add(row)
            self.s.flush()
            if n % 2 == 0:
                row.contact = vault.seal(f"resident:{row.id}:contact", f"resident{n}@example.com")
            self.known[n] = row
        return self.known[n]


def add_ratings(s: Session, projects: list[Project], rng: Random, at: datetime) -> int:
    """Let residents rate the completed `projects` up to `at`; return how many ratings there are.

    The last two projects get too few for a rate, and of the others every second none at all.
    """
    if not projects:
        return 0
    people, texts = People(s, at), read("voices")
    comments, said = read("comments"), set()
    wanted = sorted(_wanted(s, projects, rng, at), key=lambda r: r[:2])
    for moment, n, project in wanted:
        given = _one(s, people, project, n, moment, rng, comments, said)
        if given.comment and rng.random() < 0.8 and moment < at - timedelta(hours=9):
            decided = min(moment + timedelta(hours=rng.randint(1, 8)), at)
            publish = rng.random() < 0.9
            actions.decide_comment(s, given, publish=publish, actor=MODERATOR, at=decided)
    for row in texts["bursts"]:
        _burst(s, people, row, projects, at)
    _follow(s, people, projects)
    return s.scalar(select(func.count()).select_from(Rating))


def _wanted(
    s: Session, projects: list[Project], rng: Random, at: datetime
) -> Iterator[tuple[datetime, int, Project]]:
    """Yield when each rating comes, its number and its project; later waves get theirs."""
    few, many = projects[-2:], projects[:-3:2] or projects[:1]
    revisited = {p.id: day for p in many for day in _revisits(s, p)}
    for n in range(RATINGS):
        project = few[n % len(few)] if n < 6 else rng.choice(many)
        opened = _opened(project)
        if n % 3 == 0 and project.id in revisited:
            opened = max(opened, at_local(revisited[project.id], 9))
        span, hours = max((at - opened) // HOUR, 1), int(rng.expovariate(1 / MOST_COME))
        if hours >= span:
            hours = rng.randrange(span)
        moment = opened + timedelta(hours=hours, minutes=rng.randint(0, 59))
        yield min(moment, at), n, project


def _revisits(s: Session, project: Project) -> list[Any]:
    made = select(Revisit.done_on).where(
        Revisit.project_id == project.id, Revisit.done_on.is_not(None)
    )
    return list(s.scalars(made.order_by(Revisit.done_on)))


def _opened(project: Project) -> datetime:
    """Rating opens with acceptance; people come the day after."""
    return at_local(project.completed_on + timedelta(days=1), 8)


def _one(
    s: Session,
    people: People,
    project: Project,
    n: int,
    moment: datetime,
    rng: Random,
    comments: Mapping[str, list[list[str]]],
    said: set[tuple[str, str]],
) -> Rating:
    taste = _TASTES[(project.year + project.sort_order) % len(_TASTES)]
    (level,) = rng.choices((5, 4, 3, 2, 1), taste)
    mood = "good" if level >= 4 else "fair" if level == 3 else "bad"
    comment = ""
    if (fitting := _unsaid(comments[mood], project, said)) and rng.random() < 0.25:
        comment = rng.choice(fitting)
        said.add((project.code, comment))
    marks = {}
    if rng.random() < 0.4:
        marks = {d: min(max(level + rng.randint(-1, 1), 1), 5) for d in Dimension}
    reasons = rng.sample(list(Reason)[:-1], 2) if level <= BAD else []
    words = Said(level, marks, reasons, comment, wants_answer=True)
    voter, actor = _voter(people, project, n, rng)
    return actions.give(s, project, words, voter, at=moment, actor=actor)


def _voter(people: People, project: Project, n: int, rng: Random) -> tuple[Voter, Actor]:
    """Seven of ten are verified, two are not, one was asked by telephone or at home."""
    kind = rng.random()
    network, device = f"10.{n % 180}.{n % 240}.0/24", f"demo-{n}"
    scanned = rng.random() < 0.45
    traits: dict[str, Any] = {
        "channel": Channel.QR if scanned else Channel.WEB,
        "site": rng.choice(project.sites) if scanned and project.sites else None,
        "network": network,
        "device": device,
    }
    if kind < 0.7:
        resident = people.resident(rng.randrange(RESIDENTS))
        return Voter(resident.pseudonym, Proof.VERIFIED, resident, **traits), RESIDENT
    if kind < 0.9:
        return Voter(vault.index("rater", device), **traits), RESIDENT
    channel = rng.choice((Channel.PHONE, Channel.VISIT))
    return Voter(vault.index("rater", device), Proof.STAFF, channel=channel), MODERATOR


def _burst(
    s: Session, people: People, row: Mapping[str, Any], projects: list[Project], at: datetime
) -> int:
    """Let one office rate a project within the hour: the rule sets it aside by itself."""
    project = next((p for p in projects if p.name == row["project"]), None)
    begun = max(_opened(project), at - timedelta(days=9)) if project else at
    if project is None or begun + timedelta(hours=2) > at:
        return 0
    marks = dict.fromkeys(Dimension, row["level"])
    for n in range(row["n"]):
        resident = people.resident(RESIDENTS + 1 + 2 * n + 100 * row["level"])
        voter = Voter(
            resident.pseudonym,
            Proof.VERIFIED,
            resident,
            network="192.0.2.0/24",
            device=f"burst-{row['level']}-{n}",
        )
        moment = begun + timedelta(minutes=row["minutes"] * n / row["n"])
        actions.give(s, project, Said(row["level"], marks), voter, at=moment)
    return row["n"]


def _follow(s: Session, people: People, projects: list[Project]) -> None:
    """Let some who want answers follow a project."""
    for n, project in enumerate(projects):
        for k in range(3):
            resident = people.resident((n * 14 + k * 2) % RESIDENTS // 2 * 2)
            s.add(Follower(project_id=project.id, resident_id=resident.id, since=_opened(project)))
    s.flush()


def _unsaid(comments: list[list[str]], project: Project, said: set[tuple[str, str]]) -> list[str]:
    """Return the comments that fit the project and that nobody has written of it yet."""
    return [
        text
        for about_field, about, text in comments
        if about_field in ("", project.field) and about in project.name
        if (project.code, text) not in said
    ]

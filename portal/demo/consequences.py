"""What departments, inspectors and deputies did about the ratings of the invented county."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from portal.clock import at_local, local_day
from portal.county.queries import ratings as setting
from portal.demo.texts import read
from portal.projects.models import Project
from portal.ratings import actions, counts
from portal.ratings.appeals import actions as appeals
from portal.ratings.appeals.models import Ground, Ruling
from portal.ratings.ballots import actions as ballots
from portal.ratings.ballots.actions import Head
from portal.ratings.ballots.reading import Line
from portal.ratings.ballots.rules import Votes
from portal.ratings.followups import actions as follow_ups
from portal.ratings.followups.models import FollowUp
from portal.ratings.followups.workflow import Outcome, Remedy, State
from portal.ratings.kinds import Standing
from portal.ratings.models import Rating
from portal.ratings.screening import actions as screening
from portal.security import Actor, Role

MODERATOR = Actor("moderator1", Role.MODERATOR)
INSPECTOR = Actor("inspector1", Role.INSPECTOR)


def add_consequences(s: Session, projects: list[Project], rng: Random, at: datetime) -> None:
    """Follow bad ratings up, decide on what was set aside and on appeals, record a ballot."""
    texts = read("voices")
    for project in projects:
        _followed_up(s, project, texts, rng, at)
    _judged(s, projects, texts, at)
    _appealed(s, projects, texts, at)
    _balloted(s, projects, texts["ballot"], at)


def _followed_up(
    s: Session, project: Project, texts: Mapping[str, Any], rng: Random, at: datetime
) -> None:
    opened = select(FollowUp).where(FollowUp.project_id == project.id).order_by(FollowUp.id)
    officer = Actor(
        f"officer-{project.department.code}", Role.OFFICER, department_id=project.department_id
    )
    minimum = setting(s, local_day(at))["minimum"]
    for f in s.scalars(opened.options(joinedload(FollowUp.rating))).all():
        if f.state is not State.OPEN or rng.random() < 0.08:
            continue
        with counts.moving(s, project.id, minimum) as moves:
            _worked(s, moves, f, officer, texts, rng, at)
        if f.state is State.ASKED and rng.random() < 0.6:
            _asked_again(s, project, f, texts, rng, at)
        if f.state is State.ASKED:
            with counts.moving(s, project.id, minimum) as moves:
                follow_ups.expire(s, moves, f, at=at)


def _worked(
    s: Session,
    moves: counts.Moving,
    f: FollowUp,
    officer: Actor,
    texts: Mapping[str, Any],
    rng: Random,
    at: datetime,
) -> None:
    """Call, plan or remedy as far as there was time; a few come late."""
    called = f.opened_at + timedelta(hours=rng.choice((3, 5, 7, 20, 22, 100)))
    if called > at:
        return
    outcome = Outcome.REACHED if rng.random() < 0.85 else Outcome.NOT_REACHED
    note = rng.choice(texts["calls"])
    if not f.has_contact:
        outcome, note = Outcome.NO_CONTACT, rng.choice(texts["checks"])
    follow_ups.call(s, moves, f, outcome, actor=officer, note=note, at=called)
    if rng.random() < 0.12:
        late = local_day(called) + timedelta(days=40)
        note = rng.choice(texts["plans"])
        follow_ups.plan(s, moves, f, late, actor=officer, note=note, at=called)
    done = called + timedelta(days=rng.choice((2, 4, 7, 11, 16, 24)))
    if done > at or rng.random() < 0.1:
        return
    kind = Remedy.FIXED if rng.random() < 0.8 else Remedy.EXPLAINED
    text = rng.choice(texts[kind.value])
    follow_ups.remedy(s, moves, f, kind, actor=officer, text=text, at=done)
    if at - done > timedelta(days=2):
        day = done + timedelta(hours=6)
        follow_ups.decide_text(s, f, publish=True, actor=MODERATOR, at=day)


def _asked_again(
    s: Session, project: Project, f: FollowUp, texts: Mapping[str, Any], rng: Random, at: datetime
) -> None:
    """Let the resident say it anew: changed while the wave is open, added when it has closed."""
    moment = f.remedied_at + timedelta(days=rng.randint(1, 9))
    rating = f.rating
    if moment > at or rating.resident is None:
        return
    better = rng.random() < 0.62
    closed = rating.wave.closes_on and rating.wave.closes_on < local_day(moment)
    level = rng.choice((3, 4, 4)) if better else rating.level
    if closed:
        text = rng.choice(texts["additions"])
        actions.add(s, rating, level=level, comment=text, at=moment)
    elif better:
        voter = actions.Voter(rating.rater, rating.proof, rating.resident, channel=rating.channel)
        words = actions.Said(level, comment=rating.comment, wants_answer=True)
        actions.give(s, project, words, voter, at=moment)
    else:
        minimum = setting(s, local_day(at))["minimum"]
        with counts.moving(s, project.id, minimum) as moves:
            follow_ups.still_bad(s, moves, f, note=rng.choice(texts["still"]), at=moment)


def _judged(s: Session, projects: list[Project], texts: Mapping[str, Any], at: datetime) -> None:
    """Decide on half of what was set aside; the rest waits for the moderators."""
    minimum = setting(s, local_day(at))["minimum"]
    reasons = {row["project"]: row for row in texts["bursts"]}
    for project in projects:
        row = reasons.get(project.name)
        if row is None:
            continue
        waiting = select(Rating.id).where(
            Rating.project_id == project.id, Rating.standing == Standing.SET_ASIDE
        )
        idents = list(s.scalars(waiting.order_by(Rating.id)))
        for n, ident in enumerate(idents[: len(idents) // 2]):
            with counts.moving(s, project.id, minimum) as moves:
                screening.decide(
                    s,
                    moves,
                    s.get_one(Rating, ident),
                    release=n < row["released"],
                    actor=MODERATOR,
                    reason=row["reason"],
                    at=at - timedelta(hours=30),
                )


def _appealed(s: Session, projects: list[Project], texts: Mapping[str, Any], at: datetime) -> None:
    """Let departments appeal against bad ratings of three projects."""
    minimum = setting(s, local_day(at))["minimum"]
    rows = iter(texts["appeals"])
    for project in projects:
        bad = select(Rating).where(
            Rating.project_id == project.id,
            Rating.standing == Standing.COUNTED,
            Rating.level == 1,
            Rating.comment != "",
            Rating.said_at < at - timedelta(days=6),
        )
        rating = s.scalar(bad.order_by(Rating.id).limit(1))
        row = next(rows, None) if rating else None
        if rating is None:
            continue
        if row is None:
            return
        officer = Actor(
            f"officer-{project.department.code}", Role.OFFICER, department_id=project.department_id
        )
        with counts.moving(s, project.id, minimum) as moves:
            appeal = appeals.file(
                s,
                moves,
                rating,
                Ground(row["ground"]),
                actor=officer,
                reason=row["reason"],
                at=rating.said_at + timedelta(days=3),
            )
            if row["ruling"]:
                appeals.decide(
                    s,
                    moves,
                    appeal,
                    Ruling(row["ruling"]),
                    actor=INSPECTOR,
                    note=row["note"],
                    at=rating.said_at + timedelta(days=5),
                )


def _balloted(s: Session, projects: list[Project], data: Mapping[str, Any], at: datetime) -> None:
    """Record the deputies' ballot on last year's list; one row of it does not add up."""
    held_on = date(local_day(at).year, 1, 21)
    voted = [p for p in projects if p.year == held_on.year - 1][: len(data["votes"])]
    if held_on >= local_day(at) or not voted:
        return
    head = Head(
        year=held_on.year - 1,
        title=data["title"].format(year=held_on.year - 1),
        body=data["body"],
        held_on=held_on,
        members=data["members"],
        present=data["present"],
        is_secret=True,
        rule="zhenhai-2021",
        document_no="",
        source=data["source"],
    )
    lines = [Line(p.name, Votes(*votes)) for p, votes in zip(voted, data["votes"], strict=False)]
    ballots.record(s, head, lines, actor=INSPECTOR, at=at_local(held_on, 17))

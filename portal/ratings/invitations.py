"""关注 and 邀请: who wants to hear of a project, and telling them when it can be rated.

Those who wrote about a project are told as well; they stand higher in the house
(`cases.invitations`), which sends both. Here a wave is told to those who follow it.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from urllib.parse import quote

from sqlalchemy import delete, exists, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.audit.actions import record
from portal.clock import local_day
from portal.db import added
from portal.errors import WrongState
from portal.language import N_
from portal.notifications.models import Message
from portal.notifications.texts import place
from portal.projects.models import LISTED, Project
from portal.ratings.models import Follower, Rating, Wave
from portal.residents.models import Resident
from portal.security import SYSTEM

INVITED_WITHIN = timedelta(days=30)
"""How long after its opening people are still told of a wave: older ones are no news, and a
portal that learns of many old projects at once must not write to everybody."""

FOLLOWED_MOST = 200
"""How many projects one resident follows at most; more than a county promises in some years."""

_CHUNK = 500
"""Messages written in one statement."""


def follow(s: Session, project: Project, resident: Resident, *, at: datetime) -> None:
    """Let a resident hear when the project can be rated; a second time changes nothing.

    Raises WrongState without a kept contact, or when too many are followed already.
    """
    if resident.contact is None:
        raise WrongState(N_("没有保存联系方式，无法通知您。"))
    if is_followed(s, project, resident):
        return
    others = select(func.count()).where(Follower.resident_id == resident.id)
    if (s.scalar(others) or 0) >= FOLLOWED_MOST:
        raise WrongState(N_("最多关注 %(n)s 个项目，请先取消一些。"), n=FOLLOWED_MOST)
    added(s, Follower(project_id=project.id, resident_id=resident.id, since=at))


def unfollow(s: Session, project: Project, resident: Resident) -> None:
    """Let a resident hear no more of the project."""
    mine = (Follower.project_id == project.id, Follower.resident_id == resident.id)
    s.execute(delete(Follower).where(*mine))


def is_followed(s: Session, project: Project, resident: Resident | None) -> bool:
    """Say whether the resident follows the project; nobody follows nothing."""
    return resident is not None and s.get(Follower, (project.id, resident.id)) is not None


def followed(s: Session, resident: Resident) -> list[tuple[Project, datetime]]:
    """Return the listed projects a resident follows and since when, the newest first."""
    return [pair for pair in every_followed(s, resident) if pair[0].withdrawn_at is None]


def every_followed(s: Session, resident: Resident) -> list[tuple[Project, datetime]]:
    """Return the same with projects that were withdrawn from the list."""
    rows = s.execute(
        select(Project, Follower.since)
        .join(Follower, Follower.project_id == Project.id)
        .where(Follower.resident_id == resident.id)
        .order_by(Follower.since.desc(), Project.id.desc())
    )
    return [(project, since) for project, since in rows]


def due(s: Session, day: date, limit: int) -> list[int]:
    """Return the waves that are open on `day` and of which nobody has been told."""
    return list(
        s.scalars(
            select(Wave.id)
            .join(Wave.project)
            .where(
                Wave.invited_at.is_(None),
                Wave.opens_on.between(day - INVITED_WITHIN, day),
                or_(Wave.closes_on.is_(None), Wave.closes_on >= day),
                LISTED,
            )
            .order_by(Wave.opens_on, Wave.id)
            .limit(limit)
        )
    )


def pass_over_old(s: Session, at: datetime) -> int:
    """Settle waves that opened too long ago without telling anybody; return how many."""
    old = (Wave.invited_at.is_(None), Wave.opens_on < local_day(at) - INVITED_WITHIN)
    settled = s.execute(
        update(Wave).where(*old).values(invited_at=at, version=Wave.version + 1)
    ).rowcount
    if settled:
        record(s, actor=SYSTEM, act="wave:invite", subject="waves", at=at, passed_over=settled)
    return settled


def followers(s: Session, wave: Wave) -> list[Resident]:
    """Return who follows the wave's project, can be reached, and has not rated in it yet."""
    has_rated = exists().where(Rating.wave_id == wave.id, Rating.rater == Resident.pseudonym)
    return list(
        s.scalars(
            select(Resident)
            .join(Follower, Follower.resident_id == Resident.id)
            .where(
                Follower.project_id == wave.project_id, Resident.contact.is_not(None), ~has_rated
            )
            .order_by(Resident.id)
        )
    )


def have_rated(s: Session, wave: Wave, raters: Iterable[str]) -> set[str]:
    """Return which of these raters have said something in the wave."""
    wanted, found = sorted(set(raters)), set()
    for start in range(0, len(wanted), _CHUNK):
        some = Rating.rater.in_(wanted[start : start + _CHUNK])
        found |= set(s.scalars(select(Rating.rater).where(Rating.wave_id == wave.id, some)))
    return found


def tell(s: Session, wave: Wave, recipients: Sequence[str], *, at: datetime) -> int:
    """Queue the invitation for whoever has none of this wave yet; return how many are new.

    `recipients` as the outbox names them: 'resident:<id>' or 'case:<reference>'.
    """
    address = place(f"/projects/{quote(wave.project.code, safe='')}/rate")
    rows = [
        {
            "kind": "rating_invited",
            "recipient": recipient,
            "payload": {"project": wave.project.name, "address": address},
            "dedup_key": f"rating_invited:{wave.id}:{recipient}",
            "run_at": at,
            "attempts": 0,
            "last_error": "",
        }
        for recipient in recipients
    ]
    flavour = postgresql if s.get_bind().dialect.name == "postgresql" else sqlite
    told = 0
    for start in range(0, len(rows), _CHUNK):
        new = flavour.insert(Message).values(rows[start : start + _CHUNK])
        absent = new.on_conflict_do_nothing(index_elements=[Message.dedup_key])
        told += len(s.scalars(absent.returning(Message.id)).all())
    return told


def settle(s: Session, wave: Wave, told: int, *, at: datetime) -> None:
    """Note that everybody who is to hear of the wave has been told."""
    wave.invited_at = at
    s.flush()
    record(s, actor=SYSTEM, act="wave:invite", subject=f"wave:{wave.id}", at=at, invited=told)

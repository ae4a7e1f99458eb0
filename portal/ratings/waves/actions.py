"""Opening waves when they are due, and changing their days."""

from datetime import date, datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from portal.audit.actions import record
from portal.clock import local_day
from portal.county.queries import ratings as setting
from portal.errors import Invalid, WrongState
from portal.language import N_
from portal.projects.models import LISTED, Project, ProjectStatus
from portal.projects.upkeep.models import Revisit
from portal.ratings.kinds import WaveKind
from portal.ratings.models import Rating, Wave
from portal.ratings.waves.rules import Timing, Window, closing, missing
from portal.security import SYSTEM, Actor, Permission, ensure


def of_project(s: Session, project: Project) -> list[Wave]:
    """Return the waves on record, the first one first."""
    return list(s.scalars(select(Wave).where(Wave.project_id == project.id).order_by(Wave.number)))


def due(s: Session, project: Project, day: date) -> list[Window]:
    """Return the waves that should be on record by `day` and are not yet."""
    return _due(s, project, day, of_project(s, project))


def _due(s: Session, project: Project, day: date, stored: list[Wave]) -> list[Window]:
    if not is_ratable(project):
        return []
    made = s.execute(
        select(Revisit.id, Revisit.done_on).where(
            Revisit.project_id == project.id, Revisit.done_on.is_not(None)
        )
    )
    return missing(
        [window(w) for w in stored],
        project.completed_on,
        [tuple(row) for row in made],
        Timing.of(setting(s, day)),
        day,
    )


def window(wave: Wave) -> Window:
    """Return the days of a wave as the rules see them."""
    return Window(wave.kind, wave.opens_on, wave.closes_on, wave.revisit_id)


def is_ratable(project: Project) -> bool:
    """Say whether the project is accepted and on record: set back to work, rating rests."""
    return project.status is ProjectStatus.COMPLETED and project.withdrawn_at is None


def open_now(s: Session, project: Project, day: date) -> Window | None:
    """Return the days of the wave that can be rated in on `day`, on record already or due."""
    if not is_ratable(project):
        return None
    following = due(s, project, day)
    opened = [] if following else [window(w) for w in of_project(s, project)]
    return next((w for w in reversed([*opened, *following]) if w.holds(day)), None)


def open_due(s: Session, project: Project, at: datetime) -> list[Wave]:
    """Put on record the waves that are due by then; return all of the project.

    Only inside `counts.moving` of this project: two openings would take the same number.
    """
    day = local_day(at)
    stored = of_project(s, project)
    for new in _due(s, project, day, stored):
        stored.append(_open(s, project, new, stored[-1] if stored else None, SYSTEM, at))
    return stored


def open_extra(
    s: Session, project: Project, opens_on: date, closes_on: date | None, actor: Actor, at: datetime
) -> Wave:
    """Open a wave of its own at the county's wish (专项评价); the running one ends before it.

    Only inside `counts.moving`. Raises WrongState before acceptance, Invalid for days that
    overlap an earlier wave's opening, or before which somebody should have rated.
    """
    ensure(actor, Permission.RATING_MANAGE)
    stored = open_due(s, project, at)
    if not stored:
        raise WrongState(N_("这个项目还没有完成验收，评价尚未开放。"))
    if opens_on <= stored[-1].opens_on:
        raise Invalid(N_("新一轮的开始日期应在上一轮开始之后。"))
    _first, last = _given(s, stored[-1])
    if last and local_day(last) > opens_on:
        raise Invalid(N_("已有居民在这些日期里评价过，不能排除在外。"))
    new = Window(WaveKind.EXTRA, opens_on, closes_on)
    return _open(s, project, new, stored[-1], actor, at)


def change_days(
    s: Session, wave: Wave, opens_on: date, closes_on: date | None, actor: Actor, at: datetime
) -> None:
    """Move the days of a wave; ratings already given keep their place in it.

    Raises Invalid when it would overlap its neighbours, end before it begins, or leave out
    days on which somebody has rated.
    """
    ensure(actor, Permission.RATING_MANAGE)
    before, after = _neighbours(s, wave)
    if closes_on and closes_on < opens_on:
        raise Invalid(N_("结束日期不能早于开始日期。"))
    if before and (before.closes_on is None or before.closes_on >= opens_on):
        raise Invalid(N_("与上一轮的日期重叠。"))
    if after and (closes_on is None or closes_on >= after.opens_on):
        raise Invalid(N_("与下一轮的日期重叠。"))
    first, last = _given(s, wave)
    if first and (local_day(first) < opens_on or (closes_on and local_day(last) > closes_on)):
        raise Invalid(N_("已有居民在这些日期里评价过，不能排除在外。"))
    was = {"opened": str(wave.opens_on), "closed": str(wave.closes_on or "")}
    wave.opens_on, wave.closes_on = opens_on, closes_on
    s.flush()
    _audit(s, "wave:change", wave, actor, at, **was)


def open_on(s: Session, project: Project, at: datetime) -> Wave | None:
    """Return the wave that can be rated in at this moment, put on record where it is due.

    Only inside `counts.moving`.
    """
    if not is_ratable(project):
        return None
    waves = open_due(s, project, at)
    return next((w for w in reversed(waves) if window(w).holds(local_day(at))), None)


def overdue(s: Session, day: date, limit: int = 500) -> list[int]:
    """Return projects that may lack a wave: none on record, or a revisit made without one."""
    ready = (LISTED, Project.status == ProjectStatus.COMPLETED, Project.completed_on <= day)
    first = select(Project.id).where(*ready, ~exists().where(Wave.project_id == Project.id))
    found = list(s.scalars(first.order_by(Project.id).limit(limit)))
    if not Timing.of(setting(s, day)).revisit_waves:
        return found
    later = (
        select(Project.id)
        .join(Revisit, Revisit.project_id == Project.id)
        .where(*ready, Revisit.done_on <= day, ~exists().where(Wave.revisit_id == Revisit.id))
        .where(
            Revisit.done_on
            > select(func.max(Wave.opens_on))
            .where(Wave.project_id == Project.id)
            .correlate(Project)
            .scalar_subquery()
        )
        .distinct()
        .limit(limit)
    )
    return [*found, *s.scalars(later)]


def _open(
    s: Session, project: Project, new: Window, last: Wave | None, actor: Actor, at: datetime
) -> Wave:
    if last:
        last.closes_on = closing(window(last), new.opens_on)
    wave = Wave(
        project_id=project.id,
        number=last.number + 1 if last else 1,
        kind=new.kind,
        revisit_id=new.revisit_id,
        opens_on=new.opens_on,
        closes_on=new.closes_on,
    )
    s.add(wave)
    s.flush()
    _audit(s, "wave:open", wave, actor, at, kind=new.kind.value)
    return wave


def _neighbours(s: Session, wave: Wave) -> tuple[Wave | None, Wave | None]:
    around = select(Wave).where(
        Wave.project_id == wave.project_id, Wave.number.in_((wave.number - 1, wave.number + 1))
    )
    found = {w.number: w for w in s.scalars(around)}
    return found.get(wave.number - 1), found.get(wave.number + 1)


def _given(s: Session, wave: Wave) -> tuple[datetime | None, datetime | None]:
    times = select(func.min(Rating.given_at), func.max(Rating.given_at))
    first, last = s.execute(times.where(Rating.wave_id == wave.id)).one()
    return first, last


def _audit(s: Session, act: str, wave: Wave, actor: Actor, at: datetime, **details: object) -> None:
    details |= {"number": wave.number, "opens": str(wave.opens_on), "closes": str(wave.closes_on)}
    record(s, actor=actor, act=act, subject=f"wave:{wave.id}", at=at, **details)

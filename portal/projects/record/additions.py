"""Putting one project on a year's list by hand, where no list is imported.

Everything else that is filled in waits for a second pair of eyes; this does not, since a
draft belongs to a project. So only what names the project is said here, it is audited and
stands in the public log, and all that makes the promise follows as reviewed drafts.
"""

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from portal.audit.actions import record
from portal.clock import local_day
from portal.county.queries import profile
from portal.departments.models import Department
from portal.errors import Invalid
from portal.language import N_
from portal.projects.kinds import DutyRole, ProjectStatus, Stage
from portal.projects.models import LISTED, Project, StageRecord
from portal.projects.people.models import Duty
from portal.projects.record.models import Change
from portal.projects.schedule.standings import renew
from portal.projects.search import index
from portal.security import Actor, Permission, ensure
from portal.text import folded


def add_project(
    s: Session,
    *,
    year: int,
    name: str,
    department: Department,
    listed_on: date,
    document_no: str,
    actor: Actor,
    at: datetime,
) -> Project:
    """Put a project on the list of `year`, with its lead from the day it was listed.

    Raises NotAllowed, and Invalid for a name the year has already or a day that is to come.
    """
    ensure(actor, Permission.PROJECT_IMPORT)
    day = local_day(at)
    _check(s, year, name, listed_on, day)
    last = s.scalar(select(func.max(Project.sort_order)).where(Project.year == year)) or 0
    project = Project(
        code=next(_free_codes(s, year)),
        year=year,
        source_key=_source_key(name),
        sort_order=last + 1,
        number="",
        name=name,
        content="",
        field="",
        place="",
        department=department,
        department_text=department.name,
        document_no=document_no,
        amount_text="",
        due_text="",
        status=ProjectStatus.PLANNED,
        progress_text="",
        updated_at=at,
    )
    s.add(project)
    s.flush()
    _first_rows(s, project, listed_on)
    _log(s, project, actor, at)
    renew(s, [project], day)
    index(s, [project])
    subject = f"project:{project.code}"
    record(s, actor=actor, act="project:create", subject=subject, at=at, name=name)
    return project


def _source_key(name: str) -> str:
    """Return by what a list knows the project: names that read the same are one."""
    return f"|{folded(name)}"


def _check(s: Session, year: int, name: str, listed_on: date, day: date) -> None:
    if listed_on > day:
        raise Invalid(N_("列入清单的日期不能是将来的日期。"), fields=("listed_on",))
    if listed_on.year < 1990:
        raise Invalid(N_("列入清单的日期年份不合理。"), fields=("listed_on",))
    alike = or_(Project.name == name, Project.source_key == _source_key(name))
    same = select(Project.code).where(Project.year == year, alike, LISTED)
    if known := s.scalar(same.limit(1)):
        message = N_("%(year)s年已有同名项目（%(code)s）。")
        raise Invalid(message, fields=("name",), year=str(year), code=known)


def _first_rows(s: Session, project: Project, listed_on: date) -> None:
    """Record that the project was listed, and who leads it."""
    s.add(
        StageRecord(
            project_id=project.id,
            stage=Stage.LIST,
            reached_on=listed_on,
            document_no=project.document_no,
        )
    )
    lead = {"department_id": project.department_id, "from_on": listed_on}
    s.add(Duty(project_id=project.id, role=DutyRole.LEAD, **lead))


def _log(s: Session, project: Project, actor: Actor, at: datetime) -> None:
    county = profile(s, local_day(at))
    for field in ("name", "document_no"):
        if text := getattr(project, field):
            s.add(
                Change(
                    project_id=project.id,
                    at=at,
                    actor=actor.name,
                    organisation=county.host or county.name,
                    section="promise",
                    row=project.name[:80],
                    field=field,
                    before="",
                    after=text,
                )
            )


def _free_codes(s: Session, year: int) -> Iterator[str]:
    """Yield the codes of a year that no project has, the first one first."""
    taken = set(s.scalars(select(Project.code).where(Project.code.like(f"{year}-%"))))
    n = 0
    while True:
        n += 1
        if (code := f"{year}-{n:02d}") not in taken:
            yield code

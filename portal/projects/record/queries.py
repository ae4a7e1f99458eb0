"""Reading rows of sections, drafts and the public log."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from portal.files.models import StoredFile
from portal.paging import Page, fetch_page
from portal.projects.fields import Section
from portal.projects.models import LISTED, Project
from portal.projects.record.models import Attachment, Change, Draft, DraftState
from portal.projects.schedule.models import STANDS, ProgressReport

PAGE_SIZE = 25
LOG_SIZE = 50

WAITING = (DraftState.DRAFT, DraftState.SUBMITTED, DraftState.RETURNED)
"""Drafts that are not decided on for good."""


def rows_of(s: Session, project: Project, section: Section) -> list[Any]:
    """Return a project's published rows of a section, in the section's order."""
    if section.model is Project:
        return [project]
    model = section.model
    wanted = [getattr(model, name) == value for name, value in section.always.items()]
    wanted += [STANDS] if model is ProgressReport else []
    order = [getattr(model, name) for name in section.order]
    return list(
        s.scalars(select(model).where(model.project_id == project.id, *wanted).order_by(*order))
    )


def last_report(s: Session, project: Project) -> ProgressReport | None:
    """Return what was published last of a project's progress."""
    return s.scalar(
        select(ProgressReport)
        .where(ProgressReport.project_id == project.id, STANDS)
        .order_by(ProgressReport.as_of.desc(), ProgressReport.id.desc())
        .limit(1)
    )


def row_of(s: Session, project: Project, section: Section, ident: int) -> Any | None:
    """Return one published row of a project's section."""
    if section.model is Project:
        return project if project.id == ident else None
    found = s.get(section.model, ident)
    is_ours = found is not None and found.project_id == project.id
    if not is_ours or any(getattr(found, k) != v for k, v in section.always.items()):
        return None
    return found


def drafts_of(s: Session, project: Project) -> list[Draft]:
    """Return a project's drafts that are still on their way, newest first."""
    return list(
        s.scalars(
            select(Draft)
            .where(Draft.project_id == project.id, Draft.state.in_(WAITING))
            .options(joinedload(Draft.department))
            .order_by(Draft.id.desc())
        )
    )


def review_page(s: Session, *, after: str | None) -> Page:
    """Return a page of what waits for review, the longest waiting first."""
    statement = (
        select(Draft)
        .join(Draft.project)
        .where(Draft.state == DraftState.SUBMITTED, LISTED)
        .options(joinedload(Draft.project), joinedload(Draft.department))
    )
    order = [(Draft.submitted_at, False), (Draft.id, False)]
    return fetch_page(s, statement, order, after=after, size=PAGE_SIZE)


def own_drafts(
    s: Session, *, author: str, department_id: int | None, limit: int = 50
) -> list[Draft]:
    """Return what an author, or the author's department, has on its way or got back."""
    mine = Draft.author == author
    if department_id is not None:
        mine = mine | (Draft.department_id == department_id)
    return list(
        s.scalars(
            select(Draft)
            .join(Draft.project)
            .where(mine, Draft.state.in_(WAITING), LISTED)
            .options(joinedload(Draft.project), joinedload(Draft.department))
            .order_by(Draft.id.desc())
            .limit(limit)
        )
    )


def waiting_count(s: Session) -> int:
    """Return how many drafts wait for review."""
    waiting = select(func.count()).select_from(Draft).join(Draft.project)
    return s.scalar(waiting.where(Draft.state == DraftState.SUBMITTED, LISTED))


def log_page(s: Session, project: Project, *, after: str | None) -> Page:
    """Return a page of a project's public log, newest first."""
    statement = select(Change).where(Change.project_id == project.id)
    return fetch_page(s, statement, [(Change.id, True)], after=after, size=LOG_SIZE)


def attachments(s: Session, project_ids: Sequence[int]) -> list[Attachment]:
    """Return photos and documents of projects, oldest first, without their bytes."""
    return list(
        s.scalars(
            select(Attachment)
            .where(Attachment.project_id.in_(project_ids))
            .options(joinedload(Attachment.file))
            .order_by(Attachment.taken_on, Attachment.id)
        )
    )


def public_file(s: Session, sha256: str) -> Attachment | None:
    """Return an attachment of the file with this hash: only what is attached is public."""
    return s.scalar(
        select(Attachment)
        .join(Attachment.file)
        .where(StoredFile.sha256 == sha256)
        .options(joinedload(Attachment.file))
        .limit(1)
    )

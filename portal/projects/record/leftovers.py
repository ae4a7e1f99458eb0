"""Files that were uploaded with a form nobody finished."""

from datetime import datetime, timedelta

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from portal.files.models import StoredFile
from portal.projects.fields import Kind
from portal.projects.record.models import Attachment, Draft
from portal.projects.record.queries import WAITING
from portal.projects.sections import SECTIONS

KEPT = timedelta(days=30)
"""How long a file may wait for its form to be finished."""

WITH_FILES = [
    key
    for key, section in SECTIONS.items()
    if any(field.kind in (Kind.PHOTO, Kind.DOCUMENT) for field in section.fields)
]


def named_by_drafts(s: Session) -> set[int]:
    """Return the files that drafts on their way name: no foreign key keeps those."""
    drafts = select(Draft.after).where(Draft.section.in_(WITH_FILES), Draft.state.in_(WAITING))
    return {after["file_id"] for after in s.scalars(drafts) if after.get("file_id")}


def forget_leftovers(s: Session, at: datetime, *elsewhere: Select[tuple[int]]) -> int:
    """Delete the files that nothing attached and no draft on its way names; return how many.

    `elsewhere` select the files that later parts of the house show: they stay as well.
    Source of the duty: Personal Information Protection Law art. 19 (shortest storage).
    """
    return s.execute(
        delete(StoredFile).where(
            StoredFile.created_at < at - KEPT,
            StoredFile.id.not_in(select(Attachment.file_id)),
            StoredFile.id.not_in(named_by_drafts(s)),
            *(StoredFile.id.not_in(shown) for shown in elsewhere),
        )
    ).rowcount

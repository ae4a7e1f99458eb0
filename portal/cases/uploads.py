"""Files that came with a form not yet accepted: kept under its key until it is, or for a day.

So a form with a fault comes back with its files, and nobody chooses them twice. `intake.submit`
hangs what waits on the case. Source of the duty to forget: 个人信息保护法, art. 19.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload

from portal.cases.models import Case
from portal.cases.parts import CaseUpload
from portal.db import added
from portal.errors import Invalid
from portal.files.actions import Accepted, discard, store
from portal.language import N_
from portal.projects.record.leftovers import named_by_drafts

KEPT = timedelta(days=1)
"""How long a file waits for its form."""

AT_ONCE = 1000
"""Files that are forgotten in one go; the next goes on."""

NAME_LENGTH = 100
"""Characters that are kept of what the sender called a file."""

TOO_MANY = {
    True: N_("最多上传 %(most)s 张照片，多出的没有保存。"),
    False: N_("最多上传 %(most)s 个文件，多出的没有保存。"),
}
"""Said of photos (True) and of documents."""


def waiting(s: Session, submission_key: str) -> list[CaseUpload]:
    """Return the files that wait for a form, in the order in which they came."""
    return list(
        s.scalars(
            select(CaseUpload)
            .where(CaseUpload.submission_key == submission_key)
            .options(joinedload(CaseUpload.file))
            .order_by(CaseUpload.id)
        )
    )


def keep(
    s: Session, submission_key: str, accepted: Accepted, name: str, *, most: int, at: datetime
) -> None:
    """Keep one remade file for a form; the same bytes again change nothing.

    `most` is how many of its kind, photos or documents, may wait. Nothing is kept for a form
    that is a case already: a second click on "send" brings its files a second time. Raises
    Invalid for one too many.
    """
    if s.scalar(select(Case.id).where(Case.submission_key == submission_key)) is not None:
        return
    is_photo = accepted.width is not None
    alike = [u for u in waiting(s, submission_key) if u.file.is_photo is is_photo]
    if any(upload.file.sha256 == accepted.sha256 for upload in alike):
        return
    if len(alike) >= most:
        raise Invalid(TOO_MANY[is_photo], most=most)
    file = store(s, accepted, at=at)
    row = CaseUpload(
        submission_key=submission_key, file_id=file.id, name=name[:NAME_LENGTH], created_at=at
    )
    added(s, row)


def drop(s: Session, submission_key: str, ident: int) -> None:
    """Let go of one file of a form. Of another form, or gone already: nothing happens."""
    _let_go(s, [u for u in waiting(s, submission_key) if u.id == ident])


def drop_all(s: Session, submission_key: str) -> None:
    """Let go of every file of a form that will not be sent."""
    _let_go(s, waiting(s, submission_key))


def forget_expired(s: Session, at: datetime) -> int:
    """Let go of the files whose form was not finished within a day; return how many."""
    late = s.scalars(
        select(CaseUpload).where(CaseUpload.created_at < at - KEPT).limit(AT_ONCE)
    ).all()
    _let_go(s, late)
    return len(late)


def _let_go(s: Session, uploads: Sequence[CaseUpload]) -> None:
    if not uploads:
        return
    files = {upload.file_id for upload in uploads}
    s.execute(delete(CaseUpload).where(CaseUpload.id.in_([u.id for u in uploads])))
    discard(s, files - named_by_drafts(s))

"""Looking at a table before it is imported: keeping it, correcting it, importing or dropping it."""

import hashlib
import re
from collections.abc import Collection, Mapping
from datetime import date, datetime

from sqlalchemy.orm import Session

from portal.errors import WrongState
from portal.imports.actions import Source, ensure_may_import, import_reading
from portal.imports.engine import Reading, read
from portal.imports.headers import remap
from portal.imports.models import ImportUpload, UploadState
from portal.imports.outcome import Outcome
from portal.imports.reading import Table
from portal.imports.registers import Registers
from portal.language import N_
from portal.security import Actor
from portal.text import clean

LONGEST_NAME = 120
"""Characters of a file's name that are kept."""


def keep(
    s: Session,
    table: Table,
    data: bytes,
    *,
    file_name: str,
    year: int,
    as_of: date | None,
    actor: Actor,
    at: datetime,
) -> ImportUpload:
    """Keep an uploaded table for a look at it. Raises NotAllowed."""
    ensure_may_import(actor)
    upload = ImportUpload(
        at=at,
        actor=actor.name,
        year=year,
        as_of=as_of,
        file_name=shown_name(file_name),
        file_hash=hashlib.sha256(data).hexdigest(),
        rows=table.rows,
        merged=[list(cell) for cell in sorted(table.merged)],
        others=list(table.others),
        header=None,
        left_out=[],
        state=UploadState.OPEN,
    )
    s.add(upload)
    s.flush()
    return upload


def shown_name(file_name: str) -> str:
    """Return the name of a file as everybody may see it: without folders and what no text holds."""
    name = clean(re.split(r"[/\\]", file_name)[-1]).encode("utf-8", "replace").decode()
    return " ".join(name.split())[-LONGEST_NAME:]


def table_of(upload: ImportUpload) -> Table:
    """Return the table that was uploaded."""
    merged = frozenset((r, c) for r, c in upload.merged)
    return Table(upload.rows, merged, tuple(upload.others))


def source_of(upload: ImportUpload) -> Source:
    """Return the file that was uploaded, by name and hash."""
    return Source(upload.file_name, upload.file_hash)


def reading_of(upload: ImportUpload, known: Registers, today: date) -> Reading:
    """Read an uploaded table as it is to be read now. Raises Invalid."""
    return read(
        table_of(upload),
        upload.year,
        known,
        today=today,
        as_of=upload.as_of,
        header=upload.header,
    )


def correct(
    s: Session,
    upload: ImportUpload,
    first: int,
    last: int,
    columns: Mapping[str, int],
    *,
    actor: Actor,
) -> None:
    """Read the table by a header that a person sees: rows from 0, meaning -> column.

    Choices made before are forgotten, since rows may be projects now that were none.
    Raises NotAllowed, WrongState, and Invalid for a header that cannot be.
    """
    ensure_may_import(actor)
    _ensure_open(upload)
    remap(upload.rows, first, last, columns)
    upload.header = {"first": first, "last": last, "columns": dict(columns)}
    upload.left_out = []
    s.flush()


def find_again(s: Session, upload: ImportUpload, *, actor: Actor) -> None:
    """Let the portal find the header by itself again. Raises NotAllowed, WrongState."""
    ensure_may_import(actor)
    _ensure_open(upload)
    upload.header, upload.left_out = None, []
    s.flush()


def choose(
    s: Session,
    upload: ImportUpload,
    *,
    shown: Collection[int],
    ticked: Collection[int],
    actor: Actor,
) -> None:
    """Remember which of the projects on a page are to be imported, by their first rows.

    Raises NotAllowed, WrongState.
    """
    ensure_may_import(actor)
    _ensure_open(upload)
    unwanted = (set(upload.left_out) - set(shown)) | (set(shown) - set(ticked))
    upload.left_out = sorted(n for n in unwanted if 0 < n <= len(upload.rows))
    s.flush()


def confirm(
    s: Session,
    upload: ImportUpload,
    reading: Reading,
    known: Registers,
    *,
    seen: str,
    actor: Actor,
    at: datetime,
) -> Outcome:
    """Import an upload as it was seen; load it locked. Raises NotAllowed, WrongState."""
    ensure_may_import(actor)
    _ensure_open(upload)
    outcome = import_reading(
        s,
        reading,
        known,
        source_of(upload),
        left_out_rows=set(upload.left_out),
        seen=seen,
        actor=actor,
        at=at,
    )
    _close(upload, UploadState.IMPORTED)
    upload.batch_id = outcome.batch
    s.flush()
    return outcome


def drop(s: Session, upload: ImportUpload, *, actor: Actor) -> None:
    """Forget an upload. Raises NotAllowed, WrongState."""
    ensure_may_import(actor)
    _ensure_open(upload)
    _close(upload, UploadState.DROPPED)
    s.flush()


def _close(upload: ImportUpload, state: UploadState) -> None:
    upload.state, upload.rows, upload.merged = state, [], []


def _ensure_open(upload: ImportUpload) -> None:
    if upload.state is not UploadState.OPEN:
        raise WrongState(N_("这份上传已经导入或放弃，您的操作没有执行。"))

"""The first pages of the room: uploading a table, and what its columns mean."""

from typing import Any

from flask import abort, flash, g, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from portal import clock, db
from portal.errors import Invalid
from portal.imports import uploads
from portal.imports.blueprint import bp
from portal.imports.engine import Reading
from portal.imports.fields import FIELDS
from portal.imports.forms import SHOWN_COLUMNS, UploadForm, header_of
from portal.imports.headers import SEARCHED
from portal.imports.models import ImportUpload, UploadState
from portal.imports.moments import check_day
from portal.imports.reading import read_bytes
from portal.imports.registers import registers
from portal.paging import fetch_page
from portal.projects.models import ImportBatch
from portal.projects.queries import years
from portal.security import Permission
from portal.web import arg_text, page, requires
from portal.web import uploads as takes_files

PAGE_SIZE = 20
SAMPLES = 3
TOP = SEARCHED + 5
"""Rows from the top that are shown, so that a person sees where the header stands."""

LARGEST_ID = 2**31 - 1


@bp.get("/imports/")
@requires(Permission.PROJECT_IMPORT)
def home():
    """Offer the form of an upload; list what waits and what was imported."""
    return _home(UploadForm(data={"year": str(clock.today().year)}))


@bp.post("/imports/")
@requires(Permission.PROJECT_IMPORT)
@takes_files("MAX_WORKBOOK_UPLOAD")
def upload_table():
    """Read a table, and keep it for a look at it. The file is opened before the database is."""
    form = UploadForm()
    if not form.validate_on_submit():
        return _home(form)
    data, name = form.file.data.read(), form.file.data.filename
    try:
        check_day(form.day(), int(form.year.data), clock.today())
        table = read_bytes(data, name)
    except Invalid as error:
        about = form.as_of if "as_of" in error.params.get("fields", ()) else form.file
        about.errors = [_(error.message, **error.params)]
        return _home(form)
    with db.transaction() as s:
        kept = uploads.keep(
            s,
            table,
            data,
            file_name=name,
            year=int(form.year.data),
            as_of=form.day(),
            actor=g.actor,
            at=clock.now(),
        ).id
    return redirect(url_for(".columns", ident=kept), 303)


def _home(form: UploadForm) -> Any:
    s = db.session()
    waiting = (
        select(ImportUpload)
        .where(ImportUpload.state == UploadState.OPEN)
        .options(defer(ImportUpload.rows), defer(ImportUpload.merged))
        .order_by(ImportUpload.id.desc())
        .limit(PAGE_SIZE)
    )
    batches = fetch_page(
        s,
        select(ImportBatch).options(defer(ImportBatch.before)),
        [(ImportBatch.id, True)],
        after=arg_text("after", 200),
        size=PAGE_SIZE,
    )
    return page(
        "imports/home.html",
        status=422 if form.errors else 200,
        form=form,
        waiting=s.scalars(waiting).all(),
        page=batches,
        years=years(s),
        next_url=url_for(".home", after=batches.next) if batches.next else None,
    )


def open_upload(s: Session, ident: int, *, to_change: bool = False) -> ImportUpload:
    """Return an upload, locked where it is to be changed; end the request with 404."""
    if not 0 < ident <= LARGEST_ID:
        abort(404)
    return s.get(ImportUpload, ident, with_for_update=to_change or None) or abort(404)


@bp.get("/imports/uploads/<int:ident>")
@requires(Permission.PROJECT_IMPORT)
def columns(ident: int):
    """Show where the header was found and what each column is taken to mean."""
    upload = open_upload(db.session(), ident)
    if upload.state is not UploadState.OPEN:
        return page("imports/closed.html", upload=upload)
    reading, problem = _reading(upload)
    return _columns(upload, reading, problem, 200)


def _reading(upload: ImportUpload) -> tuple[Reading | None, Invalid | None]:
    try:
        return uploads.reading_of(upload, registers(db.session()), clock.today()), None
    except Invalid as error:
        return None, error


@bp.post("/imports/uploads/<int:ident>/columns")
@requires(Permission.PROJECT_IMPORT)
def correct_columns(ident: int):
    """Read the table by the header that a person sees, or find it by itself again."""
    try:
        with db.transaction() as s:
            upload = open_upload(s, ident, to_change=True)
            if request.form.get("act") == "again":
                uploads.find_again(s, upload, actor=g.actor)
            else:
                first, last, meant = header_of(request.form)
                uploads.correct(s, upload, first, last, meant, actor=g.actor)
    except Invalid as error:
        upload = open_upload(db.session(), ident)
        reading, _problem = _reading(upload)
        return _columns(upload, reading, error, 422)
    flash(_("已按新的表头重新读取。"), "success")
    return redirect(url_for(".columns", ident=ident), 303)


def _columns(
    upload: ImportUpload, reading: Reading | None, problem: Invalid | None, status: int
) -> Any:
    """Return the page of columns; what was typed wrong stays typed."""
    header = reading.header if reading else None
    typed = request.form if status == 422 else {}
    first, last = (header.first, header.last) if header else (0, 0)
    meant = {c: key for c, _text, key in header.meanings()} if header else {}
    width = max(map(len, upload.rows), default=0)
    return page(
        "imports/columns.html",
        status=status,
        upload=upload,
        reading=reading,
        header=header,
        problem=_(problem.message, **problem.params) if problem else "",
        first=typed.get("first", first + 1),
        last=typed.get("last", last + 1),
        top=[(n, row) for n, row in enumerate(upload.rows[:TOP], 1)],
        columns=[
            {
                "c": c,
                "letter": letter(c),
                "text": header.texts[c] if header and c < len(header.texts) else "",
                "samples": _samples(upload, c, last),
                "key": typed.get(f"c{c}", meant.get(c) or ""),
            }
            for c in range(min(width, SHOWN_COLUMNS))
        ],
        fields=FIELDS,
        is_cut=width > SHOWN_COLUMNS,
    )


def _samples(upload: ImportUpload, c: int, last: int) -> list[str]:
    """Return the first different texts of a column below the header."""
    cells = (row[c] for row in upload.rows[last + 1 : last + 200] if c < len(row) and row[c])
    return list(dict.fromkeys(cells))[:SAMPLES]


def letter(c: int) -> str:
    """Return a column's name as spreadsheets have it: 0 is A, 26 is AA."""
    name = ""
    c += 1
    while c:
        c, rest = divmod(c - 1, 26)
        name = chr(65 + rest) + name
    return name

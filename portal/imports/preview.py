"""What an import would do, page by page, and doing it."""

from typing import Any

from flask import Response, flash, g, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal import clock, db
from portal.errors import Invalid, WrongState
from portal.imports import looks, uploads
from portal.imports.actions import Checked
from portal.imports.blueprint import bp
from portal.imports.forms import rows_of
from portal.imports.matching import How
from portal.imports.models import ImportUpload, UploadState
from portal.imports.registers import registers
from portal.imports.sheets import open_upload
from portal.language import N_
from portal.projects.kinds import WORK_LABELS
from portal.projects.record.values import plain
from portal.security import Permission
from portal.web import arg_int, arg_text, page, requires

PAGE_SIZE = 40
"""Projects on one page: a form has no more fields than MAX_FORM_PARTS."""

MOST_ELSEWHERE = 60


@bp.get("/imports/uploads/<int:ident>/preview")
@requires(Permission.PROJECT_IMPORT)
def preview(ident: int):
    """Show each project of the table, how it is known, and every flag beside its cell."""
    s, day = db.session(), clock.today()
    upload = open_upload(s, ident)
    if upload.state is not UploadState.OPEN:
        return page("imports/closed.html", upload=upload)
    try:
        answer = looks.checked(s, upload, actor=g.actor, day=day, at=clock.now())
    except Invalid:
        return redirect(url_for(".columns", ident=ident), 303)
    return _looked_at(open_upload(s, ident), answer)


def _looked_at(upload: ImportUpload, answer: Checked) -> Response:
    """Return the page of one stretch of projects."""
    show = "flags" if arg_text("show") == "flags" else ""
    flagged = looks.flagged(answer)
    found = flagged if show else answer.found
    last = max(1, -(-len(found) // PAGE_SIZE))
    n = min(arg_int("page", 1, 100_000) or 1, last)
    elsewhere = looks.elsewhere(answer, upload)
    return page(
        "imports/preview.html",
        upload=upload,
        answer=answer,
        cards=looks.shown(answer, upload, found[(n - 1) * PAGE_SIZE : n * PAGE_SIZE]),
        flagged=len(flagged),
        elsewhere=elsewhere[:MOST_ELSEWHERE],
        elsewhere_of=len(elsewhere),
        show=show,
        n=n,
        last=last,
        counts=_counts(answer),
        **words(),
    )


def _counts(answer: Checked) -> dict[str, int]:
    hows = [one.how for one in answer.found]
    return {
        "new": answer.outcome.projects,
        "changed": len(answer.changed),
        "by_name": hows.count(How.NAME),
        "unclear": hows.count(How.UNCLEAR),
        "contradictions": sum(flag.kind == "contradiction" for flag in answer.flags),
    }


def words() -> dict[str, Any]:
    """Return the words and shapes that flags and matches are shown by."""
    return {
        "kinds": looks.KIND_LABELS,
        "kind_tones": looks.KIND_TONES,
        "hows": looks.HOW_LABELS,
        "how_tones": looks.HOW_TONES,
        "statuses": WORK_LABELS,
        "plain": plain,
    }


@bp.post("/imports/uploads/<int:ident>/choices")
@requires(Permission.PROJECT_IMPORT)
def choices(ident: int):
    """Remember which projects of a page are to be imported."""
    with db.transaction() as s:
        upload = open_upload(s, ident, to_change=True)
        _choose(s, upload)
    flash(_("选择已保存。"), "success")
    target = {"page": arg_int("page", 1, 100_000), "show": arg_text("show")}
    return redirect(url_for(".preview", ident=ident, **target), 303)


def _choose(s: Session, upload: ImportUpload) -> None:
    uploads.choose(
        s,
        upload,
        shown=rows_of(request.form.getlist("shown")),
        ticked=rows_of(request.form.getlist("take")),
        actor=g.actor,
    )


@bp.post("/imports/uploads/<int:ident>/confirm")
@requires(Permission.PROJECT_IMPORT)
def confirm(ident: int):
    """Import the table as it was looked at. The table is read before anything is locked."""
    s = db.session()
    upload = open_upload(s, ident)
    if upload.state is not UploadState.OPEN:
        raise WrongState(N_("这份上传已经导入或放弃，您的操作没有执行。"))
    known, version = registers(s), upload.version
    reading = uploads.reading_of(upload, known, clock.today())
    with db.transaction() as s:
        upload = open_upload(s, ident, to_change=True)
        if upload.version != version:
            raise WrongState(N_("刚才有其他人修改了这份上传，没有导入。请重新核对。"))
        _choose(s, upload)
        seen = request.form.get("seen", "")
        outcome = uploads.confirm(
            s, upload, reading, known, seen=seen, actor=g.actor, at=clock.now()
        )
    if outcome.batch is None:
        flash(_("表格里没有新的内容，什么也没有改动。"), "info")
        return redirect(url_for(".home"), 303)
    flash(_("已导入。"), "success")
    return redirect(url_for(".batch", ident=outcome.batch), 303)


@bp.post("/imports/uploads/<int:ident>/drop")
@requires(Permission.PROJECT_IMPORT)
def drop(ident: int):
    """Forget an upload."""
    with db.transaction() as s:
        uploads.drop(s, open_upload(s, ident, to_change=True), actor=g.actor)
    flash(_("已放弃这份上传，没有导入任何内容。"), "success")
    return redirect(url_for(".home"), 303)

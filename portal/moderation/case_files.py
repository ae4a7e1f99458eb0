"""Photos and documents beside a case: looked at, blacked out, let through or held back one by one.

What came in is sent by the door that all share who may open the case (`public.case_files`).
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Response, abort, flash, g, redirect, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal import clock, db
from portal.cases.attachments import may_be_shown, publish_file, standing_of, withhold_file
from portal.cases.models import Case
from portal.cases.pages import LABELS, open_case
from portal.cases.parts import CaseFile
from portal.errors import Invalid
from portal.files.actions import Accepted, store
from portal.files.blackout import blacked_out
from portal.files.models import StoredFile
from portal.files.rules import GRID, marked
from portal.files.serving import send
from portal.moderation.blueprint import bp
from portal.moderation.forms import BlackOutForm, FileForm, WithholdFileForm
from portal.moderation.onward import carried
from portal.security import Permission
from portal.web import page, requires

_open = partial(open_case, Permission.CASE_MODERATE)
FILE = "/cases/<reference>/files/<int(max=2147483647):number>"

FORMS = {"publish": FileForm, "black-out": BlackOutForm, "withhold": WithholdFileForm}
"""The decisions on a file, by the word in their addresses."""

DONE: dict[str, Callable[[], str]] = {
    "publish": lambda: _("附件已按原样公开。"),
    "black-out": lambda: _("附件已遮盖后公开。"),
    "withhold": lambda: _("附件不公开。"),
}


@bp.get(FILE)
@requires(Permission.CASE_MODERATE)
def file(reference: str, number: int):
    """Show one photo or document with all that can be decided on it."""
    case = _open(reference)
    return _page(case, _file(case, number))


@bp.get(f"{FILE}/shown")
@requires(Permission.CASE_MODERATE)
def file_shown(reference: str, number: int):
    """Send a file as everybody will see it once the case is public."""
    found = _file(_open(reference), number)
    response = send(found.public_file or abort(404), _("附件%(n)s", n=found.id), is_public=False)
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.post(f"{FILE}/<any(publish, 'black-out', withhold):decision>")
@requires(Permission.CASE_MODERATE)
def decide_file(reference: str, number: int, decision: str):
    """Let a file through as it is or blacked out, or hold it back; or show what is missing."""
    case = _open(reference)
    form = _named(FORMS[decision](), decision)
    if not form.validate_on_submit():
        return _page(case, _file(case, number), status=422, bound={decision: form})
    try:
        copy = _blacked(case, number, form) if decision == "black-out" else None
    except Invalid as error:
        form.regions.errors = [_(error.message, **error.params)]
        return _page(case, _file(case, number), status=422, bound={decision: form})
    with db.transaction() as s:
        case = _open(reference, to_change=True)
        _decide(s, case, _file(case, number), decision, form, copy)
    flash(DONE[decision](), "success")
    return redirect(url_for(".case", reference=reference, _anchor="files", **carried()), 303)


def _decide(
    s: Session, case: Case, found: CaseFile, decision: str, form: Any, copy: Accepted | None
) -> None:
    common = {"actor": g.actor, "at": clock.now(), "was": form.was.data or None}
    if decision == "withhold":
        withhold_file(s, case, found, note=form.note.data, **common)
        return
    shown: StoredFile = store(s, copy, at=common["at"]) if copy else found.file
    note = form.note.data if copy else ""
    publish_file(s, case, found, shown, note=note, is_read=form.is_read.data, **common)


def _blacked(case: Case, number: int, form: Any) -> Accepted:
    """Make the blackened copy: in a process of its own, so before any transaction begins."""
    found = _file(case, number)
    if not may_be_shown(case):
        raise Invalid(_("居民没有同意公开，或这件诉求不能公开，附件也不能公开。"))
    return blacked_out(found.file, marked(form.regions.data or "", form.cell.data or ()))


def _file(case: Case, number: int) -> CaseFile:
    return next((one for one in case.files if one.id == number), None) or abort(404)


def _named(form: Any, decision: str) -> Any:
    for field in form:
        field.id = f"{decision}-{field.name}"
    return form


def _page(
    case: Case, found: CaseFile, *, status: int = 200, bound: dict[str, Any] | None = None
) -> Response:
    was = {"was": standing_of(found)}
    blank = {name: _named(form(formdata=None, data=was), name) for name, form in FORMS.items()}
    numbers = [one.id for one in case.files]
    return page(
        "moderation/file.html",
        status,
        case=case,
        file=found,
        place=numbers.index(found.id) + 1,
        forms=blank | (bound or {}),
        wrong=[f for form in (bound or {}).values() for f in form if f.errors],
        may_be_shown=may_be_shown(case),
        grid=GRID,
        carried=carried(),
        **LABELS,
    )

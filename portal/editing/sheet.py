"""A sheet: one row of one section as somebody fills it in, from opening to keeping the draft.

Nothing that was typed is lost: whatever refuses it (a wrong figure, a rule of the record, a
colleague who was faster) becomes an error of the form, and an uploaded file is kept meanwhile.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import abort, current_app, g, request
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.orm import Session

from portal import clock, db
from portal.editing.choices import CHOSEN, checklist, options, proposed
from portal.editing.forms import FILES, SectionForm, made
from portal.editing.shown import words
from portal.errors import Invalid, WrongState
from portal.files.actions import Accepted, accept, store
from portal.files.actions import Kind as FileKind
from portal.language import N_
from portal.projects.fields import Field, Kind, Section
from portal.projects.models import Project
from portal.projects.queries import by_code
from portal.projects.record.actions import propose, rewrite, submit
from portal.projects.record.items import REPORT, of_project
from portal.projects.record.models import Draft, DraftState, Operation
from portal.projects.record.queries import drafts_of, row_of
from portal.projects.record.values import row_values
from portal.projects.sections import SECTIONS
from portal.security import Permission, ensure

CHANGED = N_("您填写的时候，原来的内容已被修改。下面列出现在的内容，请核对后再提交。")
GONE = N_("您填写的时候，这条记录已被删除。您写的内容仍在下面，可以复制后另行填报。")


@dataclass
class Sheet:
    """What is filled in, and what became of it."""

    project: Project
    section: Section
    target_id: int | None
    draft_id: int | None
    form: SectionForm
    fixed: list[tuple[str, str, str]]
    """Label, words and hint of what is not to be changed here."""
    seen: str
    """A mark of what the row and the draft said when the form was opened."""
    file_id: int | None = None
    status: int = 200
    refusal: str = ""
    """Why it was not kept, where that is not about a field."""
    now: list[tuple[str, str]] = field(default_factory=list)
    """Label and words of what the row says by now, where it is not what was typed."""

    @property
    def file_field(self) -> Field | None:
        """The field that takes a file, in the sections that have one."""
        return next((f for f in self.form.told if f.kind in FILES), None)


def open_project(code: str) -> Project:
    """Return the project to somebody who may fill it in, or end the request with 404.

    Raises NotAllowed.
    """
    project = by_code(db.session(), code) or abort(404)
    ensure(g.actor, Permission.PROJECT_EDIT, project)
    return project


def open_sheet(
    project: Project, section: Section, target: Any | None, draft: Draft | None = None
) -> Sheet:
    """Return the sheet of a row, a new row (no target) or a draft."""
    s, day = db.session(), clock.today()
    now = row_values(section, target) if target is not None else {}
    values = draft.after if draft is not None else now
    if target is None and draft is None:
        values = proposed(s, project, section, actor=g.actor, day=day)
    is_fixed = {f.name for f in section.fields if f.is_fixed and now.get(f.name) is not None}
    fillable = [f for f in section.fields if f.name not in is_fixed]
    offered = {
        f.name: options(s, project, f, _chosen(f, values)) for f in fillable if f.kind in CHOSEN
    }
    fillable = [
        f for f in fillable if f.required or offered.get(f.name) != [] or values.get(f.name)
    ]
    lists = [f.name for f in fillable if f.kind is Kind.CHECKLIST]
    points = checklist(s, day, values.get(lists[0]) or {}) if lists else ()
    items = of_project(s, project) if section.key == REPORT else ()
    file_name = next((f.name for f in fillable if f.kind in FILES), "")
    return Sheet(
        project=project,
        section=section,
        target_id=target.id if target is not None else None,
        draft_id=draft.id if draft is not None else None,
        form=made(fillable, offered, points, items, values),
        fixed=[
            (_(f.label), words(s, f, now[f.name]), _(f.hint))
            for f in section.fields
            if f.name in is_fixed
        ],
        seen=mark(now, draft),
        file_id=_kept_file() or values.get(file_name),
    )


def _chosen(field: Field, values: Mapping[str, Any]) -> list[Any]:
    value = values.get(field.name)
    return value if isinstance(value, list) else [value]


def mark(values: Mapping[str, Any], draft: Draft | None) -> str:
    """Return a mark that is another one as soon as the row or the draft says something else."""
    version = draft.version if draft is not None else 0
    text = json.dumps([values, version], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def save(sheet: Sheet) -> Draft | None:
    """Keep what was typed, and hand it in when that was pressed; None when it was refused."""
    sheet.form.hands_in = request.form.get("act") == "submit"
    sheet.form.validate_on_submit()
    _take_file(sheet)
    if sheet.form.errors:
        sheet.status = 422
        return None
    try:
        with db.transaction() as s:
            return _keep(s, sheet)
    except Invalid as error:
        sheet.status = 422
        sheet.form.blame(error.params.get("fields", ()), _(error.message, **error.params))
    except WrongState as error:
        sheet.status = 409
        sheet.refusal = _(error.message, **error.params)
        _catch_up(sheet)
    return None


def _keep(s: Session, sheet: Sheet) -> Draft:
    project = by_code(s, sheet.project.code, to_change=True) or abort(404)
    ensure(g.actor, Permission.PROJECT_EDIT, project)
    target = row_of(s, project, sheet.section, sheet.target_id) if sheet.target_id else None
    if sheet.target_id and target is None:
        raise WrongState(GONE)
    draft = s.get(Draft, sheet.draft_id, with_for_update=True) if sheet.draft_id else None
    now = row_values(sheet.section, target) if target is not None else {}
    if (target is not None or draft is not None) and request.form.get("seen") != mark(now, draft):
        raise WrongState(CHANGED)
    after = _written(sheet)
    if target is not None and not draft and all(now.get(k) == after[k] for k in after):
        raise Invalid(N_("没有修改任何内容。"))
    actor, at = g.actor, clock.now()
    draft = draft or _twin(s, project, sheet, after)
    if draft is None:
        operation = Operation.ADD if target is None else Operation.CHANGE
        hand_in = sheet.form.hands_in
        told = {"hand_in": hand_in, "actor": actor, "at": at}
        return propose(s, project, sheet.section, operation, target, after, **told)
    if draft.state is DraftState.SUBMITTED and sheet.draft_id is None:
        return draft  # the second click on the same button
    rewrite(s, draft, after, actor=actor, at=at)
    if sheet.form.hands_in:
        submit(s, draft, actor=actor, at=at)
    return draft


def _written(sheet: Sheet) -> dict[str, Any]:
    after = sheet.form.written()
    if sheet.file_field is not None:
        after[sheet.file_field.name] = sheet.file_id
    return after


def _twin(s: Session, project: Project, sheet: Sheet, after: Mapping[str, Any]) -> Draft | None:
    """Return one's own waiting draft that says the very same."""
    return next(
        (
            d
            for d in drafts_of(s, project)
            if (d.author, d.section, d.target_id)
            == (g.actor.name, sheet.section.key, sheet.target_id)
            and d.operation is not Operation.REMOVE
            and d.after == after
        ),
        None,
    )


def _catch_up(sheet: Sheet) -> None:
    """Show what the row says by now, so that pressing again means it."""
    s = db.session()
    target = row_of(s, sheet.project, sheet.section, sheet.target_id) if sheet.target_id else None
    draft = s.get(Draft, sheet.draft_id) if sheet.draft_id else None
    now = row_values(sheet.section, target) if target is not None else {}
    sheet.seen = mark(now, draft)
    other = now if draft is None else now | draft.after
    typed = _written(sheet)
    sheet.now = [
        (_(f.label), words(s, f, other[f.name]) or _("（空）"))
        for f in sheet.form.told
        if f.name in other and other[f.name] != typed.get(f.name)
    ]


def _take_file(sheet: Sheet) -> None:
    """Keep an uploaded file; it is remade first, outside of any transaction."""
    wanted = sheet.file_field
    if wanted is None:
        return
    control = sheet.form[wanted.name]
    upload = request.files.get(wanted.name)
    if upload and upload.filename:
        try:
            accepted = _accepted(upload.stream.read(), wanted)
            with db.transaction() as s:
                sheet.file_id = store(s, accepted, at=clock.now()).id
        except Invalid as error:
            control.errors = [_(error.message, **error.params)]
    elif sheet.form.hands_in and sheet.file_id is None:
        control.errors = [_("请选择“%(label)s”。", label=_(wanted.label))]


def _accepted(data: bytes, wanted: Field) -> Accepted:
    kind = FileKind.PHOTO if wanted.kind is Kind.PHOTO else FileKind.DOCUMENT
    return accept(data, (kind,))


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="file of a form")


def kept(file_id: int | None) -> str:
    """Return what the form carries of a file that was uploaded with it before."""
    return _signer().dumps([file_id, g.actor.name]) if file_id else ""


def _kept_file() -> int | None:
    """Return the file uploaded with this form before; only what this person uploaded counts."""
    try:
        ident, name = _signer().loads(request.form.get("kept", ""))
    except (BadSignature, ValueError, TypeError):
        return None
    return ident if name == g.actor.name else None


def section_or_404(key: str) -> Section:
    """Return the section with this key, or end the request with 404."""
    return SECTIONS.get(key) or abort(404)

"""The doors where a row is added, changed or removed: each ends in a draft."""

from typing import Any

from flask import abort, flash, g, redirect, request, url_for
from flask_babel import gettext as _

from portal import clock, db
from portal.editing.blueprint import bp
from portal.editing.report import report_context
from portal.editing.sheet import CHANGED, GONE, Sheet, kept, mark, open_project, open_sheet, save
from portal.editing.sheet import section_or_404 as section_of
from portal.editing.shown import facts, title
from portal.errors import Invalid, WrongState
from portal.projects.fields import Kind, Section
from portal.projects.models import Project
from portal.projects.queries import by_code
from portal.projects.record.actions import propose
from portal.projects.record.checks import KEPT
from portal.projects.record.items import REPORT
from portal.projects.record.models import DRAFT_LABELS, Draft, Operation
from portal.projects.record.queries import drafts_of, row_of, rows_of
from portal.projects.record.values import row_values
from portal.projects.schedule.rules import LIGHT_LABELS, LIGHT_TONES
from portal.security import Permission
from portal.web import page, requires, uploads

FEWER = "int(max=2147483647)"
"""What numbers in addresses may be: those that a key can be."""

ACCEPTED = {Kind.PHOTO: ".jpg,.jpeg,.png,.webp,image/*", Kind.DOCUMENT: ".pdf,application/pdf"}
LARGEST = {Kind.PHOTO: 12_000_000, Kind.DOCUMENT: 19_000_000}
"""What the chooser of files offers, and from how many bytes on it warns."""


@bp.route("/<code>/<section>/new", methods=["GET", "POST"])
@requires(Permission.PROJECT_EDIT)
@uploads("MAX_DOCUMENT_UPLOAD")
def new_row(code: str, section: str):
    """Fill in a new row of a section."""
    project, wanted = open_project(code), section_of(section)
    there = rows_of(db.session(), project, wanted) if wanted.is_single else []
    if there and request.method == "GET":
        to = url_for(".change_row", code=code, section=section, ident=there[0].id)
        return redirect(to)
    return answer(open_sheet(project, wanted, None))


@bp.route(f"/<code>/<section>/<{FEWER}:ident>", methods=["GET", "POST"])
@requires(Permission.PROJECT_EDIT)
@uploads("MAX_DOCUMENT_UPLOAD")
def change_row(code: str, section: str, ident: int):
    """Fill in what a published row is to say."""
    project, wanted = open_project(code), section_of(section)
    if wanted.is_added_only:
        abort(404)
    target = row_of(db.session(), project, wanted, ident) or abort(404)
    return answer(open_sheet(project, wanted, target))


@bp.route(f"/<code>/<section>/<{FEWER}:ident>/remove", methods=["GET", "POST"])
@requires(Permission.PROJECT_EDIT)
def remove_row(code: str, section: str, ident: int):
    """Ask whether a published row is to go, and propose it when that is confirmed."""
    project, wanted = open_project(code), section_of(section)
    if not may_be_removed(wanted):
        abort(404)
    target = row_of(db.session(), project, wanted, ident) or abort(404)
    if request.method == "GET":
        return _removal(project, wanted, target)
    try:
        draft = _propose_removal(code, wanted, ident)
    except Invalid as error:
        target = row_of(db.session(), project, wanted, ident) or abort(404)
        refusal = _(error.message, **error.params)
        return _removal(project, wanted, target, status=422, refusal=refusal)
    flash(_("删除申请已提交审核。"), "success")
    return redirect(url_for(".draft", ident=draft.id), 303)


def may_be_removed(section: Section) -> bool:
    """Say whether rows of a section may ever go."""
    return not section.is_added_only and section.key not in KEPT


def _propose_removal(code: str, section: Section, ident: int) -> Draft:
    with db.transaction() as s:
        project = by_code(s, code, to_change=True) or abort(404)
        target = row_of(s, project, section, ident)
        if target is None:
            raise WrongState(GONE)
        if request.form.get("seen") != mark(row_values(section, target), None):
            raise WrongState(CHANGED)
        for known in drafts_of(s, project):
            same = known.section == section.key and known.target_id == ident
            if same and known.operation is Operation.REMOVE:
                return known  # the second click on the same button
        return propose(
            s,
            project,
            section,
            Operation.REMOVE,
            target,
            {},
            hand_in=True,
            actor=g.actor,
            at=clock.now(),
        )


def _removal(project: Project, section: Section, target: Any, *, status=200, refusal=""):
    s = db.session()
    return page(
        "editing/remove.html",
        status=status,
        project=project,
        section=section,
        title=title(s, section, target),
        facts=facts(s, section, target),
        seen=mark(row_values(section, target), None),
        refusal=refusal,
    )


def answer(sheet: Sheet):
    """Keep the sheet that was posted and go on, or show it."""
    if request.method == "POST" and (draft := save(sheet)):
        handed_in = sheet.form.hands_in
        flash(
            _("已提交审核，审核通过后公开。") if handed_in else _("草稿已保存，尚未提交。"),
            "success",
        )
        return redirect(url_for(".draft", ident=draft.id), 303)
    wanted = sheet.file_field
    others = drafts_of(db.session(), sheet.project)
    return page(
        "editing/row.html",
        status=sheet.status,
        sheet=sheet,
        project=sheet.project,
        section=sheet.section,
        form=sheet.form,
        kinds=Kind,
        kept=kept(sheet.file_id),
        accepted=ACCEPTED.get(wanted.kind, "") if wanted else "",
        largest=LARGEST.get(wanted.kind, 0) if wanted else 0,
        others=[d for d in others if _is_beside(d, sheet)],
        report=report_context(sheet) if sheet.section.key == REPORT else None,
        light_labels=LIGHT_LABELS,
        light_tones=LIGHT_TONES,
        draft_labels=DRAFT_LABELS,
    )


def _is_beside(draft: Draft, sheet: Sheet) -> bool:
    """Say whether another draft waits about the same row, or is another report."""
    is_same = draft.section == sheet.section.key and draft.target_id == sheet.target_id
    return is_same and draft.id != sheet.draft_id and (bool(sheet.target_id) or _is_lone(sheet))


def _is_lone(sheet: Sheet) -> bool:
    return sheet.section.key == REPORT or sheet.section.is_single

"""并案: finding cases on the same matter, letting one answer for another, and taking it back."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import flash, g, redirect, url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload

from portal import clock, db
from portal.cases import merging
from portal.cases.forms import NoteForm
from portal.cases.kinds import Kind
from portal.cases.models import Case
from portal.cases.pages import LABELS, open_case
from portal.cases.similarity import MAX_BODY, Candidate, Draft, likely
from portal.cases.targets import open_to
from portal.cases.workflow import OPEN, Action, State, available
from portal.errors import Invalid
from portal.language import N_
from portal.moderation.blueprint import bp
from portal.moderation.onward import carried, onward, open_or_none
from portal.moderation.queue_forms import MergeForm
from portal.security import Actor, Permission
from portal.web import arg_text, page, requires

READ = 60
"""Newest cases of a project, of a category and of a town that are compared, each."""

MOST = 8
"""Likely duplicates that the page of merging shows."""

BESIDE = 3
"""And those that the page of a case shows."""


@dataclass(frozen=True)
class Twin:
    """A case that is likely about the same matter, and how alike the two are, 0 to 1."""

    case: Case
    score: float


def twins(s: Session, case: Case, actor: Actor, most: int = BESIDE) -> list[Twin]:
    """Return the cases that could answer for `case`, the most alike first.

    Compared are the newest open ones of its project, of its category and of its town, those
    that `actor` may see and that may be merged at all. Cases about people with desks here are
    not: what a conflict hides would show through the other (信访工作条例, art. 30).
    """
    if case.is_never_public:
        return []
    rows = {row.id: row for near in _near(case) for row in s.execute(_newest(case, actor, near))}
    candidates = [
        Candidate(
            row.reference,
            row.title,
            row.body,
            row.project_id,
            row.category_code or "",
            row.place,
            row.town_code or "",
        )
        for row in rows.values()
    ]
    draft = Draft(
        case.title,
        case.body,
        case.project_id,
        case.category_code or "",
        case.place,
        case.town_code or "",
    )
    found = likely(draft, candidates, most)
    whole = _whole(s, [match.reference for match in found], actor)
    return [Twin(whole[m.reference], m.score) for m in found if m.reference in whole]


def may_merge(case: Case, actor: Actor) -> bool:
    """Say whether `actor` could now let another case answer for this one."""
    return not case.is_never_public and Action.MERGE in available(case, actor)


@bp.get("/cases/<reference>/merge")
@requires(Permission.CASE_MODERATE)
def merge_page(reference: str):
    """Show likely duplicates of a case, and the way to merge it into one by reference."""
    case = open_case(Permission.CASE_MODERATE, reference)
    form = MergeForm(formdata=None, parent=arg_text("parent", 20) or "")
    parent = _main_case(case, form) if form.parent.data else None
    return _page(case, form, parent=parent)


@bp.post("/cases/<reference>/merge")
@requires(Permission.CASE_MODERATE)
def merge(reference: str):
    """Let another case answer for this one, once the page has shown that other case."""
    form = MergeForm()
    case = open_case(Permission.CASE_MODERATE, reference)
    main_case = _main_case(case, form) if form.validate_on_submit() else None
    if main_case is None:
        return _page(case, form, 422)
    if form.shown.data != main_case.reference:
        return _page(case, form, parent=main_case)
    with db.transaction() as s:
        # The parent first: whoever closes a parent locks in this order.
        parent = open_case(Permission.CASE_MODERATE, form.parent.data, to_change=True)
        case = open_case(Permission.CASE_MODERATE, reference, to_change=True)
        common = {"actor": g.actor, "at": clock.now(), "seen": form.seen_event}
        merging.merge(s, case, parent, note=form.note.data, **common)
    flash(_("已并入 %(reference)s，由主件一并答复。", reference=form.parent.data), "success")
    return redirect(onward(case), 303)


@bp.post("/cases/<reference>/unmerge")
@requires(Permission.CASE_MODERATE)
def unmerge(reference: str):
    """Let a merged case be handled by itself again."""
    form = NoteForm()
    if not form.validate_on_submit() or not form.note.data:
        raise Invalid(N_("请写明取消并案的原因。"))
    with db.transaction() as s:
        case = open_case(Permission.CASE_MODERATE, reference, to_change=True)
        common = {"actor": g.actor, "at": clock.now(), "seen": form.seen_event}
        merging.unmerge(s, case, note=form.note.data, **common)
    flash(_("已取消并案，重新单独审核。"), "success")
    return redirect(url_for(".case", reference=reference, **carried()), 303)


def _main_case(case: Case, form: MergeForm) -> Case | None:
    """Return the case that the form names; None, and why on the field, where it cannot answer."""
    found = open_or_none(db.session(), form.parent.data, g.actor)
    if found is None:
        form.parent.errors = [_("没有这个受理编号，请核对。")]
        return None
    if found is case or found.state not in OPEN or found.parent_id is not None:
        form.parent.errors = [_("请选择一件尚未办结、也没有并入别处的诉求作为主件。")]
        return None
    if found.is_never_public:
        form.parent.errors = [_("反映单位或工作人员的诉求要单独办理，不能并案。")]
        return None
    return found


def _page(case: Case, form: MergeForm, status: int = 200, *, parent: Case | None = None):
    """Show the way to merge `case`; `parent` is the main case to look at before it is done."""
    return page(
        "moderation/merge.html",
        status,
        case=case,
        form=form,
        parent=parent,
        may_merge=may_merge(case, g.actor),
        seen=len(case.events),
        twins=twins(db.session(), case, g.actor, MOST),
        carried=carried(),
        **LABELS,
    )


def _near(case: Case) -> Iterable[ColumnElement[bool]]:
    """Give what cases near this one have in common with it, or that they are open at all."""
    shared = [
        column == value
        for column, value in (
            (Case.project_id, case.project_id),
            (Case.category_code, case.category_code),
            (Case.town_code, case.town_code),
        )
        if value is not None
    ]
    return shared or [Case.state == State.SUBMITTED]


def _newest(case: Case, actor: Actor, near: ColumnElement[bool]):
    columns = (Case.id, Case.reference, Case.title, Case.project_id, Case.category_code)
    return (
        select(
            *columns, Case.place, Case.town_code, func.substr(Case.body, 1, MAX_BODY).label("body")
        )
        .where(near, Case.id != case.id, *_can_answer(actor))
        .order_by(Case.submitted_at.desc())
        .limit(READ)
    )


def _can_answer(actor: Actor) -> list[ColumnElement[bool]]:
    return [
        Case.state.in_(OPEN - {State.MERGED}),
        Case.kind != Kind.REPORT,
        Case.is_conflicted.is_(False),
        open_to(actor),
    ]


def _whole(s: Session, references: list[str], actor: Actor) -> dict[str, Case]:
    statement = (
        select(Case)
        .where(Case.reference.in_(references), open_to(actor))
        .options(joinedload(Case.department))
    )
    return {case.reference: case for case in s.scalars(statement)}

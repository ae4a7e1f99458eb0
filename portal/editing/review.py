"""The reviewers' doors: what waits, what it changes, and the decision."""

from flask import abort, flash, g, redirect, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal import clock, db
from portal.editing.blueprint import bp
from portal.editing.drafts import draft_context, reviewed_draft
from portal.editing.forms import ReturnForm
from portal.editing.rows import FEWER
from portal.errors import Invalid
from portal.projects.queries import by_code
from portal.projects.record.actions import is_outdated, publish, send_back
from portal.projects.record.models import (
    DRAFT_LABELS,
    OPERATION_LABELS,
    Draft,
    DraftState,
    Operation,
)
from portal.projects.record.queries import last_report, review_page, row_of, waiting_count
from portal.projects.schedule.rules import LIGHT_LABELS, LIGHT_TONES
from portal.projects.schedule.standings import assess_all
from portal.projects.sections import SECTIONS
from portal.security import Permission
from portal.web import arg_text, page, requires


@bp.get("/review")
@requires(Permission.PROJECT_REVIEW)
def review_queue():
    """List what waits for review, the longest waiting first."""
    s = db.session()
    found = review_page(s, after=arg_text("after", 200))
    return page(
        "editing/review_queue.html",
        page=found,
        total=waiting_count(s),
        sections=SECTIONS,
        labels=DRAFT_LABELS,
        operations=OPERATION_LABELS,
        days={d.id: (clock.now() - d.submitted_at).days for d in found.rows},
        next_url=url_for(".review_queue", after=found.next) if found.next else None,
    )


@bp.get(f"/review/<{FEWER}:ident>")
@requires(Permission.PROJECT_REVIEW)
def review(ident: int):
    """Show a draft to its reviewer: what was, what would be, where the project stands."""
    return _page(reviewed_draft(ident), ReturnForm(formdata=None))


@bp.post(f"/review/<{FEWER}:ident>/publish")
@requires(Permission.PROJECT_REVIEW)
def publish_draft(ident: int):
    """Let everybody see what a draft says."""
    try:
        with db.transaction() as s:
            found = _locked(s, ident)
            publish(s, found, actor=g.actor, at=clock.now())
    except Invalid as error:
        refusal = _(error.message, **error.params)
        form = ReturnForm(formdata=None)
        return _page(reviewed_draft(ident), form, status=422, refusal=refusal)
    flash(_("已公开，所有人都可以看到。"), "success")
    return redirect(url_for(".review_queue"), 303)


@bp.post(f"/review/<{FEWER}:ident>/return")
@requires(Permission.PROJECT_REVIEW)
def return_draft(ident: int):
    """Return a draft to its author, with words."""
    form = ReturnForm()
    if not form.validate_on_submit():
        return _page(reviewed_draft(ident), form, status=422)
    with db.transaction() as s:
        found = _locked(s, ident)
        send_back(s, found, note=form.note.data, actor=g.actor, at=clock.now())
    flash(_("已退回给填报人。"), "success")
    return redirect(url_for(".review_queue"), 303)


def _locked(s: Session, ident: int) -> Draft:
    """Return a draft with its project and itself locked until the decision is kept."""
    found = reviewed_draft(ident)
    by_code(s, found.project.code, to_change=True) or abort(404)
    s.refresh(found, with_for_update=True)
    return found


def _page(found: Draft, form: ReturnForm, *, status: int = 200, refusal: str = ""):
    s, project, section = db.session(), found.project, SECTIONS[found.section]
    target = None
    if found.operation is not Operation.ADD:
        target = row_of(s, project, section, found.target_id)
    is_waiting = found.state is DraftState.SUBMITTED
    return page(
        "editing/review.html",
        status=status,
        refusal=refusal,
        form=form,
        is_waiting=is_waiting,
        is_own=found.author == g.actor.name,
        is_gone=is_waiting and found.operation is not Operation.ADD and target is None,
        is_outdated=is_waiting and is_outdated(s, found, section, target),
        standing=assess_all(s, [project], clock.today())[project.id],
        last=last_report(s, project),
        light_labels=LIGHT_LABELS,
        light_tones=LIGHT_TONES,
        **draft_context(found),
    )

"""One case on one screen, with everything a moderator decides on; one act a POST.

Read with it: `case_forms` (the forms), `case_acts` (what each act does), `case_texts` and
`redacting` (texts on their way to others), `case_files` (photos and documents), `beside` (who
else looks, notes, likely duplicates).
"""

from functools import partial
from typing import Any

from flask import abort, flash, g, redirect, url_for

from portal import clock, db
from portal.cases.attachments import may_be_shown
from portal.cases.contacts import Contact
from portal.cases.done import told as told_of
from portal.cases.models import Case
from portal.cases.pages import open_case
from portal.cases.revealing import reveal_contact
from portal.cases.steps import since
from portal.cases.workflow import Action, check
from portal.errors import Outdated
from portal.moderation import presence
from portal.moderation.beside import beside
from portal.moderation.blueprint import bp
from portal.moderation.case_acts import ACTS
from portal.moderation.case_forms import FORMS, REVEAL, Choices, blank, leaves, sent
from portal.moderation.case_shown import shown
from portal.moderation.case_texts import (
    ANSWER,
    TEXT_ACTS,
    TEXT_FORMS,
    check_originals,
    fill,
    previewed,
    refusal,
    sent_texts,
    shown_texts,
    slot_of,
)
from portal.moderation.onward import onward
from portal.moderation.redacting import APPLIED, Redaction
from portal.security import Permission, permits
from portal.web import page, requires

_open = partial(open_case, Permission.CASE_MODERATE)


@bp.get("/cases/<reference>")
@requires(Permission.CASE_MODERATE)
def case(reference: str):
    """Show one case with everything a moderator decides on."""
    presence.look(reference)
    return _page(_open(reference))


@bp.post("/cases/<reference>/reveal")
@requires(Permission.CASE_MODERATE)
def reveal(reference: str):
    """Show who the writer is, once, to a moderator who says why; the writer reads it."""
    form = sent(REVEAL, Choices(db.session(), _open(reference)))
    if not form.validate_on_submit():
        return _page(_open(reference), status=422, bound={REVEAL: form})
    with db.transaction() as s:
        contact = reveal_contact(
            s, _open(reference), actor=g.actor, at=clock.now(), note=form.note.data
        )
    return _page(_open(reference), revealed=contact)


@bp.post(f"/cases/<reference>/preview/<any({', '.join(TEXT_FORMS)}):slot>")
@requires(Permission.CASE_MODERATE)
def preview(reference: str, slot: str):
    """Show how the texts of a form differ from the originals; nothing is kept."""
    found = _open(reference)
    form = sent(slot, Choices(db.session(), found))
    if not form.validate_on_submit():
        abort(422)
    texts = previewed(found, slot, form)
    return page("moderation/_case_preview.html", slot=slot, texts=texts, form=form)


@bp.post("/cases/<reference>/<act>")
@requires(Permission.CASE_MODERATE)
def act(reference: str, act: str):
    """Do one act of the workflow, or show again what has to be put right."""
    doing = ACTS.get(act) or abort(404)
    case = _open(reference)
    slot = slot_of(act, case)
    form = sent(act, Choices(db.session(), case))
    _check_now(case, act, form.seen_event)
    if not form.validate_on_submit():
        return _page(case, status=422, bound={slot: form})
    texts = sent_texts(case, act, form) if act in TEXT_ACTS else None
    if texts and (told := refusal(case, act, form, texts)):
        fill(form, texts)
        status = 200 if told is APPLIED else 422
        return _page(case, status=status, bound={slot: form}, redone={slot: texts}, told=told)
    with db.transaction() as s:
        case = _open(reference, to_change=True)
        if texts:
            check_originals(case, act, texts)
        doing(s, case, form, texts, _common(form))
        is_still_open = permits(g.actor, Permission.CASE_MODERATE, case)
        there = onward(case) if is_still_open else url_for(".queue")
        said = told_of(case, Action(act))
    flash(said, "success")
    return redirect(there, 303)


def _common(form: Any) -> dict[str, Any]:
    return {"actor": g.actor, "at": clock.now(), "seen": form.seen_event}


def _check_now(case: Case, act: str, seen: int | None) -> None:
    """Raise what the act itself would, before anybody is asked to put anything right."""
    if newer := since(case, seen):
        raise Outdated(newer)
    check(case, Action(act), g.actor, "-")


def _page(
    case: Case,
    *,
    status: int = 200,
    bound: dict[str, Any] | None = None,
    redone: dict[str, Redaction] | None = None,
    told: str = "",
    revealed: Contact | None = None,
):
    """Show the case with a form for each act it offers.

    `bound` holds the form that was refused, `redone` its texts, and `told` says why.
    """
    context = shown(db.session(), case, g.actor, clock.now())
    acts, given = context["acts"], bound or {}
    choices = Choices(db.session(), case)
    suggested = context["suggested"]
    first = {"department": suggested[0].department.code} if suggested else {}
    forms = {
        name: given.get(name) or blank(name, choices, **(first if name == Action.ASSIGN else {}))
        for name in FORMS
        if name in acts or name == REVEAL
    }
    texts = {
        slot: shown_texts(case, slot, also_letter=slot == ANSWER and Action.PUBLISH in acts)
        for slot in TEXT_FORMS
        if slot in acts
    }
    for slot, found in texts.items():
        if slot not in given:
            fill(forms[slot], found)
    return page(
        "moderation/case.html",
        status=status,
        forms=forms,
        texts=texts | (redone or {}),
        told=told,
        told_of=next(iter(redone or ()), ""),
        wrong=[field for form in given.values() for field in leaves(form) if field.errors],
        revealed=revealed,
        viewed_at=clock.now(),
        may_be_shown=may_be_shown(case),
        **context,
        **beside(case, forms),
    )

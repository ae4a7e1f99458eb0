"""From a form that was sent to the act itself: one short function for each act of the page."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from portal.cases import actions, assists, questions
from portal.cases import targets as cases_targets
from portal.cases.categories.models import Category
from portal.cases.classifying import classify
from portal.cases.forms import days_of
from portal.cases.kinds import Kind
from portal.cases.models import Case
from portal.cases.workflow import Action
from portal.county.models import Town
from portal.departments.models import Department
from portal.departments.queries import by_code
from portal.errors import Invalid
from portal.language import N_
from portal.moderation import targets
from portal.moderation.case_texts import letter_of, texts_to_publish
from portal.moderation.redacting import Redaction

Texts = Redaction | None
Common = dict[str, Any]
"""Who acts, when, and on which step their page was."""
Doing = Callable[[Session, Case, Any, Texts, Common], object]


def _classify(s: Session, case: Case, form: Any, _texts: Texts, common: Common) -> None:
    category = s.get(Category, form.category.data) if form.category.data else None
    town = s.get(Town, form.town.data) if form.town.data else None
    filed = {"kind": Kind(form.kind.data), "category": category, "town": town}
    classify(s, case, project=form.found, **filed, **common)


def _target(s: Session, case: Case, form: Any, _texts: Texts, common: Common) -> None:
    cases_targets.set_targets(s, case, targets.read(s, case, form), **common)


def _assign(s: Session, case: Case, form: Any, _texts: Texts, common: Common) -> None:
    actions.assign(s, case, _unit(s, form.code), note=form.note.data, **common)
    then = common | {"seen": None}  # the hand-over is a step that the page has not seen
    for row in (entry.form for entry in form.assists):
        if row.department.data:
            unit = _unit(s, row.department.data)
            words = {"note": row.task.data, "days": days_of(row.days)}
            assists.ask_assist(s, case, unit, **words, **then)


def _reassign(s: Session, case: Case, form: Any, _texts: Texts, common: Common) -> None:
    actions.reassign(s, case, _unit(s, form.code), note=form.note.data, **common)


def _ask_assist(s: Session, case: Case, form: Any, _texts: Texts, common: Common) -> None:
    unit = _unit(s, form.department.data)
    assists.ask_assist(s, case, unit, note=form.note.data, days=days_of(form.days), **common)


def _end_assist(s: Session, case: Case, form: Any, _texts: Texts, common: Common) -> None:
    unit = _unit(s, form.department.data)
    assists.end_assist(s, case, unit, note=form.note.data, **common)


def _reject(s: Session, case: Case, form: Any, _texts: Texts, common: Common) -> None:
    actions.reject(s, case, form.reason.data, note=form.note.data, **common)


def _withhold(s: Session, case: Case, form: Any, _texts: Texts, common: Common) -> None:
    actions.withhold(s, case, reason=form.reason.data, note=form.note.data, **common)


def _send_back(s: Session, case: Case, form: Any, _texts: Texts, common: Common) -> None:
    actions.send_back(s, case, note=form.note.data, **common)


def _redact(s: Session, case: Case, form: Any, texts: Texts, common: Common) -> None:
    actions.redact(s, case, **letter_of(texts), note=form.note.data, **common)


def _publish(s: Session, case: Case, form: Any, texts: Texts, common: Common) -> None:
    sent = texts_to_publish(texts, form, case)
    actions.publish(s, case, **sent, note=form.note.data or "", **common)


def _close(s: Session, case: Case, form: Any, texts: Texts, common: Common) -> None:
    actions.close(s, case, answer_text=texts.texts["text"], note=form.note.data, **common)


def _release(s: Session, case: Case, _form: Any, texts: Texts, common: Common) -> None:
    questions.release(s, case, text=texts.texts["text"], **common)


ACTS: dict[str, Doing] = {
    Action.CLASSIFY.value: _classify,
    Action.TARGET.value: _target,
    Action.ASSIGN.value: _assign,
    Action.REASSIGN.value: _reassign,
    Action.ASK_ASSIST.value: _ask_assist,
    Action.END_ASSIST.value: _end_assist,
    Action.REJECT.value: _reject,
    Action.WITHHOLD.value: _withhold,
    Action.SEND_BACK.value: _send_back,
    Action.REDACT.value: _redact,
    Action.PUBLISH.value: _publish,
    Action.CLOSE.value: _close,
    Action.RELEASE.value: _release,
}
"""What the page can do, by the word in its addresses."""


def _unit(s: Session, code: str) -> Department:
    unit = by_code(s, code or "")
    if unit is None:
        raise Invalid(N_("请选择承办单位。"))
    return unit

"""Which texts an act sends out, what the page shows of them, and when the page asks once more.

Three forms carry texts: the letter's (saved, then published), the answer's (released when the
case is closed, or published while it is not), and that of the reply to a question.
"""

from typing import Any

from flask import request
from flask_babel import gettext as _

from portal.cases.models import Answer, Case
from portal.cases.workflow import Action, State, Visibility
from portal.errors import WrongState
from portal.language import N_
from portal.moderation.forms import AnswerForm, LetterForm, ReplyForm, TextsForm
from portal.moderation.redacting import (
    APPLIED,
    CHOICE,
    CONFIRM,
    MOVED,
    Eye,
    Redaction,
    given,
    objection,
    offered,
)

LETTER, ANSWER, REPLY = Action.REDACT.value, Action.CLOSE.value, Action.RELEASE.value

TEXT_FORMS: dict[str, type[TextsForm]] = {
    LETTER: LetterForm,
    ANSWER: AnswerForm,
    REPLY: ReplyForm,
}
"""The forms with texts, by the act that each is named after."""

REASON = N_("除了隐去个人信息还有别的改动，请写明原因，居民会看到。")

TEXT_ACTS = frozenset({Action.REDACT, Action.PUBLISH, Action.CLOSE, Action.RELEASE})


def slot_of(act: str, case: Case) -> str:
    """Return the form on the page that an act belongs to: itself, except for publication.

    While an answer waits, publication releases it, and so stands in the form of the answer.
    """
    if act == Action.PUBLISH:
        return ANSWER if case.state is State.ANSWERED else LETTER
    return act


def shown_texts(case: Case, slot: str, *, also_letter: bool = False) -> Redaction:
    """Return the texts as the page first shows them; `also_letter`: what was saved goes along."""
    eye = Eye(case)
    found = offered(eye, originals(case, slot), _saved(case, slot))
    return _with_saved(eye, case, found) if also_letter else found


def sent_texts(case: Case, act: str, form: TextsForm) -> Redaction:
    """Return the texts of a form that was sent, or what stands for texts that were not.

    Raises Invalid for a box that stands for nothing in the originals.
    """
    slot = slot_of(act, case)
    also_letter = slot == ANSWER and act == Action.PUBLISH
    if not _has_texts(form, case, slot) and not form.apply.data:
        return shown_texts(case, slot, also_letter=also_letter)
    eye, names = Eye(case), originals(case, slot)
    found = given(
        eye,
        names,
        _texts(form, case, slot),
        chosen=form.chosen.data or (),
        made=form.made.data if form.made.raw_data else None,
        is_asked=bool(form.apply.data),
    )
    return _with_saved(eye, case, found) if also_letter else found


def previewed(case: Case, slot: str, form: TextsForm) -> Redaction:
    """Return the texts of a form just as they stand in it, whatever its boxes say."""
    names = originals(case, slot)
    return given(Eye(case), names, _texts(form, case, slot), chosen=(), made=None)


def refusal(case: Case, act: str, form: TextsForm, texts: Redaction) -> str | None:
    """Return why the page is shown once more in place of the act, or None.

    What is missing beside the texts is written on its field.
    """
    if form.apply.data:
        return APPLIED
    told = _objection(case, act, form, texts)
    if _lacks_reason(case, act, form, texts):
        form.note.errors = [_(REASON)]
        told = told or REASON
    return told


def _objection(case: Case, act: str, form: TextsForm, texts: Redaction) -> str | None:
    if act == Action.REDACT and case.visibility is not Visibility.PUBLIC:
        # saving sends nothing out
        return CHOICE if texts.is_remade else None
    slot = slot_of(act, case)
    if slot == ANSWER and case.answer and case.answer.released_at:
        return None  # it is out already, and stays as it is
    if not _has_texts(form, case, slot):
        return CONFIRM if texts.left and not form.confirmed.data else None
    return objection(texts, shown=form.shown.data, is_confirmed=form.confirmed.data)


def _lacks_reason(case: Case, act: str, form: TextsForm, texts: Redaction) -> bool:
    """Whether others would read something else than the writer or the department wrote, and
    nobody says why. What was saved before had its reason then."""
    slot = slot_of(act, case)
    if slot == REPLY or not _has_texts(form, case, slot) or (form.note.data or "").strip():
        return False
    if slot == ANSWER and (case.answer.released_at or not may_be_public(case)):
        return False
    saved = _saved(case, slot) if slot == LETTER else {}
    answers = {name: text for name, text in saved.items() if name in released(case)}
    return any(p.needs_reason and p.text != answers.get(p.name) for p in texts.parts)


def check_originals(case: Case, act: str, texts: Redaction) -> None:
    """Raise WrongState when what the texts were made from is no longer what the case has."""
    if texts.originals() != originals(case, slot_of(act, case)):
        raise WrongState(MOVED)


def originals(case: Case, slot: str) -> dict[str, str]:
    """Return the texts of a form as they were written, by the names of its fields."""
    if slot == LETTER:
        answers = {name: answer.text for name, answer in released(case).items()}
        return {"public_title": case.title, "public_body": case.body} | answers
    if slot == ANSWER:
        return {"text": case.answer.text if case.answer else ""}
    return {"text": case.question.reply if case.question else ""}


def fill(form: TextsForm, texts: Redaction) -> None:
    """Write the texts into the form, as its page shows them."""
    for name, text in texts.texts.items():
        form[name].data = text


def texts_to_publish(texts: Redaction, form: Any, case: Case) -> dict[str, str]:
    """Return the texts for the act of publication; none when they were saved before."""
    if case.state is State.ANSWERED:
        return {"answer_text": texts.texts["text"]}
    if not _has_texts(form, case, LETTER):
        return {}
    answers = {answer.id: texts.texts[name] for name, answer in released(case).items()}
    return letter_of(texts) | {"answers": answers}


def letter_of(texts: Redaction) -> dict[str, str]:
    """Return title and body of a letter's texts, without the answers that go out beside them."""
    return {name: texts.texts[name] for name in ("public_title", "public_body")}


def released(case: Case) -> dict[str, Answer]:
    """Return the answers that only the writer has read so far, by the names of their fields.

    They go out with the letter when it is published.
    """
    if case.visibility is Visibility.PUBLIC or not may_be_public(case):
        return {}
    return {f"answer_{answer.id}": answer for answer in case.answers if answer.released_at}


def may_be_public(case: Case) -> bool:
    """Whether anybody but the writer could ever read it."""
    return case.consent_publish and not case.is_never_public


def _saved(case: Case, slot: str) -> dict[str, str] | None:
    if slot == LETTER:
        answers = {name: answer.public_text for name, answer in released(case).items()}
        return {"public_title": case.public_title, "public_body": case.public_body} | answers
    return None


def _texts(form: TextsForm, case: Case, slot: str) -> dict[str, str]:
    """Return the texts as they were sent; an answer that was not sent stays as it is."""
    saved = {name: answer.public_text for name, answer in released(case).items()}
    return {
        name: saved[name] if name in saved and name not in request.form else form[name].data or ""
        for name in originals(case, slot)
    }


def _has_texts(form: TextsForm, case: Case, slot: str) -> bool:
    return any(name in request.form and name in form for name in originals(case, slot))


def _with_saved(eye: Eye, case: Case, texts: Redaction) -> Redaction:
    """Add what still looks like personal data in texts that were saved and go out as well: the
    letter's, and those of the answers that were released before."""
    saved = _saved(case, LETTER) or {}
    left = [mark for name, text in saved.items() for mark in eye.marks(name, text)]
    return Redaction(texts.parts, left, texts.kept, texts.is_remade)

"""What the page of one's own case shows: where it stands, and all that its writer may still do."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Response, g
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from portal import clock, db
from portal.cases.actions import may_reopen
from portal.cases.appeals import appeal_until
from portal.cases.changes import Change, change
from portal.cases.decisions import decision_of, why_released, why_reworded
from portal.cases.kinds import APPEAL_LABELS, REJECT_REASONS, WITHHOLD_REASONS, AppealKind
from portal.cases.models import Answer, Case
from portal.cases.pages import LABELS, writer_timeline
from portal.cases.parts import CaseAppeal, CaseFile, ContactView
from portal.cases.workflow import OPEN, Action, State, Visibility, available
from portal.clock import local_day
from portal.county.queries import intake
from portal.deadlines import light
from portal.public.tracking_forms import (
    AppealForm,
    AskForm,
    ReopenForm,
    VerdictForm,
    WithdrawForm,
)
from portal.redaction import KIND_LABELS as PERSONAL_LABELS
from portal.security import ROLE_LABELS, Role
from portal.web import page


@dataclass(frozen=True)
class Told:
    """An answer as the writer reads it."""

    answer: Answer
    text: str
    change: Change | None
    """What was changed of it for the public, where the public reads it."""
    why: str
    """What the moderator said when it was released."""


@dataclass(frozen=True)
class Objection:
    """A decision, what came of the one appeal against it, or the form for it while in time."""

    against: AppealKind
    until: datetime | None = None
    appeal: CaseAppeal | None = None
    form: AppealForm | None = None


@dataclass(frozen=True)
class Look:
    """Somebody looked at the writer's contact; never by which name."""

    at: datetime
    office: str
    """The department, or the role of somebody who belongs to none; a text to translate."""
    reason: str


def show(
    case: Case,
    *,
    status: int = 200,
    verdict_form: VerdictForm | None = None,
    reopen_form: ReopenForm | None = None,
    ask_form: AskForm | None = None,
    appeal_form: AppealForm | None = None,
    withdraw_form: WithdrawForm | None = None,
) -> Response:
    """Show the page; a form that is given is one that has to be put right."""
    s, at = db.session(), clock.now()
    acts = set(available(case, g.actor))
    can_redo = Action.REOPEN in acts and may_reopen(s, case, at)
    forms = {
        "verdict_form": verdict_form or _offered(Action.VERDICT in acts, VerdictForm),
        "reopen_form": reopen_form or _offered(can_redo and case.has_verdict, ReopenForm),
        "ask_form": ask_form or _offered(Action.ASK in acts, AskForm),
        "withdraw_form": withdraw_form or _offered(Action.WITHDRAW in acts, WithdrawForm),
    }
    response = page(
        "public/tracked.html",
        status=status,
        case=case,
        **forms,
        wrong=[form for form in (*forms.values(), appeal_form) if form and form.errors],
        can_redo=can_redo,
        redo_until=_redo_until(s, case, at),
        objections=_objections(s, case, at, appeal_form),
        **_standing(case, at),
        **_publication(case),
        **_around(s, case),
        appeal_labels=APPEAL_LABELS,
        personal_labels=PERSONAL_LABELS,
        **LABELS,
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _offered(is_offered: bool, form: type[Any]) -> Any:
    return form(formdata=None) if is_offered else None


def _redo_until(s: Session, case: Case, at: datetime) -> datetime | None:
    """Return until when a closed case can be handled again; None where it cannot be at all."""
    if case.closed_at is None or case.was_reopened:
        return None
    return case.closed_at + timedelta(days=intake(s, local_day(at))["reopen_days"])


def _objections(s: Session, case: Case, at: datetime, bound: AppealForm | None) -> list[Objection]:
    """Return each appeal that was made, and each decision that can be or could be appealed."""
    found = [Objection(appeal.against, appeal=appeal) for appeal in case.appeals]
    for against in case.appealable:
        until = appeal_until(s, case, against, at)
        form = None
        if at <= until:
            is_bound = bound is not None and bound.kind is against
            form = bound if is_bound else AppealForm(formdata=None).fit(against)
        found.append(Objection(against, until, form=form))
    return found


def _standing(case: Case, at: datetime) -> dict[str, Any]:
    """Return where the case stands: its steps, its clocks, its answers."""
    is_open, question = case.state in OPEN, case.question
    along = {event.at for event in case.events if event.action == Action.CLOSE_ALONG}
    is_awaited = question is not None and question.released_at is None
    answers = [a for a in case.answers if a.released_at]
    return {
        "timeline": writer_timeline(case),
        "reject_reason": REJECT_REASONS.get(case.reject_reason or ""),
        "refusal": decision_of(case, AppealKind.REFUSAL).note if case.reject_reason else "",
        "light": light(case.due_at if is_open else None, at),
        "screen_light": light(case.screen_due_at if case.state is State.SUBMITTED else None, at),
        "question_light": light(question.due_at if is_awaited else None, at),
        "answers": [_told(case, a, along) for a in answers],
        "rounds": {a.id: _round_of(case, a) for a in answers},
        "reply_change": change(question.reply, question.public_reply)
        if case.has_altered_reply
        else None,
    }


def _round_of(case: Case, answer: Answer) -> int:
    """Return which handling of the case an answer ended: 1, or one more after each reopening."""
    again = [event for event in case.events if event.action == Action.REOPEN]
    return 1 + sum(event.at < answer.released_at for event in again)


def _told(case: Case, answer: Answer, along: set[datetime]) -> Told:
    """An answer to one's own case is read as the department wrote it. One that came with
    another case may speak of its writer: of that, only what was made fit for others."""
    if answer.released_at in along:
        return Told(answer, answer.public_text, None, "")
    is_changed = case.visibility is Visibility.PUBLIC and answer.public_text != answer.text
    changed = change(answer.text, answer.public_text) if is_changed else None
    return Told(answer, answer.text, changed, why_released(case, answer))


def _publication(case: Case) -> dict[str, Any]:
    """Return what the public sees of the writer's words, and why not where it does not."""
    is_public = case.visibility is Visibility.PUBLIC
    withheld = case.is_withheld and not case.is_never_public
    return {
        "title_change": change(case.title, case.public_title) if is_public else None,
        "body_change": change(case.body, case.public_body) if is_public else None,
        "why_reworded": why_reworded(case) if is_public else "",
        "withheld_reason": WITHHOLD_REASONS.get(case.withheld_reason or "") if withheld else None,
        "withheld_note": decision_of(case, AppealKind.WITHHOLDING).note if withheld else "",
    }


def _around(s: Session, case: Case) -> dict[str, Any]:
    """Return what stands beside it: files, looks at the contact, helpers, the case it went into."""
    files = select(CaseFile).where(CaseFile.case_id == case.id).order_by(CaseFile.id)
    views = select(ContactView).where(ContactView.case_id == case.id).order_by(ContactView.id)
    parent = case.parent
    return {
        "files": list(s.scalars(files.options(joinedload(CaseFile.file)))),
        "looks": [_look(v) for v in s.scalars(views.options(joinedload(ContactView.department)))],
        "helpers": len(case.assisting),
        "parts": case.split_off,
        "shown_parent": parent if parent and parent.visibility is Visibility.PUBLIC else None,
    }


def _look(view: ContactView) -> Look:
    office = view.department.name if view.department else ROLE_LABELS[Role(view.role)]
    return Look(view.at, office, view.reason)

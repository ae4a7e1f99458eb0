"""What the page of a case shows beside its forms: all that a moderator weighs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal.cases.accusing import accuses
from portal.cases.answer_check import CONCERN_LABELS
from portal.cases.answers import Doubts, doubts_about
from portal.cases.assists import task_due
from portal.cases.kinds import APPEAL_LABELS, CHANNEL_LABELS, TARGET_LABELS
from portal.cases.models import Case
from portal.cases.pages import case_context
from portal.cases.parts import CaseAssist
from portal.cases.risk import LEVEL_LABELS as RISK_LABELS
from portal.cases.risk import risk
from portal.cases.routing.suggestions import suggest_for
from portal.cases.second_eyes import closers
from portal.cases.targets import described
from portal.cases.workflow import Action
from portal.deadlines import light
from portal.ratings.kinds import REASON_LABELS, Reason
from portal.security import Actor

ROUTES = frozenset({Action.ASSIGN.value, Action.REASSIGN.value})

RISK_TONES = {3: "danger", 2: "late", 1: "info", 0: "plain"}
"""Shapes that stand beside the words of a risk."""


@dataclass(frozen=True)
class Rated:
    """The bad rating that a follow-up goes on from, as the resident has it now."""

    level: int
    reasons: list[str]
    comment: str
    is_erased: bool
    """The resident erased it: no words of it are left."""
    remedy: str
    """What the department reported to have done."""
    level_after: int | None
    reply: str


def shown(s: Session, case: Case, actor: Actor, at: datetime) -> dict[str, Any]:
    """Return what the page of `case` shows to `actor`; they may moderate it."""
    context = case_context(case, actor)
    closed_by = closers(s, case)
    is_routed = bool(ROUTES & context["acts"])
    return context | {
        "suggested": suggest_for(s, case, at) if is_routed else [],
        "risk_labels": RISK_LABELS,
        "risk_tones": RISK_TONES,
        "risk_reasons": risk(case.kind, f"{case.title}\n{case.body}").reasons,
        "channel_labels": CHANNEL_LABELS,
        "target_labels": TARGET_LABELS,
        "appeal_labels": APPEAL_LABELS,
        "seems_to_accuse": not case.targets and accuses(f"{case.title}\n{case.body}"),
        "targets": [(_(TARGET_LABELS[target.kind]), described(target)) for target in case.targets],
        "tasks": [(task, _light(task, at)) for task in case.assists],
        "task_due": task_due(s, case, at),
        "question_light": _question_light(case, at),
        "doubts": _doubts(s, case, actor, at) if Action.CLOSE in context["acts"] else None,
        "concern_labels": CONCERN_LABELS,
        "closers": [context["names"].get(name, name) for name in closed_by],
        "needs_other": case.is_unhappy and actor.name in closed_by,
        "rated": rated(case),
    }


def rated(case: Case) -> Rated | None:
    """Return what the resident said of the project, where the case goes on from that."""
    if case.follow_up is None:
        return None
    found, rating = case.follow_up, case.follow_up.rating
    return Rated(
        level=rating.level,
        reasons=[_(REASON_LABELS[Reason(key)]) for key in rating.reasons],
        comment=rating.comment,
        is_erased=rating.erased_at is not None,
        remedy=found.remedy_text,
        level_after=found.level_after,
        reply=found.reply_note,
    )


def _doubts(s: Session, case: Case, actor: Actor, at: datetime) -> Doubts | None:
    """Return what is worth a second look in the answer that waits to be released, if one does."""
    given = case.answer
    if given.released_at is not None:
        return None
    return doubts_about(s, case, given.text, actor=actor, at=at, besides=given)


def _light(task: CaseAssist, at: datetime) -> str:
    return light(task.due_at if task.is_open else None, at)


def _question_light(case: Case, at: datetime) -> str:
    is_owed = case.question is not None and case.question.replied_at is None
    return light(case.question.due_at if is_owed else None, at)

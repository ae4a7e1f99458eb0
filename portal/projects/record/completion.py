"""What must hold of acceptance, handover and revisits: each rests on the one before it."""

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.errors import Invalid
from portal.language import N_
from portal.projects.kinds import ProjectStatus, Result
from portal.projects.models import Project
from portal.projects.quality.models import Acceptance
from portal.projects.record.proposals import Proposal, invalid

_LEANING = N_("项目已经移交管护。请先删除移交记录，再改动竣工验收。")


def check_acceptance(p: Proposal) -> None:
    """Raise Invalid for a second acceptance of the whole, or one that a handover contradicts."""
    is_passed = p.values["is_final"] and p.values["result"] is not Result.FAILED
    others, handed = _others(p.s, p.project.id, p.target), p.project.handed_over_on
    if not is_passed:
        if handed is not None and not others and (p.values["is_final"] or is_whole(p.target)):
            raise Invalid(_LEANING)
        return
    if p.project.status in (ProjectStatus.PAUSED, ProjectStatus.STOPPED):
        raise invalid(N_("已暂停或终止的项目不能验收。"), "is_final")
    if others:
        raise invalid(N_("项目已经通过竣工验收。"), "is_final")
    _check_order(p.values["accepted_on"], handed)


def _check_order(accepted_on: date, handed_over_on: date | None) -> None:
    if handed_over_on is not None and accepted_on > handed_over_on:
        message = N_("验收日期不能晚于移交管护的日期%(day)s。")
        raise invalid(message, "accepted_on", day=handed_over_on.isoformat())


def check_acceptance_goes(s: Session, target: Acceptance) -> None:
    """Raise Invalid when a handover rests on an acceptance that is to go."""
    project = s.get(Project, target.project_id)
    is_last = is_whole(target) and not _others(s, target.project_id, target)
    if is_last and project is not None and project.handed_over_on is not None:
        raise Invalid(_LEANING)


def is_whole(row: Acceptance | None) -> bool:
    """Say whether this is an acceptance by which the whole project passed."""
    return row is not None and row.is_final and row.result is not Result.FAILED


def _others(s: Session, project_id: int, but: Any | None) -> bool:
    """Say whether another acceptance of the whole project passed."""
    passed = select(Acceptance.id).where(
        Acceptance.project_id == project_id,
        Acceptance.is_final,
        Acceptance.result != Result.FAILED,
        Acceptance.id != (but.id if but is not None else 0),
    )
    return s.scalar(passed.limit(1)) is not None


def check_handover(p: Proposal) -> None:
    """Raise Invalid for a handover of what is not accepted, or before it was."""
    if p.project.status is not ProjectStatus.COMPLETED:
        raise Invalid(N_("项目验收后才能移交管护。"))
    done = p.project.completed_on
    if done is not None and p.values["handed_over_on"] < done:
        raise invalid(N_("移交日期不能早于验收日期。"), "handed_over_on")


def check_revisit(p: Proposal) -> None:
    """Raise Invalid for a revisit before the acceptance, or a score without a visit."""
    if p.project.status is not ProjectStatus.COMPLETED:
        raise Invalid(N_("项目验收后才能开展回头看。"))
    if not 1 <= p.values["months"] <= 600:
        raise invalid(N_("第几个月在1至600之间。"), "months")
    score, made, done = p.values["score"], p.values["done_on"], p.project.completed_on
    if (score is None) != (made is None):
        raise invalid(N_("开展日期和评分要一起填写。"), "score" if score is None else "done_on")
    if score is not None and score > 100:
        raise invalid(N_("评分在0至100之间。"), "score")
    if made is not None and done is not None and made < done:
        raise invalid(N_("开展日期不能早于验收日期。"), "done_on")

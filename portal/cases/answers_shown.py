"""Which answers of a public case everybody may read.

One that came along with another case was written to that case's writer too. It stands on a
public page only while that case is public as well, or where no resident wrote it: the joint case
of a hot spot. Source: 个人信息保护法, art. 25 (publication needs consent).

What a case was merged into is not kept once both are closed. It is found again as
`second_eyes.closers` finds it: both were closed at one moment, with one answer.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from portal.cases.clusters.models import Cluster
from portal.cases.models import Answer, Case, CaseEvent
from portal.cases.workflow import Action, Visibility

Twin = tuple[datetime, datetime, int, str]
"""What an answer and the one that it was taken from have alike: when it was released with the
closing of the case, when it was given, by which department, and its words."""


def public_answers(s: Session, cases: Iterable[Case]) -> dict[int, list[Answer]]:
    """Return for each of `cases`, which are public, the answers that its page may show.

    The first given comes first. Two queries at most beside the answers, whatever their number.
    """
    cases = list(cases)
    along = _closed_along(s, cases)
    fit = _fit_for_all(s, {at for _ident, at in along}) if along else {}
    return {
        case.id: [
            answer
            for answer in case.answers
            if answer.released_at
            and ((case.id, answer.released_at) not in along or fit.get(_twin(answer), False))
        ]
        for case in cases
    }


def _closed_along(s: Session, cases: list[Case]) -> set[tuple[int, datetime]]:
    """Return which of `cases` were closed along with another, and when."""
    steps = select(CaseEvent.case_id, CaseEvent.at).where(
        CaseEvent.case_id.in_([case.id for case in cases]),
        CaseEvent.action == Action.CLOSE_ALONG.value,
    )
    return {(ident, at) for ident, at in s.execute(steps)}


def _fit_for_all(s: Session, moments: set[datetime]) -> dict[Twin, bool]:
    """Return for the answers of cases that were closed at `moments` whether others may read them.

    Where two cases cannot be told apart, both have to be open to everybody.
    """
    rows = s.execute(
        select(CaseEvent.at, Answer.given_at, Answer.department_id, Answer.text, _is_fit())
        .join(Case, Case.id == CaseEvent.case_id)
        .join(Answer, Answer.case_id == Case.id)
        .where(CaseEvent.at.in_(moments), CaseEvent.action == Action.CLOSE.value)
    )
    found: dict[Twin, bool] = {}
    for *twin, is_fit in rows:
        key = tuple(twin)
        found[key] = found.get(key, True) and bool(is_fit)
    return found


def _is_fit() -> ColumnElement[bool]:
    joint = select(Cluster.joint_case_id).where(Cluster.joint_case_id.is_not(None))
    of_nobody = and_(
        Case.visibility == Visibility.PRIVATE, Case.is_conflicted.is_(False), Case.id.in_(joint)
    )
    return or_(Case.visibility == Visibility.PUBLIC, of_nobody)


def _twin(answer: Answer) -> Twin:
    return (answer.released_at, answer.given_at, answer.department_id, answer.text)

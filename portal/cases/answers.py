"""What an answer may lack, worked out for a case on record: its own rules are `answer_check`."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.answer_check import Concern, concerns
from portal.cases.models import Answer, Case
from portal.cases.targets import open_to
from portal.clock import local_day
from portal.county.queries import intake
from portal.security import Actor

EARLIER = 200
"""So many of a department's last answers are compared, however many it has given."""


@dataclass(frozen=True)
class Doubts:
    """What is worth a second look in an answer, and the length that the county looks for."""

    found: list[Concern]
    shortest: int


def doubts_about(
    s: Session,
    case: Case,
    text: str,
    *,
    actor: Actor,
    at: datetime,
    besides: Answer | None = None,
) -> Doubts:
    """Return what is worth a second look in the answer `text` to `case`.

    `besides` is the answer itself where it is on record already. Two queries, and at most
    `EARLIER` texts of cases that are open to `actor`.
    """
    shortest = intake(s, local_day(at))["answer_length"]
    earlier = _earlier(s, case, actor, besides)
    found = concerns(text, letter=_letter(case), shortest=shortest, earlier=earlier)
    return Doubts(found, shortest)


def _earlier(s: Session, case: Case, actor: Actor, besides: Answer | None) -> list[str]:
    """Return the last answers of the department that has `case`, to this and to other cases."""
    statement = (
        select(Answer.text)
        .join(Case, Case.id == Answer.case_id)
        .where(Answer.department_id == case.department_id, open_to(actor))
        .order_by(Answer.id.desc())
        .limit(EARLIER)
    )
    if besides is not None:
        statement = statement.where(Answer.id < besides.id)
    return list(s.scalars(statement))


def _letter(case: Case) -> str:
    """Return all that names the matter of a case, each on a line of its own."""
    category, project = case.category, case.project
    names = [category.name, *category.words] if category else []
    return "\n".join([case.title, case.body, case.place, *names, project.name if project else ""])

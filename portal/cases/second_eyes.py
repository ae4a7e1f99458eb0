"""Over a resident who said that nothing was solved nobody decides alone.

Whoever closed a case does not end it a second time, and whoever does tells the resident why.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.models import Case, CaseEvent
from portal.cases.workflow import Action
from portal.errors import Invalid, NotAllowed
from portal.language import N_
from portal.security import Actor


def closers(s: Session, case: Case) -> list[str]:
    """Return the user names of those who closed the case, the first first.

    One that was closed along with another was closed by whoever closed that one: the two steps
    are of one moment and name one department.
    """
    return [name for event in case.events for name in _closed_by(s, event)]


def check_other(s: Session, case: Case, actor: Actor, note: str) -> None:
    """Raise NotAllowed for who closed an unhappy resident's case, Invalid without words for them.

    Nothing is asked of a case in its first round.
    """
    if not case.is_unhappy:
        return
    if actor.name in closers(s, case):
        raise NotAllowed(N_("居民对上次办结表示未解决，再次办结须由另一位审核员复核。"))
    if not note.strip():
        raise Invalid(N_("居民曾表示未解决，办结时请写明给居民的说明。"))


def _closed_by(s: Session, event: CaseEvent) -> list[str]:
    if event.action == Action.CLOSE:
        return [event.actor]
    if event.action != Action.CLOSE_ALONG:
        return []
    theirs = select(CaseEvent.actor).where(
        CaseEvent.action == Action.CLOSE.value,
        CaseEvent.at == event.at,
        CaseEvent.department_id == event.department_id,
    )
    return list(s.scalars(theirs.order_by(CaseEvent.id)))

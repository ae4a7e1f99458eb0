"""Over a resident who said that nothing was solved nobody decides alone.

Whoever closed a case does not end it a second time, and whoever does tells the resident why.
A report of wrongdoing, which no moderator may read, has its second pair of eyes in its own
office: another account there.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.kinds import AppealKind
from portal.cases.models import Case, CaseEvent
from portal.cases.workflow import Action
from portal.errors import Invalid, NotAllowed
from portal.language import N_
from portal.security import Actor

OTHER_MODERATOR = N_("居民对上次办结表示未解决，再次办结须由另一位审核员复核。")
OTHER_IN_OFFICE = N_("举报人对上次办结表示未解决，再次答复办结须由本单位另一个账号的工作人员进行。")


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
        raise NotAllowed(OTHER_IN_OFFICE if case.is_confidential else OTHER_MODERATOR)
    if not note.strip():
        raise Invalid(N_("居民曾表示未解决，办结时请写明给居民的说明。"))


def check_not_overruled(case: Case, actor: Actor, against: AppealKind) -> None:
    """Raise NotAllowed for whose decision of this sort an appeal changed: another decides now."""
    if any(
        appeal.is_granted and appeal.against is against and appeal.decided_before_by == actor.name
        for appeal in case.appeals
    ):
        raise NotAllowed(N_("您的这项决定经申诉已经改变，再作同样的决定须由另一位审核员进行。"))


def _closed_by(s: Session, event: CaseEvent) -> list[str]:
    if event.action in (Action.CLOSE, Action.CONCLUDE):
        return [event.actor]
    if event.action != Action.CLOSE_ALONG:
        return []
    theirs = select(CaseEvent.actor).where(
        CaseEvent.action == Action.CLOSE.value,
        CaseEvent.at == event.at,
        CaseEvent.department_id == event.department_id,
    )
    return list(s.scalars(theirs.order_by(CaseEvent.id)))

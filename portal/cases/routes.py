"""Handing a case to a department: the recusal check, the clocks that begin, who was first."""

from datetime import datetime

from sqlalchemy.orm import Session

from portal.cases.models import Case
from portal.clock import local_day
from portal.county.queries import calendar, deadlines
from portal.deadlines import Limit, due_at
from portal.departments.models import Department
from portal.errors import Invalid
from portal.language import N_
from portal.security import Actor, Role


def check_recipient(case: Case, department: Department) -> None:
    """Raise Invalid for a department that takes no work, or that the case complains about.

    Every hand-over asks this, whoever makes it. Source: 信访工作条例, art. 28 and 30.
    """
    if not department.is_active:
        raise Invalid(N_("“%(name)s”已停用，不能派单。"), name=department.name)
    if case.conflicts_with(department):
        raise Invalid(
            N_("这件诉求反映的是“%(name)s”或其工作人员，该单位应当回避。"), name=department.name
        )


def hand_over(
    s: Session, case: Case, department: Department, *, actor: Actor, at: datetime
) -> None:
    """Give the case to `department`; its time to object begins (首办: silence means yes).

    The first hand-over of a round is remembered with who made it; a different department
    later, sent by a person, makes it a wrong route. Source of the limit: 吕梁市 2024 办法.
    """
    if case.first_department_id is None:
        case.first_department = department
        case.was_sent_by_system = actor.role is Role.SYSTEM
    elif case.first_department_id != department.id:
        case.was_misrouted = True
    case.department = department
    limit = Limit.of(deadlines(s, local_day(at))["return"])
    case.objection_due_at = due_at(at, limit, calendar(s))
    case.owned_at = None


def take_away(case: Case) -> None:
    """Leave the case with nobody, so that a person sends it on."""
    case.department = None
    case.objection_due_at = case.owned_at = None

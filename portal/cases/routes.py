"""Handing a case to a department: the recusal check, the clocks that begin, who was first.

A report of wrongdoing has a way of its own: to the discipline office, or the office beside it.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from portal.cases.models import Case
from portal.cases.steps import begin, log
from portal.cases.workflow import Action
from portal.clock import local_day
from portal.county.queries import calendar, deadlines, intake
from portal.deadlines import Limit, due_at
from portal.departments.models import Department
from portal.departments.queries import by_code
from portal.errors import Invalid
from portal.language import N_
from portal.security import SYSTEM, Actor, Role


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


def send_report(s: Session, case: Case, at: datetime) -> bool:
    """Hand a report of wrongdoing to the discipline office; one about it, to the one beside it.

    False, and nothing is done, where it is about both or the county has no such office.
    Source: 信访工作条例, art. 22 and 30.
    """
    rules = intake(s, local_day(at))
    for code in (rules["report_department"], rules["conflict_department"]):
        unit = by_code(s, code) if code else None
        if unit is not None and unit.is_active and not case.conflicts_with(unit):
            before = begin(case, Action.DISPATCH, SYSTEM, "", None)
            hand_over(s, case, unit, actor=SYSTEM, at=at)
            log(s, case, Action.DISPATCH, before, SYSTEM, at, rule="report")
            return True
    return False


def take_away(case: Case) -> None:
    """Leave the case with nobody, so that a person sends it on."""
    case.department = None
    case.objection_due_at = case.owned_at = None

"""Writing who answers for a project: lead and assisting units, county leader, persons."""

from datetime import date, timedelta
from typing import Any

from portal.imports import said
from portal.imports.context import Context
from portal.imports.flags import unclear
from portal.imports.own import OwnRow
from portal.imports.rows import Row
from portal.imports.said import Doubts
from portal.imports.traces import Trace
from portal.language import N_
from portal.projects.kinds import DutyRole
from portal.projects.people.models import Duty


def write_duties(context: Context, trace: Trace, row: Row, as_of: date) -> None:
    """Write who answers. A table adds and hands over; nobody loses a duty by not being named."""
    doubts: Doubts = []
    unit = context.registers.unit_ids.get(row.department_code or "")
    leader = context.registers.leader_ids.get(row.leader_code or "")
    if unit is not None and _hand_over(context, trace, DutyRole.LEAD, unit, as_of, doubts):
        own = {"department_id": unit}
        is_text = not context.reading.is_own or not trace.project.department_text
        own |= {"department_text": row.department_text} if is_text else {}
        trace.own = context.bulk.set(trace.project, own) | trace.own
    if leader is not None and _hand_over(
        context, trace, DutyRole.COUNTY_LEADER, leader, as_of, doubts
    ):
        trace.own = context.bulk.set(trace.project, {"leader_id": leader}) | trace.own
    _department_text(context, trace, row, unit)
    for code in row.assist_codes:
        ident = context.registers.unit_ids.get(code)
        if ident is not None and ident != trace.project.department_id:
            _also(context, trace, as_of, role=DutyRole.ASSIST, department_id=ident)
    first = row.first if isinstance(row, OwnRow) else ""
    named = ((DutyRole.IN_CHARGE, row.in_charge, "in_charge"), (DutyRole.FIRST, first, "first"))
    for role, text, key in named:
        names, doubt = said.people(text)
        doubts += [(key, doubt)] if doubt else []
        for name in names:
            _also(context, trace, as_of, role=role, name=name)
    context.flag(row.row, doubts)


def _department_text(context: Context, trace: Trace, row: Row, unit: int | None) -> None:
    """Keep the units as a list names them, where that changes nothing of who leads."""
    project, is_said = trace.project, context.reading.speaks_of("department")
    is_same = unit == project.department_id
    if row.department_text and is_said and is_same and not context.reading.is_own:
        columns = {"department_text": row.department_text}
        trace.own = context.bulk.set(project, columns) | trace.own


def _hand_over(
    context: Context, trace: Trace, role: DutyRole, whom: int, as_of: date, doubts: Doubts
) -> bool:
    """Let somebody lead from `as_of` on; say whether the project's own column follows."""
    column = "leader_id" if role is DutyRole.COUNTY_LEADER else "department_id"
    held = [d for d in _of(context, trace) if d.role is role]
    now = held[-1] if held else None
    if now is not None and getattr(now, column) == whom:
        return False
    if now is None and not trace.is_new and getattr(trace.project, column) == whom:
        return False
    if now is not None and as_of < now.from_on:
        key = "leader" if role is DutyRole.COUNTY_LEADER else "department"
        message = N_("表中的责任早于已登记的%(day)s，没有改动")
        doubts.append((key, unclear(message, day=now.from_on.isoformat())))
        return False
    if now is not None:
        _end(context, trace, now, as_of)
    _also(context, trace, as_of, role=role, **{column: whom})
    return True


def _end(context: Context, trace: Trace, duty: Duty, as_of: date) -> None:
    """End a duty the day before; one that began that day was never held."""
    if duty.from_on >= as_of:
        _of(context, trace).remove(duty)
        trace.removed("duty", duty, context.bulk.remove(trace.project, "duty", duty))
        return
    until = {"until_on": as_of - timedelta(days=1)}
    trace.changed("duty", duty, context.bulk.change(trace.project, "duty", duty, until))


def _also(context: Context, trace: Trace, as_of: date, **columns: Any) -> None:
    """Add a duty unless somebody holds the very same."""
    held = _of(context, trace)
    if any(all(getattr(d, name) == value for name, value in columns.items()) for d in held):
        return
    duty = Duty(**{"name": "", "post": ""} | columns, from_on=as_of)
    held.append(duty)
    trace.added("duty", context.bulk.add(trace.project, "duty", duty))


def _of(context: Context, trace: Trace) -> list[Duty]:
    return context.present.duties.setdefault(trace.project.id, [])

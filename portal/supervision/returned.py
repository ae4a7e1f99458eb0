"""退回情况: how often departments hand cases back. Counts beside their denominators, no ranking.

Returning what is not one's own is right; the figure shows where routing or duties are unclear
as well as who pushes work away, so that it is read together with the reasons.
"""

from dataclasses import dataclass

from flask import g

from portal import clock, db
from portal.cases.workflow import Action
from portal.departments.queries import whole_register
from portal.security import Permission
from portal.supervision.blueprint import bp
from portal.supervision.queries import (
    PUSHED,
    events_by_department,
    handed_by_department,
    helped_by_department,
    spread_of_returns,
    years_of_cases,
)
from portal.web import arg_int, page, requires


@dataclass(frozen=True)
class Row:
    """One department's figures: each a count of cases, the helped ones of tasks."""

    department: str
    handed: int
    returned: int
    silent: int
    helped: int
    helped_in_time: int


@bp.get("/returns")
@requires(Permission.CASE_INSPECT)
def returned():
    """Show how often cases were handed back, by department in the order of the register."""
    s, year = db.session(), arg_int("year", 2000, 2100)
    handed = handed_by_department(s, g.actor, year)
    pushed = events_by_department(s, g.actor, year, PUSHED)
    silent = events_by_department(s, g.actor, year, [Action.OWN])
    helped = helped_by_department(s, g.actor, year, clock.now())
    known = handed.keys() | pushed.keys() | helped.keys()
    rows = [
        Row(
            unit.name,
            handed.get(unit.id, 0),
            pushed.get(unit.id, 0),
            silent.get(unit.id, 0),
            *helped.get(unit.id, (0, 0)),
        )
        for unit in whole_register(s)
        if unit.id in known
    ]
    return page(
        "supervision/returned.html",
        rows=rows,
        spread=spread_of_returns(s, g.actor, year),
        year=year,
        years=years_of_cases(s),
    )

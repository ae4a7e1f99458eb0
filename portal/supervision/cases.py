"""All cases but reports of wrongdoing: lists, and one with everything that happened to it."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from flask import flash, g, redirect, url_for
from flask_babel import gettext as _

from portal import clock, db
from portal.audit.actions import entries
from portal.audit.acts import ACT_LABELS
from portal.cases.kinds import CHANNEL_LABELS, TARGET_LABELS
from portal.cases.models import Case
from portal.cases.pages import at_least, case_context, list_context, open_case
from portal.cases.queries import count_by_state
from portal.cases.returns import rule
from portal.cases.targets import described
from portal.county.queries import calendar, intake
from portal.county.rules import missing_years
from portal.deadlines import light
from portal.departments.models import Department
from portal.departments.queries import active, by_code, whole_register
from portal.errors import Invalid
from portal.language import N_
from portal.security import Permission
from portal.supervision.blueprint import bp
from portal.supervision.forms import RulingForm
from portal.supervision.narrowing import Narrowing
from portal.supervision.queries import (
    cases_page,
    looks,
    readable,
    remarks,
    reports_by_state,
    shown_counts,
)
from portal.web import arg_text, page, requires

LOOK_AHEAD = timedelta(days=30)
"""How long before a year begins its holidays should be known: deadlines reach that far."""


@bp.get("/")
@requires(Permission.CASE_INSPECT)
def cases():
    """List all cases, newest first; in one state, or what wants a closer look."""
    s, at = db.session(), clock.now()
    show = arg_text("show") or ("overdue" if arg_text("overdue") == "yes" else "all")
    given = (arg_text(name) for name in ("state", "department", "q"))
    chosen = Narrowing.read(show, *given)
    found = cases_page(s, g.actor, chosen, at=at, after=arg_text("after", 200))
    filters = chosen.as_query()
    return page(
        "supervision/cases.html",
        page=found,
        chosen=chosen,
        filters=filters,
        units=whole_register(s),
        counts=shown_counts(s, g.actor, at),
        by_state=count_by_state(s, g.actor),
        reports={name: at_least(n) for name, n in reports_by_state(s).items()},
        report_office=_report_office(at),
        uncovered=_uncovered_years(calendar(s), clock.local_day(at)),
        next_url=url_for(".cases", **filters, after=found.next) if found.next else None,
        **list_context(found.rows),
    )


@bp.get("/cases/<reference>")
@requires(Permission.CASE_INSPECT)
def case(reference: str):
    """Show one case with its whole history, and every act on record."""
    found = open_case(Permission.CASE_INSPECT, reference)
    form = RulingForm(formdata=None).offer(_may_have(found))
    return _page(found, form)


@bp.post("/cases/<reference>/rule")
@requires(Permission.CASE_RULE)
def rule_case(reference: str):
    """Decide whose the case is; there is no return after it."""
    form = RulingForm().offer(active(db.session()))
    if not form.validate_on_submit():
        found = open_case(Permission.CASE_RULE, reference)
        return _page(found, form.offer(_may_have(found)), status=422)
    with db.transaction() as s:
        found = open_case(Permission.CASE_RULE, reference, to_change=True)
        unit = by_code(s, form.department.data)
        if unit is None:
            raise Invalid(N_("请选择承办单位。"))
        note, seen = form.note.data, form.seen_event
        rule(s, found, unit, actor=g.actor, at=clock.now(), note=note, seen=seen)
        name = unit.name
    flash(_("已裁定由%(name)s办理。", name=name), "success")
    return redirect(url_for(".disputes"), 303)


def _page(found: Case, form: RulingForm, *, status: int = 200):
    s, at, after = db.session(), clock.now(), arg_text("after", 200)
    acts = entries(s, subject=f"case:{found.reference}", after=after)
    here = url_for(".case", reference=found.reference)
    return page(
        "supervision/case.html",
        status=status,
        form=form,
        trail=acts.rows,
        details=readable(s, acts.rows, g.actor),
        next_url=f"{here}?after={acts.next}#trail" if acts.next else None,
        first_url=None if acts.is_first else f"{here}#trail",
        act_labels=ACT_LABELS,
        looks=looks(s, found),
        remarks=remarks(s, found),
        tasks=[(t, light(t.due_at if t.is_open else None, at)) for t in found.assists],
        channel_labels=CHANNEL_LABELS,
        targets=[(_(TARGET_LABELS[t.kind]), described(t)) for t in found.targets],
        **case_context(found, g.actor),
    )


def _may_have(found: Case) -> list[Department]:
    """Return who may have the case: those that had it first, none that has to recuse itself."""
    had = {event.department_id for event in found.events}
    units = [unit for unit in active(db.session()) if not found.conflicts_with(unit)]
    return sorted(units, key=lambda unit: unit.id not in had)


def _report_office(at: datetime) -> str:
    """Return the name of the office that handles reports of wrongdoing, if one does."""
    code = intake(db.session(), clock.local_day(at))["report_department"]
    unit = by_code(db.session(), code) if code else None
    return unit.name if unit else ""


def _uncovered_years(days: Iterable[date], today: date) -> list[int]:
    """Return the years, this one and soon the next, whose holidays nobody has entered."""
    return missing_years(days, today.year, (today + LOOK_AHEAD).year)

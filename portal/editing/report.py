"""What somebody who reports progress wants to see first: the plan, the last report, the limit."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from portal import clock, db
from portal.editing.rules import late_below
from portal.editing.sheet import Sheet
from portal.projects.record.checks import REMEDY
from portal.projects.record.queries import last_report
from portal.projects.schedule.models import ProgressReport, Remedy
from portal.projects.schedule.standings import Assessment, assess_all, scale_on


@dataclass(frozen=True)
class ReportContext:
    """The plan for today, what was reported last, and when more has to be said."""

    day: date
    standing: Assessment
    last: ProgressReport | None
    remedy: Remedy | None
    late_below: Decimal | None
    """Percent below which today is late; None when no percent helps (the day has passed)."""
    is_late_itself: bool
    """Whether that percent itself is late too."""
    is_overdue: bool


def report_context(sheet: Sheet) -> ReportContext:
    """Return what stands above the form of a report, whose words it fits to the project."""
    s, day, project = db.session(), clock.today(), sheet.project
    for name in REMEDY:  # demanded or not by what is reported: neither word would be true
        sheet.form[name].flags.required = True
    if not sheet.form.items:
        sheet.form["percent"].description = ""
        sheet.form["percent"].flags.required = project.percent is not None
    standing = assess_all(s, [project], day)[project.id]
    found = late_below(standing.planned, scale_on(s, day), due_on=standing.ends_on, day=day)
    return ReportContext(
        day=day,
        standing=standing,
        last=last_report(s, project),
        remedy=s.scalar(
            select(Remedy)
            .where(Remedy.project_id == project.id)
            .order_by(Remedy.number.desc())
            .limit(1)
        ),
        late_below=found[0] if found else None,
        is_late_itself=found is not None and found[1],
        is_overdue=found is None,
    )

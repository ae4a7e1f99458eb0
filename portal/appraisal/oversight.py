"""回访督查: how every department follows bad ratings up. Nobody is ranked by how many it has."""

from collections.abc import Iterator

from flask import abort, url_for
from flask_babel import gettext as _

from portal import clock, db
from portal.appraisal.blueprint import bp
from portal.appraisal.follow_up_pages import list_context, page_context, send_photo
from portal.audit.actions import entries
from portal.audit.acts import ACT_LABELS
from portal.departments.queries import whole_register
from portal.downloads import csv_file
from portal.language import N_
from portal.projects.queries import years
from portal.ratings.appeals.actions import of_rating
from portal.ratings.followups.models import FollowUp
from portal.ratings.followups.queries import (
    Kept,
    Scope,
    kept_by_department,
    total,
    watched_page,
    whole,
)
from portal.ratings.followups.workflow import OWED, State
from portal.security import Permission
from portal.web import arg_int, arg_text, page, requires

ID = "<int(max=2147483647):ident>"

SHOWN = {"overdue": OWED, "owed": OWED, "all": frozenset(State)}
"""What can be listed below the table."""

NOBODY = "none"
"""Instead of a department's number: those that no department answers for."""

HEAD = {
    "opened": N_("差评"),
    "with_contact": N_("留有联系方式"),
    "owed": N_("尚未办理"),
    "late_calls": N_("回访超期未办"),
    "late_remedies": N_("整改超期未办"),
    "calls_in_time": N_("按时回访"),
    "calls_due": N_("应回访"),
    "not_reached": N_("联系未果"),
    "remedies_in_time": N_("按时整改或说明"),
    "remedies_due": N_("应整改或说明"),
    "planned": N_("列入限期整改"),
    "asked": N_("请居民再评"),
    "replied": N_("居民已再评"),
    "better": N_("改评为满意"),
    "no_reply": N_("居民未再评"),
}
"""Columns of the table to take away: a count each, so that everybody can divide."""


@bp.get("/oversight")
@requires(Permission.RATING_INSPECT)
def oversight():
    """Show how promises are kept, and what is overdue now."""
    s, at, scope = db.session(), clock.now(), _scope()
    chosen = arg_text("show")
    show = chosen if chosen in SHOWN else "overdue"
    after, late_at = arg_text("after", 200), at if show == "overdue" else None
    found = watched_page(s, scope, states=SHOWN[show], overdue_at=late_at, after=after)
    rows, filters = kept_by_department(s, scope, at), _filters()
    return page(
        "appraisal/oversight.html",
        page=found,
        show=show,
        rows=rows,
        total=total(rows),
        scope=scope,
        filters=filters,
        years=years(s),
        departments=whole_register(s),
        next_url=url_for(".oversight", show=show, **filters, after=found.next)
        if found.next
        else None,
        **list_context(found.rows),
    )


@bp.get("/oversight.csv")
@requires(Permission.RATING_INSPECT)
def oversight_csv():
    """Hand over the table as it is shown, as numbers."""
    rows = kept_by_department(db.session(), _scope(), clock.now())
    return csv_file(_("差评回访-%(day)s.csv", day=clock.today()), _lines(rows))


@bp.get(f"/oversight/{ID}")
@requires(Permission.RATING_INSPECT)
def watched_follow_up(ident: int):
    """Show one follow-up with its whole history and every act on record; nothing can be done."""
    found, s = _follow_up_or_404(ident), db.session()
    return page(
        "appraisal/oversight_follow_up.html",
        trail=entries(s, subject=f"followup:{ident}").rows,
        audit_labels=ACT_LABELS,
        **page_context(found, of_rating(s, found.rating)),
    )


@bp.get(f"/oversight/{ID}/photos/<int(max=2147483647):number>")
@requires(Permission.RATING_INSPECT)
def watched_photo(ident: int, number: int):
    """Show a photo of the rating."""
    return send_photo(_follow_up_or_404(ident).rating, number)


def _scope() -> Scope:
    """Return what the address asks for; what makes no sense is left out."""
    return Scope(
        year=arg_int("year", 2000, 2100),
        department_id=arg_int("department", 1, 2**31 - 1),
        is_unassigned=arg_text("department") == NOBODY,
    )


def _filters() -> dict[str, str | int]:
    scope = _scope()
    unit = NOBODY if scope.is_unassigned else scope.department_id
    return {k: v for k, v in {"year": scope.year, "department": unit}.items() if v is not None}


def _lines(rows: list[Kept]) -> Iterator[list[str | int]]:
    yield [_("责任单位"), *(_(label) for label in HEAD.values())]
    for row in rows:
        name = row.department or _("无责任单位")
        yield [name, *(getattr(row, column) for column in HEAD)]


def _follow_up_or_404(ident: int) -> FollowUp:
    return whole(db.session(), ident) or abort(404)

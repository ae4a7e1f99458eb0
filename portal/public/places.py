"""Whose projects they are: a page for each town, department and county leader."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import abort, request, url_for
from sqlalchemy import ColumnElement

from portal import clock, db
from portal.county.models import Town
from portal.departments.queries import by_code as department_by_code
from portal.projects import overviews
from portal.projects.kinds import BLOCKER_LABELS, WORK_LABELS
from portal.projects.overviews import led_by, once_led_by
from portal.projects.queries import (
    Filters,
    conditions,
    leader_by_code,
    project_page,
    rows,
    sites_in,
    year_figures,
    years_of,
)
from portal.projects.schedule.standings import ensure_fresh
from portal.public.blueprint import bp
from portal.public.lists import cards
from portal.ratings.kinds import LEVEL_LABELS
from portal.ratings.overview import figure_of_town
from portal.security import Permission
from portal.web import arg_int, arg_text, page, requires

MOST = 50
"""Rows of what stands beside the projects; more are counted."""


@bp.get("/towns/<code>")
@requires(Permission.PUBLIC)
def town(code: str):
    """Show what was promised to a town, and the places of other projects in it."""
    s = db.session()
    found = s.get(Town, code) or abort(404)
    ensure_fresh(s, clock.today())
    own = _projects(Filters(town=code))
    return page(
        "public/town.html",
        town=found,
        sites=sites_in(s, code, limit=MOST),
        work_labels=WORK_LABELS,
        figure=figure_of_town(s, code, own["year"], clock.today()),
        level_labels=LEVEL_LABELS,
        **own,
    )


@bp.get("/departments/<code>")
@requires(Permission.PUBLIC)
def department(code: str):
    """Show what a department leads and assists in, and what it still has to remove or fix."""
    s, day = db.session(), clock.today()
    found = department_by_code(s, code) or abort(404)
    ensure_fresh(s, day)
    blockers = [overviews.blockers_of(found.id)]
    assisted = [overviews.assisted_by(found.id, day)]
    return page(
        "public/department.html",
        department=found,
        assisted=rows(s, Filters(), sort="light", limit=MOST, also=assisted),
        assisted_of=year_figures(s, Filters(), also=assisted).total,
        blockers=overviews.open_blockers(s, blockers, limit=MOST),
        problems=overviews.open_problems(s, found.id, limit=MOST),
        blocker_labels=BLOCKER_LABELS,
        **_projects(Filters(department=code)),
    )


@bp.get("/leaders")
@requires(Permission.PUBLIC)
def leaders():
    """Show how the projects of each county leader stand, in the county's own order."""
    s, day = db.session(), clock.today()
    ensure_fresh(s, day)
    return page("public/leaders.html", tallies=overviews.leader_tallies(s, day), day=day)


@bp.get("/leaders/<code>")
@requires(Permission.PUBLIC)
def leader(code: str):
    """Show the projects a county leader is in charge of now, and those of before."""
    s, day = db.session(), clock.today()
    found = leader_by_code(s, code) or abort(404)
    ensure_fresh(s, day)
    before = [once_led_by(found, day)]
    return page(
        "public/leader.html",
        leader=found,
        before=rows(s, Filters(), limit=MOST, also=before),
        before_of=year_figures(s, Filters(), also=before).total,
        **_projects(Filters(), also=[led_by(found, day)], sort="light"),
    )


def _projects(
    filters: Filters, *, also: Sequence[ColumnElement[bool]] = (), sort: str = "list"
) -> dict[str, Any]:
    """Return a page of somebody's projects and their figures, of one year or of all."""
    s = db.session()
    listed = years_of(s, filters, also=also)
    year = arg_int("year", 2000, 2100)
    chosen = replace(filters, year=year if year in listed else None)
    met = [*conditions(chosen), *also]
    found = project_page(s, chosen, sort=sort, after=arg_text("after", 200), also=also)
    kept = {"year": chosen.year, **(request.view_args or {})}
    return {
        "year": chosen.year,
        "years": listed,
        "totals": year_figures(s, chosen, also=also),
        "lights": overviews.light_counts(s, met),
        "next_url": url_for(request.endpoint, **kept, after=found.next) if found.next else None,
        "first_url": None if found.is_first else url_for(request.endpoint, **kept),
        **cards(found),
    }

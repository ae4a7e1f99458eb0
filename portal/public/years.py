"""A year's list as a whole: what was promised and how much of it is kept."""

from collections.abc import Mapping
from typing import Any

from flask import abort
from flask_babel import gettext as _

from portal import clock, db
from portal.projects import overviews
from portal.projects.facets import registers
from portal.projects.kinds import BLOCKER_LABELS, DECISION_LABELS, LEVEL_NAMES
from portal.projects.models import Project
from portal.projects.queries import Filters, conditions, rows, year_figures, years
from portal.projects.rules import PROMISE_LABELS
from portal.projects.schedule.rules import LIGHT_LABELS, LIGHT_TONES
from portal.projects.schedule.standings import ensure_fresh
from portal.public.blueprint import bp
from portal.public.project import days_words, year_of
from portal.security import Permission
from portal.web import page, requires

MOST = 20
"""Rows of each list on the overview; more are counted."""


@bp.get("/years/<int:year>")
@requires(Permission.PUBLIC)
def year(year: int):
    """Show what a year's list comes to: figures with their formulas, and what stands out."""
    s, day = db.session(), clock.today()
    listed = listed_or_404(year)
    ensure_fresh(s, day)
    of_year = Filters(year=year)
    met = conditions(of_year)
    return page(
        "public/year.html",
        year=year,
        years=listed,
        totals=year_figures(s, of_year),
        lights=overviews.light_counts(s, met),
        promises=overviews.promises(s, met, day),
        tables=_tables(met),
        decisions=overviews.decisions(s, met, limit=MOST),
        stale=rows(s, Filters(year=year, stale=True), sort="light", limit=MOST),
        stale_of=year_figures(s, Filters(year=year, stale=True)).total,
        blockers=overviews.open_blockers(s, met, limit=MOST),
        day=day,
        say=days_words(year_of(year, day)),
        promise_labels=PROMISE_LABELS,
        blocker_labels=BLOCKER_LABELS,
        decision_labels=DECISION_LABELS,
        light_labels=LIGHT_LABELS,
        light_tones=LIGHT_TONES,
    )


def listed_or_404(year: int) -> list[int]:
    """Return the years that have a list; end the request with 404 when `year` is none."""
    listed = years(db.session())
    if year not in listed:
        abort(404)
    return listed


def _tables(met: overviews.Conditions) -> list[dict[str, Any]]:
    """Return the tallies by level, field, town and department, in the county's own order."""
    s = db.session()
    known = registers(s)
    levels = overviews.tallies(s, Project.level, met)
    fields = overviews.tallies(s, Project.field, met)
    by_size = sorted(fields.items(), key=lambda item: (not item[0], -item[1].total, item[0]))
    ordered = [(level, _(LEVEL_NAMES[level])) for level in LEVEL_NAMES]
    found = [
        _table("level", _("按层级"), ordered, levels),
        _table("field", _("按领域"), [(field, field) for field, _tally in by_size], fields),
    ]
    for name, title, column in (
        ("town", _("按乡镇街道"), Project.town_code),
        ("department", _("按牵头单位"), Project.department_id),
    ):
        codes = {e.key: e.code for e in known[name]}
        counted = overviews.tallies(s, column, met)
        sums = {codes.get(str(key), ""): tally for key, tally in counted.items()}
        found.append(_table(name, title, [(e.code, e.name) for e in known[name]], sums))
    return found


def _table(
    name: str, title: str, ordered: list[tuple[Any, str]], sums: Mapping[Any, overviews.Tally]
) -> dict[str, Any]:
    """Return a table's rows in the given order, what has no place in it at the end."""
    rows = [(str(key), text, sums[key]) for key, text in ordered if key and key in sums]
    if "" in sums:
        rows.append(("", _("未注明"), sums[""]))
    return {"name": name, "title": title, "rows": rows}

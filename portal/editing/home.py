"""The first pages of the room: what is to be done, and the workbench of one project."""

from datetime import date
from typing import Any

from flask import g, url_for
from sqlalchemy.orm import Session

from portal import clock, db
from portal.departments.models import Department
from portal.editing.blueprint import bp
from portal.editing.drafts import DRAFT_TONES
from portal.editing.queries import draft_counts, overdue
from portal.editing.rows import may_be_removed
from portal.editing.sheet import open_project
from portal.editing.shown import facts, title, title_of
from portal.paging import Page
from portal.projects.fields import Section
from portal.projects.models import Project
from portal.projects.queries import Filters, count, project_page, rows, years
from portal.projects.record.models import DRAFT_LABELS, OPERATION_LABELS, Draft, DraftState
from portal.projects.record.queries import drafts_of, own_drafts, rows_of
from portal.projects.schedule.rules import LIGHT_LABELS, LIGHT_TONES
from portal.projects.schedule.standings import assess_all, ensure_fresh
from portal.projects.sections import GROUP_LABELS, SECTIONS
from portal.security import Permission
from portal.web import arg_int, arg_text, page, requires

MOST_STALE = 20
SHOWN_ROWS = 60
"""Rows of one section that the workbench shows; of history the latest."""


@bp.get("/")
@requires(Permission.PROJECT_EDIT)
def home():
    """List what is to be done, and the projects one may fill in."""
    s, day = db.session(), clock.today()
    ensure_fresh(s, day)
    unit = s.get(Department, g.actor.department_id) if g.actor.department_id else None
    filters = Filters(
        year=arg_int("year", 2000, 2100), department=unit.code if unit else None, q=arg_text("q")
    )
    found = project_page(s, filters, after=arg_text("after", 200))
    chosen = {k: v for k, v in filters.chosen().items() if k != "department"}
    return page(
        "editing/home.html",
        unit=unit,
        page=found,
        filters=filters,
        is_filtered=bool(chosen),
        total=count(s, filters),
        years=years(s),
        day=day,
        counts=draft_counts(s, [row.id for row in found.rows]),
        next_url=url_for(".home", **chosen, after=found.next) if found.next else None,
        **_todo(s, unit, found, bool(chosen), day),
        **_words(),
    )


def _todo(
    s: Session, unit: Department | None, found: Page, is_filtered: bool, day: date
) -> dict[str, Any]:
    """Return what is to be done, for the first page only."""
    if is_filtered or not found.is_first:
        return {"mine": [], "tasks": [], "stale": []}
    stale = Filters(department=unit.code, stale=True) if unit else None
    drafts = own_drafts(s, author=g.actor.name, department_id=g.actor.department_id)
    return {
        "mine": [(d, _called(s, d)) for d in sorted(drafts, key=_urgency)],
        "tasks": overdue(s, unit.id, day) if unit else [],
        "stale": rows(s, stale, sort="light", limit=MOST_STALE) if stale else [],
    }


def _urgency(draft: Draft) -> int:
    order = (DraftState.RETURNED, DraftState.DRAFT, DraftState.SUBMITTED)
    return order.index(draft.state)


def _called(s: Session, draft: Draft) -> str:
    return title_of(s, SECTIONS[draft.section], draft.after or draft.before)


def _words() -> dict[str, Any]:
    return {
        "light_labels": LIGHT_LABELS,
        "light_tones": LIGHT_TONES,
        "labels": DRAFT_LABELS,
        "tones": DRAFT_TONES,
        "operations": OPERATION_LABELS,
        "sections": SECTIONS,
        "State": DraftState,
    }


@bp.get("/<code>")
@requires(Permission.PROJECT_EDIT)
def workbench(code: str):
    """Show everything of one project that can be filled in, with what is published of it."""
    s, project, day = db.session(), open_project(code), clock.today()
    drafts = drafts_of(s, project)
    return page(
        "editing/workbench.html",
        project=project,
        standing=assess_all(s, [project], day)[project.id],
        day=day,
        groups=[
            (key, label, [_bench(s, project, one, drafts) for one in _in_group(key)])
            for key, label in GROUP_LABELS.items()
        ],
        drafts=[(d, _called(s, d)) for d in drafts],
        is_open=arg_text("open") or "",
        **_words(),
    )


def _in_group(key: str) -> list[Section]:
    return [section for section in SECTIONS.values() if section.group == key]


def _bench(s: Session, project: Project, section: Section, drafts: list[Draft]) -> dict[str, Any]:
    """Return one section as the workbench shows it."""
    found = rows_of(s, project, section)
    shown = found[::-1] if section.is_added_only else found
    return {
        "section": section,
        "total": len(found),
        "rows": [
            (row.id, title(s, section, row), facts(s, section, row)) for row in shown[:SHOWN_ROWS]
        ],
        "may_add": not (section.is_single and found),
        "may_change": not section.is_added_only,
        "may_remove": may_be_removed(section),
        "waiting": sum(d.section == section.key for d in drafts),
    }

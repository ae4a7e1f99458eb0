"""The lists of promises and each promise's own page."""

from flask import abort, url_for

from portal import clock, db
from portal.cases.kinds import KIND_LABELS
from portal.cases.queries import public_page
from portal.cases.workflow import STATE_LABELS, STATE_TONES
from portal.county.queries import towns
from portal.departments.queries import active
from portal.language import N_
from portal.projects.models import Project, ProjectStatus
from portal.projects.queries import by_code, count, project_page, standing, years
from portal.projects.rules import STATUS_LABELS, STATUS_TONES
from portal.public.blueprint import bp
from portal.ratings.queries import figures, public_comments
from portal.ratings.rules import LEVEL_LABELS
from portal.security import Permission
from portal.web import arg_int, arg_text, page, requires

STATUS_FILTER = {
    ProjectStatus.PLANNED: N_("未开工"),
    ProjectStatus.IN_PROGRESS: N_("实施中"),
    ProjectStatus.COMPLETED: N_("已完成"),
}


@bp.get("/projects")
@requires(Permission.PUBLIC)
def projects():
    """List the projects that pass the filters."""
    s, day = db.session(), clock.today()
    filters = _filters()
    found = project_page(s, **filters, after=arg_text("after", 200))
    following = {k: v for k, v in filters.items() if v} | {"after": found.next}
    return page(
        "public/projects.html",
        page=found,
        total=count(s, **filters),
        filters=filters,
        is_filtered=any(filters.values()),
        standings={p.id: standing(p, day) for p in found.rows},
        figures=figures(s, [p.id for p in found.rows]),
        years=years(s),
        towns=towns(s),
        departments=active(s),
        statuses=STATUS_FILTER,
        status_labels=STATUS_LABELS,
        status_tones=STATUS_TONES,
        next_url=url_for(".projects", **following) if found.next else None,
    )


@bp.get("/projects/<code>")
@requires(Permission.PUBLIC)
def project(code: str):
    """Show one promise: what, where, by when, how far, and what residents say."""
    s = db.session()
    found = project_or_404(code)
    return page(
        "public/project.html",
        project=found,
        standing=standing(found, clock.today()),
        figure=figures(s, [found.id])[found.id],
        comments=public_comments(s, found),
        cases=public_page(s, project_id=found.id, size=10),
        level_labels=LEVEL_LABELS,
        kind_labels=KIND_LABELS,
        state_labels=STATE_LABELS,
        state_tones=STATE_TONES,
        status_labels=STATUS_LABELS,
        status_tones=STATUS_TONES,
    )


def project_or_404(code: str) -> Project:
    """Return the project with this code, or end the request with 404."""
    return by_code(db.session(), code) or abort(404)


def _filters() -> dict[str, object]:
    status = arg_text("status")
    known = status in list(ProjectStatus)
    return {
        "year": arg_int("year", 2000, 2100),
        "status": ProjectStatus(status) if known else None,
        "department": arg_text("department"),
        "town": arg_text("town"),
        "q": arg_text("q"),
    }

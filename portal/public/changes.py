"""The public log of everything that was changed of a project."""

from flask import url_for
from flask_babel import gettext

from portal import db
from portal.projects.record.queries import log_page
from portal.projects.record.readable import moments
from portal.public.blueprint import bp
from portal.public.project import project_or_404
from portal.security import Permission
from portal.web import arg_text, page, requires


@bp.get("/projects/<code>/changes")
@requires(Permission.PUBLIC)
def changes(code: str):
    """Tell who changed which public field when, from what to what."""
    project = project_or_404(code)
    found = log_page(db.session(), project, after=arg_text("after", 200))
    return page(
        "public/changes.html",
        project=project,
        page=found,
        moments=moments(found.rows, gettext),
        next_url=url_for(".changes", code=code, after=found.next) if found.next else None,
    )

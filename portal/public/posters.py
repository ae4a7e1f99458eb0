"""Posters with a QR code for the places where projects are built, and where the code leads."""

from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlsplit

import segno
from flask import abort, current_app, request, url_for

from portal import clock, db
from portal.projects.models import Project, Site
from portal.projects.page import site_of
from portal.public.blueprint import bp
from portal.public.project import days_words, project_or_404, year_of
from portal.ratings.waves.actions import open_now
from portal.security import Permission
from portal.web import page, requires

QUIET = 4
"""Blank modules around the code, as ISO/IEC 18004 demands."""


@dataclass(frozen=True)
class Code:
    """A QR code as the shape of one SVG path; `size` is its edge in modules, blank ones too."""

    size: int
    path: str


def qr(address: str) -> Code:
    """Return the code of an address, which still reads with 15 % of it worn off (level M)."""
    matrix = segno.make(address, error="m", micro=False, boost_error=True).matrix
    path = []
    for y, row in enumerate(matrix, start=QUIET):
        x = QUIET
        for is_dark, run in groupby(row):
            width = len(list(run))
            if is_dark:
                path.append(f"M{x} {y}h{width}v1h-{width}z")
            x += width
    return Code(len(matrix) + 2 * QUIET, "".join(path))


def public_address(path: str) -> str:
    """Return where the public reaches `path`: under PUBLIC_URL, else as this was asked for."""
    base = current_app.config["PUBLIC_URL"] or request.url_root.rstrip("/")
    return base + path.removeprefix(request.script_root)


@bp.get("/projects/<code>/poster")
@requires(Permission.PUBLIC)
def poster(code: str):
    """Show a project's poster, to print on A4."""
    return _poster(project_or_404(code), None)


@bp.get("/projects/<code>/sites/<int(max=999999):number>/poster")
@requires(Permission.PUBLIC)
def site_poster(code: str, number: int):
    """Show the poster of one of a project's sites."""
    project = project_or_404(code)
    return _poster(project, _site_or_404(project, number))


@bp.get("/scan/<code>")
@requires(Permission.PUBLIC)
def scan(code: str):
    """Receive a phone that scanned a project's poster."""
    return _scanned(project_or_404(code), None)


@bp.get("/scan/<code>/<int(max=999999):number>")
@requires(Permission.PUBLIC)
def scan_site(code: str, number: int):
    """Receive a phone that scanned a site's poster."""
    project = project_or_404(code)
    return _scanned(project, _site_or_404(project, number))


def _poster(project: Project, site: Site | None):
    if site:
        path = url_for(".scan_site", code=project.code, number=site.number)
    else:
        path = url_for(".scan", code=project.code)
    address = public_address(path)
    parts = urlsplit(address)
    response = page(
        "public/poster.html",
        project=project,
        site=site,
        code=qr(address),
        short_address=parts.netloc + parts.path,
        day_words=days_words(None),
    )
    return _unlisted(response)


def _scanned(project: Project, site: Site | None):
    carried = {"channel": "qr"} | ({"site": site.number} if site else {})
    response = page(
        "public/scan.html",
        project=project,
        site=site,
        is_ratable=open_now(db.session(), project, clock.today()) is not None,
        rate_url=url_for(".rate", code=project.code, **carried),
        report_url=url_for(".new_feedback", project=project.code, channel="qr"),
        day_words=days_words(year_of(project.year, clock.today())),
    )
    return _unlisted(response)


def _unlisted(response):
    """Keep search engines at the project's own page."""
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _site_or_404(project: Project, number: int) -> Site:
    return site_of(db.session(), project, number) or abort(404)

"""The front page, the visitor's preferences, and what the site says of itself."""

from flask import jsonify, redirect, request, session, url_for

from portal import clock, db
from portal.cases.queries import lately_answered, year_counts
from portal.limits import by_address, limited
from portal.projects.queries import of_year, standing, years
from portal.projects.rules import STATUS_LABELS, STATUS_TONES, PublicStatus
from portal.public.blueprint import bp
from portal.ratings.queries import figure_of_year
from portal.ratings.rules import LEVEL_LABELS
from portal.security import Permission
from portal.web import LANGUAGES, VIEWS, own_path, page, requires


@bp.get("/")
@requires(Permission.PUBLIC)
def home():
    """Tell in five seconds: what was promised, how much is done, what residents say."""
    s, day = db.session(), clock.today()
    listed = years(s)
    year = next((y for y in listed if y <= day.year), listed[0] if listed else day.year)
    projects = of_year(s, year)
    standings = {p.id: standing(p, day) for p in projects}
    counts = dict.fromkeys(PublicStatus, 0)
    for one in standings.values():
        counts[one.status] += 1
    late = [p for p in projects if standings[p.id].status is PublicStatus.LATE]
    return page(
        "public/home.html",
        year=year,
        projects=projects,
        counts=counts,
        late=late[:4],
        standings=standings,
        status_labels=STATUS_LABELS,
        status_tones=STATUS_TONES,
        figure=figure_of_year(s, year),
        level_labels=LEVEL_LABELS,
        case_counts=year_counts(s, day.year),
        case_year=day.year,
        answered=lately_answered(s, 5),
    )


@bp.post("/preferences")
@requires(Permission.PUBLIC)
@limited("LIMIT_PREFERENCES_ADDRESS", by_address)
def preferences():
    """Remember the language and the view, and go back to where the visitor was."""
    if request.form.get("language") in LANGUAGES:
        session["language"] = request.form["language"]
    if request.form.get("view") in VIEWS:
        session["view"] = request.form["view"]
    return redirect(own_path(request.form.get("next", ""), url_for("public.home")), 303)


@bp.get("/about")
@requires(Permission.PUBLIC)
def about():
    """Say what the site is, what it does with personal data, and how figures are made."""
    return page("public/about.html")


@bp.get("/accessibility")
@requires(Permission.PUBLIC)
def accessibility():
    """Say how the site can be used by everybody, and where to tell of a barrier."""
    return page("public/accessibility.html")


@bp.get("/healthz")
@requires(Permission.PUBLIC)
def healthz():
    """Answer ok after the database has answered."""
    db.is_alive()
    return jsonify(status="ok")

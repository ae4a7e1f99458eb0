"""The front page, the visitor's preferences, and what the site says of itself."""

from flask import jsonify, redirect, request, url_for
from sqlalchemy.orm import Session

from portal import clock, db
from portal.cases.answers_shown import public_answers
from portal.cases.models import Answer, Case
from portal.cases.queries import lately_answered, year_counts
from portal.limits import by_address, limited
from portal.projects.overviews import light_counts
from portal.projects.queries import Filters, conditions, rows, year_figures, years
from portal.projects.schedule.rules import BEHIND, LIGHT_LABELS, LIGHT_TONES
from portal.projects.schedule.standings import ensure_fresh
from portal.public.blueprint import bp
from portal.ratings.kinds import LEVEL_LABELS
from portal.ratings.queries import figure_of_year
from portal.security import Permission
from portal.web import choose, own_path, page, requires


@bp.get("/")
@requires(Permission.PUBLIC)
def home():
    """Tell in five seconds: what was promised, how much is done, what residents say."""
    s, day = db.session(), clock.today()
    ensure_fresh(s, day)
    listed = years(s)
    year = next((y for y in listed if y <= day.year), listed[0] if listed else day.year)
    of_year = Filters(year=year)
    lights = light_counts(s, conditions(of_year))
    gravest = rows(s, of_year, sort="light", limit=4)
    return page(
        "public/home.html",
        year=year,
        totals=year_figures(s, of_year),
        lights=lights,
        late=[p for p in gravest if p.light in BEHIND],
        late_of=sum(lights.get(light, 0) for light in BEHIND),
        light_labels=LIGHT_LABELS,
        light_tones=LIGHT_TONES,
        figure=figure_of_year(s, year, day),
        level_labels=LEVEL_LABELS,
        case_counts=year_counts(s, day.year),
        case_year=day.year,
        answered=_answered(s),
    )


def _answered(s: Session) -> list[tuple[Case, Answer]]:
    """Return the public cases that were answered last, each with its latest answer to be read."""
    cases = lately_answered(s, 5)
    answers = public_answers(s, cases)
    return [(case, answers[case.id][-1]) for case in cases if answers[case.id]]


@bp.post("/preferences")
@requires(Permission.PUBLIC)
@limited("LIMIT_PREFERENCES_ADDRESS", by_address)
def preferences():
    """Remember the language and the view, and go back to where the visitor was."""
    choose()
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

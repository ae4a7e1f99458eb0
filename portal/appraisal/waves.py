"""The waves in which projects can be rated: looked over, opened, moved."""

from flask import abort, flash, g, redirect, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock, db
from portal.appraisal.blueprint import bp
from portal.appraisal.wave_forms import DaysForm
from portal.county.queries import ratings as setting
from portal.errors import Invalid, WrongState
from portal.language import N_
from portal.projects.models import Project
from portal.projects.queries import by_code, years
from portal.ratings import counts
from portal.ratings.kinds import PROOF_LABELS, WAVE_LABELS, Proof
from portal.ratings.models import Wave
from portal.ratings.waves.actions import change_days, due, of_project, open_extra, window
from portal.ratings.waves.queries import completed_page, totals, waves_of
from portal.security import Permission
from portal.web import arg_int, arg_text, page, requires

LABELS = {"wave_labels": WAVE_LABELS, "proof_labels": PROOF_LABELS, "Proof": Proof}


@bp.get("/waves")
@requires(Permission.RATING_MANAGE)
def waves():
    """List the completed projects with their waves."""
    s, q, year = db.session(), arg_text("q"), arg_int("year", 1990, 2100)
    found = completed_page(s, q, year, after=arg_text("after", 200))
    stored = waves_of(s, [project.id for project in found.rows])
    chosen = {name: value for name, value in (("q", q), ("year", year)) if value}
    return page(
        "appraisal/waves.html",
        page=found,
        waves=stored,
        totals=totals(s, [wave for some in stored.values() for wave in some]),
        today=clock.today(),
        q=q,
        year=year,
        years=years(s),
        next_url=url_for(".waves", **chosen, after=found.next) if found.next else None,
        first_url=None if found.is_first else url_for(".waves", **chosen),
        **LABELS,
    )


@bp.get("/waves/<code>")
@requires(Permission.RATING_MANAGE)
def project_waves(code: str):
    """Show the waves of a project with a form for each, and one for another wave."""
    return _page(_project_or_404(code))


@bp.post("/waves/<code>")
@requires(Permission.RATING_MANAGE)
def open_wave(code: str):
    """Open a wave of its own."""
    form = DaysForm()
    if not form.validate_on_submit():
        return _page(_project_or_404(code), status=422, extra=form)
    try:
        with db.transaction() as s:
            project = _project_or_404(code)
            with counts.moving(s, project.id, _minimum(s)):
                open_extra(s, project, form.first, form.last, actor=g.actor, at=clock.now())
    except (Invalid, WrongState) as error:
        form.opens_on.errors = [_(error.message, **error.params)]
        return _page(_project_or_404(code), status=error.status, extra=form)
    flash(_("已另开一轮评价，上一轮在它开始的前一天结束。"), "success")
    return redirect(url_for(".project_waves", code=code), 303)


@bp.post("/waves/<code>/<int(max=32767):number>")
@requires(Permission.RATING_MANAGE)
def change_wave(code: str, number: int):
    """Move the days of a wave."""
    form = DaysForm(prefix=f"w{number}-")
    if not form.validate_on_submit():
        return _page(_project_or_404(code), status=422, bound={number: form})
    try:
        with db.transaction() as s:
            project = _project_or_404(code)
            with counts.moving(s, project.id, _minimum(s)):
                wave = _wave(s, project, number, form.seen)
                change_days(s, wave, form.first, form.last, actor=g.actor, at=clock.now())
    except Invalid as error:
        form.opens_on.errors = [_(error.message, **error.params)]
        return _page(_project_or_404(code), status=422, bound={number: form})
    flash(_("这一轮的日期已修改。"), "success")
    return redirect(url_for(".project_waves", code=code), 303)


def _wave(s: Session, project: Project, number: int, seen: int) -> Wave:
    """Return a wave as it is now. Raises WrongState when it has changed since the page was made."""
    statement = select(Wave).where(Wave.project_id == project.id, Wave.number == number)
    wave = s.scalar(statement.execution_options(populate_existing=True)) or abort(404)
    if wave.version != seen:
        raise WrongState(N_("刚才有其他人修改了这一轮的日期，您的操作没有执行。"))
    return wave


def _page(
    project: Project,
    *,
    status: int = 200,
    bound: dict[int, DaysForm] | None = None,
    extra: DaysForm | None = None,
):
    s, day = db.session(), clock.today()
    stored = of_project(s, project)
    forms = {wave.number: _form(wave) for wave in stored} | (bound or {})
    return page(
        "appraisal/project_waves.html",
        status=status,
        project=project,
        waves=stored,
        totals=totals(s, stored),
        open_waves={wave.number for wave in stored if window(wave).holds(day)},
        is_due=bool(due(s, project, day)),
        today=day,
        forms=forms,
        extra=extra or DaysForm(formdata=None),
        wrong=[form for form in [*(bound or {}).values(), extra] if form],
        **LABELS,
    )


def _form(wave: Wave) -> DaysForm:
    data = {
        "opens_on": wave.opens_on.isoformat(),
        "closes_on": wave.closes_on.isoformat() if wave.closes_on else "",
        "version": str(wave.version),
    }
    return DaysForm(formdata=None, data=data, prefix=f"w{wave.number}-")


def _minimum(s: Session) -> int:
    return setting(s, clock.today())["minimum"]


def _project_or_404(code: str) -> Project:
    return by_code(db.session(), code) or abort(404)

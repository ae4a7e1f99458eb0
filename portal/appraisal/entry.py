"""Entering ratings for residents who were called, or visited at home."""

from flask import abort, flash, g, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal import clock, db
from portal.appraisal.blueprint import bp
from portal.appraisal.entry_forms import EntryForm
from portal.errors import WrongState
from portal.projects.models import Project, Site
from portal.projects.page import site_of
from portal.projects.queries import by_code, years
from portal.ratings.entry import enter, entered_today
from portal.ratings.kinds import CHANNEL_LABELS, LEVEL_LABELS, STAFF_CHANNELS
from portal.ratings.models import Rating
from portal.ratings.waves.actions import open_now
from portal.ratings.waves.queries import completed_page
from portal.security import Permission
from portal.web import arg_int, arg_text, page, requires

MOST_SITES = 200
"""Sites that are offered; more do not fit into a list to choose from."""


@bp.get("/entry")
@requires(Permission.RATING_MODERATE)
def entry():
    """Choose the project that residents were asked about."""
    s, q, year = db.session(), arg_text("q"), arg_int("year", 1990, 2100)
    found = completed_page(s, q, year, after=arg_text("after", 200))
    chosen = {name: value for name, value in (("q", q), ("year", year)) if value}
    return page(
        "appraisal/entry.html",
        page=found,
        q=q,
        year=year,
        years=years(s),
        today=entered_today(s, g.actor, clock.now()),
        next_url=url_for(".entry", **chosen, after=found.next) if found.next else None,
        first_url=None if found.is_first else url_for(".entry", **chosen),
    )


@bp.route("/entry/<code>", methods=["GET", "POST"])
@requires(Permission.RATING_MODERATE)
def enter_rating(code: str):
    """Enter one rating after another: project and channel stay, the rest is empty again."""
    project = _project_or_404(code)
    form = EntryForm(data={"channel": _channel()}).offer(project.sites[:MOST_SITES])
    if form.validate_on_submit():
        try:
            with db.transaction() as s:
                rating = _enter(s, _project_or_404(code), form)
                told = _told(rating, is_named=form.said_by() is not None)
            flash(told, "success")
            kept = {"channel": form.channel.data, "site": form.site.data or None}
            return redirect(url_for(".enter_rating", code=code, **kept), 303)
        except WrongState as error:
            form.contact.errors = [_(error.message, **error.params)]
            return _page(_project_or_404(code), form, 409)
    return _page(project, form, 422 if form.errors else 200)


def _enter(s: Session, project: Project, form: EntryForm) -> Rating:
    return enter(
        s,
        project,
        form.said(),
        channel=form.chosen_channel(),
        contact=form.said_by(),
        key=form.key.data or "",
        site=_site(s, project, form.site.data),
        actor=g.actor,
        at=clock.now(),
    )


def _told(rating: Rating, *, is_named: bool) -> str:
    words = {"level": _(LEVEL_LABELS[rating.level]), "channel": _(CHANNEL_LABELS[rating.channel])}
    if rating.said_at != rating.given_at:
        return _("这位居民本轮登记过，已改为：%(level)s（%(channel)s）。原来的记录保留。", **words)
    if is_named:
        return _("已登记：%(level)s（%(channel)s）。", **words)
    return _("已登记：%(level)s（%(channel)s）。没有手机号，是否重复登记无法识别。", **words)


def _page(project: Project, form: EntryForm, status: int):
    s = db.session()
    if request.method == "GET":
        form.site.data = arg_text("site") or ""
    return page(
        "appraisal/entry_form.html",
        status=status,
        project=project,
        form=form,
        is_open=open_now(s, project, clock.today()) is not None,
        today=entered_today(s, g.actor, clock.now()),
    )


def _channel() -> str | None:
    chosen = arg_text("channel")
    return chosen if chosen in [c.value for c in STAFF_CHANNELS] else None


def _site(s: Session, project: Project, number: str) -> Site | None:
    return site_of(s, project, int(number)) if number else None


def _project_or_404(code: str) -> Project:
    return by_code(db.session(), code) or abort(404)

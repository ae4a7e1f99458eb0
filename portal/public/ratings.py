"""Rating a completed project: the form, and what becomes of a rating."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Response, redirect, request, url_for
from flask_babel import format_date
from flask_babel import gettext as _
from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy.orm import Session

from portal import clock, db, vault
from portal.county.queries import ratings as setting
from portal.errors import WrongState
from portal.files.actions import Accepted, store
from portal.limits import browser, by_address, by_browser, limited
from portal.projects.models import Project
from portal.projects.page import site_of
from portal.public.blueprint import bp
from portal.public.forms import RatingForm
from portal.public.project import days_words, project_or_404, year_of
from portal.public.rating_photos import taken
from portal.ratings import actions
from portal.ratings.actions import Said, Voter
from portal.ratings.followups.actions import of_rating
from portal.ratings.kinds import BAD, LEVEL_LABELS, WAVE_LABELS, Channel, Proof, Reason
from portal.ratings.models import Rating
from portal.ratings.screening.rules import network_of
from portal.ratings.waves.actions import due, of_project, open_now, window
from portal.ratings.waves.rules import Window
from portal.residents import sessions
from portal.residents.queries import methods
from portal.security import Permission
from portal.web import arg_int, page, requires, uploads

OPENED_WITHIN = timedelta(days=1)
"""A form that was open longer than this says nothing about how fast it was filled in."""


@bp.route("/projects/<code>/rate", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
@uploads("MAX_PHOTO_UPLOAD")
@limited("LIMIT_RATING_BROWSER", by_browser)
@limited("LIMIT_RATING_ADDRESS", by_address)
def rate(code: str):
    """Take a rating, or explain when rating opens."""
    s, project, day = db.session(), project_or_404(code), clock.today()
    most = setting(s, day)["photos"]
    who = voter(s, project)
    given = actions.given_by(s, project, who.rater, clock.now())
    form = RatingForm(data=_before(given) if request.method == "GET" else None)
    if form.validate_on_submit():
        photos = taken(form.photos, most)
        if not form.errors:
            try:
                _give(code, form, photos)
                return redirect(url_for(".rated", code=code), 303)
            except WrongState:
                if rounds(s, project, day).open:
                    raise
                return _form_page(project, who, form, given, 409)
    elif form.photos.data and not form.photos.errors:
        form.photos.errors = [_("照片还没有上传，请重新选择。")]
    return _form_page(project, who, form, given, 422 if form.errors else 200)


@bp.get("/projects/<code>/rated")
@requires(Permission.PUBLIC)
def rated(code: str):
    """Thank the resident, and say what their rating counts for and what follows from it."""
    s, project = db.session(), project_or_404(code)
    rating = actions.given_by(s, project, voter(s, project).rater, clock.now())
    if rating is None:
        return redirect(url_for(".rate", code=code))
    response = page(
        "public/rated.html",
        project=project,
        rating=rating,
        follow_up=of_rating(s, rating),
        is_bad=rating.level <= BAD,
        methods=methods(),
        level_labels=LEVEL_LABELS,
        spelt=_spelt,
        local_day=clock.local_day,
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@dataclass(frozen=True)
class Rounds:
    """The waves around a day: the one to rate in, the latest, the next."""

    open: Window | None
    last: Window | None
    next: Window | None


def rounds(s: Session, project: Project, day: date) -> Rounds:
    """Return the waves of a project as they lie around `day`."""
    waves = [*map(window, of_project(s, project)), *due(s, project, day)]
    begun = [w for w in waves if w.opens_on <= day]
    coming = [w for w in waves if w.opens_on > day]
    return Rounds(
        open_now(s, project, day),
        begun[-1] if begun else None,
        coming[0] if coming else None,
    )


def voter(s: Session, project: Project) -> Voter:
    """Return who rates with this request, and how it came; what is forged is left out."""
    resident = sessions.current(s)
    number = arg_int("site", 1, 999_999)
    return Voter(
        rater=resident.pseudonym if resident else vault.index("rater", browser()),
        proof=Proof.VERIFIED if resident else Proof.NONE,
        resident=resident,
        channel=Channel.QR if request.args.get("channel") == "qr" else Channel.WEB,
        site=site_of(s, project, number) if number else None,
        network=network_of(request.remote_addr or ""),
        device=browser(),
        fill_seconds=fill_seconds(request.form.get("opened", ""), project.code),
    )


def opened(code: str) -> str:
    """Return the signed note that the form of this project was opened now."""
    return _signer().dumps([code, clock.now().timestamp()])


def fill_seconds(note: str, code: str) -> float | None:
    """Return how long the form was open, or None for a note that is forged, old or missing."""
    try:
        where, since = _signer().loads(note)
    except BadData:
        return None
    seconds = clock.now().timestamp() - since
    is_sound = where == code and 0 <= seconds <= OPENED_WITHIN.total_seconds()
    return seconds if is_sound else None


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(
        vault.index("signing-key", "rating form"),
        salt="rating form",
        signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
    )


def _before(given: Rating | None) -> dict[str, Any]:
    """Return what the form shows at first: what was said before."""
    if given is None:
        return {"wants_answer": True}
    marks = {f"mark_{dimension}": str(level) for dimension, level in given.marks.items()}
    said = {"level": str(given.level), "reasons": given.reasons, "comment": given.comment}
    return marks | said | {"wants_answer": given.wants_answer}


def _give(code: str, form: RatingForm, photos: Sequence[Accepted]) -> None:
    at = clock.now()
    with db.transaction() as s:
        project = project_or_404(code)
        said = Said(
            level=int(form.level.data),
            marks={d: int(field.data) for d, field in form.marks.items() if field.data},
            reasons=[r for r in Reason if r.value in (form.reasons.data or ())],
            comment=form.comment.data,
            photos=[store(s, photo, at=at) for photo in photos],
            wants_answer=form.wants_answer.data,
        )
        actions.give(s, project, said, voter(s, project), at=at)


def _form_page(
    project: Project, who: Voter, form: RatingForm, given: Rating | None, status: int
) -> Response:
    s, day = db.session(), clock.today()
    response = page(
        "public/rate.html",
        status,
        project=project,
        form=form,
        given=given,
        who=who,
        rounds=rounds(s, project, day),
        rules=setting(s, day),
        action=_action(project, who),
        opened=request.form.get("opened") or opened(project.code),
        is_late=status == 409,
        kept=form.comment.data or "",
        can_verify=bool(methods()),
        spelt=_spelt,
        day_words=days_words(year_of(project.year, day)),
        level_labels=LEVEL_LABELS,
        wave_labels=WAVE_LABELS,
    )
    if given or form.is_submitted():  # somebody's own words: nobody stores them
        response.headers["Cache-Control"] = "no-store"
    return response


def _action(project: Project, who: Voter) -> str:
    """Return where the form is sent: how the resident came goes with it."""
    carried: dict[str, Any] = {"channel": "qr"} if who.channel is Channel.QR else {}
    if who.site:
        carried["site"] = who.site.number
    return url_for(".rate", code=project.code, **carried)


def _spelt(day: date) -> str:
    """Spell a day exactly, with its year unless that is this one."""
    is_near = day.year == clock.today().year
    return format_date(day, _("M月d日") if is_near else _("y年M月d日"))

"""Rating a completed project."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from portal import clock, db, vault
from portal.limits import browser, by_address, by_browser, limited
from portal.projects.models import Project
from portal.projects.page import site_of
from portal.public.blueprint import bp
from portal.public.forms import RatingForm
from portal.public.project import project_or_404
from portal.ratings import actions
from portal.ratings.actions import Said, Voter
from portal.ratings.kinds import LEVEL_LABELS, Channel, Proof
from portal.ratings.screening.rules import network_of
from portal.ratings.waves.actions import open_now
from portal.residents import sessions
from portal.security import Permission
from portal.web import arg_int, page, requires


@bp.route("/projects/<code>/rate", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
@limited("LIMIT_RATING_BROWSER", by_browser)
@limited("LIMIT_RATING_ADDRESS", by_address)
def rate(code: str):
    """Take a rating, or explain when rating opens."""
    project = project_or_404(code)
    s = db.session()
    given = actions.given_by(s, project, voter(s, project).rater, clock.now())
    form = RatingForm(data={"level": str(given.level), "comment": given.comment} if given else None)
    if form.validate_on_submit():
        said = Said(int(form.level.data), comment=form.comment.data)
        with db.transaction() as s:
            project = project_or_404(code)
            actions.give(s, project, said, voter(s, project), at=clock.now())
        flash(_("评价已收到，谢谢您。文字意见审核后公开。"), "success")
        return redirect(url_for(".project", code=code), 303)
    return page(
        "public/rate.html",
        status=422 if form.errors else 200,
        project=project,
        form=form,
        given=given,
        is_open=open_now(s, project, clock.today()) is not None,
        level_labels=LEVEL_LABELS,
    )


def voter(s, project: Project) -> Voter:
    """Return who rates with this request, and how it came."""
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
    )

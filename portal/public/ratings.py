"""Rating a completed project."""

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from portal import clock, db, vault
from portal.limits import browser, by_address, by_browser, limited
from portal.projects.models import ProjectStatus
from portal.public.blueprint import bp
from portal.public.forms import RatingForm
from portal.public.project import project_or_404
from portal.ratings import actions
from portal.ratings.kinds import LEVEL_LABELS
from portal.security import Permission
from portal.web import page, requires


@bp.route("/projects/<code>/rate", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
@limited("LIMIT_RATING_BROWSER", by_browser)
@limited("LIMIT_RATING_ADDRESS", by_address)
def rate(code: str):
    """Take a rating, or explain when rating opens."""
    project = project_or_404(code)
    rater = vault.index("rater", browser())
    given = actions.rating_of(db.session(), project, rater)
    form = RatingForm(data={"level": str(given.level), "comment": given.comment} if given else None)
    is_open = project.status is ProjectStatus.COMPLETED
    if form.validate_on_submit():
        with db.transaction() as s:
            actions.give(
                s,
                project_or_404(code),
                rater=rater,
                level=int(form.level.data),
                comment=form.comment.data,
                at=clock.now(),
            )
        flash(_("评价已收到，谢谢您。文字意见审核后公开。"), "success")
        return redirect(url_for(".project", code=code), 303)
    return page(
        "public/rate.html",
        status=422 if form.errors else 200,
        project=project,
        form=form,
        given=given,
        is_open=is_open,
        level_labels=LEVEL_LABELS,
    )

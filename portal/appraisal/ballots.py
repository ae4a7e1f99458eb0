"""Deputies' ballots as staff write them down and correct them."""

from flask import abort, flash, g, redirect, url_for
from flask_babel import gettext as _

from portal import clock, db
from portal.appraisal.ballot_forms import BallotForm, typed
from portal.appraisal.blueprint import bp
from portal.errors import Invalid
from portal.projects.queries import years
from portal.ratings.ballots import actions
from portal.ratings.ballots.models import Ballot
from portal.ratings.ballots.queries import ballot_page, line_counts, shown
from portal.security import Permission
from portal.web import arg_text, page, requires


@bp.get("/ballots")
@requires(Permission.RATING_MANAGE)
def ballots():
    """List the ballots on record, the latest first."""
    s = db.session()
    found = ballot_page(s, arg_text("after", 200))
    return page(
        "appraisal/ballots.html",
        page=found,
        counts=line_counts(s, [ballot.id for ballot in found.rows]),
        next_url=url_for(".ballots", after=found.next) if found.next else None,
    )


@bp.route("/ballots/new", methods=["GET", "POST"])
@requires(Permission.RATING_MANAGE)
def new_ballot():
    """Write a ballot down as it was published."""
    listed = years(db.session())
    form = BallotForm(data={"year": str(listed[0])} if listed else None)
    if form.validate_on_submit():
        try:
            with db.transaction() as s:
                ballot = actions.record(s, form.head(), form.read, actor=g.actor, at=clock.now())
                ident = ballot.id
            flash(_("测评已登记并公开。请核对下面的结果和提示。"), "success")
            return redirect(url_for(".ballot", ident=ident), 303)
        except Invalid as error:
            form.title.errors = [_(error.message, **error.params)]
    status = 422 if form.errors else 200
    return page("appraisal/ballot_form.html", status=status, form=form, found=None)


@bp.get("/ballots/<int(max=2147483647):ident>")
@requires(Permission.RATING_MANAGE)
def ballot(ident: int):
    """Show a ballot with what it comes to and what does not add up."""
    return page("appraisal/ballot.html", found=shown(_ballot_or_404(ident)))


@bp.route("/ballots/<int(max=2147483647):ident>/edit", methods=["GET", "POST"])
@requires(Permission.RATING_MANAGE)
def edit_ballot(ident: int):
    """Correct what was copied wrongly; the figures before stay in the audit trail."""
    found = _ballot_or_404(ident)
    form = BallotForm(data=typed(found))
    if form.validate_on_submit():
        try:
            with db.transaction() as s:
                now = {"version": form.seen, "actor": g.actor, "at": clock.now()}
                ballot = _ballot_or_404(ident)
                is_changed = actions.change(s, ballot, form.head(), form.read, **now)
            flash(_("测评已更正。") if is_changed else _("没有改动。"), "success")
            return redirect(url_for(".ballot", ident=ident), 303)
        except Invalid as error:
            form.title.errors = [_(error.message, **error.params)]
            found = _ballot_or_404(ident)
    status = 422 if form.errors else 200
    return page("appraisal/ballot_form.html", status=status, form=form, found=found)


def _ballot_or_404(ident: int) -> Ballot:
    return db.session().get(Ballot, ident) or abort(404)

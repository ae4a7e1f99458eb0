"""热点: many cases on one thing, joined into one that answers all, or left as they are."""

from collections import Counter

from flask import abort, flash, g, redirect, url_for
from flask_babel import gettext as _

from portal import clock, db
from portal.cases.clusters.actions import MERGEABLE, Joined, dismiss, join
from portal.cases.clusters.models import Cluster, ClusterState
from portal.cases.clusters.queries import cluster_page, count_open, members
from portal.cases.clusters.rules import SCOPE_LABELS
from portal.cases.forms import NoteForm
from portal.cases.pages import LABELS
from portal.county.queries import intake
from portal.language import N_
from portal.moderation.blueprint import bp
from portal.moderation.queue_forms import JoinForm
from portal.security import Permission
from portal.web import arg_text, page, requires

ID = "<int(max=2147483647):ident>"

STATE_LABELS = {
    ClusterState.OPEN: N_("待处理"),
    ClusterState.JOINED: N_("已并案办理"),
    ClusterState.DISMISSED: N_("不并案"),
}


@bp.get("/clusters")
@requires(Permission.CASE_MODERATE)
def clusters():
    """List the hot spots that wait, or those decided on, the latest first."""
    return _page()


@bp.post(f"/clusters/{ID}/join")
@requires(Permission.CASE_MODERATE)
def join_cluster(ident: int):
    """Open a joint case that answers what is chosen and can still be merged, and go there."""
    form = JoinForm()
    _visible_or_404(ident)
    if not form.validate_on_submit():
        return _page({(ident, "join"): form}, 422)
    with db.transaction() as s:
        cluster = _locked_or_404(ident)
        chosen = form.chosen(case.reference for case in members(s, cluster, g.actor))
        common = {"actor": g.actor, "at": clock.now(), "note": form.note.data}
        joined = join(s, cluster, chosen=chosen, **common)
        reference, told = joined.case.reference, _told(joined)
    flash(told, "success")
    return redirect(url_for(".case", reference=reference), 303)


@bp.post(f"/clusters/{ID}/dismiss")
@requires(Permission.CASE_MODERATE)
def dismiss_cluster(ident: int):
    """Put on record why the cases of a hot spot go on one by one."""
    form = NoteForm()
    _visible_or_404(ident)
    if form.validate_on_submit() and not form.note.data:
        form.note.errors = [_("请写明为什么不并案。")]
    if form.note.errors:
        return _page({(ident, "dismiss"): form}, 422)
    with db.transaction() as s:
        dismiss(s, _locked_or_404(ident), actor=g.actor, at=clock.now(), note=form.note.data)
    flash(_("已记录，各件诉求继续单独办理。"), "success")
    return redirect(url_for(".clusters"), 303)


def _visible_or_404(ident: int) -> Cluster:
    """Return an alert of which the actor may see any case."""
    s = db.session()
    cluster = s.get(Cluster, ident) or abort(404)
    return cluster if members(s, cluster, g.actor) else abort(404)


def _locked_or_404(ident: int) -> Cluster:
    return db.session().get(Cluster, ident, with_for_update=True) or abort(404)


def _told(joined: Joined) -> str:
    """Say what was merged, and what was not and why."""
    said = _("已将 %(n)s 件并入这一件。", n=len(joined.merged))
    reasons = Counter(reason for _case, reason in joined.left)
    if reasons:
        listed = _("；").join(
            _("%(n)s 件%(reason)s", n=n, reason=_(reason)) for reason, n in reasons.items()
        )
        said += _("未并入 %(n)s 件：%(listed)s。", n=len(joined.left), listed=listed)
    return said


def _page(bound: dict[tuple[int, str], NoteForm] | None = None, status: int = 200):
    """Show a page of alerts; `bound` holds the form that has to be put right."""
    s, chosen = db.session(), arg_text("state")
    state = ClusterState(chosen) if chosen in list(ClusterState) else ClusterState.OPEN
    found = cluster_page(s, state, g.actor, after=arg_text("after", 200))
    following = {"state": state.value}
    return page(
        "moderation/clusters.html",
        status,
        page=found,
        state=state,
        states=STATE_LABELS,
        waiting=count_open(s, g.actor),
        rule=intake(s, clock.today()),
        scope_labels=SCOPE_LABELS,
        bound=bound or {},
        mergeable=MERGEABLE,
        next_url=url_for(".clusters", **following, after=found.next) if found.next else None,
        first_url=None if found.is_first else url_for(".clusters", **following),
        **LABELS,
    )

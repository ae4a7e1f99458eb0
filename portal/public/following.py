"""关注: a verified resident wants to hear when a project can be rated."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from portal import clock, db
from portal.limits import by_browser, limited
from portal.public.blueprint import bp
from portal.public.project import project_or_404
from portal.ratings import invitations
from portal.residents import sessions
from portal.security import Permission
from portal.web import own_path, requires


@bp.post("/projects/<code>/follow")
@requires(Permission.PUBLIC)
@limited("LIMIT_MINE_BROWSER", by_browser)
def follow(code: str):
    """Follow a project; who is not verified, or left no contact, is led there first."""
    target = url_for(".project", code=project_or_404(code).code)
    with db.transaction() as s:
        resident = sessions.current(s)
        if resident is None:
            flash(_("请先验证并勾选保存联系方式，再点“关注”，评价开放时才能通知您。"), "info")
            return redirect(url_for(".verify", next=target, keep="y"), 303)
        if resident.contact is None:
            flash(_("请先留下联系方式，再点“关注”，评价开放时才能通知您。"), "info")
            return redirect(url_for(".mine_contact", next=target), 303)
        invitations.follow(s, project_or_404(code), resident, at=clock.now())
    flash(_("已关注。项目可以评价时，我们通知您一次。"), "success")
    return redirect(target, 303)


@bp.post("/projects/<code>/unfollow")
@requires(Permission.PUBLIC)
@limited("LIMIT_MINE_BROWSER", by_browser)
def unfollow(code: str):
    """Follow a project no longer."""
    target = own_path(request.form.get("next", ""), url_for(".project", code=code))
    with db.transaction() as s:
        project = project_or_404(code)
        if resident := sessions.current(s):
            invitations.unfollow(s, project, resident)
    flash(_("已取消关注。"), "success")
    return redirect(target, 303)

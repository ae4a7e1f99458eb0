"""What is stored about a resident: to see, take along, forget and erase."""

import json

from flask import flash, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField

from portal import clock, db
from portal.errors import Invalid
from portal.forms import PortalForm, filled
from portal.limits import by_address, by_browser, limited
from portal.public.blueprint import bp
from portal.public.mine import known, owner, private
from portal.ratings.own import actions
from portal.ratings.own.export import export
from portal.residents import sessions
from portal.residents.kinds import Method
from portal.security import Permission
from portal.web import download, own_path, requires


class KeepForm(PortalForm):
    """The contact that a verified resident wants to hear at."""

    contact = StringField(_l("手机号或邮箱"), [filled(_l("请填写手机号或邮箱。"))])


@bp.route("/mine/contact", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
@limited("LIMIT_MINE_BROWSER", by_browser)
@limited("LIMIT_CODE_TRY_ADDRESS", by_address)
def mine_contact():
    """Let a verified resident leave the contact they verified with."""
    target = own_path(request.values.get("next", ""), url_for(".mine"))
    resident = sessions.current(db.session())
    if resident is None:
        return redirect(url_for(".verify", next=target, keep="y"))
    form = KeepForm()
    if form.validate_on_submit():
        try:
            with db.transaction() as s:
                resident = sessions.current(s)
                actions.keep_contact(s, resident, form.contact.data, at=clock.now())
            flash(_("联系方式已加密保存，随时可以删除。"), "success")
            return redirect(target, 303)
        except Invalid as error:
            form.contact.errors = [_(error.message, **error.params)]
    can_keep = resident.method is not Method.IDENTITY
    status = 422 if form.contact.errors else 200
    return private("public/mine_contact.html", status, form=form, target=target, can_keep=can_keep)


@bp.post("/mine/forget")
@requires(Permission.PUBLIC)
@limited("LIMIT_MINE_BROWSER", by_browser)
def mine_forget():
    """Delete the kept contact; what was promised to be told by it is no longer."""
    with db.transaction() as s:
        if resident := sessions.current(s):
            actions.forget_contact(s, resident, at=clock.now())
    flash(_("联系方式已删除，不会再收到答复、回访和邀请。"), "success")
    return redirect(url_for(".mine"), 303)


@bp.post("/mine/export")
@requires(Permission.PUBLIC)
@limited("LIMIT_MINE_BROWSER", by_browser)
@limited("LIMIT_DOWNLOAD_ADDRESS", by_address)
def mine_export():
    """Hand over everything that is stored about this resident's ratings."""
    with db.transaction() as s:
        found = export(s, owner(s), at=clock.now())
    body = json.dumps(found, ensure_ascii=False, indent=2).encode()
    response = download(_("我的评价资料") + ".json", body, "application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.route("/mine/erase", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
@limited("LIMIT_MINE_BROWSER", by_browser)
def mine_erase():
    """Ask whether to erase everything, and erase it; this browser is nobody's afterwards."""
    form = PortalForm()
    if not form.validate_on_submit():
        return private("public/mine_erase_all.html", known=known(owner(db.session()).resident))
    with db.transaction() as s:
        who = owner(s)
        erased = actions.erase_all(s, who, at=clock.now())
    for name in ("browser", "verifying", "erased"):
        session.pop(name, None)
    if erased or who.resident:
        flash(_("已全部删除：%(n)s 份评价、验证和联系方式。", n=erased), "success")
    else:
        flash(_("这台设备上没有可以删除的评价，也没有验证，可能已经删除过了。"), "info")
    response = redirect(url_for(".mine"), 303)
    sessions.sign_out(response)
    return response

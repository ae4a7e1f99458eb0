"""Signing in and out, and one's own account."""

from flask import abort, current_app, flash, g, redirect, request, session, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from portal import clock, db
from portal.accounts import actions, sessions
from portal.accounts.models import Account, StaffSession
from portal.accounts.passwords import hash_password, verify_password
from portal.accounts.queries import open_sessions
from portal.errors import Invalid
from portal.limits import by_address, by_field, limited
from portal.security import ROLE_LABELS, Permission, Role
from portal.staff.blueprint import bp
from portal.staff.forms import PasswordForm, SignInForm
from portal.web import own_path, page, requires

HOME = {
    Role.MODERATOR: "moderation.queue",
    Role.OFFICER: "desk.queue",
    Role.INSPECTOR: "supervision.cases",
    Role.ADMIN: "staff.accounts",
}


@bp.route("/sign-in", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
@limited("LIMIT_SIGN_IN_USERNAME", by_field("username"), only_if=("username",))
@limited("LIMIT_SIGN_IN_ADDRESS", by_address)
def sign_in():
    """Open a session for a member of staff."""
    if request.method == "GET" and g.actor.is_staff:
        return redirect(url_for(HOME[g.actor.role]))
    form = SignInForm()
    status = 200
    if form.validate_on_submit():
        account = _account(form.username.data)
        stored = account.password_hash if account and account.is_active else None
        if verify_password(stored, form.password.data):
            return _open(account.id)
        with db.transaction() as s:
            actions.refuse_sign_in(s, form.username.data, at=clock.now())
        form.password.errors = [_("用户名或密码不正确。")]
    if form.errors or form.password.errors:
        status = 422
    return page("staff/sign_in.html", status=status, form=form)


@bp.post("/sign-out")
@requires(Permission.STAFF)
def sign_out():
    """End this session."""
    with db.transaction() as s:
        row = s.get(StaffSession, g.actor.session_id)
        actions.end_session(s, row, actor=g.actor, at=clock.now())
    response = redirect(url_for("public.home"), 303)
    sessions.drop_cookie(response)
    flash(_("您已退出登录。"), "success")
    return response


@bp.route("/own", methods=["GET", "POST"])
@requires(Permission.STAFF)
def own():
    """Show one's own account and open sessions; change the password."""
    form = PasswordForm()
    account = db.get_or_404(Account, g.actor.account_id)
    if form.validate_on_submit():
        if not verify_password(account.password_hash, form.current.data):
            form.current.errors = [_("现在的密码不正确。")]
        elif _change_password(form):
            flash(_("密码已修改，请用新密码登录。"), "success")
            return redirect(url_for(".sign_in"), 303)
        account = db.get_or_404(Account, g.actor.account_id)
    return page(
        "staff/own.html",
        status=422 if any(f.errors for f in form) else 200,
        form=form,
        account=account,
        sessions=open_sessions(db.session(), account, clock.now()),
        role_labels=ROLE_LABELS,
    )


@bp.post("/sessions/<int(max=2147483647):session_id>/end")
@requires(Permission.STAFF)
def end_session(session_id: int):
    """End one of one's own sessions."""
    with db.transaction() as s:
        row = s.get(StaffSession, session_id)
        if row is None or row.account_id != g.actor.account_id:
            abort(404)
        actions.end_session(s, row, actor=g.actor, at=clock.now())
    flash(_("该处登录已退出。"), "success")
    return redirect(url_for(".own"), 303)


def _account(username: str) -> Account | None:
    return db.session().scalar(select(Account).where(Account.username == username.lower()))


def _open(account_id: int):
    with db.transaction() as s:
        account = db.get_or_404(Account, account_id)
        hours = current_app.config["STAFF_SESSION_HOURS"]
        browser = request.user_agent.string
        _row, token = actions.open_session(s, account, browser=browser, hours=hours, at=clock.now())
        role = account.role
    session.pop("proven", None)
    response = redirect(own_path(request.args.get("next", ""), url_for(HOME[role])), 303)
    sessions.set_cookie(response, token)
    return response


def _change_password(form: PasswordForm) -> bool:
    try:
        hashed = hash_password(form.new.data)
    except Invalid as error:
        form.new.errors = [_(error.message, **error.params)]
        return False
    with db.transaction() as s:
        account = db.get_or_404(Account, g.actor.account_id)
        actions.set_password(s, account, hashed, actor=g.actor, at=clock.now())
    return True

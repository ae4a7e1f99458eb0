"""The administrators' register of staff accounts."""

from flask import abort, flash, g, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal import clock, db
from portal.accounts import actions
from portal.accounts.models import Account, StaffSession
from portal.accounts.passwords import hash_password
from portal.accounts.queries import open_sessions
from portal.departments.models import Department
from portal.departments.queries import active, by_code
from portal.paging import fetch_page
from portal.security import ROLE_LABELS, Permission, Role
from portal.staff.blueprint import bp
from portal.staff.forms import AccountForm, NewAccountForm, ResetForm
from portal.web import arg_text, page, requires

PAGE_SIZE = 50


@bp.get("/accounts")
@requires(Permission.ACCOUNT_MANAGE)
def accounts():
    """List the accounts by user name."""
    found = fetch_page(
        db.session(),
        select(Account).options(joinedload(Account.department)),
        [(Account.username, False)],
        after=arg_text("after", 200),
        size=PAGE_SIZE,
    )
    next_url = url_for(".accounts", after=found.next) if found.next else None
    return page("staff/accounts.html", page=found, next_url=next_url, role_labels=ROLE_LABELS)


@bp.route("/accounts/new", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_MANAGE)
def new_account():
    """Create an account."""
    form = NewAccountForm().offer(active(db.session()))
    if form.validate_on_submit():
        hashed = hash_password(form.password.data)
        with db.transaction() as s:
            actions.create(
                s,
                username=form.username.data,
                full_name=form.full_name.data,
                role=Role(form.role.data),
                department=_department(form),
                password_hash=hashed,
                actor=g.actor,
                at=clock.now(),
            )
        flash(_("账号已建立。"), "success")
        return redirect(url_for(".accounts"), 303)
    return page("staff/account_new.html", status=422 if form.errors else 200, form=form)


@bp.route("/accounts/<username>", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_MANAGE)
def account(username: str):
    """Show and change an account."""
    found = _account_or_404(username)
    form = _form_of(found)
    if form.validate_on_submit():
        with db.transaction() as s:
            actions.change(
                s,
                _account_or_404(username),
                full_name=form.full_name.data,
                role=Role(form.role.data),
                department=_department(form),
                actor=g.actor,
                at=clock.now(),
            )
        flash(_("账号已修改。"), "success")
        return redirect(url_for(".accounts"), 303)
    return page(
        "staff/account.html",
        status=422 if form.errors else 200,
        account=found,
        form=form,
        reset_form=ResetForm(formdata=None),
        sessions=open_sessions(db.session(), found, clock.now()),
        role_labels=ROLE_LABELS,
    )


@bp.post("/accounts/<username>/password")
@requires(Permission.ACCOUNT_MANAGE)
def reset_password(username: str):
    """Set a new password for somebody; every open session of theirs ends."""
    hashed = hash_password(request.form.get("password", ""))
    with db.transaction() as s:
        found = _account_or_404(username)
        actions.set_password(s, found, hashed, actor=g.actor, at=clock.now())
    flash(_("密码已重设，该账号须重新登录。"), "success")
    return redirect(url_for(".account", username=username), 303)


@bp.post("/accounts/<username>/<any(close, reopen):act>")
@requires(Permission.ACCOUNT_MANAGE)
def set_active(username: str, act: str):
    """Close or reopen an account."""
    with db.transaction() as s:
        found = _account_or_404(username)
        actions.set_active(s, found, act == "reopen", actor=g.actor, at=clock.now())
    flash(_("账号已恢复。") if act == "reopen" else _("账号已停用。"), "success")
    return redirect(url_for(".account", username=username), 303)


@bp.post("/accounts/<username>/sessions/<int(max=2147483647):session_id>/end")
@requires(Permission.ACCOUNT_MANAGE)
def revoke_session(username: str, session_id: int):
    """End somebody's session at once."""
    with db.transaction() as s:
        row = s.get(StaffSession, session_id)
        if row is None or row.account.username != username:
            abort(404)
        actions.end_session(s, row, actor=g.actor, at=clock.now())
    flash(_("该处登录已退出。"), "success")
    return redirect(url_for(".account", username=username), 303)


def _form_of(account: Account) -> AccountForm:
    """Return the form that changes an account, filled with what it is now."""
    code = account.department.code if account.department else ""
    now = {"full_name": account.full_name, "role": account.role.value, "department": code}
    return AccountForm(data=now).offer(active(db.session()))


def _account_or_404(username: str) -> Account:
    found = select(Account).where(Account.username == username)
    return db.session().scalar(found.options(joinedload(Account.department))) or abort(404)


def _department(form: AccountForm) -> Department | None:
    return by_code(db.session(), form.department.data) if form.department.data else None

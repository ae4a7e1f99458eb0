"""Residents show who they are, once, by a code sent to a phone or an e-mail. No accounts."""

from flask import Response, current_app, flash, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy.orm import Session
from wtforms import BooleanField, StringField
from wtforms.validators import ValidationError

from portal import clock, db, vault
from portal.errors import Invalid
from portal.forms import PortalForm, filled
from portal.limits import browser, by_address, by_browser, limited
from portal.notifications.senders import is_real
from portal.public.blueprint import bp
from portal.ratings.actions import claim
from portal.ratings.own.actions import forget_contact
from portal.residents import actions, rules, sessions
from portal.residents.kinds import METHOD_LABELS, PROBLEM_LABELS, Method, Problem
from portal.residents.models import CodeChallenge, Resident
from portal.residents.queries import methods
from portal.security import Permission
from portal.text import folded
from portal.web import own_path, page, requires

CONTACT_LABELS = {
    (Method.SMS, Method.EMAIL): _l("手机号或邮箱"),
    (Method.SMS,): _l("手机号"),
    (Method.EMAIL,): _l("邮箱"),
}
"""What the field is called, by the methods that a code can be sent with."""


class ContactForm(PortalForm):
    """Where the code is sent, and whether to keep it."""

    contact = StringField(_l("手机号或邮箱"), [filled(_l("请填写手机号或邮箱。"))])
    keep = BooleanField(_l("我希望收到答复和回访，请保存我的联系方式"))

    def __init__(self, **kwargs) -> None:
        """Name the field after what this county can send to."""
        super().__init__(**kwargs)
        self.contact.label.text = CONTACT_LABELS.get(code_methods(), self.contact.label.text)

    def validate_contact(self, field: StringField) -> None:
        """Demand a contact that a code can be sent to."""
        found = rules.read(field.data)
        if found is None:
            raise ValidationError(_("请填写 11 位手机号，或像 name@example.cn 这样的邮箱。"))
        if found.method not in methods():
            raise ValidationError(_(actions.NOT_OFFERED[found.method]))


class CodeForm(PortalForm):
    """The code as it came."""

    code = StringField(_l("验证码"), [filled(_l("请填写验证码。"))], filters=[folded])


def code_methods() -> tuple[Method, ...]:
    """Return the methods by which a code can be sent."""
    return tuple(m for m in methods() if m is not Method.IDENTITY)


def by_contact() -> str:
    """Count under the person behind the contact, however the contact was written."""
    text = request.form.get("contact", "")
    found = rules.read(text)
    return "contact:" + vault.index("limit", actions.pseudonym_of(found) if found else text)


def by_last_contact() -> str:
    """Count under the person that this browser's last code was sent to."""
    begun = session.get("verifying")
    return begun["counted"] if begun else by_browser()


@bp.route("/verify", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
@limited("LIMIT_CODE_CONTACT", by_contact, only_if=("contact",))
@limited("LIMIT_CODE_BROWSER", by_browser)
@limited("LIMIT_CODE_ADDRESS", by_address)
def verify():
    """Ask for a contact and send the code; show who is verified in this browser."""
    target = own_path(request.values.get("next", ""), url_for(".home"))
    form = ContactForm(data={"keep": "keep" in request.args})
    if form.validate_on_submit():
        with db.transaction() as s:
            token = actions.send_code(s, form.contact.data, at=clock.now()).token
        session["verifying"] = {
            "token": token,
            "keep": form.keep.data,
            "next": target,
            "counted": by_contact(),
        }
        return redirect(url_for(".verify_code"), 303)
    return _page(
        "public/verify.html",
        422 if form.errors else 200,
        form=form,
        target=target,
        methods=methods(),
        code_methods=code_methods(),
        cookie_days=current_app.config["RESIDENT_COOKIE_DAYS"],
        known=_known(sessions.current(db.session())),
    )


@bp.route("/verify/code", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
@limited("LIMIT_CODE_TRY_ADDRESS", by_address)
def verify_code():
    """Take the code; the right one lets this browser be the resident's."""
    begun = session.get("verifying")
    if begun is None:
        return redirect(url_for(".verify"))
    form = CodeForm()
    if form.validate_on_submit():
        with db.transaction() as s:
            keep, at = begun["keep"], clock.now()
            outcome = actions.verify(s, begun["token"], form.code.data, keep_contact=keep, at=at)
            claimed = claim_said(s, outcome.resident) if outcome.resident else 0
        if outcome.resident:
            session.pop("verifying")
            return welcome(outcome.resident, begun["next"], claimed)
        form.code.errors = [_refusal(outcome)]
    return _code_page(form, begun)


@bp.post("/verify/again")
@requires(Permission.PUBLIC)
@limited("LIMIT_CODE_CONTACT", by_last_contact)
@limited("LIMIT_CODE_BROWSER", by_browser)
@limited("LIMIT_CODE_ADDRESS", by_address)
def verify_again():
    """Send another code to the same contact, a minute after the last at the earliest."""
    begun = session.get("verifying")
    if begun is None:
        return redirect(url_for(".verify"), 303)
    with db.transaction() as s:
        challenge = actions.send_again(s, begun["token"], at=clock.now())
        token = challenge.token if challenge else None
    if token is None:
        session.pop("verifying")
        flash(_("这次验证已经失效，请重新填写手机号或邮箱。"), "info")
        return redirect(url_for(".verify", next=begun["next"]), 303)
    if token == begun["token"]:
        flash(_("验证码刚刚发出，请等 1 分钟再重新发送。"), "info")
    else:
        session["verifying"] = begun | {"token": token}
        flash(_("新的验证码已经发出，之前的已经作废。"), "success")
    return redirect(url_for(".verify_code"), 303)


@bp.post("/verify/forget")
@requires(Permission.PUBLIC)
@limited("LIMIT_MINE_BROWSER", by_browser)
def verify_forget():
    """Delete the kept contact."""
    with db.transaction() as s:
        resident = sessions.current(s)
        if resident is not None:
            forget_contact(s, resident, at=clock.now())
    flash(_("联系方式已删除，不会再收到答复和回访。"), "success")
    return redirect(url_for(".verify"), 303)


@bp.post("/verify/sign-out")
@requires(Permission.PUBLIC)
@limited("LIMIT_MINE_BROWSER", by_browser)
def verify_sign_out():
    """Let this browser be nobody's, or every browser of the resident."""
    if request.form.get("everywhere"):
        with db.transaction() as s:
            if resident := sessions.current(s):
                actions.end_everywhere(s, resident)
    session.pop("verifying", None)
    flash(_("已退出，这台设备不再保留您的验证。"), "success")
    response = redirect(own_path(request.form.get("next", ""), url_for(".home")), 303)
    sessions.sign_out(response)
    return response


def claim_said(s: Session, resident: Resident) -> int:
    """Make what this browser has just said without proof the verified resident's own.

    Returns how many ratings that were.
    """
    return len(claim(s, resident, vault.index("rater", browser()), at=clock.now()))


def welcome(resident: Resident, target: str, claimed: int = 0) -> Response:
    """Let this browser be the resident's and lead on to where they wanted to go."""
    said = _("您刚才的 %(n)s 份评价已转为已验证的评价。", n=claimed) if claimed else ""
    flash(_("验证成功。") + said, "success")
    response = redirect(own_path(target, url_for("public.home")), 303)
    sessions.sign_in(response, resident)
    return response


def _challenge() -> CodeChallenge | None:
    begun = session.get("verifying")
    return db.session().get(CodeChallenge, begun["token"]) if begun else None


def _code_page(form: CodeForm, begun: dict) -> Response:
    challenge = _challenge()
    if challenge is None:
        session.pop("verifying")
        flash(_("这次验证已经失效，请重新填写手机号或邮箱。"), "info")
        return redirect(url_for(".verify", next=begun["next"]), 303)
    return _page(
        "public/verify_code.html",
        422 if form.code.errors else 200,
        form=form,
        masked=rules.mask(actions.contact_of_challenge(challenge)),
        minutes=rules.CODE_LIFETIME.seconds // 60,
        target=begun["next"],
        is_shown_here=not is_real(challenge.method.value),
    )


def _refusal(outcome: actions.Outcome) -> str:
    if outcome.problem is Problem.WRONG:
        n = outcome.left
        return ngettext(
            "验证码不正确，还可以试 %(num)d 次。", "验证码不正确，还可以试 %(num)d 次。", n
        )
    return _(PROBLEM_LABELS[outcome.problem])


def _known(resident: Resident | None) -> dict[str, str] | None:
    """Return what the page says of a verified resident."""
    if resident is None:
        return None
    try:
        contact = actions.contact_of(resident)
    except Invalid:  # sealed with another key: it can still be deleted
        contact = "********"
    return {
        "method": METHOD_LABELS[resident.method],
        "contact": rules.mask(contact) if contact else "",
    }


def _page(template: str, status: int, **context: object) -> Response:
    """Show a page that speaks of one person: nobody stores it."""
    response = page(template, status, **context)
    response.headers["Cache-Control"] = "no-store"
    return response

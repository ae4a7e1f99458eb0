"""我的评价: what this resident gave, what became of it, and how to change or take it back.

Whose a rating is, is asked of the database each time: of somebody else's it says 404.
"""

from typing import Any

from flask import Response, abort, flash, redirect, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import RadioField, TextAreaField

from portal import clock, db, vault
from portal.cases.follow_ups import cases_of
from portal.cases.workflow import STATE_LABELS as CASE_STATE_LABELS
from portal.cases.workflow import STATE_TONES as CASE_STATE_TONES
from portal.errors import Invalid
from portal.forms import PortalForm, at_most, chosen, one_of
from portal.language import N_
from portal.limits import by_browser, limited
from portal.public.blueprint import bp
from portal.public.forms import COMMENT_LENGTH
from portal.public.project import teller
from portal.public.proofs import prove
from portal.ratings import actions as ratings
from portal.ratings.invitations import followed
from portal.ratings.kinds import (
    CHANNEL_LABELS,
    DIMENSION_LABELS,
    DOUBT_LABELS,
    LEVEL_LABELS,
    REASON_LABELS,
    WAVE_LABELS,
)
from portal.ratings.models import CommentVisibility
from portal.ratings.own import actions
from portal.ratings.own.course import course
from portal.ratings.own.export import readable
from portal.ratings.own.queries import Own, Owner, one, page_of
from portal.residents import rules, sessions
from portal.residents.kinds import METHOD_LABELS
from portal.residents.models import Resident
from portal.residents.queries import methods
from portal.security import Permission
from portal.web import arg_text, page, requires

VISIBILITY_LABELS = {
    CommentVisibility.PRIVATE: N_("待审核"),
    CommentVisibility.PUBLIC: N_("已公开"),
    CommentVisibility.WITHHELD: N_("不公开"),
}

VISIBILITY_TONES = {
    CommentVisibility.PRIVATE: "plain",
    CommentVisibility.PUBLIC: "info",
    CommentVisibility.WITHHELD: "hold",
}

LEVEL_TONES = {5: "done", 4: "done", 3: "plain", 2: "late", 1: "danger"}

REMEMBERED = 20
"""How many erased ratings a browser remembers, so that a second click is told what happened."""


class AdditionForm(PortalForm):
    """The one word more after a wave has closed (追评)."""

    level = RadioField(_l("现在的满意程度"), [chosen(_l("请选择满意程度。"))])
    comment = TextAreaField(
        _l("补充的意见"),
        [at_most(COMMENT_LENGTH)],
        description=_l("审核后才公开。请不要写姓名、电话等个人信息。"),
    )

    def __init__(self, **kwargs) -> None:
        """Offer the five exact words."""
        super().__init__(**kwargs)
        self.level.choices = one_of((str(n), _(label)) for n, label in LEVEL_LABELS.items())


class StillBadForm(PortalForm):
    """That a remedy changed nothing, and what is still wrong."""

    note = TextAreaField(_l("还差什么"), [at_most(COMMENT_LENGTH)])


def owner(s: Session) -> Owner:
    """Return who asks: the resident of this browser's cookie, and the browser itself."""
    resident = sessions.current(s)
    raters = [resident.pseudonym] if resident else []
    if "browser" in session:
        raters.append(vault.index("rater", session["browser"]))
    return Owner(resident, tuple(raters))


@bp.get("/mine")
@requires(Permission.PUBLIC)
def mine():
    """Show a resident what they gave, what became of it, and what is stored about them."""
    s = db.session()
    who = owner(s)
    found = page_of(s, who, clock.today(), arg_text("after", 200))
    return private(
        "public/mine.html",
        page=found,
        next_url=url_for(".mine", after=found.next) if found.next else None,
        known=known(who.resident),
        followed=followed(s, who.resident) if who.resident else [],
        methods=methods(),
        still_bad=StillBadForm(formdata=None),
        goes_on=cases_of(s, [own.follow_up.id for own in found.rows if own.follow_up]),
        **LABELS,
    )


@bp.post("/mine/ratings/<int(max=2147483647):ident>/case")
@requires(Permission.PUBLIC)
@limited("LIMIT_MINE_BROWSER", by_browser)
def mine_case(ident: int):
    """Open the case that goes on with one's own bad rating: no query code is needed."""
    s = db.session()
    own = _own_or_404(s, ident)
    case = cases_of(s, [own.follow_up.id]).get(own.follow_up.id) if own.follow_up else None
    if case is None:
        abort(404)
    prove(case)
    return redirect(url_for(".tracked", reference=case.reference), 303)


@bp.route("/mine/ratings/<int(max=2147483647):ident>/add", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
@limited("LIMIT_MINE_BROWSER", by_browser)
def mine_add(ident: int):
    """Take the one word more after the wave has closed."""
    own = _own_or_404(db.session(), ident)
    form = AdditionForm()
    if form.validate_on_submit():
        with db.transaction() as s:
            own = _own_or_404(s, ident)
            said = {"level": int(form.level.data), "comment": form.comment.data}
            ratings.add(s, own.rating, **said, at=clock.now())
        flash(_("追评已收到，谢谢您。文字意见审核后公开。"), "success")
        return _back(ident)
    if not own.can_add and not form.errors:
        return _back(ident)
    return private(
        "public/mine_add.html", 422 if form.errors else 200, own=own, form=form, **LABELS
    )


@bp.post("/mine/ratings/<int(max=2147483647):ident>/still-bad")
@requires(Permission.PUBLIC)
@limited("LIMIT_MINE_BROWSER", by_browser)
def mine_still_bad(ident: int):
    """Take the resident's word that the remedy changed nothing."""
    form = StillBadForm()
    if not form.validate_on_submit():
        raise Invalid(N_("最多 %(n)s 个字。"), n=COMMENT_LENGTH)
    with db.transaction() as s:
        own = _own_or_404(s, ident)
        actions.still_bad(s, own.rating, note=form.note.data, at=clock.now())
    flash(_("已记下：您仍不满意。会计入公开的差评回访情况。"), "success")
    return _back(ident)


@bp.route("/mine/ratings/<int(max=2147483647):ident>/erase", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
@limited("LIMIT_MINE_BROWSER", by_browser)
def mine_erase_one(ident: int):
    """Ask whether to erase one rating, and erase it."""
    if ident in session.get("erased", []):
        flash(_("这份评价已经删除过了。"), "info")
        return redirect(url_for(".mine"), 303)
    form = PortalForm()
    if form.validate_on_submit():
        with db.transaction() as s:
            ratings.erase(s, _own_or_404(s, ident).rating, at=clock.now())
        session["erased"] = [*session.get("erased", []), ident][-REMEMBERED:]
        flash(_("评价已删除。公开的数字里只留一个“居民已删除”的计数。"), "success")
        return redirect(url_for(".mine"), 303)
    own = _own_or_404(db.session(), ident)
    return private("public/mine_erase.html", own=own, form=form, **LABELS)


def known(resident: Resident | None) -> dict[str, Any] | None:
    """Return what the pages say of a verified resident."""
    if resident is None:
        return None
    contact = readable(resident)
    return {
        "method": METHOD_LABELS[resident.method],
        "since": resident.verified_at,
        "contact": rules.mask(contact) if contact else "",
    }


def private(template: str, status: int = 200, **context: Any) -> Response:
    """Show a page that speaks of one person: nobody stores it, no search engine lists it."""
    response = page(template, status, **context)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _stages(own: Own) -> list[dict[str, str]]:
    """Return the course of a follow-up as the macro of timelines wants it."""
    tell = teller(clock.today())
    return [
        {
            "title": tell(stage.title),
            "when": stage.on.isoformat() if stage.on else "",
            "who": "",
            "tone": stage.tone,
            "text": "\n".join(filter(None, (stage.text and tell(stage.text), stage.quote))),
        }
        for stage in course(own.follow_up, own.may_read_remedy)
    ]


LABELS: dict[str, Any] = {
    "level_labels": LEVEL_LABELS,
    "level_tones": LEVEL_TONES,
    "dimension_labels": DIMENSION_LABELS,
    "reason_labels": REASON_LABELS,
    "doubt_labels": DOUBT_LABELS,
    "channel_labels": CHANNEL_LABELS,
    "wave_labels": WAVE_LABELS,
    "visibility_labels": VISIBILITY_LABELS,
    "visibility_tones": VISIBILITY_TONES,
    "case_state_labels": CASE_STATE_LABELS,
    "case_state_tones": CASE_STATE_TONES,
    "stages": _stages,
}
"""Words and ways of telling that the templates use."""


def _own_or_404(s: Session, ident: int) -> Own:
    return one(s, owner(s), ident, clock.today()) or abort(404)


def _back(ident: int) -> Response:
    return redirect(url_for(".mine", _anchor=f"rating-{ident}"), 303)

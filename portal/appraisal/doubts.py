"""Ratings that the rule has set aside: what waits, burst by burst, and what was decided."""

from flask import abort, flash, g, redirect, url_for
from flask_babel import gettext as _

from portal import clock, db
from portal.appraisal.blueprint import bp
from portal.appraisal.doubt_forms import REASONS, RELEASE, DecideForm
from portal.language import N_
from portal.ratings.kinds import (
    CHANNEL_LABELS,
    DOUBT_LABELS,
    LEVEL_LABELS,
    PROOF_LABELS,
    Doubt,
    Standing,
)
from portal.ratings.screening.decisions import Decided, decide_together
from portal.ratings.screening.queries import (
    Burst,
    burst_of,
    history,
    queue,
    ratings_of,
    waiting_count,
)
from portal.ratings.screening.rules import explained
from portal.security import Permission
from portal.web import arg_int, arg_text, page, requires

WAITING = "waiting"

STATES = {WAITING: N_("待判定"), "released": N_("已恢复"), "rejected": N_("已排除")}

DECISIONS = {"released": Standing.COUNTED, "rejected": Standing.REJECTED}

LABELS = {
    "states": STATES,
    "doubt_labels": DOUBT_LABELS,
    "level_labels": LEVEL_LABELS,
    "proof_labels": PROOF_LABELS,
    "channel_labels": CHANNEL_LABELS,
}

LAST = 2**31 - 1
"""The largest number of a row."""


@bp.get("/doubts")
@requires(Permission.RATING_MODERATE)
def doubts():
    """List what waits, burst by burst, or what was decided, the last first."""
    state, doubt = arg_text("state"), _doubt()
    if state in DECISIONS:
        return _history(state, doubt)
    s = db.session()
    found = queue(s, doubt, after=arg_int("after", 1, LAST) or 0)
    following = {"class": doubt.value} if doubt else {}
    return page(
        "appraisal/doubts.html",
        queue=found,
        total=waiting_count(s),
        state=WAITING,
        doubt=doubt,
        sentences={burst.head: _sentence(burst) for burst in found.bursts},
        next_url=url_for(".doubts", **following, after=found.next) if found.next else None,
        is_first=not arg_int("after", 1, LAST),
        **LABELS,
    )


@bp.get(f"/doubts/<int(max={LAST}):ident>")
@requires(Permission.RATING_MODERATE)
def doubt(ident: int):
    """Show a burst: the rule, where it came from, every rating, what was decided."""
    burst = _burst_or_404(ident)
    data = {"picks": [e.doubt_id for e in burst.waiting]}
    return _page(burst, DecideForm(formdata=None, data=data))


@bp.post(f"/doubts/<int(max={LAST}):ident>/decide")
@requires(Permission.RATING_MODERATE)
def decide_doubts(ident: int):
    """Decide on the ticked ratings of a burst, and go on to the next one."""
    burst = _burst_or_404(ident)
    form = DecideForm().offer([entry.doubt_id for entry in burst.entries])
    if not form.validate_on_submit():
        return _page(burst, form, status=422)
    is_released = form.decision.data == RELEASE
    with db.transaction() as s:
        decided = decide_together(
            s,
            _burst_or_404(ident).project,
            form.picks.data,
            release=is_released,
            actor=g.actor,
            reason=form.reason.data,
            at=clock.now(),
        )
    flash(_told(decided, is_released), "success")
    return redirect(_next(ident), 303)


def _told(decided: Decided, is_released: bool) -> str:
    """Say what was done, and what was no more to be done."""
    text = _("已恢复计入 %(n)s 份。") if is_released else _("已判定不计入 %(n)s 份。")
    said = text % {"n": decided.done}
    if decided.erased:
        said += _("另有 %(n)s 份已由居民本人删除，不用判定。", n=decided.erased)
    return said


def _next(ident: int) -> str:
    """The rest of this burst, else the burst that has waited longest, else the empty queue."""
    s = db.session()
    burst, doubt = burst_of(s, ident), _doubt()
    following = {"class": doubt.value} if doubt else {}
    if burst and burst.waiting:
        return url_for(".doubt", ident=ident, **following)
    waiting = queue(s, doubt).bursts
    if waiting:
        return url_for(".doubt", ident=waiting[0].head, **following)
    return url_for(".doubts", **following)


def _history(state: str, doubt: Doubt | None):
    s = db.session()
    found = history(s, DECISIONS[state], doubt, after=arg_text("after", 200))
    following = {"state": state} | ({"class": doubt.value} if doubt else {})
    return page(
        "appraisal/doubts_decided.html",
        page=found,
        ratings=ratings_of(s, found.rows),
        total=waiting_count(s),
        state=state,
        doubt=doubt,
        next_url=url_for(".doubts", **following, after=found.next) if found.next else None,
        first_url=None if found.is_first else url_for(".doubts", **following),
        **LABELS,
    )


def _page(burst: Burst, form: DecideForm, *, status: int = 200):
    return page(
        "appraisal/doubt.html",
        status=status,
        burst=burst,
        form=form.offer([entry.doubt_id for entry in burst.entries]),
        doubt=_doubt(),
        sentence=_sentence(burst),
        reasons=REASONS,
        **LABELS,
    )


def _sentence(burst: Burst) -> str:
    """The rule that was broken, with the figures it had then."""
    rules = {doubt: (text, values) for doubt, text, values in explained(burst.rule)}
    text, values = rules[burst.doubt]
    return _(text, **values)


def _burst_or_404(ident: int) -> Burst:
    return burst_of(db.session(), ident) or abort(404)


def _doubt() -> Doubt | None:
    chosen = arg_text("class")
    return Doubt(chosen) if chosen in list(Doubt) else None

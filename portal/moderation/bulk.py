"""批量办理: one act on up to fifty cases, each checked, logged and written by itself.

A selection says of each case what the moderator's page showed: its last step, and where it
would be sent. So nothing is done to a case that somebody else has touched since, and the
suggestion that is followed is the one that was read. One refusal stops no other.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import g, request
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from portal import clock, db
from portal.cases import actions, merging
from portal.cases import undo as undoing
from portal.cases.kinds import REJECT_REASONS
from portal.cases.models import Case
from portal.cases.queries import whole_case
from portal.cases.targets import open_to
from portal.departments.models import Department
from portal.departments.queries import active, by_code
from portal.errors import Invalid, NotAllowed, PortalError
from portal.language import N_
from portal.moderation.blueprint import bp
from portal.moderation.filters import REFERENCE, read_text
from portal.moderation.onward import carried
from portal.moderation.queue import queue_screen
from portal.moderation.queue_forms import BulkForm
from portal.moderation.undoing import Undo, offered_undo
from portal.security import Permission, ensure
from portal.web import page, requires

log = logging.getLogger("portal.moderation")

MOST = 50
"""Cases that one act may take, as many as a page shows."""

UNDO = "undo"
"""The act of the page that shows what happened: all of it back."""


@dataclass(frozen=True)
class Pick:
    """A case of the selection, and what the page said of it."""

    reference: str
    seen: int
    suggested: str
    """Code of the department that was suggested; empty for none."""

    @classmethod
    def read(cls, text: str) -> "Pick":
        """Return the pick that a checkbox stands for. Raises Invalid when it is not ours."""
        reference, _colon, rest = text.partition(":")
        seen, _colon, suggested = rest.partition(":")
        is_ours = REFERENCE.fullmatch(reference) and seen.isascii() and seen.isdigit()
        if not is_ours or len(seen) > 17 or len(suggested) > 60 or "\0" in suggested:
            raise Invalid(N_("所选的诉求件不完整，请返回队列重新选择。"))
        return cls(reference, int(seen), suggested)


@dataclass(frozen=True)
class Outcome:
    """What became of one case of the selection, in words."""

    reference: str
    title: str
    """Empty for a case that is not the moderator's to see."""
    is_done: bool
    words: str
    undo: Undo | None = None


Doing = Callable[[Session, Case, Pick, BulkForm], str]
"""Does one act on one case and returns what to say of it; raises PortalError."""


@bp.post("/bulk")
@requires(Permission.CASE_MODERATE)
def bulk():
    """Do one act on each case of a selection and say of each what happened."""
    picks = _picks(request.form.getlist("pick"))
    form = BulkForm().offer(active(db.session()))
    doing = DOINGS.get(form.act.data or "")
    is_undo = request.form.get("act") == UNDO
    if not is_undo and (not form.validate_on_submit() or not _asks_enough(form)):
        chosen = read_text(request.form.get("queue"))
        return queue_screen(chosen, status=422, bulk=form, picked={p.reference for p in picks})
    if form.act.data == "merge":
        form.parent.data = form.parent.data or _oldest(db.session(), picks)
    outcomes = [_one(pick, _undo if is_undo else doing, form) for pick in picks]
    chosen = read_text(request.form.get("queue"))
    return page("moderation/queue_done.html", outcomes=outcomes, chosen=chosen, carried=carried())


def _picks(texts: Sequence[str]) -> list[Pick]:
    if not texts:
        raise Invalid(N_("请先在队列中勾选诉求件。"))
    if len(texts) > MOST:
        raise Invalid(N_("一次最多选择 %(most)s 件。"), most=MOST)
    return list({pick.reference: pick for pick in map(Pick.read, texts)}.values())


def _asks_enough(form: BulkForm) -> bool:
    """Say whether what the act needs is there; write on the field what is missing."""
    act = form.act.data
    if act == "assign" and not form.department.data:
        form.department.errors = [_("请选择承办单位。")]
    if act == "reject" and not form.reason.data:
        form.reason.errors = [_("请选择不予受理的原因。")]
    if act == "withhold" and not form.why.data:
        form.why.errors = [_("请选择不公开的原因。")]
    if act == "withhold" and not (form.note.data or "").strip():
        form.note.errors = [_("请写明不公开的原因，居民查询时会看到。")]
    return not any(field.errors for field in form)


def _one(pick: Pick, doing: Doing, form: BulkForm) -> Outcome:
    """Act on one case in a transaction of its own."""
    title = ""
    try:
        with db.transaction() as s:
            if doing is _merge:  # before the child: whoever closes a parent locks in this order
                _case(s, form.parent.data)
            case = _case(s, pick.reference)
            title = case.title
            words = doing(s, case, pick, form)
            undo = offered_undo(case, g.actor, clock.now())
        return Outcome(pick.reference, title, True, words, undo)
    except PortalError as error:
        return Outcome(pick.reference, title, False, _(error.message, **error.params))
    except SQLAlchemyError:
        log.exception("a bulk act on %s failed", pick.reference)
        return Outcome(pick.reference, title, False, _("系统出错，这一件没有办理，请单独再试。"))


def _case(s: Session, reference: str) -> Case:
    """Return a case to change. One closed to the actor is told from none that exists by nobody."""
    case = whole_case(s, reference, to_change=True, only=open_to(g.actor))
    try:
        ensure(g.actor, Permission.CASE_MODERATE, case)
    except NotAllowed:
        case = None
    if case is None:
        raise Invalid(N_("找不到这件诉求，或者它不由您处理。"))
    return case


def _suggested(s: Session, case: Case, pick: Pick, form: BulkForm) -> str:
    if not pick.suggested:
        raise Invalid(N_("没有建议单位，没有派单。"))
    return _assign(s, case, pick, form, pick.suggested)


def _assign(s: Session, case: Case, pick: Pick, form: BulkForm, code: str | None = None) -> str:
    unit: Department | None = by_code(s, code or form.department.data)
    if unit is None:
        raise Invalid(N_("请选择承办单位。"))
    actions.assign(s, case, unit, note=form.note.data, **_common(pick))
    return _("已派给%(name)s。", name=unit.name)


def _withhold(s: Session, case: Case, pick: Pick, form: BulkForm) -> str:
    actions.withhold(s, case, reason=form.why.data, note=form.note.data, **_common(pick))
    return _("已决定不公开。")


def _reject(s: Session, case: Case, pick: Pick, form: BulkForm) -> str:
    actions.reject(s, case, form.reason.data, note=form.note.data, **_common(pick))
    return _("不予受理：%(reason)s。", reason=_(REJECT_REASONS[form.reason.data].label))


def _merge(s: Session, case: Case, pick: Pick, form: BulkForm) -> str:
    if case.reference == form.parent.data:
        return _("作为主件，其余并入这一件。")
    parent = _case(s, form.parent.data)
    merging.merge(s, case, parent, note=form.note.data, **_common(pick))
    return _("已并入 %(reference)s。", reference=parent.reference)


def _undo(s: Session, case: Case, pick: Pick, _form: BulkForm) -> str:
    undoing.undo(s, case, **_common(pick))
    return _("已撤销。")


DOINGS: dict[str, Doing] = {
    "suggested": _suggested,
    "assign": _assign,
    "withhold": _withhold,
    "reject": _reject,
    "merge": _merge,
}


def _common(pick: Pick) -> dict[str, object]:
    return {"actor": g.actor, "at": clock.now(), "seen": pick.seen}


def _oldest(s: Session, picks: Sequence[Pick]) -> str:
    """Return the reference of the selected case that came first, of those open to the actor."""
    oldest = (
        select(Case.reference)
        .where(Case.reference.in_([p.reference for p in picks]), open_to(g.actor))
        .order_by(Case.submitted_at, Case.id)
        .limit(1)
    )
    return s.scalar(oldest) or picks[0].reference

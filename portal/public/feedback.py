"""The cases that everybody may read: their list, and the page of each."""

from typing import Any

from flask import Response, abort, session, url_for

from portal import db
from portal.cases.adopting import adopted
from portal.cases.answers_shown import public_answers
from portal.cases.categories.queries import groups
from portal.cases.kinds import (
    ADOPTION_LABELS,
    ADOPTION_TONES,
    CHANNEL_LABELS,
    KIND_LABELS,
    OPEN_KINDS,
    RESOLVED_LABELS,
    Kind,
)
from portal.cases.models import Case
from portal.cases.pages import public_timeline
from portal.cases.queries import public_page, whole_case
from portal.cases.workflow import OPEN, STATE_LABELS, STATE_TONES, Visibility
from portal.departments.queries import active, by_code
from portal.limits import browser
from portal.public.blueprint import bp
from portal.public.join_forms import JoinForm
from portal.public.similar import public_files
from portal.ratings.kinds import LEVEL_LABELS
from portal.security import Permission
from portal.web import arg_text, page, requires

LABELS: dict[str, Any] = {
    "kind_labels": KIND_LABELS,
    "state_labels": STATE_LABELS,
    "state_tones": STATE_TONES,
    "adoption_labels": ADOPTION_LABELS,
    "adoption_tones": ADOPTION_TONES,
}
"""The words that the list and the page need."""


@bp.get("/feedback")
@requires(Permission.PUBLIC)
def feedback():
    """List the public cases, the last published first."""
    s, chosen = db.session(), arg_text("kind")
    kind = Kind(chosen) if chosen in OPEN_KINDS else None
    group = next((g for g in groups(s, whole=True) if g.code == arg_text("group")), None)
    unit = by_code(s, arg_text("department") or "")
    found = public_page(
        s,
        kind=kind,
        group=group.code if group else None,
        department_id=unit.id if unit else None,
        after=arg_text("after", 200),
    )
    narrowed = {
        "kind": kind.value if kind else None,
        "group": group.code if group else None,
        "department": unit.code if unit else None,
    }
    return page(
        "public/feedback.html",
        page=found,
        answers=public_answers(s, found.rows),
        adopted=adopted(s) if kind is Kind.SUGGESTION else None,
        narrowed=narrowed,
        kinds={k: KIND_LABELS[k] for k in OPEN_KINDS},
        groups={g.code: g.name for g in groups(s)},
        units=active(s),
        next_url=url_for(".feedback", **narrowed, after=found.next) if found.next else None,
        **LABELS,
    )


@bp.get("/feedback/<reference>")
@requires(Permission.PUBLIC)
def case(reference: str):
    """Show a public case: what was asked, what was answered, what the resident said."""
    return show_case(public_case(reference))


def public_case(reference: str, *, to_change: bool = False) -> Case:
    """Return a public case, or end the request with 404; `to_change` locks its row."""
    is_public = Case.visibility == Visibility.PUBLIC
    return whole_case(db.session(), reference, to_change=to_change, only=is_public) or abort(404)


def show_case(found: Case, join_form: JoinForm | None = None, status: int = 200) -> Response:
    """Show the page of a public case; a form that is given is one that has to be put right."""
    parent, may_join = found.parent, found.state in OPEN
    if may_join:
        browser()  # named before the first click, so that two quick ones are one joiner's
    answers = public_answers(db.session(), [found])[found.id]
    return page(
        "public/case.html",
        status,
        case=found,
        timeline=public_timeline(found),
        answers=answers,
        has_unshown=any(a.released_at and a not in answers for a in found.answers),
        files=public_files(found),
        parent=parent if parent and parent.visibility is Visibility.PUBLIC else None,
        join_form=join_form or (JoinForm(formdata=None) if may_join else None),
        has_joined=may_join and found.reference in session.get("joined", ()),
        draft_done=session.pop("draft_done", ""),
        channel_labels=CHANNEL_LABELS,
        resolved_labels=RESOLVED_LABELS,
        level_labels=LEVEL_LABELS,
        **LABELS,
    )

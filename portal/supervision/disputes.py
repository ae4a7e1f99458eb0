"""待裁定: cases that departments push away, with what both sides say; the ruling sticks.

Source: 信访工作条例, art. 24 (where units do not agree, their common superior decides).
"""

from flask import g, url_for

from portal import db
from portal.cases.models import Case, CaseEvent
from portal.cases.pages import list_context, names_of, staff_step
from portal.cases.workflow import Action
from portal.security import Permission
from portal.supervision.blueprint import bp
from portal.supervision.queries import HANDED, PUSHED, disputes_page
from portal.web import arg_text, page, requires

TOLD = (*HANDED, *PUSHED, Action.RECUSE)
"""Steps that tell how a case went from hand to hand."""


@bp.get("/disputes")
@requires(Permission.CASE_RULE)
def disputes():
    """List the cases that wait for a ruling, the first due first."""
    found = disputes_page(db.session(), g.actor, after=arg_text("after", 200))
    stories = {case.id: _story(case) for case in found.rows}
    names = names_of(event for story in stories.values() for event in story)
    return page(
        "supervision/disputes.html",
        page=found,
        stories={n: [staff_step(event, names) for event in story] for n, story in stories.items()},
        next_url=url_for(".disputes", after=found.next) if found.next else None,
        **list_context(found.rows),
    )


def _story(case: Case) -> list[CaseEvent]:
    return [event for event in case.events if event.action in TOLD]

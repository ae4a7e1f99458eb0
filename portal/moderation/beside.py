"""What stands beside a case on the moderators' screen: who else looks, notes, phrases, twins."""

from typing import Any

from flask import g, url_for

from portal import clock, db
from portal.cases.models import Case
from portal.cases.workflow import Action, available
from portal.moderation.filters import read_text
from portal.moderation.merging import may_merge, twins
from portal.moderation.onward import carried
from portal.moderation.phrases import by_act, put_chosen
from portal.moderation.presence import BEAT, others
from portal.moderation.queue_forms import RemarkForm
from portal.moderation.undoing import offered_undo, undo_of_done
from portal.security import Permission, permits


def beside(case: Case, forms: dict[str, Any]) -> dict[str, Any]:
    """Return what the parts `_presence`, `_undo`, `_notes`, `_merge` and `_phrases` need.

    `forms` are those of the acts that the page offers; a phrase that the address names is
    written into the one it is for.
    """
    s, at = db.session(), clock.now()
    put_chosen(s, forms)
    is_mergeable = may_merge(case, g.actor)
    return {
        "present": others(s, [case.id], g.actor, at).get(case.id, []),
        "beat": BEAT,
        "undo": offered_undo(case, g.actor, at) or undo_of_done(s, g.actor, at),
        "remark_form": RemarkForm(formdata=None),
        "phrases": by_act(s),
        "may_merge": is_mergeable,
        "may_split": Action.SPLIT in available(case, g.actor),
        "twins": twins(s, case, g.actor) if is_mergeable else [],
        "carried": carried(),
        "back": url_for("moderation.queue", **read_text(carried().get("queue")).as_query()),
        **_kin(case),
    }


def _kin(case: Case) -> dict[str, list[Case]]:
    """Return the cases that this one belongs with, those alone that are open to the actor."""
    kin = {
        "parents": [case.parent],
        "children": case.children,
        "origins": [case.origin],
        "split_off": case.split_off,
    }
    return {
        name: [one for one in some if one and permits(g.actor, Permission.CASE_MODERATE, one)]
        for name, some in kin.items()
    }

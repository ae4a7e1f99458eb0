"""The moderators' queue: what waits, by risk and age, narrowed as they like."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from flask import Response, g, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal import clock, db
from portal.cases.categories.queries import groups
from portal.cases.kinds import KIND_LABELS, OPEN_KINDS
from portal.cases.masking import mask
from portal.cases.models import Case
from portal.cases.pages import list_context
from portal.cases.risk import LEVEL_LABELS
from portal.cases.workflow import OPEN, State
from portal.departments.queries import active
from portal.moderation import presence
from portal.moderation.blueprint import bp
from portal.moderation.filters import NO_SUGGESTION, SUGGESTED, Filter, read
from portal.moderation.queue_forms import BulkForm, FilterForm
from portal.moderation.reading import (
    COUNTED,
    count_selected,
    count_waiting,
    marks,
    queue_page,
)
from portal.moderation.saved import filters_of
from portal.moderation.undoing import undo_of_done
from portal.security import Permission
from portal.web import arg_text, page, requires

QUEUES = (
    State.SUBMITTED,
    State.ANSWERED,
    State.ASSIGNED,
    State.IN_PROGRESS,
    State.DISPUTED,
    State.MERGED,
    State.CLOSED,
    State.REJECTED,
)
"""The tabs. What is done is not counted: it grows for ever, and nobody works through it."""

RISK_TONES = {3: "danger", 2: "late", 1: "info", 0: "plain"}
"""Shapes that stand beside the words of a risk."""

READ, SHOWN = 240, 60
"""Characters of a letter that are read for personal data, and those shown of its beginning: a
number that is cut in half is no longer known for one, so more are read than shown."""


@bp.get("/")
@requires(Permission.CASE_MODERATE)
def queue():
    """List the cases of one state by risk and age, those of the filter alone."""
    return queue_screen(read(request.args))


def queue_screen(
    chosen: Filter,
    *,
    status: int = 200,
    bulk: BulkForm | None = None,
    picked: Collection[str] = (),
) -> Response:
    """Return the page of a filter; `bulk` is a form to be put right, `picked` its selection."""
    s, at = db.session(), clock.now()
    after = None if bulk else arg_text("after", 200)
    found = queue_page(s, chosen, g.actor, at=at, after=after)
    units = active(s)
    query = chosen.as_query()
    waiting = count_waiting(s, g.actor, OPEN, at)
    return page(
        "moderation/queue.html",
        status,
        page=found,
        chosen=chosen,
        query=query,
        queues=QUEUES,
        counts=waiting.counts,
        late=waiting.late,
        total=count_selected(s, chosen, g.actor, at) if chosen.is_narrowed else None,
        counted=COUNTED,
        next_url=url_for(".queue", **query, after=found.next) if found.next else None,
        bulk=bulk or BulkForm(formdata=None).offer(units),
        picked=picked,
        units=units,
        groups=groups(s),
        saved=filters_of(s, g.actor),
        save_form=FilterForm(formdata=None, queue=chosen.as_text()),
        undo=undo_of_done(s, g.actor, at),
        **_rows(found.rows, at),
    )


def _rows(cases: list[Case], at: datetime) -> dict[str, Any]:
    """Return what the rows need beside the cases, in a fixed number of statements."""
    s = db.session()
    return list_context(cases) | {
        "marks": marks(s, cases, g.actor),
        "present": presence.others(s, [c.id for c in cases], g.actor, at),
        "waited": {c.id: waited(c.submitted_at, at) for c in cases},
        "begins": {c.id: first_line(c.body) for c in cases},
        "risk_labels": LEVEL_LABELS,
        "risk_tones": RISK_TONES,
        "kinds": {kind: KIND_LABELS[kind] for kind in OPEN_KINDS},
        "no_suggestion": NO_SUGGESTION,
        "suggested_in": SUGGESTED,
    }


def waited(since: datetime, at: datetime) -> str:
    """Say how long ago something was, in hours up to two days, then in days."""
    hours = max(0, int((at - since).total_seconds()) // 3600)
    if hours == 0:
        return _("不到 1 小时")
    if hours < 48:
        return ngettext("%(num)d 小时", "%(num)d 小时", hours)
    return ngettext("%(num)d 天", "%(num)d 天", hours // 24)


def first_line(body: str) -> str:
    """Return the beginning of a letter on one line, personal data masked."""
    line = " ".join(mask(body[:READ]).masked.split())
    return line if len(line) <= SHOWN else f"{line[:SHOWN]}…"

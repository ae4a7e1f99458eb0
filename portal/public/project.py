"""A promise's own page."""

import calendar
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from flask import abort
from flask_babel import format_date
from flask_babel import gettext as _

from portal import clock, db
from portal.cases.kinds import KIND_LABELS
from portal.cases.queries import public_page
from portal.cases.workflow import STATE_LABELS, STATE_TONES
from portal.language import N_
from portal.paging import Page
from portal.projects import kinds
from portal.projects.dossier import Dossier
from portal.projects.funds.rules import PACE_LABELS, days_late
from portal.projects.models import Project
from portal.projects.page import read
from portal.projects.queries import by_code
from portal.projects.record.values import plain
from portal.projects.rules import COMPLETION_LABELS, PROMISE_LABELS, item_rate
from portal.projects.schedule.rules import LIGHT_LABELS, LIGHT_TONES
from portal.projects.upkeep.rules import SERVICE_LABELS
from portal.projects.wording import Said, freshness, headline, light_rule, number
from portal.public import voices
from portal.public.attachments import file_url
from portal.public.blueprint import bp
from portal.security import Permission
from portal.web import page, requires


def dialled(phone: str) -> str:
    """Return what a telephone dials of a number as it is told, such as `12345（转县教育局）`.

    Empty when it begins with no number.
    """
    found = re.match(r"\+?[0-9][0-9 -]*", phone.strip())
    return found[0].replace(" ", "").rstrip("-") if found else ""


LABELS: dict[str, Any] = {
    "kinds": kinds,
    "completion_labels": COMPLETION_LABELS,
    "promise_labels": PROMISE_LABELS,
    "light_labels": LIGHT_LABELS,
    "light_tones": LIGHT_TONES,
    "pace_labels": PACE_LABELS,
    "service_labels": SERVICE_LABELS,
    "kind_labels": KIND_LABELS,
    "state_labels": STATE_LABELS,
    "state_tones": STATE_TONES,
    "days_late": days_late,
    "dialled": dialled,
    "item_rate": item_rate,
    "number": number,
    "plain": plain,
    "file_url": file_url,
    "say": _,
}
"""Words and ways of spelling that the page's templates use."""


@bp.get("/projects/<code>")
@requires(Permission.PUBLIC)
def project(code: str):
    """Show one promise: what, where, by when, how far, who answers, what residents say."""
    s, day = db.session(), clock.today()
    found = project_or_404(code)
    said_in = year_of(found.year, day)
    d, tell = read(s, found, day), teller(said_in)
    told = [tell(sentence) for sentence in headline(found, d.standing, day)]
    fresh = freshness(found, d.scale.stale_days, day)
    cases = public_page(s, project_id=found.id, size=10)
    said = voices.parts(s, found, day, d.revisits)
    return page(
        "public/project.html",
        project=found,
        d=d,
        told=told,
        fresh=tell(fresh) if fresh else "",
        rule=[tell(sentence) for sentence in light_rule(d.scale)],
        parts=_index(d, cases, said["ballot_lines"]),
        cases=cases,
        day_words=days_words(said_in),
        **LABELS,
        **said,
    )


def project_or_404(code: str) -> Project:
    """Return the project with this code, or end the request with 404."""
    return by_code(db.session(), code) or abort(404)


def days_words(today: date | None) -> Callable[[date], str]:
    """Return what spells a day as people say it: 月底 for a month's end, no year within this one.

    Without `today` every day is told with its year, as on paper that outlasts it.
    """

    def words(day: date) -> str:
        is_end = day.day == calendar.monthrange(day.year, day.month)[1]
        # Patterns of dates in Unicode's notation (y, M, d), as the language puts them.
        if today and day.year == today.year:
            return format_date(day, _("M月底") if is_end else _("M月d日"))
        return format_date(day, _("y年M月底") if is_end else _("y年M月d日"))

    return words


def year_of(listed: int, today: date) -> date | None:
    """Return what `days_words` wants for a promise of the year `listed`.

    Beside another year's name a day without its year would be read as one of that year.
    """
    return today if listed == today.year else None


def teller(today: date | None) -> Callable[[Said], str]:
    """Return what turns a sentence of `projects.wording` into the visitor's language."""
    words = days_words(today)

    def spelt(value: Any) -> Any:
        if isinstance(value, date):
            return words(value)
        return number(value) if isinstance(value, Decimal) else value

    return lambda said: _(said.text, **{k: spelt(v) for k, v in said.values.items()})


def _index(d: Dossier, cases: Page, ballot_lines: list[Any]) -> list[tuple[str, str, bool]]:
    """Return anchor and name of each part of the page, and whether there is anything in it.

    Not every county has deputies vote on single projects: without a ballot nothing is missing.
    """
    quality = (d.participants, d.inspections, d.hazards, d.tests, d.acceptances, d.honours)
    parts = (
        ("promise", N_("承诺"), True),
        ("schedule", N_("进度"), True),
        ("photos", N_("照片"), d.photos),
        ("money", N_("资金"), d.funds or d.payments),
        ("quality", N_("质量安全"), any(quality)),
        ("upkeep", N_("管护"), True),
        ("people", N_("责任链"), d.duties),
        ("documents", N_("文件"), d.documents),
        ("ratings", N_("评价"), True),
        *([("ballots", N_("代表测评"), True)] if ballot_lines else []),
        ("cases", N_("诉求"), cases.rows),
    )
    return [(anchor, _(label), bool(content)) for anchor, label, content in parts]

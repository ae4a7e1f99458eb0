"""What residents say of a year's list: projects by the lower bound, and the published rule."""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from math import sqrt
from typing import Any

from flask import Response, abort, url_for
from flask_babel import gettext as _

from portal import clock, db
from portal.county.queries import ratings as setting
from portal.county.queries import towns
from portal.downloads import csv_file, xlsx_file
from portal.language import N_
from portal.limits import by_address, limited
from portal.projects.models import LISTED, Project
from portal.projects.queries import years
from portal.public.blueprint import bp
from portal.public.stuffing import HONEST_MOST, HONEST_WORST_RUN, LINES
from portal.public.voices import LABELS, Table, channel_rows, limits, shares
from portal.public.years import listed_or_404
from portal.ratings import overview
from portal.ratings.kinds import BAD, LEVEL_LABELS
from portal.ratings.overview import Parts, Ranking
from portal.ratings.rules import SATISFIED_FROM, Z95, Figure, figure
from portal.ratings.screening.rules import Rule, explained
from portal.security import Permission
from portal.web import arg_int, arg_text, page, requires

EXAMPLE = {5: 30, 4: 10, 3: 6, 2: 3, 1: 1}
"""46 of 50 satisfied: the worked example of the published rule."""

HEAD = (
    N_("编号"),
    N_("项目"),
    *LEVEL_LABELS.values(),
    N_("份数"),
    N_("满意（份）"),
    N_("满意率（百分数）"),
    N_("95%区间下限"),
    N_("95%区间上限"),
    N_("名次最高可能"),
    N_("名次最低可能"),
    N_("参加排序的项目数"),
    N_("另有未验证和工作人员登记（份）"),
    N_("说明"),
)
WIDTHS = (12, 40, *(10 for _level in LEVEL_LABELS), 8, 10, 12, 12, 12, 12, 12, 14, 18, 24)


@bp.get("/ratings")
@requires(Permission.PUBLIC)
def scores():
    """Show a year's figure, its projects by the lower bound, and all that is not counted."""
    s, day = db.session(), clock.today()
    listed = years(s)
    year = arg_int("year", 2000, 2100) or _latest(listed, day)
    if listed and year not in listed:
        abort(404)
    found, after = overview.ranking(s, year, day), arg_text("after")
    shown, following = found.page(after)
    return page(
        "public/scores.html",
        year=year,
        years=listed,
        ranking=found,
        ranked=[place for place in shown if place.tier],
        few=[place for place in shown if not place.tier],
        is_first=not after,
        next_url=url_for(".scores", year=year, after=following) if following else None,
        **({} if after else _around(year, day)),
        **LABELS,
    )


@bp.get("/ratings/rules")
@requires(Permission.PUBLIC)
def rating_rules():
    """Show the rule by which ratings are taken, counted, set aside and followed up."""
    s, day = db.session(), clock.today()
    rules, example = setting(s, day), figure(EXAMPLE, 1)
    return page(
        "public/rating_rules.html",
        rules=rules,
        limits=limits(rules),
        example=example,
        steps=_steps(example),
        doubts=explained(Rule.of(rules["screening"])),
        satisfied=[_(label) for n, label in LEVEL_LABELS.items() if n >= SATISFIED_FROM],
        bad=[_(label) for n, label in LEVEL_LABELS.items() if n <= BAD],
        measured=LINES,
        honest_most=HONEST_MOST,
        honest_worst=HONEST_WORST_RUN,
        say=_,
        **LABELS,
    )


@bp.get("/ratings/<int:year>.csv")
@requires(Permission.PUBLIC)
@limited("LIMIT_DOWNLOAD_ADDRESS", by_address, method="GET")
def scores_csv(year: int) -> Response:
    """Hand over a year's list by the lower bound as CSV, those with too few at the end."""
    found = _listed(year)
    return csv_file(_("%(year)s年民生实事满意度.csv", year=year), _lines(found, str))


@bp.get("/ratings/<int:year>.xlsx")
@requires(Permission.PUBLIC)
@limited("LIMIT_DOWNLOAD_ADDRESS", by_address, method="GET")
def scores_xlsx(year: int) -> Response:
    """Hand over a year's list by the lower bound as a workbook."""
    found = _listed(year)
    name = _("%(year)s年民生实事满意度.xlsx", year=year)
    return xlsx_file(name, [(_("各项目满意度"), WIDTHS, _lines(found, float))])


def _latest(listed: list[int], day: date) -> int:
    """Return the year to show first: the latest that has begun."""
    return next((y for y in listed if y <= day.year), listed[0] if listed else day.year)


def _listed(year: int) -> Ranking:
    listed_or_404(year)
    return overview.ranking(db.session(), year, clock.today())


def _around(year: int, day: date) -> dict[str, Any]:
    """Return what stands around the list on its first page: what a year's ratings are made of,
    what does not count, what followed from bad ratings, and the appeals."""
    s = db.session()
    rules, parts, apart = setting(s, day), overview.parts(s, year, day), overview.apart(s, year)
    return {
        "parts": parts,
        "tables": _tables(parts),
        "apart": apart,
        "follow_up": shares(apart.follow_up),
        "limits": limits(rules),
        "minimum": rules["minimum"],
        "appeals": overview.appeals(s, [Project.year == year, LISTED]),
    }


def _tables(parts: Parts) -> list[Table]:
    """Return the year's ratings by town, in the county's order, and by channel."""
    local = [(t.name, parts.towns[t.code]) for t in towns(db.session()) if t.code in parts.towns]
    if "" in parts.towns:
        local.append((_("没有注明乡镇"), parts.towns[""]))
    return [
        Table(
            _("各乡镇街道"),
            _("乡镇街道"),
            local,
            _("按扫码的点位所在乡镇，没有点位的按项目所在乡镇；已验证居民。按县里的顺序排列。"),
        ),
        Table(
            _("从哪里评的"),
            _("渠道"),
            channel_rows(parts.channels),
            _("按渠道和是否验证分开计算；只有已验证居民的算进满意率和排序。"),
        ),
    ]


def _steps(f: Figure) -> dict[str, str]:
    """Return the numbers that stand in the worked example of the interval, as they are shown."""
    n, zz = f.total, Z95 * Z95
    p = f.satisfied / n
    under = 1 + zz / n
    middle, root = (p + zz / (2 * n)) / under, sqrt(p * (1 - p) / n + zz / (4 * n * n))
    return {
        "z": f"{Z95:.2f}",
        "p": f"{p:.3f}",
        "middle": f"{middle:.4f}",
        "half": f"{Z95 * root / under:.4f}",
    }


def _lines(found: Ranking, spelt: Callable[[Decimal], Any]) -> Iterator[list[Any]]:
    """Yield head and a line for each project; figures in percent, empty where there are none."""
    yield [_(label) for label in HEAD]
    for place in [*found.ranked, *found.few]:
        f, tier = place.figure, place.tier
        yield [
            place.code,
            place.name,
            *f.counts.values(),
            f.total,
            f.satisfied,
            *("" if value is None else spelt(value) for value in (f.rate, f.low, f.high)),
            *((tier.best, tier.worst, len(found.ranked)) if tier else ("", "", "")),
            place.others,
            "" if tier else _("样本不足，不参加排序"),
        ]

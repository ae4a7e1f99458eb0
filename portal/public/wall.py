"""挂图作战: all promises of a year on one chart, for the desk, the hall and the wall."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any

from babel import Locale
from babel.dates import format_skeleton, get_month_names
from flask import url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from portal import clock, db
from portal.departments.queries import active
from portal.language import N_
from portal.projects.queries import Filters, fields_in_use, leaders
from portal.projects.schedule import chart
from portal.projects.schedule.rules import HUNDRED, LIGHT_LABELS, LIGHT_TONES, Light
from portal.projects.schedule.sheets import Task, light_counts, milestones, sheet
from portal.projects.schedule.standings import FINAL, ensure_fresh
from portal.public.blueprint import bp
from portal.public.years import listed_or_404
from portal.security import Permission
from portal.web import arg_text, page, requires

ROWS, HALL_ROWS = 40, 12
"""Rows of a sheet: as many as an A3 page holds, and as many as a hall reads from afar."""

TURN_SECONDS = 20
"""How long a sheet stays in the hall while sheets turn by themselves."""

Say = Callable[[date], str]

SORTS = {"list": N_("清单顺序"), "light": N_("滞后在前")}


@dataclass(frozen=True)
class Line:
    """One project of the chart: its row of the list, and what is drawn and said of it."""

    row: Any
    drawing: chart.Drawing
    tasks: list[Task]
    planned: str
    done: str
    """Percent done; empty without a report."""
    gap: str
    """Percentage points; like `planned` empty once the work is accepted or stopped."""
    sentence: str
    """What the drawing shows, in words."""


@bp.get("/years/<int:year>/wall")
@requires(Permission.PUBLIC)
def wall(year: int):
    """Show a sheet of the year's chart; `view=table` as figures, `screen=1` for a hall."""
    s, day = db.session(), clock.today()
    listed = listed_or_404(year)
    ensure_fresh(s, day)
    filters, sort = _filters(year), "light" if arg_text("sort") == "light" else "list"
    is_hall = arg_text("screen") == "1"
    size = HALL_ROWS if is_hall else ROWS
    found = sheet(s, filters, sort=sort, after=arg_text("after", 200), size=size)
    tasks = milestones(s, [row.id for row in found.rows])
    counts, say = light_counts(s, filters), _sayer(year)
    total = counts.get(filters.light, 0) if filters.light else sum(counts.values())
    return page(
        "public/wall_screen.html" if is_hall else "public/wall.html",
        lines=[_line(row, tasks.get(row.id, []), day, say) for row in found.rows],
        sheet=found,
        sheets=-(-total // size),
        counts=counts,
        total=total,
        say=say,
        **_frame(year, day),
        **_choices(filters, sort, listed),
    )


def _filters(year: int) -> Filters:
    light = arg_text("light")
    return Filters(
        year=year,
        field=arg_text("field"),
        department=arg_text("department"),
        leader=arg_text("leader"),
        light=Light(light) if light in list(Light) else None,
    )


def _choices(filters: Filters, sort: str, listed: list[int]) -> dict[str, Any]:
    """Return what the visitor has chosen, what else there is, and the address of each."""
    s, is_hall = db.session(), arg_text("screen") == "1"
    view = "table" if arg_text("view") == "table" else "chart"
    chosen = filters.without("year").chosen()
    units, heads = active(s), leaders(s)
    kept = chosen | ({"sort": sort} if sort != "list" else {})
    kept |= {"screen": "1"} if is_hall else {"view": view} if view != "chart" else {}

    def url(**changes: str | int | None) -> str:
        """Return the address of the chart with some choices made otherwise."""
        return url_for(".wall", **({"year": filters.year} | kept | changes))

    return {
        "filters": filters,
        "chosen": chosen,
        "sort": sort,
        "sorts": SORTS,
        "view": view,
        "url": url,
        "years": listed,
        "fields": fields_in_use(s),
        "departments": units,
        "leaders": heads,
        "only": _only(filters, {u.code: u.name for u in units}, {h.code: h.name for h in heads}),
        "light_labels": LIGHT_LABELS,
        "light_tones": LIGHT_TONES,
        "turn_seconds": TURN_SECONDS,
    }


def _only(filters: Filters, units: dict[str, str], heads: dict[str, str]) -> list[str]:
    """Say what the chart is narrowed to; paper and hall show no form that would."""
    named = (
        filters.field,
        units.get(filters.department or "", filters.department),
        heads.get(filters.leader or "", filters.leader),
        _(LIGHT_LABELS[filters.light]) if filters.light else None,
    )
    return [name for name in named if name]


def _frame(year: int, day: date) -> dict[str, Any]:
    """Return what all lines share: the months' names, and where today stands."""
    locale = get_locale()
    long = get_month_names("abbreviated", "stand-alone", locale)
    short = get_month_names("narrow", "stand-alone", locale)
    return {
        "year": year,
        "months": [(long[n], short[n]) for n in range(1, 13)],
        "today": chart.place(day, year, 0.5) if day.year == year else None,
        "day": day,
        "as_of": clock.now(),
    }


def _sayer(year: int) -> Say:
    """Return what says a day in the visitor's language, with its year where not the chart's."""
    return partial(_written, year, str(get_locale()))


def _line(row: Any, tasks: list[Task], day: date, say: Say) -> Line:
    dates = [(t.planned_on, t.actual_on) for t in tasks]
    is_final, done = row.status in FINAL, _done(row)
    until = row.completed_on if is_final else day
    whole = HUNDRED if row.light is Light.DONE else None
    course = chart.Course(
        start_on=row.start_on,
        due_on=row.due_on,
        promised_on=row.promised_on,
        until=until,
        accepted_on=row.completed_on,
        planned=None if is_final else row.planned,
        percent=whole if done is None else done,
    )
    return Line(
        row=row,
        drawing=chart.draw(course, dates, row.year, day),
        tasks=tasks,
        planned="" if is_final else chart.figure(row.planned),
        done="" if done is None else chart.figure(done),
        gap="" if is_final or row.gap is None else chart.figure(row.gap, signed=True),
        sentence=_sentence(row, chart.tally(dates, day), day, say),
    )


def _done(row: Any) -> Decimal | None:
    """Return percent done as the light sees it: works that have not begun stand at nothing."""
    if row.percent is None and row.gap is not None:
        return row.planned + row.gap
    return row.percent


def _sentence(row: Any, tasks: chart.Tally, day: date, say: Say) -> str:
    """Say in words what a project's line shows."""
    said = [_window(row, say), _figures(row)]
    if row.promised_on and row.due_on and row.promised_on != row.due_on:
        said.append(_("原承诺%(day)s完成", day=say(row.promised_on)))
    if row.completed_on:
        said.append(_("%(day)s完工验收", day=say(row.completed_on)))
    elif row.due_on and row.due_on < day and row.status not in FINAL:
        said.append(_("已超过承诺日期%(n)s天", n=(day - row.due_on).days))
    if tasks.total:
        said.append(
            _(
                "节点%(n)s个，已到%(reached)s个，逾期未到%(missed)s个",
                n=tasks.total,
                reached=tasks.reached,
                missed=tasks.missed,
            )
        )
    if row.light is not Light.UNKNOWN:  # which says once more that there is no report
        said.append(_(LIGHT_LABELS[row.light]))
    return _("；").join(said)


def _window(row: Any, say: Say) -> str:
    if row.start_on and row.due_on:
        return _(
            "计划%(start)s至%(due)s",
            start=say(row.start_on),
            due=say(row.due_on),
        )
    if row.due_on:
        return _("计划%(due)s前完成，没有公布开工日期", due=say(row.due_on))
    if row.start_on:
        return _("计划%(start)s开始，没有公布完成日期", start=say(row.start_on))
    return _("没有公布起止日期")


def _figures(row: Any) -> str:
    done = _done(row)
    said = _("未报进度") if done is None else _("实际%(n)s%%", n=chart.figure(done))
    if row.status in FINAL:  # its plan is no longer followed from day to day
        return said
    said = _("今天应完成%(n)s%%", n=chart.figure(row.planned)) + _("，") + said
    if not row.gap:
        return said
    points = chart.figure(abs(row.gap))
    if row.gap < 0:
        return said + _("，") + _("比计划落后%(n)s个百分点", n=points)
    return said + _("，") + _("比计划超前%(n)s个百分点", n=points)


@lru_cache(maxsize=4096)
def _written(year: int, locale: str, moment: date) -> str:
    skeleton = "MMMd" if moment.year == year else "yMMMd"
    return format_skeleton(skeleton, moment, locale=Locale.parse(locale))

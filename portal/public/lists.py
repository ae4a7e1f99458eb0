"""The list of promises: narrowed, counted, sorted, a page at a time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from flask import url_for
from flask_babel import gettext as _

from portal import clock, db
from portal.language import N_
from portal.paging import Page
from portal.projects.facets import Counts, Entry, counts, registers
from portal.projects.kinds import (
    LEVEL_NAMES,
    STAGE_LABELS,
    WORK_LABELS,
    Level,
    ProjectStatus,
    Stage,
)
from portal.projects.queries import Filters, project_page
from portal.projects.rules import COMPLETION_LABELS, Completion, completion
from portal.projects.schedule.rules import LIGHT_LABELS, LIGHT_RANKS, LIGHT_TONES, Light
from portal.projects.schedule.standings import ensure_fresh
from portal.public.blueprint import bp
from portal.public.project import days_words, year_of
from portal.ratings.order import BY_RATING
from portal.ratings.queries import figures
from portal.security import Permission
from portal.web import arg_int, arg_text, page, requires

SORTS = {
    "list": N_("清单顺序"),
    "light": N_("滞后在前"),
    "due": N_("期限近的在前"),
    "updated": N_("最近更新在前"),
    "rating": N_("满意度下限高的在前"),
}

NAMES = {
    "year": (N_("年份"), N_("全部年份")),
    "field": (N_("领域"), N_("全部领域")),
    "town": (N_("乡镇街道"), N_("全县")),
    "department": (N_("牵头单位"), N_("全部单位")),
    "leader": (N_("分包领导"), N_("全部领导")),
    "level": (N_("项目层级"), N_("全部层级")),
    "light": (N_("进度灯"), N_("全部")),
    "stage": (N_("阶段"), N_("全部阶段")),
    "status": (N_("状态"), N_("全部状态")),
    "completion": (N_("完成情况"), N_("全部")),
    "stale": (N_("填报"), N_("不限")),
    "q": (N_("关键词"), ""),
}
"""Filter -> what it is called, and what leaving it out is called."""

FIRST, MORE = ("year", "field", "town"), ("department", "leader", "level", "stage", "status")
LABELS: dict[str, Mapping[Any, str]] = {
    "level": LEVEL_NAMES,
    "light": LIGHT_LABELS,
    "stage": STAGE_LABELS,
    "status": WORK_LABELS,
    "completion": COMPLETION_LABELS,
}

KIND = TypeVar("KIND", bound=StrEnum)


@dataclass(frozen=True)
class Choice:
    """One filter as a select: what it is called and what can be chosen, with counts."""

    name: str
    label: str
    empty: str
    options: list[tuple[str, str]]
    chosen: str


@bp.get("/projects")
@requires(Permission.PUBLIC)
def projects():
    """List the projects that pass the filters, with what each other choice would leave."""
    s = db.session()
    ensure_fresh(s, clock.today())
    filters, sort = _filters(), _sort()
    order = BY_RATING if sort == "rating" else sort
    found = project_page(s, filters, sort=order, after=arg_text("after", 200))
    tally, known = counts(s, filters), registers(s)
    kept = filters.chosen() | ({"sort": sort} if sort != "list" else {})
    url = _addresses(kept)
    return page(
        "public/projects.html",
        total=tally.total,
        stale=tally.stale,
        filters=filters,
        sort=sort,
        sorts=SORTS,
        url=url,
        lights=_lights(tally, filters),
        first=[_choice(name, tally, filters, known) for name in FIRST],
        more=[_choice(name, tally, filters, known) for name in (*MORE, "completion")],
        is_more_used=any(getattr(filters, n) for n in (*MORE, "completion", "stale")),
        chips=_chips(filters, known, url),
        places=_places(filters, known),
        next_url=url(after=found.next) if found.next else None,
        **cards(found),
    )


def cards(found: Page) -> dict[str, Any]:
    """Return what the cards of a page of projects need beside its rows."""
    day = clock.today()
    return {
        "page": found,
        "figures": figures(db.session(), [p.id for p in found.rows], day),
        "light_labels": LIGHT_LABELS,
        "light_tones": LIGHT_TONES,
        "level_names": LEVEL_NAMES,
        "completion": completion,
        "completion_labels": COMPLETION_LABELS,
        "day": day,
        "say_of": lambda year: days_words(year_of(year, day)),
    }


def _filters() -> Filters:
    """Read the filters of the address; what is absurd is left out."""
    return Filters(
        year=arg_int("year", 2000, 2100),
        field=arg_text("field"),
        town=arg_text("town"),
        department=arg_text("department"),
        leader=arg_text("leader"),
        level=_one_of("level", Level),
        light=_one_of("light", Light),
        stage=_one_of("stage", Stage),
        status=_one_of("status", ProjectStatus),
        completion=_one_of("completion", Completion),
        stale=True if arg_text("stale") == "yes" else None,
        q=arg_text("q"),
    )


def _one_of(name: str, kind: type[KIND]) -> KIND | None:
    value = arg_text(name)
    return kind(value) if value in list(kind) else None


def _sort() -> str:
    sort = arg_text("sort")
    return sort if sort in SORTS else "list"


def _addresses(kept: Mapping[str, str]) -> Callable[..., str]:
    def url(**changes: str | None) -> str:
        """Return the address of the list with some choices made otherwise."""
        return url_for(".projects", **(kept | changes))

    return url


def _lights(tally: Counts, filters: Filters) -> list[tuple[Light, int]]:
    """Return the lights that projects show, with how many, the gravest first."""
    counted = tally.of["light"]
    return [
        (light, counted.get(light.value, 0))
        for light in LIGHT_RANKS
        if counted.get(light.value) or light is filters.light
    ]


def _choice(name: str, tally: Counts, filters: Filters, known: Mapping[str, list[Entry]]) -> Choice:
    """Return a filter's select; options that would leave nothing are left out."""
    label, empty = NAMES[name]
    chosen = filters.chosen().get(name, "")
    pattern = _("%(name)s（%(n)s）")
    options = [
        (value, pattern % {"name": text, "n": n})
        for value, text, n in _values(name, tally.of[name], known)
        if n or value == chosen
    ]
    return Choice(name, _(label), _(empty), options, chosen)


def _values(
    name: str, counted: Mapping[str, int], known: Mapping[str, list[Entry]]
) -> list[tuple[str, str, int]]:
    """Return value, words and count of each option, in the order they are offered in."""
    if name in LABELS:
        return [(str(k), _(text), counted.get(str(k), 0)) for k, text in LABELS[name].items()]
    if name in known:
        return [(e.code, e.name, counted.get(e.key, 0)) for e in known[name]]
    if name == "year":
        return [(year, year, counted[year]) for year in sorted(counted, reverse=True)]
    return [(text, text, n) for text, n in sorted(counted.items(), key=lambda i: (-i[1], i[0]))]


def _chips(
    filters: Filters, known: Mapping[str, list[Entry]], url: Callable[..., str]
) -> list[tuple[str, str, str]]:
    """Return name, value and address without it of each filter in use."""
    return [
        (_(NAMES[name][0]), _value_words(name, value, known), url(**{name: None}))
        for name, value in filters.chosen().items()
    ]


def _places(filters: Filters, known: Mapping[str, list[Entry]]) -> list[tuple[str, str, str]]:
    """Return kind, code and name of what is chosen and has a page of its own."""
    chosen = filters.chosen()
    return [
        (name, e.code, e.name) for name in known for e in known[name] if e.code == chosen.get(name)
    ]


def _value_words(name: str, value: str, known: Mapping[str, list[Entry]]) -> str:
    if name == "stale":
        return _("超期未报")
    if name in LABELS:
        return _(LABELS[name][value])
    return next((e.name for e in known.get(name, ()) if e.code == value), value)

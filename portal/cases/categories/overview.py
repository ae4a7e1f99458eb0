"""The whole taxonomy on one page: who is in charge today, and how many cases are open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from portal.cases.categories.models import Category, CategoryRoute
from portal.cases.categories.queries import groups
from portal.cases.models import Case
from portal.cases.targets import open_to
from portal.cases.workflow import OPEN
from portal.departments.models import Department
from portal.security import Actor


@dataclass(frozen=True)
class Line:
    """One category as the list shows it."""

    category: Category
    in_charge: Department | None
    """Today, wherever no town has its own."""
    own_towns: int
    """Towns that have a rule of their own today."""
    cases: int
    """Open ones of the category itself, of those open to who looks."""


def lines(s: Session, actor: Actor, day: date) -> list[tuple[Line, list[Line]]]:
    """Return every group with its matters, closed ones too, in a fixed number of statements."""
    found = groups(s, whole=True)
    rules = s.scalars(
        select(CategoryRoute)
        .where(CategoryRoute.valid_from <= day)
        .options(joinedload(CategoryRoute.department))
        .order_by(CategoryRoute.valid_from, CategoryRoute.id)
    )
    held: dict[str, dict[str | None, Department]] = {}
    for rule in rules:  # the later one that holds goes over the earlier
        held.setdefault(rule.category_code, {})[rule.town_code] = rule.department
    counts = _open_cases(s, actor)

    def line(category: Category, above: Sequence[Category]) -> Line:
        own = held.get(category.code, {})
        return Line(
            category,
            _in_charge([category, *above], held),
            len([town for town in own if town is not None]),
            counts.get(category.code, 0),
        )

    return [(line(g, ()), [line(one, (g,)) for one in g.children]) for g in found]


def _in_charge(
    chain: Sequence[Category], held: dict[str, dict[str | None, Department]]
) -> Department | None:
    """Answer as `queries.in_charge` does for no town, from what was read already."""
    for one in chain:
        found = held.get(one.code, {}).get(None) or one.department
        if found is not None:
            return found
    return None


def _open_cases(s: Session, actor: Actor) -> dict[str, int]:
    statement = (
        select(Case.category_code, func.count())
        .where(Case.state.in_(OPEN), Case.category_code.is_not(None), open_to(actor))
        .group_by(Case.category_code)
    )
    return dict(s.execute(statement).all())

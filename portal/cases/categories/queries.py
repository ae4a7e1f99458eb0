"""Reading the taxonomy, and who is in charge of a matter on a day in a town."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from portal.cases.categories.models import Category, CategoryRoute
from portal.departments.models import Department


def groups(s: Session, *, whole: bool = False) -> list[Category]:
    """Return the groups in the county's order with their matters; `whole`: closed ones too."""
    statement = (
        select(Category)
        .where(Category.parent_code.is_(None))
        .options(
            joinedload(Category.department),
            selectinload(Category.children).joinedload(Category.department),
        )
        .order_by(Category.sort_order, Category.code)
    )
    found = list(s.scalars(statement))
    return found if whole else [group for group in found if group.is_active]


@dataclass(frozen=True)
class Entry:
    """A group or a matter as a form offers it: plain, so that no form holds rows of a session."""

    code: str
    name: str
    words: tuple[str, ...]
    parts: tuple["Entry", ...] = ()
    """What a group is divided into."""


def menu(s: Session) -> list[Entry]:
    """Return what a form offers to choose from, in the county's order, by one query."""
    rows = s.execute(
        select(Category.code, Category.parent_code, Category.name, Category.words)
        .where(Category.is_active)
        .order_by(Category.sort_order, Category.code)
    ).all()
    parts: dict[str, list[Entry]] = {}
    for row in rows:
        if row.parent_code:
            parts.setdefault(row.parent_code, []).append(
                Entry(row.code, row.name, tuple(row.words))
            )
    return [
        Entry(row.code, row.name, tuple(row.words), tuple(parts.get(row.code, ())))
        for row in rows
        if row.parent_code is None
    ]


def matters(group: Category, *, whole: bool = False) -> list[Category]:
    """Return what a group is divided into; `whole`: closed ones too."""
    return [one for one in group.children if whole or one.is_active]


def in_charge(
    s: Session, category: Category, town_code: str | None, day: date
) -> Department | None:
    """Return the department in charge of a matter in a town on a day.

    The town's own rule goes before the county's, a dated rule before the category's usual
    department, the matter before its group; among dated rules the latest that holds counts.
    """
    for one in filter(None, (category, category.parent)):
        rules = s.scalars(
            select(CategoryRoute)
            .where(CategoryRoute.category_code == one.code, CategoryRoute.valid_from <= day)
            .options(joinedload(CategoryRoute.department))
        ).all()
        found = _latest(r for r in rules if town_code and r.town_code == town_code) or _latest(
            r for r in rules if r.town_code is None
        )
        if found is not None:
            return found.department
        if one.department is not None:
            return one.department
    return None


def _latest(rules: Iterable[CategoryRoute]) -> CategoryRoute | None:
    return max(rules, key=lambda rule: rule.valid_from, default=None)

"""The register of departments as suggestions read it: plain rows, because it is read each time."""

from collections.abc import Collection, Iterable

from sqlalchemy import ColumnElement, Row, func, select
from sqlalchemy.orm import Session

from portal.departments.models import Department, DepartmentAlias, DepartmentDuty
from portal.routing.rules import Unit

_BETWEEN = "\n"
"""What stands between two words; none contains it."""


def active_rows(s: Session) -> list[Row]:
    """Return id, code and name of the departments that may be given work, in their order."""
    return list(
        s.execute(
            select(Department.id, Department.code, Department.name)
            .where(Department.is_active)
            .order_by(Department.sort_order, Department.id)
        )
    )


def units_of(s: Session, departments: Iterable[Row]) -> list[Unit]:
    """Return what each of `departments` is called and there for. Two queries."""
    aliases = _words(s, DepartmentAlias, DepartmentAlias.name)
    duties = _words(s, DepartmentDuty, DepartmentDuty.word)
    return [Unit(d.code, d.name, aliases.get(d.id, ()), duties.get(d.id, ())) for d in departments]


def by_codes(s: Session, codes: Collection[str]) -> dict[str, Department]:
    """Return the departments with these codes."""
    if not codes:
        return {}
    return {d.code: d for d in s.scalars(select(Department).where(Department.code.in_(codes)))}


def _words(s: Session, table: type, word: ColumnElement[str]) -> dict[int, tuple[str, ...]]:
    """Return the words of each department, put together by the database: a county has a
    thousand, and a row for each takes longer than all the rest of a suggestion's reading."""
    together = func.aggregate_strings(word, _BETWEEN)
    rows = s.execute(select(table.department_id, together).group_by(table.department_id))
    return {owner: tuple(sorted(words.split(_BETWEEN))) for owner, words in rows}

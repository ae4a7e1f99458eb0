"""Setting up how a county takes cases in: the setting `intake`, and what cases are about.

Categories on record stay as they are, since staff keep them at /moderation/categories: loading
adds those that are new, by their code or by their name in the group, and touches no other.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.categories.models import Category
from portal.cases.categories.rules import CODE, Content, faults
from portal.cases.kinds import OPEN_KINDS, OWN_KINDS
from portal.county.taxonomy import TAXONOMY, owner
from portal.departments.models import Department
from portal.departments.queries import whole_register
from portal.errors import Invalid
from portal.language import N_
from portal.setup_shapes import Shape, is_limit, is_number, is_some_of, is_text

PRESET = "preset"
"""Stands in a county file for the taxonomy that comes with the program."""

INTAKE_SHAPES: dict[str, Shape] = {
    "basis": is_text,
    "anonymous": is_some_of({kind.value for kind in OWN_KINDS}),
    "photos": is_number(0, 6),
    "documents": is_number(0, 6),
    "report_department": lambda value: isinstance(value, str),
    "conflict_department": lambda value: isinstance(value, str),
    "auto_kinds": is_some_of({kind.value for kind in OPEN_KINDS}),
    "auto_confidence": is_number(0, 100),
    "assist": is_limit,
    "question": is_limit,
    "reopen_days": is_number(1, 366),
    "appeal_days": is_number(1, 366),
    "hot_days": is_number(1, 366),
    "hot_cases": is_number(2, 10_000),
    "answer_length": is_number(0, 500),
}
"""What a county may say of intake; `county.presets.INTAKE` says what each means."""


def is_intake(part: Mapping[str, Any]) -> bool:
    """Whether every key is known and every value of its shape."""
    return all(INTAKE_SHAPES[key](value) for key, value in part.items())


def check_departments(s: Session, part: Mapping[str, Any]) -> None:
    """Raise Invalid for a department of the setting `intake` that is not on record."""
    known = set(s.scalars(select(Department.code)))
    for key in ("report_department", "conflict_department"):
        code = part.get(key, "")
        if code and code not in known:
            raise Invalid(N_("没有代码为“%(code)s”的承办单位。"), code=code)


@dataclass(frozen=True)
class Entry:
    """A category that a county file or the preset has."""

    code: str
    content: Content
    department: str | None
    """Code of the department usually in charge, if any."""
    parent: str | None
    place: int
    """Its place in its group."""


def is_taxonomy(part: Any) -> bool:
    """Whether it is the word for the preset, or groups with matters that can all be kept."""
    if part == PRESET:
        return True
    if not isinstance(part, list) or not part:
        return False
    entries = list(_own(part))
    codes = [entry.code for entry in entries]
    names = [(entry.parent, entry.content.name) for entry in entries]
    return (
        len(set(codes)) == len(codes)
        and len(set(names)) == len(names)
        and all(CODE.match(code) for code in codes)
        and not any(list(faults(entry.content)) for entry in entries)
    )


def add_taxonomy(s: Session, part: Any) -> None:
    """Put the groups and matters on record that are not there yet.

    Raises Invalid for a department that is not on record; of the preset's matters those
    whose department is not found have none.
    """
    units = {d.code: d for d in whole_register(s)}
    if part == PRESET:
        names = {
            code: (d.name, *(alias.name for alias in d.aliases))
            for code, d in units.items()
            if d.is_active
        }
        entries = list(_preset(names))
    else:
        entries = list(_own(part))
    _add(s, entries, units)


def add_categories(s: Session, rows: list[list[str]]) -> None:
    """Put groups without matters on record: code, name, code of the department in charge."""
    units = {d.code: d for d in whole_register(s)}
    _add(
        s, [Entry(c, Content(name), unit, None, n) for n, (c, name, unit) in enumerate(rows)], units
    )


def size(data: Mapping[str, Any]) -> int:
    """Return how many categories a county file names."""
    given = data.get("taxonomy", [])
    groups = TAXONOMY if given == PRESET else None
    if groups is not None:
        entries = sum(1 + len(group.matters) for group in groups)
    else:
        entries = sum(1 + len(group.get("matters", [])) for group in given)
    return entries + len(data.get("categories", []))


def _preset(names: Mapping[str, tuple[str, ...]]) -> Iterator[Entry]:
    """Give the preset with the departments that are in charge of it here."""
    for n, group in enumerate(TAXONOMY):
        yield Entry(group.code, Content(group.name), None, None, n)
        for k, one in enumerate(group.matters):
            content = Content(one.name, one.words, one.questions, one.stopper)
            yield Entry(one.code, content, owner(one.departments, names), group.code, k)


_KEYS = {"code", "name", "department", "words", "questions", "stopper"}


def _own(part: list[Mapping[str, Any]]) -> Iterator[Entry]:
    """Give what a file has. Raises what `setup_shapes.is_right` knows of for another form."""
    for n, group in enumerate(part):
        yield _entry(group, None, n)
        for k, one in enumerate(group.get("matters", [])):
            yield _entry(one, group["code"], k)


def _entry(value: Mapping[str, Any], parent: str | None, place: int) -> Entry:
    if unknown := value.keys() - _KEYS - ({"matters"} if parent is None else set()):
        raise KeyError(unknown)
    code, department = value["code"], value.get("department")
    if not is_text(value["name"]) or not (department is None or is_text(department)):
        raise ValueError(value)
    return Entry(code, Content.of(code, value), department, parent, place)


def _add(s: Session, entries: list[Entry], units: Mapping[str, Department]) -> None:
    """Add the entries that are new. One that has another code here goes by its name."""
    rows = list(s.scalars(select(Category)))
    by_code = {row.code: row for row in rows}
    by_name = {(row.parent_code, row.name): row for row in rows}
    meant: dict[str | None, str | None] = {None: None}
    """The code that each group goes by here."""
    for entry in entries:
        if entry.department is not None and entry.department not in units:
            raise Invalid(N_("没有代码为“%(code)s”的承办单位。"), code=entry.department)
        parent = meant[entry.parent]
        found = by_code.get(entry.code) or by_name.get((parent, entry.content.name))
        if found is None:
            found = _row(entry, parent, units)
            s.add(found)
        meant.setdefault(entry.code, found.code)
    s.flush()


def _row(entry: Entry, parent: str | None, units: Mapping[str, Department]) -> Category:
    content = entry.content
    return Category(
        code=entry.code,
        parent_code=parent,
        name=content.name,
        department=units[entry.department] if entry.department else None,
        sort_order=entry.place,
        is_active=True,
        words=list(content.words),
        questions=[question.as_json() for question in content.questions],
        stopper=content.stopper.as_json() if content.stopper else {},
    )

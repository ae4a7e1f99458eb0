"""A field's value in its three forms: typed in the model, written in a draft, told in the log.

Written values are plain JSON (dates and decimals as text, money in 分, references by id), so
that a draft outlives the process and can be compared. Told values are text: choices by their
key and money in 分, translated when shown; names as they were at the time.
"""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from sqlalchemy.orm import Session

from portal.county.models import Town
from portal.departments.models import Department
from portal.errors import Invalid
from portal.files.models import StoredFile
from portal.language import N_
from portal.projects.fields import Field, Kind, Section
from portal.projects.people.models import Leader
from portal.projects.sections import REFERENCES
from portal.text import clean

NAMED: dict[Kind, tuple[type[Any], str]] = {
    Kind.DEPARTMENT: (Department, "name"),
    Kind.LEADER: (Leader, "name"),
    Kind.TOWN: (Town, "name"),
    Kind.PHOTO: (StoredFile, "sha256"),
    Kind.DOCUMENT: (StoredFile, "sha256"),
} | REFERENCES
"""Kinds that hold a key: the model it belongs to and the column it is told by."""

_DECIMALS = (Kind.DECIMAL, Kind.PERCENT)
LARGEST = Decimal(10) ** 14
"""Beyond this no figure of a county is, also not an amount in 分; the columns end there."""

MOST = Decimal(10) ** 6
"""Beyond this no count or number is."""


def written(field: Field, value: Any) -> Any:
    """Return a model's value as a draft writes it."""
    if field.kind is Kind.DEPARTMENTS:
        return [unit.id for unit in value or []]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return plain(value)
    return str(value) if field.kind is Kind.CHOICE and value is not None else value


def plain(value: Decimal) -> str:
    """Return a decimal without idle zeros and without an exponent."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def typed(s: Session, project_id: int, field: Field, value: Any) -> Any:
    """Return a written value as the model wants it. Raises Invalid when it does not fit."""
    if value in (None, "", []):
        return _empty(field)
    try:
        return _typed(s, project_id, field, value)
    except (ValueError, TypeError, InvalidOperation, LookupError) as error:
        message = N_("“%(label)s”的内容不正确。")
        raise Invalid(message, label=field.label, fields=(field.name,)) from error


def _empty(field: Field) -> Any:
    if field.kind is Kind.DEPARTMENTS:
        return []
    if field.kind is Kind.CHECKLIST:
        return {}
    if field.kind is Kind.TRUTH:
        return False
    return "" if field.kind in (Kind.TEXT, Kind.LONG) else None


def _typed(s: Session, project_id: int, field: Field, value: Any) -> Any:
    kind = field.kind
    if kind is Kind.DATE:
        return date.fromisoformat(value)
    if kind in _DECIMALS:
        return _bounded(rounded(Decimal(value), field.places), LARGEST)
    if kind in (Kind.MONEY, Kind.WHOLE):
        return _whole(_bounded(Decimal(value), LARGEST if kind is Kind.MONEY else MOST))
    if kind is Kind.TRUTH:
        return bool(value)
    if kind is Kind.CHOICE:
        return {str(key): key for key in field.choices}[value]
    if kind is Kind.DEPARTMENTS:
        return [_existing(s, Department, ident) for ident in dict.fromkeys(value)]
    if kind in NAMED:
        _check_named(kind, project_id, _existing(s, NAMED[kind][0], value))
        return value
    return _checklist(value) if kind is Kind.CHECKLIST else clean(str(value))


def rounded(number: Decimal, places: int) -> Decimal:
    """Return a number with as many digits after the point as its column keeps."""
    return number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _bounded(number: Decimal, limit: Decimal) -> Decimal:
    if not number.is_finite() or abs(number) >= limit:
        raise ValueError(number)
    return number


def _whole(number: Decimal) -> int:
    if number != number.to_integral_value():
        raise ValueError(number)
    return int(number)


def _check_named(kind: Kind, project_id: int, found: Any) -> None:
    """Raise LookupError for a row of another project, or a file of the other kind."""
    if kind in REFERENCES and found.project_id != project_id:
        raise LookupError(found.id)
    if kind in (Kind.PHOTO, Kind.DOCUMENT) and found.is_photo != (kind is Kind.PHOTO):
        raise LookupError(found.id)


def _checklist(value: Any) -> dict[str, bool]:
    if not isinstance(value, dict) or not all(isinstance(ok, bool) for ok in value.values()):
        raise ValueError(value)
    return {clean(str(point)): ok for point, ok in value.items()}


def _existing(s: Session, model: type[Any], ident: Any) -> Any:
    """Return the row with this key. Raises LookupError; a database is not asked the absurd."""
    wanted = model.__mapper__.primary_key[0].type.python_type
    is_possible = isinstance(ident, wanted) and not isinstance(ident, bool)
    if wanted is int and is_possible and not 0 < ident < 2**31:
        is_possible = False
    found = s.get(model, ident) if is_possible else None
    if found is None:
        raise LookupError(ident)
    return found


def told(s: Session, field: Field, value: Any) -> str:
    """Return a written value as the log keeps it."""
    if value in (None, "", []):
        return ""
    if field.kind in NAMED:
        model, column = NAMED[field.kind]
        found = s.get(model, value)
        return str(getattr(found, column)) if found else ""
    if field.kind is Kind.DEPARTMENTS:
        found = (s.get(Department, ident) for ident in value)
        return "、".join(unit.name for unit in found if unit)
    if field.kind is Kind.TRUTH:
        return "yes" if value else "no"
    if field.kind is Kind.CHECKLIST:
        return "；".join(f"{point}：{'✓' if ok else '✗'}" for point, ok in value.items())
    return str(value)


def row_values(section: Section, row: Any) -> dict[str, Any]:
    """Return what a row of a section says, as a draft writes it."""
    return {
        f.name: written(f, getattr(row, f.name)) for f in section.fields if hasattr(row, f.name)
    }


def differ(old: Any, new: Any) -> bool:
    """Say whether two written values read otherwise; nothing is nothing, however it is written.

    A figure of 0 is something.
    """
    return old != new and not (_is_nothing(old) and _is_nothing(new))


def _is_nothing(value: Any) -> bool:
    return value is None or value is False or value in ("", [], {})

"""The public log in words: what `record.values.told` keeps, as a reader wants to see it.

Entries outlive the table of sections: of a field or a choice that is no more, what is kept is
shown as it stands.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from portal.language import N_
from portal.projects.fields import Field, Kind
from portal.projects.record.models import Change
from portal.projects.sections import OWN, OWN_FIELDS, SECTIONS
from portal.web import money

Translate = Callable[[str], str]
"""From a marked text to the visitor's language."""

OWN_LABEL = N_("项目总体")
TRUTHS = {"yes": N_("是"), "no": N_("否")}
MONTHS = N_("第%(n)s个月")


@dataclass(frozen=True)
class Line:
    """One field that changed; `field` is empty where the whole row went."""

    section: str
    row: str
    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Entry:
    """What changed of one row."""

    section: str
    row: str
    lines: list[Line]


@dataclass(frozen=True)
class Moment:
    """What somebody changed at once."""

    at: datetime
    organisation: str
    actor: str
    """User name, for staff only."""
    entries: list[Entry]


def moments(changes: Iterable[Change], translate: Translate) -> list[Moment]:
    """Return a log that comes newest first, gathered by who changed what when.

    What was changed at once stands in the order in which it was written.
    """
    found = []
    for who, some in groupby(changes, key=lambda c: (c.at, c.organisation, c.actor)):
        lines = [line(c, translate) for c in some][::-1]
        found.append(Moment(*who, _entries(lines)))
    return found


def _entries(lines: Iterable[Line]) -> list[Entry]:
    rows = groupby(lines, key=lambda one: (one.section, one.row))
    return [Entry(section, row, list(found)) for (section, row), found in rows]


def line(change: Change, translate: Translate) -> Line:
    """Return one entry of the log in words."""
    section = SECTIONS.get(change.section)
    label = section.label if section else OWN_LABEL if change.section == OWN else change.section
    fields = {f.name: f for f in (section.fields if section else OWN_FIELDS)}
    field = fields.get(change.field)
    title = fields.get(section.title) if section else None
    return Line(
        section=translate(label),
        row=value(title, change.row, translate) if title else change.row,
        field=translate(field.label) if field else change.field,
        before=value(field, change.before, translate),
        after=value(field, change.after, translate),
    )


def value(field: Field | None, told: str, translate: Translate) -> str:
    """Return a told value in words; without its field, or when it does not fit, as it is."""
    if field is None or not told:
        return told
    if field.kind is Kind.CHOICE:
        labels = {str(key): label for key, label in field.choices.items()}
        return translate(labels[told]) if told in labels else told
    if field.kind is Kind.TRUTH:
        return translate(TRUTHS[told]) if told in TRUTHS else told
    if field.kind is Kind.MONEY and told.isdigit():
        return money(int(told))
    if field.kind is Kind.PERCENT:
        return f"{told}%"
    if field.kind is Kind.REVISIT or field.name == "months":
        return translate(MONTHS) % {"n": told}
    return f"{told[:12]}…" if field.kind in (Kind.PHOTO, Kind.DOCUMENT) else told

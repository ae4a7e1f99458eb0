"""Written values in the words of the visitor, and drafts as what was and what would be."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal.editing.rules import Part, Piece, difference, replaced
from portal.files.models import StoredFile
from portal.projects.fields import Field, Kind, Section
from portal.projects.models import Item
from portal.projects.record.items import DONE, KEY
from portal.projects.record.models import Draft, Operation
from portal.projects.record.readable import value as in_words
from portal.projects.record.values import row_values, told
from portal.projects.sections import SECTIONS

FILES = (Kind.PHOTO, Kind.DOCUMENT)


@dataclass(frozen=True)
class Shown:
    """One field of a draft: before and after in words, and the difference between them."""

    name: str
    label: str
    before: str
    after: str
    pieces: list[Piece]

    @property
    def is_changed(self) -> bool:
        """Whether the draft changes this field."""
        return self.before != self.after

    @property
    def is_mixed(self) -> bool:
        """Whether a part of the text stays, so that both wholes are worth reading too."""
        return self.is_changed and any(p.part is Part.SAME for p in self.pieces)


def words(s: Session, field: Field, value: Any) -> str:
    """Return a written value as a reader wants it; a file says only that there is one."""
    if field.kind in FILES:
        return _("已上传") if value else ""
    if field.kind is Kind.CHECKLIST:
        marks = {True: _("是"), False: _("否")}
        return "\n".join(f"{_(point)}{_('：')}{marks[ok]}" for point, ok in (value or {}).items())
    if field.kind is Kind.TRUTH and value is None:
        return ""
    return in_words(field, told(s, field, value), _)


def title(s: Session, section: Section, row: Any) -> str:
    """Return what a row of a section is called."""
    return title_of(s, section, row_values(section, row))


def title_of(s: Session, section: Section, values: Mapping[str, Any]) -> str:
    """Return what a row with these written values is called; a report by its day."""
    return words(s, section.field(section.title), values.get(section.title))


def facts(s: Session, section: Section, row: Any) -> list[tuple[str, str]]:
    """Return label and words of what a row says beside its title; what is empty is left out."""
    values = row_values(section, row)
    found = []
    for field in section.fields:
        text = words(s, field, values.get(field.name)) if field.name != section.title else ""
        if text and field.kind not in FILES:
            found.append((_(field.label), text))
    return found


def fields_of(s: Session, draft: Draft) -> list[Shown]:
    """Return a draft field by field, changed or not; what is empty on both sides is left out."""
    section = SECTIONS[draft.section]
    is_removal = draft.operation is Operation.REMOVE
    found = []
    for field in section.fields:
        before = words(s, field, draft.before.get(field.name))
        after = "" if is_removal else words(s, field, draft.after.get(field.name))
        is_kept = field.is_fixed and draft.before.get(field.name) is not None
        after = before if is_kept and not is_removal else after
        if before or after:
            is_text = field.kind in (Kind.TEXT, Kind.LONG)
            found.append(_shown(field.name, _(field.label), before, after, is_text=is_text))
    return found + _items_of(s, draft)


def _items_of(s: Session, draft: Draft) -> list[Shown]:
    """Return what a report says of items; one that was removed since is called by its number."""
    old = draft.before.get(KEY) or {}
    found = []
    for ident, value in (draft.after.get(KEY) or {}).items():
        item = s.get(Item, int(ident))
        name = f"{item.name}{_('（')}{item.unit}{_('）')}" if item and item.unit else ""
        label = name or (item.name if item else f"{_('子项')} {ident}")
        before, after = words(s, DONE, old.get(ident)), words(s, DONE, value)
        found.append(_shown(f"item-{ident}", label, before, after))
    return found


def _shown(name: str, label: str, before: str, after: str, *, is_text: bool = False) -> Shown:
    """Compare texts to the character; figures, days and choices are wholly one or the other."""
    pieces = difference(before, after) if is_text else replaced(before, after)
    return Shown(name, label, before, after, pieces)


def draft_file(s: Session, draft: Draft) -> StoredFile | None:
    """Return the photo or document that a draft is about, without its bytes."""
    for field in SECTIONS[draft.section].fields:
        if field.kind in FILES:
            ident = draft.after.get(field.name) or draft.before.get(field.name)
            return s.get(StoredFile, ident) if ident else None
    return None

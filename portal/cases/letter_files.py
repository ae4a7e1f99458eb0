"""Files that come with the form of a case: kept at once, shown again while it is not accepted."""

from collections.abc import Sequence

from flask import request
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from wtforms import Field

from portal import clock, db
from portal.cases import uploads
from portal.cases.letter_forms import LetterForm
from portal.cases.parts import CaseUpload
from portal.errors import Invalid
from portal.files.actions import Accepted, Kind, accept
from portal.text import clean, one_line

TRIES = 3
"""Files that are looked at for each that may be kept: looking takes time, even at a broken one."""


def take(form: LetterForm, key: str) -> None:
    """Remake the chosen files and keep them under `key`; each refusal is an error of the field.

    Only files that can be kept count towards the most of them. Takes seconds a file: call it
    outside of any transaction.
    """
    for field, kind, most in (
        (form.photos, Kind.PHOTO, form.offer.photos),
        (form.documents, Kind.DOCUMENT, form.offer.documents),
    ):
        kept = _sifted(field, kind, most)
        if kept:
            _keep(key, field, kept, most)


def drop_chosen(key: str) -> bool:
    """Let go of the file whose button was pressed; say whether one was."""
    text = request.form.get("remove", "")
    if text.isascii() and text.isdigit() and len(text) < 10:
        with db.transaction() as s:
            uploads.drop(s, key, int(text))
    return bool(text)


def waiting(key: str) -> list[CaseUpload]:
    """Return the files that wait under this key."""
    return uploads.waiting(db.session(), key)


def _sifted(field: Field, kind: Kind, most: int) -> list[tuple[str, Accepted]]:
    """Return what can be kept of the chosen files, each once, with its name."""
    files: Sequence[FileStorage] = field.data or ()
    good: dict[str, tuple[str, Accepted]] = {}
    for n, file in enumerate(files):
        if len(good) == most or n == TRIES * most:
            _blame(field, Invalid(uploads.TOO_MANY[kind is Kind.PHOTO], most=most))
            break
        if accepted := _remade(field, file, kind):
            good.setdefault(accepted.sha256, (_name(file), accepted))
    return list(good.values())


def _name(file: FileStorage) -> str:
    return one_line(clean(file.filename))


def _remade(field: Field, file: FileStorage, kind: Kind) -> Accepted | None:
    try:
        return accept(file.stream.read(), (kind,))
    except Invalid as error:
        _blame(field, error, _name(file))
        return None


def _keep(key: str, field: Field, kept: list[tuple[str, Accepted]], most: int) -> None:
    with db.transaction() as s:
        for name, accepted in kept:
            try:
                uploads.keep(s, key, accepted, name, most=most, at=clock.now())
            except Invalid as error:
                _blame(field, error)


def _blame(field: Field, error: Invalid, name: str = "") -> None:
    """Add what is wrong with a file, by its name, to what is wrong with its field."""
    why = _(error.message, **error.params)
    said = _("“%(name)s”：%(why)s", name=name[:40], why=why) if name else why
    if said not in field.errors:
        field.errors = [*field.errors, said]

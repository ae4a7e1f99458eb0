"""What the staff forms of a case share: the note, and the last step the page showed."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, TextAreaField

from portal.forms import PortalForm, at_most

NOTE_LENGTH, TEXT_LENGTH = 500, 4000


class SeenForm(PortalForm):
    """A form that remembers the last step its page showed."""

    seen = HiddenField()

    @property
    def seen_event(self) -> int | None:
        """The id of that step, or None for a caller that did not say."""
        text = self.seen.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None


class NoteForm(SeenForm):
    """An act that takes only words."""

    note = TextAreaField(_l("说明"), [at_most(NOTE_LENGTH)])

"""What the staff forms of a case share: the note, and how many steps the page showed."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField, TextAreaField
from wtforms.validators import ValidationError

from portal.cases.assists import MOST_DAYS
from portal.forms import PortalForm, at_most

NOTE_LENGTH, TEXT_LENGTH = 500, 4000

DAYS_LABEL = _l("几个工作日内提交")
DAYS_HINT = _l("不填按县里统一的协办期限；不能晚于这件诉求的答复时限。")


def days_of(field: Field) -> int | None:
    """Return the working days that an assisting department is given, or None for the usual."""
    return int(field.data) if field.data else None


def check_days(_form: object, field: Field) -> None:
    """Demand a number of working days where one is given."""
    text = field.data or ""
    is_number = text.isascii() and text.isdigit() and len(text) < 4
    if text and not (is_number and 1 <= int(text) <= MOST_DAYS):
        raise ValidationError(_("协办期限请填1到%(most)s个工作日。", most=MOST_DAYS))


class SeenForm(PortalForm):
    """A form that remembers how many steps of the case its page showed."""

    seen = HiddenField()

    @property
    def seen_event(self) -> int | None:
        """That number, or None for a caller that did not say."""
        text = self.seen.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None


class NoteForm(SeenForm):
    """An act that takes only words."""

    note = TextAreaField(_l("说明"), [at_most(NOTE_LENGTH)])

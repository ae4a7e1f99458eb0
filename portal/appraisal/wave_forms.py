"""The form with which the days of a wave are set."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField
from wtforms.fields import Field
from wtforms.validators import ValidationError
from wtforms.widgets import DateInput

from portal.forms import PortalForm, filled
from portal.text import folded

FIRST, LAST = date(2000, 1, 1), date(2100, 12, 31)


def _day(field: Field) -> date | None:
    """Return the day that was chosen, or None; raise ValidationError for what is no day."""
    if not field.data:
        return None
    try:
        day = date.fromisoformat(folded(field.data))
    except ValueError as error:
        raise ValidationError(_("请选择日期。")) from error
    if not FIRST <= day <= LAST:
        raise ValidationError(_("请选择日期。"))
    return day


class DaysForm(PortalForm):
    """First and last day of a wave."""

    opens_on = StringField(_l("开始日期"), [filled(_l("请选择开始日期。"))], widget=DateInput())
    closes_on = StringField(_l("结束日期"), widget=DateInput())
    version = HiddenField()

    def validate_opens_on(self, field: Field) -> None:
        """Demand a day."""
        self.first = _day(field)

    def validate_closes_on(self, field: Field) -> None:
        """Demand a day not before the first, or none: open until the next wave."""
        self.last = _day(field)
        first = getattr(self, "first", None)
        if first and self.last and self.last < first:
            raise ValidationError(_("结束日期不能早于开始日期。"))

    @property
    def seen(self) -> int:
        """The version that the page was made of; -1, which is none, for anything strange."""
        text = self.version.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1

"""The form in which staff enter a case for a resident: on the telephone, at the door, on paper."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from wtforms import BooleanField, Field, RadioField, StringField
from wtforms import TextAreaField as Area
from wtforms.validators import ValidationError

from portal.cases.categories.models import Category
from portal.cases.kinds import CHANNEL_LABELS, STAFF_CHANNELS
from portal.cases.letter_forms import BODY_LENGTH, NAME_LENGTH, LetterForm, Offer, asking
from portal.clock import ZONE, at_local
from portal.forms import at_most, chosen, filled, one_of
from portal.text import clean

OLDEST = timedelta(days=30)
"""How long ago a case may have come: older ones were somebody's to answer meanwhile."""

_MOMENT = "%Y-%m-%dT%H:%M"


class EntryForm(LetterForm):
    """What a resident said or wrote, how and when it came, and what they agreed to."""

    channel = RadioField(_l("怎样收到的"), [chosen(_l("请选择电话、来访还是来信。"))])
    came = StringField(_l("什么时候收到的"), [filled(_l("请填写收到的日期和时间。"))])
    kind = RadioField(_l("居民要反映的是"), [chosen(_l("请选择要反映的类型。"))])
    body = Area(_l("居民的话"), [filled(_l("请填写具体情况。")), at_most(BODY_LENGTH)])
    documents = MultipleFileField(_l("扫描件（PDF）"))
    anonymous = BooleanField(_l("居民不愿留联系方式（匿名）"))
    name = StringField(_l("居民称呼"), [at_most(NAME_LENGTH)])
    consent = RadioField(_l("居民的回答"), default="", validate_choice=False)

    def __init__(self, offer: Offer, *, now: datetime, **kwargs: Any) -> None:
        """Offer what the county offers today; `now` is the present moment."""
        shown = {"came": now.astimezone(ZONE).strftime(_MOMENT)}
        super().__init__(offer, data=shown, **kwargs)
        self.now = now
        first = {name: self._fields[name] for name in ("channel", "came")}
        self._fields = first | self._fields  # faults are listed in the order of the page
        self.channel.choices = one_of((c.value, _(CHANNEL_LABELS[c])) for c in STAFF_CHANNELS)
        self.consent.choices = one_of((("yes", _("同意公开")), ("no", _("不同意公开"))))

    @property
    def came_at(self) -> datetime:
        """When it came; the form must be valid."""
        return _moment(self.came.data)

    def validate_came(self, field: Field) -> None:
        """Demand a moment of the last thirty days."""
        try:
            at = _moment(field.data)
        except (ValueError, OverflowError) as error:
            raise ValidationError(_("请填写日期和时间，如 2026-03-01 09:30。")) from error
        if at > self.now:
            raise ValidationError(_("收到的时间不能晚于现在。"))
        if at < self.now - OLDEST:
            raise ValidationError(_("只能登记三十天以内收到的，更早的请按原来的办理记录处理。"))

    def wrong_together(self) -> list[tuple[Field, str]]:
        """Return what is wrong between fields: contact, consent, and who is complained about."""
        wrong = [*self._wrong_contact(), *super().wrong_together()]
        if not self.is_report and self.consent.data not in ("yes", "no"):
            wrong.append((self.consent, _("请把上面的话读给居民听，记下他的回答。")))
        return wrong

    def _wrong_contact(self) -> Sequence[tuple[Field, str]]:
        if self.anonymous.data:
            if self.phone.data or self.email.data:
                return [(self.anonymous, _("匿名的不要填电话和邮箱。"))]
            if self.kind.data in self.offer.anonymous or not self.kind.data:
                return []
            return [(self.anonymous, _("这类诉求要留下联系方式才能办理，请填写电话或邮箱。"))]
        if self.phone.data or self.email.data:
            return []
        return [(self.phone, _("请填写联系电话或电子邮箱，至少一项；不愿留的请选匿名。"))]


def entry_form(offer: Offer, category: Category | None, now: datetime) -> EntryForm:
    """Return the form with the questions that `category` asks in addition."""
    return asking(EntryForm, offer, category, now=now)


def _moment(text: str | None) -> datetime:
    """Read a moment of the county's wall clock, as a browser or a person writes it."""
    local = datetime.strptime(clean(text).replace(" ", "T")[:16], _MOMENT)  # noqa: DTZ007
    return at_local(local.date(), local.hour, local.minute)

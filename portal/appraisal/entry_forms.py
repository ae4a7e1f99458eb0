"""The form with which staff enter what a resident said on the telephone or at the door."""

import secrets

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields import Field
from wtforms.validators import ValidationError

from portal.forms import PortalForm, at_most, chosen, one_of
from portal.projects.models import Site
from portal.ratings.actions import Said
from portal.ratings.kinds import (
    CHANNEL_LABELS,
    DIMENSION_LABELS,
    LEVEL_LABELS,
    REASON_LABELS,
    STAFF_CHANNELS,
    Channel,
    Dimension,
    Reason,
)
from portal.residents.rules import Contact, read
from portal.text import folded

COMMENT_LENGTH = 500


def _mark(dimension: Dimension) -> SelectField:
    return SelectField(_l(DIMENSION_LABELS[dimension]), default="")


class EntryForm(PortalForm):
    """What a resident said, and how it was asked."""

    channel = RadioField(_l("怎样了解到的"), [chosen(_l("请选择电话回访或入户走访。"))])
    contact = StringField(_l("居民手机号"), [at_most(60)], filters=[folded])
    site = SelectField(_l("点位"), default="")
    level = RadioField(_l("总体满意程度"), [chosen(_l("请选择满意程度。"))])
    reasons = SelectMultipleField(_l("不满意的原因"))
    useful = _mark(Dimension.USEFUL)
    quality = _mark(Dimension.QUALITY)
    convenient = _mark(Dimension.CONVENIENT)
    upkeep = _mark(Dimension.UPKEEP)
    open = _mark(Dimension.OPEN)
    comment = TextAreaField(_l("居民原话"), [at_most(COMMENT_LENGTH)])
    key = HiddenField(default=lambda: secrets.token_urlsafe(18))

    def offer(self, sites: list[Site]) -> "EntryForm":
        """Offer the channels of staff, the sites, the five exact words and the reasons."""
        words = [(str(n), _(label)) for n, label in LEVEL_LABELS.items()]
        self.channel.choices = one_of((c.value, _(CHANNEL_LABELS[c])) for c in STAFF_CHANNELS)
        self.site.choices = one_of(((str(p.number), p.name) for p in sites), _("不分点位"))
        self.level.choices = one_of(words)
        self.reasons.choices = one_of((r.value, _(label)) for r, label in REASON_LABELS.items())
        for field in self.marks.values():
            field.choices = one_of(words, _("没有问到"))
        return self

    @property
    def marks(self) -> dict[Dimension, Field]:
        """The field of each dimension."""
        return {d: self[d.value] for d in Dimension}

    def validate_contact(self, field: Field) -> None:
        """Demand something that a resident could be verified with, where anything is given."""
        if field.data and read(field.data) is None:
            raise ValidationError(_("请填写 11 位手机号；只有固定电话的，留空不填。"))

    def said(self) -> Said:
        """Return what the resident said; the form must be valid."""
        marks = {d: int(field.data) for d, field in self.marks.items() if field.data}
        reasons = [Reason(value) for value in self.reasons.data or ()]
        return Said(int(self.level.data), marks, reasons, self.comment.data)

    def said_by(self) -> Contact | None:
        """Return whose words they are, to be made a pseudonym and forgotten."""
        return read(self.contact.data)

    def chosen_channel(self) -> Channel:
        """Return how it was asked."""
        return Channel(self.channel.data)

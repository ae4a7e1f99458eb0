"""The base of every form: text is cleaned once, and every refusal is in the visitor's language."""

import re
from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, PasswordField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from portal.text import clean, one_line

MOBILE = re.compile(r"1[3-9]\d{9}")
LANDLINE = re.compile(r"0\d{2,3}-?\d{7,8}")
EMAIL = re.compile(r"[^@\s]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


_AS_SENT = (TextAreaField, HiddenField, PasswordField)
"""Fields of text in which a line may end."""


class PortalForm(FlaskForm):
    """A form whose text fields are cleaned before they are checked; of one line, they lose ends.

    What shows nothing is an empty text by then, so `filled` and acts that ask for a text refuse it.
    """

    class Meta:
        """How fields are bound."""

        def bind_field(self, form: Any, unbound: Any, options: dict[str, Any]) -> Field:
            """Add the cleaning to text fields."""
            if issubclass(unbound.field_class, StringField):
                as_sent = issubclass(unbound.field_class, _AS_SENT)
                first = [clean] if as_sent else [clean, one_line]
                options = {**options, "filters": [*first, *unbound.kwargs.get("filters", ())]}
            return unbound.bind(form=form, **options)


def filled(message: str | None = None) -> DataRequired:
    """Demand a text, of which at least one character can be seen."""
    return DataRequired(message or _l("请填写这一项。"))


def chosen(message: str | None = None) -> InputRequired:
    """Demand a choice."""
    return InputRequired(message or _l("请选择一项。"))


def at_most(longest: int) -> Length:
    """Demand no more than `longest` characters."""
    return Length(max=longest, message=_l("最多 %(max)d 个字。"))


def one_of(options: Iterable[tuple[str, Any]], empty: Any = None) -> list[SelectChoice]:
    """Make the choices of a select or of radio buttons, with an empty one where given."""
    first = [SelectChoice("", empty)] if empty is not None else []
    return first + [SelectChoice(value, label) for value, label in options]


def one_explained(options: Iterable[tuple[str, Any, Any]]) -> list[SelectChoice]:
    """Make the choices of radio buttons that each carry a line of explanation."""
    return [SelectChoice(value, label, {"hint": hint}) for value, label, hint in options]


def check_phone(_form: FlaskForm, field: Field) -> None:
    """Demand a mobile or landline number where one is given."""
    number = field.data or ""
    if number and not (MOBILE.fullmatch(number) or LANDLINE.fullmatch(number)):
        raise ValidationError(_l("请填写 11 位手机号，或带区号的固定电话，如 0571-1234567。"))


def check_email(_form: FlaskForm, field: Field) -> None:
    """Demand an e-mail address where one is given."""
    address = field.data or ""
    if address and not (len(address) <= 120 and EMAIL.fullmatch(address)):
        raise ValidationError(_l("邮箱格式不正确，应当像 name@example.cn 这样。"))

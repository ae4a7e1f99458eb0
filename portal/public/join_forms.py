"""The form with which somebody joins a public case."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField
from wtforms.validators import ValidationError

from portal.forms import PortalForm
from portal.residents.rules import read
from portal.text import folded


class JoinForm(PortalForm):
    """Saying "me too", and where the answer may be told."""

    contact = StringField(
        _l("有答复时告诉我"),
        filters=[folded],
        description=_l("手机号或邮箱，可以不填。只用来通知这件诉求的答复，加密保存，不会公开。"),
    )
    submission_key = HiddenField()

    def validate_contact(self, field: StringField) -> None:
        """Demand what a message can be sent to, where anything is given."""
        if field.data and read(field.data) is None:
            raise ValidationError(_("请填写 11 位手机号，或像 name@example.cn 这样的邮箱。"))

"""The form in which a resident brings a case. It checks shape; policy lives in the acts."""

from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, SelectField, StringField
from wtforms import TextAreaField as Area

from portal.cases.categories.models import Category
from portal.cases.letter_forms import (
    BODY_LENGTH,
    PLACE_LENGTH,
    TITLE_LENGTH,
    LetterForm,
    Offer,
    asking,
)
from portal.forms import at_most, check_phone, filled
from portal.text import folded


class FeedbackForm(LetterForm):
    """A resident's complaint, suggestion, inquiry, request for help, report or praise."""

    category = SelectField(
        _l("事项类别"), default="", description=_l("不确定可以不选，由审核员判断。")
    )
    project = SelectField(_l("涉及的民生项目"), description=_l("与某个项目无关可以不选。"))
    place = StringField(
        _l("具体地点"),
        [at_most(PLACE_LENGTH)],
        description=_l("写到别人找得到，例如“文昌路与新华街路口东侧”。"),
    )
    title = StringField(
        _l("标题"),
        [filled(_l("请填写标题。")), at_most(TITLE_LENGTH)],
        description=_l("用一句话说明，例如“文昌路雨后积水三天未排”。"),
    )
    body = Area(
        _l("具体情况"),
        [filled(_l("请填写具体情况。")), at_most(BODY_LENGTH)],
        description=_l("请写明时间、地点和经过。请不要写身份证号、银行卡号。"),
    )
    target_unit = SelectField(
        _l("单位"), default="", description=_l("反映某个人时，选他所在的单位。")
    )
    target_name = StringField(
        _l("姓名或企业名称"),
        [at_most(60)],
        description=_l("知道多少写多少，例如“张某，××村会计”。单独加密保存。"),
    )
    phone = StringField(
        _l("联系电话"),
        [check_phone],
        filters=[folded],
        description=_l("手机号和邮箱至少填一项，用于核实情况。加密保存，不会公开。"),
    )
    consent_publish = BooleanField(_l("我同意隐去个人信息后公开这件诉求和答复"))

    def __init__(self, offer: Offer, **kwargs: Any) -> None:
        """Offer what the county offers today; the button of a second look can change the kind."""
        super().__init__(offer, **kwargs)
        if request.form.get("as_kind") in offer.kinds:
            self.kind.data = request.form["as_kind"]

    def wrong_together(self) -> list[tuple[Field, str]]:
        """Return what is wrong between fields: contact, and who is complained about."""
        return [*self._wrong_contact(), *super().wrong_together()]

    def _wrong_contact(self) -> list[tuple[Field, str]]:
        """Nobody can be asked back without a contact; some kinds are taken all the same."""
        if self.anonymous.data and self.kind.data in ("", None, *self.offer.anonymous):
            return []
        if self.phone.data or self.email.data:
            self.anonymous.data = False
            return []
        message = _("请填写联系电话或电子邮箱，至少一项。")
        if self.anonymous.data:
            self.anonymous.data = False
            message = _("这类诉求不能匿名。") + message
        return [(self.phone, message)]


def feedback_form(offer: Offer, category: Category | None, **kwargs: Any) -> FeedbackForm:
    """Return the form with the questions that `category` asks in addition."""
    return asking(FeedbackForm, offer, category, **kwargs)

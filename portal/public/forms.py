"""Forms of residents. They check shape; policy lives in the acts."""

import secrets

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import ValidationError

from portal.cases.kinds import KIND_HINTS, KIND_LABELS, RESOLVED_LABELS
from portal.forms import (
    PortalForm,
    at_most,
    check_email,
    check_phone,
    chosen,
    filled,
    one_explained,
    one_of,
)
from portal.ratings.kinds import (
    BAD,
    DIMENSION_HINTS,
    DIMENSION_LABELS,
    LEVEL_LABELS,
    REASON_LABELS,
    Dimension,
    Reason,
)
from portal.text import folded

TITLE_LENGTH, BODY_LENGTH, NAME_LENGTH, COMMENT_LENGTH = 80, 2000, 30, 500

BAD_LEVELS = tuple(str(n) for n in LEVEL_LABELS if n <= BAD)
"""The bad levels as a form sends them."""


class FeedbackForm(PortalForm):
    """A resident's complaint, suggestion, inquiry, request for help or praise."""

    kind = RadioField(_l("您要反映的是"), [chosen(_l("请选择要反映的类型。"))])
    project = SelectField(_l("涉及的民生项目"), description=_l("与某个项目无关可以不选。"))
    category = SelectField(
        _l("事项类别"), default="", description=_l("不确定可以不选，由审核员判断。")
    )
    title = StringField(
        _l("标题"),
        [filled(_l("请填写标题。")), at_most(TITLE_LENGTH)],
        description=_l("用一句话说明，例如“文昌路雨后积水三天未排”。"),
    )
    body = TextAreaField(
        _l("具体情况"),
        [filled(_l("请填写具体情况。")), at_most(BODY_LENGTH)],
        description=_l("请写明时间、地点和经过。请不要写身份证号、银行卡号。"),
    )
    name = StringField(_l("您的称呼"), [at_most(NAME_LENGTH)])
    phone = StringField(
        _l("联系电话"),
        [check_phone],
        filters=[folded],
        description=_l("手机号和邮箱至少填一项，用于核实情况。加密保存，不会公开。"),
    )
    email = StringField(_l("电子邮箱"), [check_email], filters=[folded])
    consent_publish = BooleanField(_l("我同意隐去个人信息后公开这件诉求和答复"))
    submission_key = HiddenField(default=lambda: secrets.token_urlsafe(24))

    def __init__(self, projects, categories, **kwargs) -> None:
        """`projects` are (code, name, year), `categories` rows of the category table."""
        super().__init__(**kwargs)
        self.kind.choices = one_explained(
            (k.value, _(label), _(KIND_HINTS[k])) for k, label in KIND_LABELS.items()
        )
        self.project.choices = one_of(
            ((code, f"{year} · {name}") for code, name, year in projects), _("不涉及具体项目")
        )
        self.category.choices = one_of(((c.code, c.name) for c in categories), _("不确定"))

    def validate(self, extra_validators=None) -> bool:
        """Check each field, and that there is one way to reach the writer."""
        is_valid = super().validate(extra_validators)
        if not self.phone.data and not self.email.data and not self.phone.errors:
            self.phone.errors = [*self.phone.errors, _("请填写联系电话或电子邮箱，至少一项。")]
            return False
        return is_valid


def _mark(dimension: Dimension) -> RadioField:
    """Make the five words, or none, for one side of a project."""
    label, hint = DIMENSION_LABELS[dimension], DIMENSION_HINTS[dimension]
    return RadioField(_l(label), default="", description=_l(hint))


class RatingForm(PortalForm):
    """A resident's rating of a completed project: one answer is needed, the rest is free."""

    level = RadioField(_l("总体满意程度"), [chosen(_l("请选择满意程度。"))])
    reasons = SelectMultipleField(_l("不满意在哪里"), validate_choice=False)
    mark_useful = _mark(Dimension.USEFUL)
    mark_quality = _mark(Dimension.QUALITY)
    mark_convenient = _mark(Dimension.CONVENIENT)
    mark_upkeep = _mark(Dimension.UPKEEP)
    mark_open = _mark(Dimension.OPEN)
    comment = TextAreaField(
        _l("您的意见"),
        [at_most(COMMENT_LENGTH)],
        description=_l("审核后才公开。请不要写姓名、电话等个人信息。"),
    )
    photos = MultipleFileField(_l("照片"))
    wants_answer = BooleanField(_l("希望回访答复"))

    def __init__(self, **kwargs) -> None:
        """Offer the five exact words, the list of reasons, and for each side to say nothing."""
        super().__init__(**kwargs)
        words = [(str(n), _(label)) for n, label in LEVEL_LABELS.items()]
        self.level.choices = one_of(words)
        self.reasons.choices = one_of((r.value, _(label)) for r, label in REASON_LABELS.items())
        for field in self.marks.values():
            field.choices = one_of([*words, ("", _("不评"))])

    @property
    def marks(self) -> dict[Dimension, RadioField]:
        """The field of each dimension."""
        return {d: self[f"mark_{d.value}"] for d in Dimension}

    def validate_reasons(self, field: SelectMultipleField) -> None:
        """Demand reasons of the list; beside a good level none is meant, so none is wrong."""
        known = {reason.value for reason in Reason}
        if self.level.data in BAD_LEVELS and not known.issuperset(field.data or ()):
            raise ValidationError(_("请从列表中选择原因。"))


class TrackForm(PortalForm):
    """The two things that open a case to its writer."""

    reference = StringField(
        _l("受理编号"), [filled(_l("请填写受理编号。")), at_most(40)], filters=[folded]
    )
    code = StringField(_l("查询码"), [filled(_l("请填写查询码。")), at_most(40)], filters=[folded])


class VerdictForm(PortalForm):
    """The resident's word on the outcome."""

    resolved = RadioField(_l("您反映的问题解决了吗？"), [chosen()])
    satisfaction = RadioField(_l("您对办理是否满意？"), [chosen()])
    note = TextAreaField(
        _l("补充说明"),
        [at_most(COMMENT_LENGTH)],
        description=_l("选择“未解决”请写明还差什么，将退回重新办理（限一次）。不会公开。"),
    )

    def __init__(self, **kwargs) -> None:
        """Offer the three outcomes and the five exact words."""
        super().__init__(**kwargs)
        self.resolved.choices = one_of((r.value, _(label)) for r, label in RESOLVED_LABELS.items())
        self.satisfaction.choices = one_of((str(n), _(text)) for n, text in LEVEL_LABELS.items())


class WithdrawForm(PortalForm):
    """Taking a case back."""

    note = TextAreaField(_l("撤回原因"), [at_most(COMMENT_LENGTH)])

"""The form with which a moderator decides on ratings that were set aside."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectMultipleField, StringField
from wtforms.validators import ValidationError

from portal.forms import PortalForm, at_most, chosen, filled, one_explained
from portal.language import N_

REASON_LENGTH = 200

RELEASE, REJECT = "release", "reject"

DECISIONS = {
    RELEASE: (N_("恢复计入"), N_("查不出问题：计入满意率，以后不再因同一规则搁置。")),
    REJECT: (N_("不计入"), N_("确认是刷评或不合规则：不进入任何统计，记录保留。")),
}

REASONS = (
    N_("同一家庭、邻里各自评价，属正常情况"),
    N_("现场活动中集中评价，属正常情况"),
    N_("经核实，内容与来源一致的刷评"),
    N_("经核实，评价人是责任单位或参建单位人员"),
)
"""Reasons that come up again and again; offered while typing."""


class DecideForm(PortalForm):
    """One decision with one reason, on the ratings that are ticked."""

    picks = SelectMultipleField(_l("要判定的评价"), coerce=int)
    decision = RadioField(_l("判定"), [chosen()])
    reason = StringField(_l("理由"), [filled(_l("请写明判定的理由。")), at_most(REASON_LENGTH)])

    def offer(self, doubt_ids: list[int]) -> "DecideForm":
        """Offer the ratings of one burst and the two decisions."""
        self.picks.choices = [(ident, str(ident)) for ident in doubt_ids]
        self.decision.choices = one_explained(
            (key, _(label), _(hint)) for key, (label, hint) in DECISIONS.items()
        )
        return self

    def validate_picks(self, field: SelectMultipleField) -> None:
        """Demand at least one rating."""
        if not field.data:
            raise ValidationError(_("请至少勾选一份评价。"))

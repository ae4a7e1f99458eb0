"""Forms of follow-ups and appeals. Their fields share no id: several stand on one page."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields import Field
from wtforms.validators import ValidationError
from wtforms.widgets import DateInput

from portal.cases.forms import NOTE_LENGTH, TEXT_LENGTH, SeenForm
from portal.forms import PortalForm, at_most, chosen, filled, one_explained, one_of
from portal.ratings.appeals.models import (
    GROUND_LABELS,
    RULING_HINTS,
    RULING_LABELS,
    Appeal,
    Ground,
    Ruling,
)
from portal.ratings.followups.models import FollowUp
from portal.ratings.followups.workflow import OUTCOME_LABELS, REMEDY_LABELS, Outcome, Remedy
from portal.text import folded

REMEDY_HINTS = {
    Remedy.FIXED: _l("立行立改，或按台账改完了。"),
    Remedy.EXPLAINED: _l("没有法律法规依据、不能照办的，把道理讲清楚。"),
}
"""Source: the handling rules of 好差评 (德州): 立行立改, 限期整改, 解释说明."""


class RevealForm(PortalForm):
    """Why an officer wants to see how to reach the resident."""

    note = TextAreaField(
        _l("查看原因"),
        [filled(), at_most(NOTE_LENGTH)],
        description=_l("写明为什么需要联系居民，将记入操作审计。"),
        id="reveal-note",
    )


class CallForm(SeenForm):
    """What became of the call to the resident."""

    outcome = RadioField(_l("回访结果"), [chosen()], id="call-outcome")
    note = TextAreaField(
        _l("回访情况"),
        [filled(), at_most(NOTE_LENGTH)],
        description=_l("居民怎么说、核实到什么。不公开，不写姓名和电话。"),
        id="call-note",
    )

    def fit(self, f: FollowUp) -> None:
        """Offer what is possible: nobody can be called without a contact."""
        offered = [o for o in Outcome if (o is Outcome.NO_CONTACT) != f.is_reachable]
        self.outcome.choices = one_of((o.value, _(OUTCOME_LABELS[o])) for o in offered)
        if len(offered) == 1 and not self.outcome.data:
            self.outcome.data = offered[0].value


class PlanForm(SeenForm):
    """By when a remedy that takes longer will be done."""

    planned_on = StringField(
        _l("整改完成日期"), [filled(_l("请选择日期。"))], widget=DateInput(), id="plan-day"
    )
    note = TextAreaField(
        _l("原因和打算"),
        [filled(), at_most(NOTE_LENGTH)],
        description=_l("为什么整改期限内完成不了，打算怎么改。"),
        id="plan-note",
    )

    def validate_planned_on(self, field: Field) -> None:
        """Demand a day; whether it will do is the domain's to say."""
        try:
            date.fromisoformat(folded(field.data))
        except ValueError as error:
            raise ValidationError(_("请选择日期。")) from error

    @property
    def day(self) -> date:
        """The day that was typed; the form must be valid."""
        return date.fromisoformat(folded(self.planned_on.data))


class RemedyForm(SeenForm):
    """What was done about it."""

    kind = RadioField(_l("处理方式"), [chosen()], id="remedy-kind")
    text = TextAreaField(
        _l("整改结果或说明"),
        [filled(), at_most(TEXT_LENGTH)],
        description=_l("审核后公开，请居民再次评价。不写姓名、电话、住址。"),
        id="remedy-text",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = one_explained(
            (kind.value, _(REMEDY_LABELS[kind]), REMEDY_HINTS[kind]) for kind in Remedy
        )


class AppealForm(SeenForm):
    """Why a department holds that a rating is wrong or malicious."""

    ground = RadioField(_l("申诉理由"), [chosen()], id="appeal-ground")
    reason = TextAreaField(
        _l("事实和依据"),
        [filled(), at_most(TEXT_LENGTH)],
        description=_l("只有督查人员看到。对一份评价只能申诉一次。"),
        id="appeal-reason",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ground.choices = one_of((g.value, _(GROUND_LABELS[g])) for g in Ground)


class RulingForm(PortalForm):
    """What the inspection office decides, and on what grounds."""

    ruling = RadioField(_l("决定"), [chosen()], id="ruling")
    note = TextAreaField(
        _l("决定的理由"),
        [filled(), at_most(NOTE_LENGTH)],
        description=_l("责任单位会看到；可能公开。不写姓名和电话。"),
        id="ruling-note",
    )

    def fit(self, appeal: Appeal) -> None:
        """Offer what is possible: what is changed for the better or erased is only dismissed."""
        offered = [r for r in Ruling if r is Ruling.DISMISSED or appeal.can_be_upheld]
        self.ruling.choices = one_explained(
            (r.value, _(RULING_LABELS[r]), _(RULING_HINTS[r]) if appeal.can_be_upheld else "")
            for r in offered
        )
        if len(offered) == 1 and not self.ruling.data:
            self.ruling.data = offered[0].value

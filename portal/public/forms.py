"""Forms of residents. They check shape; policy lives in the acts."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from wtforms import (
    BooleanField,
    RadioField,
    SelectMultipleField,
    TextAreaField,
)
from wtforms.validators import ValidationError

from portal.forms import (
    PortalForm,
    at_most,
    chosen,
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

COMMENT_LENGTH = 500

BAD_LEVELS = tuple(str(n) for n in LEVEL_LABELS if n <= BAD)
"""The bad levels as a form sends them."""


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

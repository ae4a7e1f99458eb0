"""Forms of the departments' officers. They check shape; policy lives in the acts."""

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, ValidationError

from portal.cases.adopting import NO_WHY, SHORTEST_WHY, lacks_reason
from portal.cases.answer_check import Concern
from portal.cases.forms import (
    DAYS_HINT,
    DAYS_LABEL,
    NOTE_LENGTH,
    TEXT_LENGTH,
    SeenForm,
    check_days,
)
from portal.cases.kinds import ADOPTION_LABELS, Adoption, Kind
from portal.cases.returns import SHORTEST_BASIS
from portal.cases.revealing import SHORTEST_REASON
from portal.departments.models import Department
from portal.forms import PortalForm, at_most, chosen, filled, one_of

BASIS_LENGTH = 200


class AnswerForm(SeenForm):
    """The department's answer; to a suggestion, with what became of it."""

    adoption = RadioField(
        _l("采纳情况"),
        [chosen(_l("请选择采纳情况。"))],
        description=_l("居民和公众都会看到。没有采纳的，要在答复中写明理由。"),
    )
    text = TextAreaField(
        _l("答复内容"),
        [filled(_l("请填写答复内容。")), at_most(TEXT_LENGTH)],
        description=_l("说明核实情况、处理结果和下一步安排。审核后由居民看到。"),
    )
    confirmed = HiddenField()
    """The doubts that were shown and are sent past: values of `Concern` between blanks."""

    def about(self, kind: Kind) -> "AnswerForm":
        """Ask what became of it of a suggestion alone."""
        if kind is Kind.SUGGESTION:
            self.adoption.choices = one_of((a.value, _(w)) for a, w in ADOPTION_LABELS.items())
        else:
            del self.adoption
        return self

    @property
    def adopted(self) -> Adoption | None:
        """What became of the suggestion, where it is one and something was chosen."""
        said = self.adoption.data if "adoption" in self else None
        return Adoption(said) if said in set(Adoption) else None

    def heeds(self, found: Iterable[Concern]) -> bool:
        """Whether every one of `found` was shown before and is sent past."""
        return set(found) <= set((self.confirmed.data or "").split())

    def validate_text(self, field: Field) -> None:
        """Demand a reason where a suggestion is not adopted."""
        if lacks_reason(self.adopted, field.data or ""):
            raise ValidationError(_(NO_WHY, n=SHORTEST_WHY))


class ConcludeForm(SeenForm):
    """The answer to somebody who reported wrongdoing."""

    text = TextAreaField(
        _l("给举报人的答复"),
        [filled(_l("请填写答复内容。")), at_most(TEXT_LENGTH)],
        description=_l("只有举报人凭查询码可以看到，不经审核员，提交后即办结。"),
    )


class ReplyForm(SeenForm):
    """The reply to a question after the answer."""

    text = TextAreaField(_l("追问答复"), [filled(_l("请填写追问答复。")), at_most(TEXT_LENGTH)])


class PartForm(PortalForm):
    """An assisting department's part."""

    text = TextAreaField(
        _l("协办意见"),
        [filled(_l("请填写协办意见。")), at_most(TEXT_LENGTH)],
        description=_l("交给主办单位，由主办单位统一答复居民。"),
    )


class ExtendForm(SeenForm):
    """Asking for more time."""

    note = TextAreaField(
        _l("延期原因"),
        [filled(_l("请填写延期原因。")), at_most(NOTE_LENGTH)],
        description=_l("居民会看到原因和新的期限。"),
    )


class ReturnForm(SeenForm):
    """Handing a case back: why, and on which rule."""

    note = TextAreaField(
        _l("退回原因"),
        [filled(_l("请写明退回的理由，并建议由哪个单位办理。")), at_most(NOTE_LENGTH)],
        description=_l("写明核实的情况，并建议由哪个单位办理。"),
    )
    basis = StringField(
        _l("退回依据"),
        [
            filled(_l("请写明退回依据。")),
            Length(min=SHORTEST_BASIS, message=_l("请写明依据的名称和条款。")),
            at_most(BASIS_LENGTH),
        ],
        description=_l("写明法律法规、三定规定或职责清单的名称和条款。"),
    )


class AskAssistForm(SeenForm):
    """Asking another department for its part."""

    department = SelectField(_l("协办单位"), [chosen(_l("请选择协办单位。"))])
    note = TextAreaField(
        _l("协办事项"),
        [filled(_l("请写明请协办单位做什么。")), at_most(NOTE_LENGTH)],
        description=_l("只写需要核实和办理的事，不要写居民的姓名和联系方式。"),
    )
    days = StringField(DAYS_LABEL, [check_days], description=DAYS_HINT)

    def offer(self, departments: Iterable[Department]) -> "AskAssistForm":
        """Offer the departments that can be asked."""
        self.department.choices = one_of(((d.code, d.name) for d in departments), _("请选择"))
        return self


class EndAssistForm(SeenForm):
    """Telling an assisting department that its part is no longer needed."""

    department = HiddenField()
    note = TextAreaField(
        _l("结束原因"), [filled(_l("请填写结束协办的原因。")), at_most(NOTE_LENGTH)]
    )


class RevealForm(PortalForm):
    """Why somebody needs to know who wrote."""

    note = TextAreaField(
        _l("查看原因"),
        [
            filled(_l("请写明查看的原因。")),
            Length(min=SHORTEST_REASON, message=_l("请具体写明查看的原因。")),
            at_most(NOTE_LENGTH),
        ],
        description=_l("例如：需要上门核实，约定时间。居民和督查室会看到这次查看和原因。"),
    )

    def about(self, kind: Kind) -> "RevealForm":
        """Say who will read the reason: of a report of wrongdoing, its writer alone."""
        if kind is Kind.REPORT:
            self.note.description = _("例如：需要当面核实，约定时间。举报人会看到这次查看和原因。")
        return self

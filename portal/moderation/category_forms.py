"""Forms of the taxonomy. What a category may say is held to `cases.categories.rules`."""

from collections.abc import Iterable
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    Field,
    FieldList,
    FormField,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.form import Form
from wtforms.validators import ValidationError

from portal.cases.categories.rules import MOST_QUESTIONS, Content, faults
from portal.county.models import Town
from portal.county.taxonomy import Question, QuestionKind, Severity, Stopper
from portal.departments.models import Department
from portal.forms import PortalForm, at_most, chosen, filled, one_of
from portal.text import folded

LAST = date(2100, 12, 31)
"""Later than this nobody means."""

KIND_LABELS = {
    QuestionKind.TEXT: _l("填写文字"),
    QuestionKind.CHOICE: _l("选择一项"),
    QuestionKind.DATE: _l("填写日期"),
}

SEVERITY_LABELS = {
    Severity.ELSEWHERE: _l("可以先找别处，也可以继续提交"),
    Severity.CALL_NOW: _l("请马上打电话"),
}


class QuestionRow(Form):
    """One extra question; a row without words asks nothing. `rules.faults` says what is wrong."""

    class Meta(PortalForm.Meta):
        """Cleaned like every text."""

    key = HiddenField()
    label = StringField(_l("问题"))
    kind = SelectField(_l("怎样回答"), validate_choice=False)
    choices = TextAreaField(_l("选项"))
    required = BooleanField(_l("必须回答"))


class CategoryForm(PortalForm):
    """A group or a matter: its name, words, department, questions and where else to go."""

    name = StringField(_l("名称"), [filled(_l("请填写名称。"))])
    department = SelectField(
        _l("通常由哪个单位负责"),
        default="",
        description=_l("没有按日期另行设定时，由这个单位负责。"),
    )
    words = TextAreaField(
        _l("俗称"),
        [at_most(2000)],
        description=_l("居民怎样称呼它，每行一个。用于帮居民找到事项、推荐派单。"),
    )
    questions = FieldList(FormField(QuestionRow), _l("附加问题"), min_entries=MOST_QUESTIONS)
    stopper_title = StringField(_l("提示标题"), [at_most(200)])
    stopper_advice = TextAreaField(_l("提示内容"), [at_most(1000)])
    stopper_phone = StringField(_l("提示电话"), [at_most(30)])
    stopper_severity = SelectField(_l("轻重"), default=Severity.ELSEWHERE.value)
    seen = HiddenField()

    def offer(self, departments: Iterable[Department]) -> "CategoryForm":
        """Offer the departments that take work, the kinds of questions and the two severities."""
        self.department.choices = one_of(((d.code, d.name) for d in departments), _("未定"))
        kinds = one_of((kind.value, label) for kind, label in KIND_LABELS.items())
        for row in self.questions:
            row.form.kind.choices = kinds
        self.stopper_severity.choices = one_of(
            (severity.value, label) for severity, label in SEVERITY_LABELS.items()
        )
        return self

    @property
    def content(self) -> Content:
        """What the form says; `rules.faults` tells whether it can be kept."""
        return Content(
            name=self.name.data,
            words=tuple(_lines(self.words.data)),
            questions=tuple(self._questions()),
            stopper=self._stopper(),
        )

    def validate(self, extra_validators=None) -> bool:
        """Check each field, then what the category as a whole may say."""
        if not super().validate(extra_validators):
            return False
        fields = {"stopper": self.stopper_title}
        for part, message, params in faults(self.content):
            field = fields.get(part) or self[part]
            field.errors = [*field.errors, _(message, **params)]
        return not self.errors

    def _questions(self) -> Iterable[Question]:
        """Give the rows with words; new ones get a key that no other row has."""
        rows = [row.form for row in self.questions if row.form.label.data]
        taken = {row.key.data for row in rows if row.key.data}
        for row in rows:
            is_known = row.kind.data in list(QuestionKind)
            kind = QuestionKind(row.kind.data) if is_known else QuestionKind.TEXT
            choices = _lines(row.choices.data) if kind is QuestionKind.CHOICE else []
            free = (f"q{n}" for n in range(1, len(taken) + 2) if f"q{n}" not in taken)
            key = row.key.data or next(free)
            taken.add(key)
            yield Question(key, row.label.data, kind, tuple(choices), row.required.data)

    def _stopper(self) -> Stopper | None:
        given = (self.stopper_title.data, self.stopper_advice.data, self.stopper_phone.data)
        if not any(given):
            return None
        return Stopper("", *given, Severity(self.stopper_severity.data))


def form_data(content: Content, department: Department | None, seen: str) -> dict[str, object]:
    """Return what the form shows of a category that is on record."""
    stopper = content.stopper
    questions = [
        {
            "key": one.key,
            "label": one.label,
            "kind": one.kind.value,
            "choices": "\n".join(one.choices),
            "required": one.required,
        }
        for one in content.questions
    ]
    return {
        "name": content.name,
        "department": department.code if department else "",
        "words": "\n".join(content.words),
        "questions": questions,
        "stopper_title": stopper.title if stopper else "",
        "stopper_advice": stopper.advice if stopper else "",
        "stopper_phone": stopper.phone if stopper else "",
        "stopper_severity": stopper.severity.value if stopper else Severity.ELSEWHERE.value,
        "seen": seen,
    }


class RouteForm(PortalForm):
    """Who is in charge from a day on, in one town or in all."""

    town = SelectField(_l("在哪里"), default="")
    department = SelectField(_l("由哪个单位负责"), [chosen(_l("请选择承办单位。"))])
    valid_from = StringField(_l("从哪一天起"), [filled(_l("请填写日期，如 2026-07-01。"))])

    def offer(self, towns: Iterable[Town], departments: Iterable[Department]) -> "RouteForm":
        """Offer the whole county and each town, and the departments that take work."""
        places = ((town.code, town.name) for town in towns)
        self.town.choices = one_of(places, _("全县（乡镇另有规则的除外）"))
        self.department.choices = one_of(((d.code, d.name) for d in departments), _("请选择"))
        return self

    def validate_valid_from(self, field: Field) -> None:
        """Demand a day within a lifetime."""
        try:
            is_day = date.fromisoformat(folded(field.data)) <= LAST
        except ValueError:
            is_day = False
        if not is_day:
            raise ValidationError(_("请填写日期，如 2026-07-01。"))

    @property
    def day(self) -> date:
        """The day; the form must be valid."""
        return date.fromisoformat(folded(self.valid_from.data))


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]

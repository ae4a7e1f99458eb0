"""Forms of the moderators' page of a case. They check shape; policy lives in the acts."""

from collections.abc import Callable, Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.form import Form
from wtforms.validators import Length, ValidationError

from portal.cases.forms import (
    DAYS_HINT,
    DAYS_LABEL,
    NOTE_LENGTH,
    NoteForm,
    SeenForm,
    check_days,
)
from portal.cases.revealing import SHORTEST_REASON
from portal.errors import Invalid
from portal.forms import at_most, chosen, filled
from portal.projects.models import Project
from portal.text import clean

PUBLIC_TITLE_LENGTH, PUBLIC_LENGTH = 160, 8000
"""A mask can be longer than what it stands for, so these are twice what comes in."""

USUAL_REASON = "照片上有人脸、车牌、门牌等能认出人的内容。"
"""Why photos are blacked out as a rule. The writer reads it, and it is stored as it is."""

NAME_LENGTH = 60
MOST_TARGETS, MOST_ASSISTS = 6, 5


class AssistForm(Form):
    """One department that is asked to help while the case is handed to its lead."""

    department = SelectField(_l("协办单位"), default="")
    task = TextAreaField(_l("请它做什么"), [at_most(NOTE_LENGTH)], filters=[clean])
    days = StringField(DAYS_LABEL, [check_days], filters=[clean])

    def validate_task(self, field: TextAreaField) -> None:
        """Demand words for a department that is asked."""
        if self.department.data and not field.data:
            raise ValidationError(_l("请写明请它做什么。"))


class RouteForm(NoteForm):
    """Handing a case to a department: chosen from the list, or by a suggestion's own button."""

    pick = HiddenField()
    department = SelectField(_l("承办单位"), default="")

    @property
    def code(self) -> str:
        """The department that was chosen."""
        return self.pick.data or self.department.data or ""

    def validate_department(self, field: SelectField) -> None:
        """Demand a choice among those that are offered."""
        if not self.code or self.code not in {option.value for option in field.choices}:
            raise ValidationError(_l("请选择承办单位。"))


class AssignForm(RouteForm):
    """The first hand-over, which can ask others for help in the same breath."""

    assists = FieldList(
        FormField(AssistForm), _l("协办"), min_entries=MOST_ASSISTS, max_entries=MOST_ASSISTS
    )


class AskAssistForm(SeenForm):
    """Asking one more department for its part."""

    department = SelectField(_l("协办单位"), [chosen(_l("请选择协办单位。"))], default="")
    note = TextAreaField(_l("请它做什么"), [filled(_l("请写明请它做什么。")), at_most(NOTE_LENGTH)])
    days = StringField(DAYS_LABEL, [check_days], description=DAYS_HINT)


class EndAssistForm(SeenForm):
    """Telling an assisting department that its part is no longer needed."""

    department = HiddenField()
    note = TextAreaField(_l("结束的原因"), [filled(_l("请写明原因。")), at_most(NOTE_LENGTH)])


class RejectForm(NoteForm):
    """Refusing a case."""

    reason = RadioField(_l("不予受理的原因"), [chosen()])


class WithholdForm(NoteForm):
    """Deciding against publication."""

    reason = RadioField(_l("不公开的原因"), [chosen()])
    note = TextAreaField(
        _l("给居民的说明"),
        [filled(_l("请写明不公开的原因，居民查询时会看到。")), at_most(NOTE_LENGTH)],
    )


class ClassifyForm(SeenForm):
    """What a case is filed under."""

    find_project: Callable[[str], Project | None]
    """Finds the project that a text names; raises Invalid for none or several."""
    found: Project | None = None

    kind = SelectField(_l("诉求类型"), [chosen()])
    category = SelectField(_l("类别"), default="")
    project = StringField(
        _l("涉及项目"),
        [at_most(NAME_LENGTH)],
        description=_l("写项目编号，或名称中能唯一认出它的几个字；不涉及项目就留空。"),
    )
    town = SelectField(_l("乡镇街道"), default="")

    def validate_project(self, field: StringField) -> None:
        """Demand that the text names one project."""
        try:
            self.found = self.find_project(field.data) if field.data else None
        except Invalid as error:
            raise ValidationError(_(error.message, **error.params)) from error


class TargetForm(Form):
    """One unit, person or contractor that the case complains about; a row without kind is none."""

    kind = SelectField(_l("对象"), default="")
    department = SelectField(_l("单位"), default="")
    account = SelectField(_l("本平台的工作人员"), default="")
    name = StringField(_l("姓名或企业名称"), [at_most(NAME_LENGTH)], filters=[clean])


class TargetsForm(SeenForm):
    """All whom the case complains about."""

    targets = FieldList(
        FormField(TargetForm), _l("被反映对象"), min_entries=1, max_entries=MOST_TARGETS
    )


def given_if_sent(form: FlaskForm, field: TextAreaField) -> None:
    """Refuse a text that was emptied; one that was not sent at all has its own meaning."""
    if field.raw_data and not field.data and not form.apply.data:
        raise ValidationError(_l("请填写这一项。"))


_NOT_TOO_LONG = at_most(PUBLIC_LENGTH)


class TextsForm(SeenForm):
    """Texts on their way to others, with what the page showed of them.

    `chosen` are the marks to be masked, `made` those that the texts were made with, `shown`
    tells the texts whose difference the page showed, `apply` asks to make them anew.
    """

    chosen = SelectMultipleField(_l("隐去"), validate_choice=False)
    made = HiddenField()
    shown = HiddenField()
    apply = HiddenField()
    confirmed = BooleanField(_l("我已逐一核对"))


class LetterForm(TextsForm):
    """The public text of a letter; not sent: as it was saved before."""

    public_title = StringField(_l("公开标题"), [given_if_sent, at_most(PUBLIC_TITLE_LENGTH)])
    public_body = TextAreaField(_l("公开正文"), [given_if_sent, at_most(PUBLIC_LENGTH)])
    note = TextAreaField(_l("改动的原因"), [at_most(NOTE_LENGTH)])

    @classmethod
    def fit(cls, answers: Iterable[str]) -> type["LetterForm"]:
        """Return the form with a field for each answer that is released and goes out as well."""

        class Form(cls):
            pass

        for name in answers:
            setattr(Form, name, TextAreaField(_l("公开的答复"), [given_if_sent, _NOT_TOO_LONG]))
        return Form


class AnswerForm(TextsForm):
    """The text of an answer as it is released; not sent: the answer with all masked."""

    text = TextAreaField(_l("公开的答复"), [given_if_sent, at_most(PUBLIC_LENGTH)])
    note = TextAreaField(_l("给居民的说明"), [at_most(NOTE_LENGTH)])


class ReplyForm(TextsForm):
    """The reply to a resident's question, as the resident reads it."""

    text = TextAreaField(_l("发给居民的追问答复"), [given_if_sent, at_most(PUBLIC_LENGTH)])


class RevealForm(SeenForm):
    """Why somebody of the staff has to know who the writer is."""

    note = TextAreaField(
        _l("查看原因"),
        [
            filled(_l("请写明查看联系方式的原因。")),
            Length(min=SHORTEST_REASON, message=_l("原因至少写 %(min)d 个字。")),
            at_most(NOTE_LENGTH),
        ],
        description=_l("写明为什么需要联系居民，将记入操作审计，居民也会看到。"),
    )


class FileForm(SeenForm):
    """A decision on one photo or document; `was` is how the page showed it."""

    was = HiddenField()
    is_read = BooleanField(_l("我已打开并通读这份文件，其中没有不宜公开的个人信息"))


class WithholdFileForm(FileForm):
    """Not showing a photo or document."""

    note = TextAreaField(_l("不公开的原因"), [filled(_l("请写明原因。")), at_most(NOTE_LENGTH)])


class BlackOutForm(FileForm):
    """What is to be blacked out on a photo: drawn on it, or ticked in the grid."""

    regions = HiddenField()
    cell = SelectMultipleField(validate_choice=False)
    note = TextAreaField(
        _l("遮盖的原因"),
        [filled(_l("请写明遮盖的原因。")), at_most(NOTE_LENGTH)],
        default=USUAL_REASON,
        description=_l("居民会看到。"),
    )

"""What the forms share in which a case comes in, whether a resident or staff fills them.

They check shape; policy lives in the acts.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from sqlalchemy.orm import Session
from wtforms import BooleanField, Field, HiddenField, RadioField, SelectField, StringField
from wtforms import TextAreaField as Area
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, ValidationError

from portal.cases.categories.models import Category
from portal.cases.categories.queries import Entry, menu
from portal.cases.kinds import KIND_HINTS, KIND_LABELS, OWN_KINDS, TARGET_LABELS, Kind, TargetKind
from portal.county.queries import intake, towns
from portal.county.taxonomy import Question, QuestionKind
from portal.departments import queries as units
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
from portal.projects.queries import choices
from portal.text import folded

TITLE_LENGTH, BODY_LENGTH, PLACE_LENGTH, NAME_LENGTH, REPLY_LENGTH = 80, 2000, 100, 30, 200

QUESTION = "q_"
"""What the name of a field begins with that asks a question of the chosen category."""

_LONGEST_KEY = 64
_TARGETS = frozenset(TargetKind)


@dataclass(frozen=True)
class Offer:
    """What a form offers today, in this county."""

    kinds: Sequence[Kind]
    anonymous: Sequence[Kind]
    """Kinds, of those offered, that are taken without a contact."""
    groups: Sequence[Entry]
    projects: Sequence[tuple[str, str, int]]
    """Code, name and year of each."""
    towns: Sequence[tuple[str, str]]
    """Code and name of each."""
    units: Sequence[tuple[str, str]]
    """Code and name of each department that may be named."""
    photos: int
    documents: int


def offer(s: Session, day: date, project: str) -> Offer:
    """Return what a form offers on a day; a report only where there is an office to take it.

    `project` is the code of one that is offered whatever its state.
    """
    rules = intake(s, day)
    office = units.by_code(s, rules["report_department"]) if rules["report_department"] else None
    takes_reports = office is not None and office.is_active
    kinds = [k for k in OWN_KINDS if k is not Kind.REPORT or takes_reports]
    return Offer(
        kinds=kinds,
        anonymous=[k for k in kinds if k.value in rules["anonymous"]],
        groups=menu(s),
        projects=choices(s, project),
        towns=[(town.code, town.name) for town in towns(s)],
        units=[(unit.code, unit.name) for unit in units.active(s)],
        photos=rules["photos"],
        documents=rules["documents"],
    )


class LetterForm(PortalForm):
    """The fields of a case, however it comes."""

    kind = RadioField(_l("您要反映的是"), [chosen(_l("请选择要反映的类型。"))])
    title = StringField(_l("标题"), [filled(_l("请填写标题。")), at_most(TITLE_LENGTH)])
    body = Area(_l("具体情况"), [filled(_l("请填写具体情况。")), at_most(BODY_LENGTH)])
    category = SelectField(_l("事项类别"), default="")
    project = SelectField(_l("涉及的民生项目"), default="")
    town = SelectField(_l("发生在哪个乡镇、街道"), default="")
    place = StringField(_l("具体地点"), [at_most(PLACE_LENGTH)])
    photos = MultipleFileField(_l("照片"))
    documents = MultipleFileField(_l("PDF 文件"))
    target_kind = SelectField(_l("反映的是谁"), default="")
    target_unit = SelectField(_l("单位"), default="")
    target_name = StringField(_l("姓名或企业名称"), [at_most(60)])
    anonymous = BooleanField(_l("不留联系方式（匿名）"))
    name = StringField(_l("您的称呼"), [at_most(NAME_LENGTH)])
    phone = StringField(_l("联系电话"), [check_phone], filters=[folded])
    email = StringField(_l("电子邮箱"), [check_email], filters=[folded])
    submission_key = HiddenField()
    told = HiddenField()

    questions: Sequence[Question] = ()
    """What the chosen category asks in addition; each is a field of its own."""
    asked: str = ""
    """The code of the category that asks them."""
    is_asked: bool = True
    """Whether the page that was sent showed those questions."""

    def __init__(self, offer: Offer, **kwargs: Any) -> None:
        """Offer what the county offers today."""
        super().__init__(**kwargs)
        self.offer = offer
        if not 0 < len(self.submission_key.data or "") <= _LONGEST_KEY:
            self.submission_key.data = new_key()
        self.kind.choices = one_explained(
            (k.value, _(KIND_LABELS[k]), _(KIND_HINTS[k])) for k in offer.kinds
        )
        self.category.choices = [*one_of((), _("不确定")), *_matters(offer.groups)]
        self.project.choices = one_of(
            ((code, f"{year} · {name}") for code, name, year in offer.projects),
            _("不涉及具体项目"),
        )
        self.town.choices = one_of(offer.towns, _("不确定"))
        self.target_kind.choices = one_of(
            ((k.value, _(label)) for k, label in TARGET_LABELS.items()), _("不针对谁")
        )
        self.target_unit.choices = one_of(offer.units, _("未选择"))

    @property
    def is_report(self) -> bool:
        """Whether wrongdoing is reported: for the discipline office alone, never public."""
        return self.kind.data == Kind.REPORT

    @property
    def target(self) -> TargetKind | None:
        """The kind of what is complained about, where a right one is chosen."""
        return TargetKind(self.target_kind.data) if self.target_kind.data in _TARGETS else None

    @property
    def asking(self) -> list[Field]:
        """The fields of the category's questions."""
        return [self[QUESTION + question.key] for question in self.questions]

    @property
    def replies(self) -> list[tuple[str, str]]:
        """Each question that was answered, as asked, with its answer."""
        both = zip(self.questions, self.asking, strict=True)
        return [(question.label, field.data) for question, field in both if field.data]

    def validate(self, extra_validators: Any = None) -> bool:
        """Check each field, and what only several of them together can tell."""
        is_valid = super().validate(extra_validators)
        wrong = self.wrong_together()
        for field, message in wrong:
            if not field.errors:
                field.errors = [message]
        return is_valid and not wrong

    def wrong_together(self) -> list[tuple[Field, str]]:
        """Return what is wrong between fields: what was named must not be lost in silence."""
        match self.target:
            case TargetKind.DEPARTMENT if not self.target_unit.data:
                return [(self.target_unit, _("请选择被反映的单位。"))]
            case TargetKind.PERSON if not (self.target_name.data or self.target_unit.data):
                return [(self.target_name, _("请写明被反映人的姓名或所在单位。"))]
            case TargetKind.CONTRACTOR if not self.target_name.data:
                return [(self.target_name, _("请写明被反映企业的名称。"))]
            case TargetKind.CONTRACTOR if self.target_unit.data:
                return [(self.target_unit, _("反映企业不用选单位；也反映单位的，请分开提交。"))]
            case None if self.target_unit.data or self.target_name.data:
                return [(self.target_kind, _("请选择反映的是单位、人还是企业。"))]
        return []


F = TypeVar("F", bound=LetterForm)


def asking(form: type[F], offer: Offer, category: Category | None, **kwargs: Any) -> F:
    """Return a form of this class with the questions that `category` asks in addition."""
    if category is None or not category.questions:
        return form(offer, **kwargs)
    questions = [Question.of(value) for value in category.questions]
    about = {
        "questions": questions,
        "asked": category.code,
        "is_asked": request.form.get("asked") == category.code,
    }
    fields = {QUESTION + question.key: _question(question) for question in questions}
    return type(f"Asking{form.__name__}", (form,), fields | about)(offer, **kwargs)


def new_key() -> str:
    """Return the key of a form that is opened."""
    return secrets.token_urlsafe(24)


class _Answered(DataRequired):
    """Demand an answer where the page that was sent showed the question.

    Nobody is told off for what they could not see: the questions are shown first.
    """

    def __call__(self, form: LetterForm, field: Field) -> None:
        """Check it."""
        if form.is_asked:
            super().__call__(form, field)


def _question(question: Question) -> Any:
    label = _(question.label)
    needed = [_Answered(_l("请回答这个问题。"))] if question.required else []
    if question.kind is QuestionKind.CHOICE:
        options = one_of(((choice, _(choice)) for choice in question.choices), _("请选择"))
        return SelectField(label, needed, choices=options, default="")
    if question.kind is QuestionKind.DATE:
        return StringField(label, [*needed, _check_day], render_kw={"type": "date"})
    return StringField(label, [*needed, at_most(REPLY_LENGTH)])


def _check_day(_form: PortalForm, field: Field) -> None:
    """Demand a day where one is given, written as it is kept: 20260301 and 2026-W01-1 are not."""
    said = field.data or "2000-01-01"
    try:
        is_day = date.fromisoformat(said).isoformat() == said
    except ValueError:
        is_day = False
    if not is_day:
        raise ValidationError(_("日期应当像 2026-03-01 这样。"))


def _matters(groups: Sequence[Entry]) -> list[SelectChoice]:
    """Return the matters under the names of their groups; a group without any, by itself."""
    found = []
    for group in groups:
        name = _(group.name) if group.parts else None
        found += [_matter(one, name) for one in group.parts or [group]]
    return found


def _matter(entry: Entry, group: str | None) -> SelectChoice:
    words = " ".join([entry.name, *entry.words])
    return SelectChoice(entry.code, _(entry.name), {"data-words": words}, group)

"""The form in which staff enter a case for a resident: on the telephone, at the door, on paper."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from wtforms import BooleanField, Field, HiddenField, RadioField, SelectField, StringField
from wtforms import TextAreaField as Area
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from portal.cases.categories.models import Category
from portal.cases.categories.queries import matters
from portal.cases.kinds import (
    CHANNEL_LABELS,
    KIND_HINTS,
    KIND_LABELS,
    STAFF_CHANNELS,
    TARGET_LABELS,
    Kind,
    TargetKind,
)
from portal.clock import ZONE, at_local
from portal.county.models import Town
from portal.county.taxonomy import Question, QuestionKind
from portal.departments.models import Department
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
from portal.text import clean, folded

TITLE_LENGTH, BODY_LENGTH, PLACE_LENGTH, NAME_LENGTH, REPLY_LENGTH = 80, 2000, 100, 30, 200

OLDEST = timedelta(days=30)
"""How long ago a case may have come: older ones were somebody's to answer meanwhile."""

QUESTION = "q_"
"""What the name of a field begins with that asks a question of the chosen category."""

_KEY_LENGTH = 64
_MOMENT = "%Y-%m-%dT%H:%M"
_TARGETS = frozenset(TargetKind)


@dataclass(frozen=True)
class Offer:
    """What the form offers today, in this county."""

    kinds: Sequence[Kind]
    anonymous: Sequence[Kind]
    """Kinds, of those offered, that are taken without a contact."""
    groups: Sequence[Category]
    projects: Sequence[tuple[str, str, int]]
    """Code, name and year of each."""
    towns: Sequence[Town]
    units: Sequence[Department]
    photos: int
    documents: int
    at: datetime
    """The present moment."""


class EntryForm(PortalForm):
    """What a resident said or wrote, how and when it came, and what they agreed to."""

    channel = RadioField(_l("怎样收到的"), [chosen(_l("请选择电话、来访还是来信。"))])
    came = StringField(_l("什么时候收到的"), [filled(_l("请填写收到的日期和时间。"))])
    kind = RadioField(_l("居民要反映的是"), [chosen(_l("请选择要反映的类型。"))])
    title = StringField(_l("标题"), [filled(_l("请填写标题。")), at_most(TITLE_LENGTH)])
    body = Area(_l("居民的话"), [filled(_l("请填写具体情况。")), at_most(BODY_LENGTH)])
    category = SelectField(_l("事项类别"), default="")
    project = SelectField(_l("涉及的民生项目"), default="")
    town = SelectField(_l("发生在哪个乡镇、街道"), default="")
    place = StringField(_l("具体地点"), [at_most(PLACE_LENGTH)])
    photos = MultipleFileField(_l("照片"))
    documents = MultipleFileField(_l("扫描件（PDF）"))
    target_kind = SelectField(_l("反映的是谁"), default="")
    target_unit = SelectField(_l("单位"), default="")
    target_name = StringField(_l("姓名或企业名称"), [at_most(60)])
    anonymous = BooleanField(_l("居民不愿留联系方式（匿名）"))
    name = StringField(_l("居民称呼"), [at_most(NAME_LENGTH)])
    phone = StringField(_l("联系电话"), [check_phone], filters=[folded])
    email = StringField(_l("电子邮箱"), [check_email], filters=[folded])
    consent = RadioField(_l("居民的回答"), default="", validate_choice=False)
    submission_key = HiddenField()
    told = HiddenField()

    questions: Sequence[Question] = ()
    """What the chosen category asks in addition; each is a field of its own."""
    is_asked: bool = True
    """Whether the page that was sent showed those questions."""

    def __init__(self, offer: Offer, **kwargs: Any) -> None:
        """Offer what the county offers today."""
        super().__init__(**kwargs)
        self.offer = offer
        if not 0 < len(self.submission_key.data or "") <= _KEY_LENGTH:
            self.submission_key.data = secrets.token_urlsafe(24)
        self.channel.choices = one_of((c.value, _(CHANNEL_LABELS[c])) for c in STAFF_CHANNELS)
        self.kind.choices = one_explained(
            (k.value, _(KIND_LABELS[k]), _(KIND_HINTS[k])) for k in offer.kinds
        )
        self.category.choices = [*one_of((), _("不确定")), *_matters(offer.groups)]
        self.project.choices = one_of(
            ((code, f"{year} · {name}") for code, name, year in offer.projects),
            _("不涉及具体项目"),
        )
        self.town.choices = one_of(((t.code, t.name) for t in offer.towns), _("不确定"))
        targets = ((k.value, _(label)) for k, label in TARGET_LABELS.items())
        self.target_kind.choices = one_of(targets, _("不针对谁"))
        self.target_unit.choices = one_of(((u.code, u.name) for u in offer.units), _("未选择"))
        self.consent.choices = one_of((("yes", _("同意公开")), ("no", _("不同意公开"))))

    @property
    def is_report(self) -> bool:
        """Whether wrongdoing is reported: it leaves the moderators' hands as it is entered."""
        return self.kind.data == Kind.REPORT

    @property
    def target(self) -> TargetKind | None:
        """The kind of what is complained about, where a right one is chosen."""
        return TargetKind(self.target_kind.data) if self.target_kind.data in _TARGETS else None

    @property
    def came_at(self) -> datetime:
        """When it came; the form must be valid."""
        return _moment(self.came.data)

    @property
    def asking(self) -> list[Field]:
        """The fields of the category's questions."""
        return [self[QUESTION + question.key] for question in self.questions]

    @property
    def replies(self) -> list[tuple[str, str]]:
        """Each question that was answered, as asked, with its answer."""
        both = zip(self.questions, self.asking, strict=True)
        return [(question.label, field.data) for question, field in both if field.data]

    def validate_came(self, field: Field) -> None:
        """Demand a moment of the last thirty days."""
        try:
            at = _moment(field.data)
        except (ValueError, OverflowError) as error:
            raise ValidationError(_("请填写日期和时间，如 2026-03-01 09:30。")) from error
        if at > self.offer.at:
            raise ValidationError(_("收到的时间不能晚于现在。"))
        if at < self.offer.at - OLDEST:
            raise ValidationError(_("只能登记三十天以内收到的，更早的请按原来的办理记录处理。"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Check each field, and what only several of them together can tell."""
        is_valid = super().validate(extra_validators)
        wrong = [*self._wrong_contact(), *self._wrong_target()]
        if not self.is_report and self.consent.data not in ("yes", "no"):
            wrong.append((self.consent, _("请把上面的话读给居民听，记下他的回答。")))
        for field, message in wrong:
            if not field.errors:
                field.errors = [message]
        return is_valid and not wrong

    def _wrong_contact(self) -> list[tuple[Field, str]]:
        if self.anonymous.data:
            if self.phone.data or self.email.data:
                return [(self.anonymous, _("匿名的不要填电话和邮箱。"))]
            if self.kind.data in self.offer.anonymous or not self.kind.data:
                return []
            return [(self.anonymous, _("这类诉求要留下联系方式才能办理，请填写电话或邮箱。"))]
        if self.phone.data or self.email.data:
            return []
        return [(self.phone, _("请填写联系电话或电子邮箱，至少一项；不愿留的请选匿名。"))]

    def _wrong_target(self) -> list[tuple[Field, str]]:
        match self.target:
            case TargetKind.DEPARTMENT if not self.target_unit.data:
                return [(self.target_unit, _("请选择被反映的单位。"))]
            case TargetKind.PERSON if not (self.target_name.data or self.target_unit.data):
                return [(self.target_name, _("请写明被反映人的姓名或所在单位。"))]
            case TargetKind.CONTRACTOR if not self.target_name.data:
                return [(self.target_name, _("请写明被反映企业的名称。"))]
            case TargetKind.CONTRACTOR if self.target_unit.data:
                return [(self.target_unit, _("反映企业不用选单位；也反映单位的，请分开登记。"))]
            case None if self.target_unit.data or self.target_name.data:
                return [(self.target_kind, _("请选择反映的是单位、人还是企业。"))]
        return []


def entry_form(offer: Offer, category: Category | None) -> EntryForm:
    """Return the form with the questions that `category` asks in addition.

    The answers are checked only where the page that was sent showed the questions.
    """
    shown = {"came": offer.at.astimezone(ZONE).strftime(_MOMENT)}
    if category is None or not category.questions:
        return EntryForm(offer, data=shown)
    questions = [Question.of(value) for value in category.questions]
    is_asked = request.form.get("asked") == category.code
    fields = {QUESTION + q.key: _question(q, is_asked) for q in questions}
    about = {"questions": questions, "is_asked": is_asked}
    return type("AskingEntryForm", (EntryForm,), {**fields, **about})(offer, data=shown)


def _moment(text: str | None) -> datetime:
    """Read a moment of the county's wall clock, as a browser or a person writes it."""
    local = datetime.strptime(clean(text).replace(" ", "T")[:16], _MOMENT)  # noqa: DTZ007
    return at_local(local.date(), local.hour, local.minute)


def _question(question: Question, is_asked: bool) -> Any:
    label, needed = _(question.label), [filled()] if question.required and is_asked else []
    if question.kind is QuestionKind.CHOICE:
        options = ((choice, _(choice)) for choice in question.choices)
        return SelectField(label, needed, choices=one_of(options, _("请选择")), default="")
    if question.kind is QuestionKind.DATE:
        checks = [_check_day] if is_asked else []
        return StringField(label, [*needed, *checks], render_kw={"type": "date"})
    return StringField(label, [*needed, at_most(REPLY_LENGTH)] if is_asked else [])


def _check_day(_form: PortalForm, field: Field) -> None:
    """Demand a day where one is given."""
    try:
        date.fromisoformat(clean(field.data) or "2000-01-01")
    except ValueError as error:
        raise ValidationError(_("日期应当像 2026-03-01 这样。")) from error


def _matters(groups: Sequence[Category]) -> list[SelectChoice]:
    """Return the matters under the names of their groups; a group without any, by itself."""
    return [
        SelectChoice(one.code, _(one.name), {}, _(group.name) if parts else None)
        for group in groups
        for parts in [matters(group)]
        for one in parts or [group]
    ]

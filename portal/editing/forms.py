"""The form of a section, made from the table of sections; and the small forms of this room.

A form that is only kept may be incomplete, so what is demanded is demanded when it is handed
in. What holds beyond the shape of single fields is for `projects.record.checks` to say.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    FileField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields import Field as Control
from wtforms.validators import NumberRange, ValidationError
from wtforms.widgets import DateInput

from portal.editing import reading
from portal.editing.choices import Options
from portal.forms import PortalForm, at_most, chosen, filled, one_explained, one_of
from portal.projects.fields import SHORT, Field, Kind
from portal.projects.models import Item
from portal.projects.record.checks import SIGNED
from portal.projects.record.items import DONE, KEY
from portal.projects.record.values import plain

FILES = (Kind.PHOTO, Kind.DOCUMENT)
NUMBERS = (Kind.MONEY, Kind.DECIMAL, Kind.PERCENT, Kind.WHOLE)
IDS = (Kind.DEPARTMENT, Kind.LEADER, *(Kind.ITEM, Kind.SOURCE, Kind.MILESTONE, Kind.REVISIT))
MOST_RADIOS = 5
"""Choices up to which all of them are shown at once."""

CHECK = "check-"
ITEM = "item-"
YES, NO = "yes", "no"


class SectionForm(PortalForm):
    """The form of one section; `made` gives it its fields."""

    hands_in = False
    """Whether it is handed in for review, so that nothing required may be missing."""

    told: tuple[Field, ...] = ()
    """The fields of the section that can be filled in here."""
    points: tuple[str, ...] = ()
    """The points of a checklist, in the order of their controls."""
    items: tuple[Item, ...] = ()
    """The items whose quantities a report may carry."""

    def validate(self, extra_validators: Any = None) -> bool:
        """Demand, beside what each field demands, a finding on each point of a visit made."""
        is_valid = super().validate(extra_validators)
        open_points = [
            self[f"{CHECK}{n}"]
            for n in range(len(self.points))
            if self.hands_in and self["done_on"].data and not self[f"{CHECK}{n}"].data
        ]
        for control in open_points:
            text = _("请填写“%(label)s”。", label=control.label.text)
            control.errors = [*control.errors, text]
        return is_valid and not open_points

    def written(self) -> dict[str, Any]:
        """Return what was typed as a draft writes it; the form must be valid."""
        found = {f.name: self._written(f) for f in self.told if f.kind not in FILES}
        said = {
            str(i.id): reading.decimal(self[f"{ITEM}{i.id}"].data, DONE.places)
            for i in self.items
            if self[f"{ITEM}{i.id}"].data
        }
        changed = {
            str(i.id): said[str(i.id)]
            for i in self.items
            if str(i.id) in said and (i.done is None or plain(i.done) != said[str(i.id)])
        }
        return found | ({KEY: changed} if changed else {})

    def _written(self, field: Field) -> Any:
        if field.kind is Kind.CHECKLIST:
            answers = {p: self[f"{CHECK}{n}"].data for n, p in enumerate(self.points)}
            return {point: answer == YES for point, answer in answers.items() if answer}
        data = self[field.name].data
        if field.kind is Kind.TRUTH:
            return bool(data)
        if field.kind is Kind.DEPARTMENTS:
            return [int(one) for one in dict.fromkeys(data or []) if one]
        if field.kind in (Kind.TEXT, Kind.LONG):
            return data
        if not data:
            return None
        return int(data) if field.kind in IDS else read(field, data)

    def blame(self, names: Iterable[str], message: str) -> None:
        """Put a refusal beside the fields it is about, or beside the first one."""
        known = [self[self.place_of(name)] for name in names if self.place_of(name) in self]
        first = self[self.place_of(self.told[0].name)]
        for control in known or [first]:
            control.errors = [*control.errors, message]

    def place_of(self, name: str) -> str:
        """Return the name of the control that stands for a field of the section."""
        if name == KEY and self.items:
            return f"{ITEM}{self.items[0].id}"
        is_list = any(f.name == name and f.kind is Kind.CHECKLIST for f in self.told)
        return f"{CHECK}0" if is_list else name


def read(field: Field, text: str) -> Any:
    """Read what was typed into a field of text. Raises ValueError with a marked text."""
    readers: dict[Kind, Callable[[str], Any]] = {
        Kind.DATE: reading.day,
        Kind.MONEY: reading.money,
        Kind.WHOLE: reading.whole,
    }
    if field.kind in (Kind.DECIMAL, Kind.PERCENT):
        return reading.decimal(text, field.places)
    return readers.get(field.kind, str)(text)


def typed(field: Field, value: Any) -> Any:
    """Return a written value as the form shows it for typing."""
    if field.kind is Kind.DEPARTMENTS:
        return [str(one) for one in value or []]
    if field.kind is Kind.TRUTH:
        return bool(value)
    if value is None:
        return ""
    return reading.typed_money(value) if field.kind is Kind.MONEY else str(value)


def made(
    fields: Iterable[Field],
    options: Mapping[str, Options],
    points: Iterable[str],
    items: Iterable[Item],
    values: Mapping[str, Any],
) -> SectionForm:
    """Make the form of these fields, filled with written values until something is typed."""
    fields, points, items = tuple(fields), tuple(points), tuple(items)
    controls: dict[str, Any] = {"told": fields, "points": points, "items": items}
    data: dict[str, Any] = {}
    for field in fields:
        if field.kind is Kind.CHECKLIST:
            answers = values.get(field.name) or {}
            for n, point in enumerate(points):
                controls[f"{CHECK}{n}"] = _point(point)
                data[f"{CHECK}{n}"] = {True: YES, False: NO}.get(answers.get(point), "")
        else:
            controls[field.name] = control(field, options.get(field.name, []))
            data[field.name] = typed(field, values.get(field.name))
    said = values.get(KEY) or {}
    for item in items:
        controls[f"{ITEM}{item.id}"] = _quantity(item)
        data[f"{ITEM}{item.id}"] = said.get(str(item.id), typed(DONE, _done(item)))
    return type("FormOfSection", (SectionForm,), controls)(data=data)


def _done(item: Item) -> str | None:
    return None if item.done is None else plain(item.done)


def control(field: Field, options: Options) -> Any:
    """Return the unbound control of one field."""
    label, hint = _(field.label), _(field.hint) if field.hint else ""
    demanded = [Demanded(field)] if field.required else []
    known = [_known(options)]
    if field.kind is Kind.LONG:
        return TextAreaField(label, [*demanded, at_most(field.longest)], description=hint)
    if field.kind is Kind.TRUTH:
        return BooleanField(label, description=hint)
    if field.kind in FILES:
        return FileField(label, demanded, description=hint)
    if field.kind is Kind.DEPARTMENTS:
        choices = one_of(options)
        return SelectMultipleField(
            label, known, choices=choices, validate_choice=False, description=hint
        )
    if field.kind is Kind.CHOICE and len(options) <= MOST_RADIOS:
        shown = one_explained((value, text, "") for value, text in options)
        return RadioField(
            label, demanded + known, choices=shown, validate_choice=False, description=hint
        )
    if field.kind is Kind.TEXT:
        checks = [*demanded, at_most(field.longest)]
        return StringField(label, checks, filters=[_on_one_line], description=hint)
    if field.kind in (Kind.DATE, *NUMBERS):
        widget = {"widget": DateInput()} if field.kind is Kind.DATE else {}
        return StringField(label, [*demanded, _readable(field)], description=hint, **widget)
    choices = one_of(options, _("请选择"))
    return SelectField(
        label, demanded + known, choices=choices, validate_choice=False, description=hint
    )


class Demanded:
    """Demands a value of what is handed in; what is only kept may be incomplete."""

    field_flags = {"required": True}

    def __init__(self, field: Field) -> None:
        self.field = field

    def __call__(self, form: SectionForm, control: Control) -> None:
        """Raise ValidationError for an empty control of a form that is handed in."""
        if not form.hands_in or control.data:
            return
        if self.field.kind not in FILES:  # a file may have been kept from before
            label = _(self.field.label)
            raise ValidationError(_("请填写“%(label)s”。", label=label))


def _readable(field: Field) -> Callable[[SectionForm, Control], None]:
    def check(_form: SectionForm, control: Control) -> None:
        try:
            value = read(field, control.data) if control.data else None
        except ValueError as error:
            raise ValidationError(_(str(error))) from error
        if str(value).startswith("-") and field.name not in SIGNED:
            raise ValidationError(_("“%(label)s”不能是负数。", label=control.label.text))

    return check


def _known(options: Options) -> Callable[[SectionForm, Control], None]:
    values = {value for value, _label in options}

    def check(_form: SectionForm, control: Control) -> None:
        data = control.data if isinstance(control.data, list) else [control.data]
        if any(one and one not in values for one in data):
            control.data = [] if isinstance(control.data, list) else ""
            raise ValidationError(_("所选的内容已不存在，请重新选择。"))

    return check


def _on_one_line(text: str | None) -> str:
    return " ".join((text or "").split())


def _point(point: str) -> Any:
    choices = one_explained([(YES, _("是"), ""), (NO, _("否"), "")])
    known = _known([(YES, ""), (NO, "")])
    return RadioField(_(point), [known], choices=choices, validate_choice=False)


def _quantity(item: Item) -> Any:
    unit = f"{_('（')}{item.unit}{_('）')}" if item.unit else ""
    goal = _("目标 %(n)s", n=plain(item.quantity)) if item.quantity is not None else _("没有目标值")
    hint = f"{goal}{item.unit}" if item.quantity is not None else goal
    return StringField(f"{item.name}{unit}", [_readable(DONE)], description=hint)


class ReturnForm(PortalForm):
    """Returning a draft to its author."""

    note = TextAreaField(
        _l("退回意见"),
        [filled(_l("请写明退回的理由。")), at_most(500)],
        description=_l("写清哪里要改、怎么改；填报人和本单位同事会看到。"),
    )


class LeaderForm(PortalForm):
    """A county leader of the register."""

    name = StringField(_l("姓名"), [filled(), at_most(20)])
    post = StringField(_l("职务"), [filled(), at_most(40)], description=_l("如“副县长”。"))
    sort_order = IntegerField(
        _l("排序"),
        [NumberRange(0, 9999, _l("请填写0至9999之间的整数。"))],
        description=_l("小的在前。"),
    )
    is_active = BooleanField(
        _l("在任"), default=True, description=_l("离任后不再供选择，原有记录保留。")
    )


class NewLeaderForm(LeaderForm):
    """A county leader who is not on record yet."""

    code = StringField(
        _l("代码"),
        [filled(), at_most(30)],
        description=_l("用于网址的小写字母、数字或横线，以后不能更改。"),
    )


class ProjectForm(PortalForm):
    """One project put on a year's list by hand."""

    year = StringField(_l("年度"), [filled()], description=_l("清单的年度，如2026。"))
    name = StringField(_l("项目名称"), [filled(), at_most(200)])
    department = SelectField(_l("牵头单位"), [chosen()])
    listed_on = StringField(
        _l("列入清单的日期"), [filled()], widget=DateInput(), description=_l("票决或公布的日期。")
    )
    document_no = StringField(_l("文号"), [at_most(SHORT)])

    def validate_year(self, field: Control) -> None:
        """Demand a year that a list can be of."""
        is_year = re.fullmatch(r"[0-9]{4}", field.data) and 2000 <= int(field.data) <= 2100
        if not is_year:
            raise ValidationError(_("请填写2000至2100之间的年份。"))

    def validate_listed_on(self, field: Control) -> None:
        """Demand a date."""
        try:
            reading.day(field.data)
        except ValueError as error:
            raise ValidationError(_(str(error))) from error

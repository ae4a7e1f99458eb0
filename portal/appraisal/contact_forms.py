"""Forms of the list of contacts that may not rate."""

import re

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import Field
from wtforms.validators import ValidationError

from portal.departments.models import Department
from portal.forms import PortalForm, at_most, chosen, filled, one_explained, one_of
from portal.language import N_
from portal.ratings.interests import KINDS, MOST
from portal.ratings.kinds import DOUBT_LABELS, Doubt
from portal.residents.rules import Contact, read
from portal.text import clean, folded

NOTE_LENGTH, MOST_TOLD = 60, 8

COUNTY, DEPARTMENT, PROJECT = "county", "department", "project"

SCOPES = {
    COUNTY: (N_("全县所有项目"), N_("如负责全县民生实事的机关。")),
    DEPARTMENT: (N_("一个单位牵头的项目"), N_("如某局职工。")),
    PROJECT: (N_("一个项目"), N_("如施工、监理单位人员。")),
}

_APART = re.compile(r"[\s,，;；、|]+")


class ContactsForm(PortalForm):
    """A list of contacts, whose they are, and of which projects."""

    kind = RadioField(_l("属于"), [chosen()])
    scope = RadioField(_l("不能评价"), [chosen()])
    department = SelectField(_l("牵头单位"), default="")
    project = StringField(_l("项目编号"), [at_most(40)], filters=[folded])
    note = StringField(
        _l("名单来源"),
        [filled(_l("请写明名单的来源。")), at_most(NOTE_LENGTH)],
        description=_l("如“县水利局职工名册，2026年3月”。不要写个人姓名。"),
    )
    lines = TextAreaField(
        _l("手机号或邮箱"),
        [filled(_l("请至少填写一行。")), at_most(60_000)],
        description=_l("每行一个，最多 500 行，可以从表格粘贴；同一行里的姓名不会保存。"),
    )

    def offer(self, departments: list[Department]) -> "ContactsForm":
        """Offer the kinds, the scopes and the departments."""
        self.kind.choices = one_of((k.value, _(DOUBT_LABELS[k])) for k in KINDS)
        self.scope.choices = one_explained(
            (key, _(label), _(hint)) for key, (label, hint) in SCOPES.items()
        )
        self.department.choices = one_of(((d.code, d.name) for d in departments), _("请选择"))
        self.read: list[Contact] = []
        return self

    def validate_department(self, field: Field) -> None:
        """Demand a department where the list is of one."""
        if self.scope.data == DEPARTMENT and not field.data:
            raise ValidationError(_("请选择牵头单位。"))

    def validate_project(self, field: Field) -> None:
        """Demand a code where the list is of one project."""
        if self.scope.data == PROJECT and not field.data:
            raise ValidationError(_("请填写项目编号。"))

    def validate_lines(self, field: Field) -> None:
        """Demand a contact in each line; those without one are named by their number."""
        lines = [(n, line) for n, line in enumerate(field.data.split("\n"), 1) if line.strip()]
        if len(lines) > MOST:
            raise ValidationError(_("一次最多 %(n)s 行。", n=MOST))
        found = {n: contact_in(line) for n, line in lines}
        wrong = [n for n, contact in found.items() if contact is None]
        if wrong:
            said = "、".join(str(n) for n in wrong[:MOST_TOLD])
            raise ValidationError(
                _("共 %(n)s 行没有手机号或邮箱：第 %(lines)s 行。", n=len(wrong), lines=said)
            )
        self.read = [contact for contact in found.values() if contact]

    def chosen_kind(self) -> Doubt:
        """Return as whose contacts they are listed."""
        return Doubt(self.kind.data)


class RemoveForm(PortalForm):
    """Why a contact is taken off the list."""

    reason = StringField(_l("删除的原因"), [filled(_l("请写明删除的原因。")), at_most(NOTE_LENGTH)])


class LookUpForm(PortalForm):
    """A contact that may be on the list."""

    contact = StringField(
        _l("手机号或邮箱"), [filled(_l("请填写手机号或邮箱。")), at_most(120)], filters=[folded]
    )

    def validate_contact(self, field: Field) -> None:
        """Demand a contact."""
        if read(field.data) is None:
            raise ValidationError(_("请填写 11 位手机号，或像 name@example.cn 这样的邮箱。"))


def contact_in(line: str) -> Contact | None:
    """Return the first contact in a line, or None: a name before it is passed over."""
    whole = read(line)
    if whole:
        return whole
    return next((found for part in _APART.split(clean(line)) if (found := read(part))), None)

"""Forms of sign-in and of the administrators' registers."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, PasswordField, SelectField, StringField, TextAreaField

from portal.departments.models import Department
from portal.forms import PortalForm, at_most, chosen, filled, one_of
from portal.security import ROLE_LABELS, STAFF_ROLES


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


class SignInForm(PortalForm):
    """User name and password."""

    username = StringField(_l("用户名"), [filled(_l("请填写用户名。")), at_most(40)])
    password = PasswordField(_l("密码"), [filled(_l("请填写密码。")), at_most(200)])


class PasswordForm(PortalForm):
    """A new password for oneself."""

    current = PasswordField(_l("现在的密码"), [filled(), at_most(200)])
    new = PasswordField(_l("新密码"), [filled(), at_most(200)], description=_l("至少 10 个字符。"))


class AccountForm(PortalForm):
    """A staff account."""

    full_name = StringField(_l("姓名"), [filled(), at_most(40)])
    role = SelectField(_l("角色"), [chosen()])
    department = SelectField(_l("承办单位"), description=_l("只有经办人需要选择。"))

    def offer(self, departments: list[Department]) -> "AccountForm":
        """Offer the roles of staff and the departments."""
        self.role.choices = one_of((r.value, _(ROLE_LABELS[r])) for r in STAFF_ROLES)
        self.department.choices = one_of(((d.code, d.name) for d in departments), _("无"))
        return self


class NewAccountForm(AccountForm):
    """A staff account that does not exist yet."""

    username = StringField(
        _l("用户名"),
        [filled(), at_most(40)],
        description=_l("2 至 40 个小写字母、数字、点、横线或下划线，以后不能更改。"),
    )
    password = PasswordField(
        _l("初始密码"), [filled(), at_most(200)], description=_l("至少 10 个字符。")
    )


class ResetForm(PortalForm):
    """A new password for somebody else."""

    password = PasswordField(
        _l("新密码"), [filled(), at_most(200)], description=_l("至少 10 个字符，原有登录全部退出。")
    )


class DepartmentForm(PortalForm):
    """A department of the register."""

    name = StringField(_l("单位全称"), [filled(), at_most(60)])
    phone = StringField(_l("对外电话"), [at_most(30)])
    aliases = TextAreaField(
        _l("别名"), [at_most(1000)], description=_l("每行一个，如“县教体局”。用于识别清单和来信。")
    )
    duties = TextAreaField(
        _l("职责词"), [at_most(2000)], description=_l("每行一个，如“路灯”。用于推荐派单。")
    )
    is_active = BooleanField(_l("可以接收派单"), default=True)

    @property
    def alias_list(self) -> list[str]:
        """The aliases, one a line."""
        return _lines(self.aliases.data)

    @property
    def duty_list(self) -> list[str]:
        """The words of duty, one a line."""
        return _lines(self.duties.data)


class NewDepartmentForm(DepartmentForm):
    """A department that is not on record yet."""

    code = StringField(
        _l("代码"), [filled(), at_most(30)], description=_l("用于网址的小写字母或数字，不能更改。")
    )

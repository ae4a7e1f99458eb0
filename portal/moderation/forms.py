"""Forms of the moderators. They check shape; policy lives in the acts."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, StringField, TextAreaField

from portal.cases.forms import TEXT_LENGTH, NoteForm, SeenForm
from portal.cases.kinds import REJECT_REASONS
from portal.departments.models import Department
from portal.forms import at_most, chosen, filled, one_explained, one_of

TITLE_LENGTH = 80


class AssignForm(NoteForm):
    """Handing a case to a department."""

    department = SelectField(_l("承办单位"), [chosen()])

    def offer(self, departments: list[Department]) -> "AssignForm":
        """Offer the departments that may be given work."""
        self.department.choices = one_of(((d.code, d.name) for d in departments), _("请选择"))
        return self


class RejectForm(NoteForm):
    """Refusing a case."""

    reason = RadioField(_l("不予受理的原因"), [chosen()])

    def offer(self) -> "RejectForm":
        """Offer the fixed list, each with where to go instead."""
        self.reason.choices = one_explained(
            (key, _(r.label), _(r.instead)) for key, r in REJECT_REASONS.items()
        )
        return self


class RedactForm(SeenForm):
    """The text that may become public."""

    public_title = StringField(_l("公开标题"), [filled(), at_most(TITLE_LENGTH)])
    public_body = TextAreaField(_l("公开正文"), [filled(), at_most(TEXT_LENGTH)])


class PublishForm(SeenForm):
    """Publication; the texts may come along or have been prepared before."""

    public_title = StringField(_l("公开标题"), [at_most(TITLE_LENGTH)])
    public_body = TextAreaField(_l("公开正文"), [at_most(TEXT_LENGTH)])
    text = TextAreaField(_l("公开的答复"), [at_most(TEXT_LENGTH)])


class CloseForm(NoteForm):
    """Releasing the answer."""

    text = TextAreaField(_l("公开的答复"), [at_most(TEXT_LENGTH)])

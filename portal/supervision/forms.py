"""Forms of the inspectors. They check shape; policy lives in the acts."""

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, TextAreaField

from portal.cases.forms import NOTE_LENGTH, SeenForm
from portal.departments.models import Department
from portal.forms import at_most, chosen, filled, one_of


class RulingForm(SeenForm):
    """Deciding whose a case is that departments push away."""

    department = SelectField(_l("由哪个单位办理"), [chosen(_l("请选择承办单位。"))])
    note = TextAreaField(
        _l("裁定理由"),
        [filled(_l("请填写裁定理由。")), at_most(NOTE_LENGTH)],
        description=_l("承办单位会看到。裁定后不能再退回。"),
    )

    def offer(self, departments: Iterable[Department]) -> "RulingForm":
        """Offer the departments that may have the case."""
        self.department.choices = one_of(((d.code, d.name) for d in departments), _("请选择"))
        return self

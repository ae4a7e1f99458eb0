"""Forms of the moderators' desk for volume. They check shape; policy lives in the acts."""

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import ValidationError

from portal.cases.forms import NOTE_LENGTH, TEXT_LENGTH, NoteForm, SeenForm
from portal.cases.kinds import REJECT_REASONS, WITHHOLD_REASONS
from portal.departments.models import Department
from portal.forms import PortalForm, at_most, chosen, filled, one_of
from portal.moderation.models import PhraseUse

REMARK_LENGTH, NAME_LENGTH, TITLE_LENGTH = 1000, 20, 80

BULK_LABELS = {
    "suggested": _l("分别派给建议单位"),
    "assign": _l("全部派给同一单位"),
    "withhold": _l("不公开"),
    "reject": _l("不予受理"),
    "merge": _l("并为一件"),
}
"""What can be done to a selection."""

USE_LABELS = {
    PhraseUse.ASSIGN: _l("派单、改派的说明"),
    PhraseUse.REJECT: _l("不予受理的补充说明"),
    PhraseUse.WITHHOLD: _l("不公开的原因"),
    PhraseUse.SEND_BACK: _l("发回重办时还缺什么"),
    PhraseUse.ANSWER: _l("办结时给居民的说明"),
}
"""Where phrases are offered."""


class BulkForm(PortalForm):
    """One act on many cases; each field is asked for by some of the acts."""

    act = SelectField(_l("对所选的诉求件"), [chosen(_l("请选择对所选的诉求件做什么。"))])
    department = SelectField(_l("承办单位"), default="")
    reason = SelectField(_l("不予受理的原因"), default="")
    why = SelectField(_l("不公开的原因"), default="")
    parent = StringField(_l("主件的受理编号"), [at_most(20)])
    note = TextAreaField(_l("说明"), [at_most(NOTE_LENGTH)])

    def offer(self, departments: list[Department]) -> "BulkForm":
        """Offer the acts, the departments that may be given work, and the fixed reasons."""
        self.act.choices = one_of(BULK_LABELS.items(), _("请选择"))
        self.department.choices = one_of(((d.code, d.name) for d in departments), _("请选择"))
        reasons = ((key, _(r.label)) for key, r in REJECT_REASONS.items())
        self.reason.choices = one_of(reasons, _("请选择"))
        whys = ((key, _(label)) for key, label in WITHHOLD_REASONS.items())
        self.why.choices = one_of(whys, _("请选择"))
        return self


class FilterForm(PortalForm):
    """A name for the filter that the page shows."""

    name = StringField(_l("名称"), [filled(), at_most(NAME_LENGTH)])
    queue = HiddenField()


class RemarkForm(PortalForm):
    """A remark among moderators."""

    text = TextAreaField(_l("备注"), [filled(), at_most(REMARK_LENGTH)])


class PhraseForm(PortalForm):
    """A text that is often needed."""

    use = SelectField(_l("用在哪里"), [chosen()])
    title = StringField(_l("名称"), [filled(), at_most(NAME_LENGTH)])
    text = TextAreaField(_l("内容"), [filled(), at_most(NOTE_LENGTH)])

    def offer(self) -> "PhraseForm":
        """Offer the places."""
        self.use.choices = one_of(((u.value, label) for u, label in USE_LABELS.items()))
        return self


class MergeForm(NoteForm):
    """The case that shall answer this one too."""

    parent = StringField(_l("主件的受理编号"), [filled(_l("请填写主件的受理编号。")), at_most(20)])
    shown = HiddenField()
    """The reference of the main case that the page showed: another one is shown first."""


class JoinForm(NoteForm):
    """Which cases of a hot spot one joint case shall answer."""

    pick = SelectMultipleField(_l("要并案的诉求"), validate_choice=False)
    """References that are ticked."""
    listed = SelectMultipleField(validate_choice=False)
    """References that the page showed at all; of a large hot spot it shows the newest."""
    rest = BooleanField(_l("没有列出的也一并并入"))

    def chosen(self, all_of_it: Iterable[str]) -> set[str]:
        """Return the references to be merged, given all that the hot spot has."""
        rest = set(all_of_it) - set(self.listed.data or ()) if self.rest.data else set()
        return rest | set(self.pick.data or ())

    def validate_pick(self, field: SelectMultipleField) -> None:
        """Demand two, where that can be told: one is no joint case."""
        if len(set(field.data or ())) < 2 and not self.rest.data:
            raise ValidationError(_l("请至少勾选两件要并案的诉求。"))


class PartForm(PortalForm):
    """One matter of a letter; both texts or none."""

    class Meta(PortalForm.Meta):
        """The form around it proves where it came from."""

        csrf = False

    title = StringField(_l("标题"), [at_most(TITLE_LENGTH)])
    body = TextAreaField(_l("内容"), [at_most(TEXT_LENGTH)])


class SplitForm(SeenForm):
    """The matters that become cases of their own."""

    parts = FieldList(FormField(PartForm), min_entries=1, max_entries=4)

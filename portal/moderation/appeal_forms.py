"""Forms by which a moderator decides on a resident's appeal."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField

from portal.cases.forms import NOTE_LENGTH, TEXT_LENGTH, SeenForm
from portal.forms import at_most, filled

TITLE_LENGTH = 80


class DecisionForm(SeenForm):
    """Words for the resident; granting and denying stand on one page, with ids of their own."""

    scope: str
    note = TextAreaField(
        _l("给居民的说明"),
        [filled(_l("请写明理由，居民会看到。")), at_most(NOTE_LENGTH)],
    )

    def __init__(self, **kwargs) -> None:
        """Tell the fields of this form from those of the other one."""
        super().__init__(**kwargs)
        for field in self:
            field.id = f"{self.scope}-{field.name}"
            field.label.field_id = field.id


class GrantForm(DecisionForm):
    """Deciding for the resident."""

    scope = "grant"


class RewordForm(GrantForm):
    """Deciding for the resident about a text that was changed: the new text comes along."""

    public_title = StringField(
        _l("新的公开标题"), [filled(_l("请填写新的公开标题。")), at_most(TITLE_LENGTH)]
    )
    public_body = TextAreaField(
        _l("新的公开正文"), [filled(_l("请填写新的公开正文。")), at_most(TEXT_LENGTH)]
    )


class DenyForm(DecisionForm):
    """Upholding the decision."""

    scope = "deny"

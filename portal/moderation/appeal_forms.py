"""Forms by which a moderator decides on a resident's appeal."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, StringField, TextAreaField

from portal.cases.forms import NOTE_LENGTH, SeenForm
from portal.forms import at_most, filled
from portal.moderation.forms import PUBLIC_LENGTH, PUBLIC_TITLE_LENGTH
from portal.moderation.redacting import Eye


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
        _l("新的公开标题"), [filled(_l("请填写新的公开标题。")), at_most(PUBLIC_TITLE_LENGTH)]
    )
    public_body = TextAreaField(
        _l("新的公开正文"), [filled(_l("请填写新的公开正文。")), at_most(PUBLIC_LENGTH)]
    )
    confirmed = BooleanField(_l("仍有像个人信息的地方，我已逐一核对，可以公开"))

    def objects(self, eye: Eye) -> bool:
        """Whether personal data may be left in the new text that nobody has confirmed."""
        left = [
            mark.proposal.text
            for field in (self.public_title, self.public_body)
            for mark in eye.marks(field.name, field.data)
        ]
        if not left or self.confirmed.data:
            return False
        found = _("、").join(left)
        self.confirmed.errors = [_("新的公开文本里仍有：%(found)s。请隐去或确认。", found=found)]
        return True


class DenyForm(DecisionForm):
    """Upholding the decision."""

    scope = "deny"

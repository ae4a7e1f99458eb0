"""Forms by which a moderator decides on a resident's appeal."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, StringField, TextAreaField

from portal.cases.forms import NOTE_LENGTH, SeenForm
from portal.cases.models import Case
from portal.cases.workflow import Visibility
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

    @property
    def texts(self) -> dict[str, Any]:
        """The new texts, as the act takes them: none."""
        return {}


class RewordForm(GrantForm):
    """Deciding for the resident about what was changed: the new texts come along.

    `reword_form` gives it a field for each text that reads otherwise than it was written.
    """

    confirmed = BooleanField(_l("仍有像个人信息的地方，我已逐一核对，可以公开"))

    @property
    def new(self) -> list[Field]:
        """The fields of the new texts, in the order of the page."""
        return [field for field in self if field.name.startswith(("public_", "answer_", "reply"))]

    @property
    def texts(self) -> dict[str, Any]:
        """The new texts: the letter's by name, the answers' by their ids."""
        found = {field.name: field.data for field in self.new}
        answers = {int(name[7:]): text for name, text in found.items() if name[:7] == "answer_"}
        return {name: text for name, text in found.items() if name[:7] != "answer_"} | {
            "answers": answers
        }

    def objects(self, eye: Eye) -> bool:
        """Whether personal data may be left in the new text that nobody has confirmed."""
        left = [
            mark.proposal.text for field in self.new for mark in eye.marks(field.name, field.data)
        ]
        if not left or self.confirmed.data:
            return False
        found = _("、").join(left)
        self.confirmed.errors = [_("新的公开文本里仍有：%(found)s。请隐去或确认。", found=found)]
        return True


def reword_form(case: Case, *, is_blank: bool) -> RewordForm:
    """Return the form for the texts of `case` that read otherwise than they were written.

    `is_blank`: as the page first shows it, beginning with the texts that are read now.
    """

    class Form(RewordForm):
        pass

    texts: dict[str, str] = {}
    is_public = case.visibility is Visibility.PUBLIC
    if is_public and case.is_redacted:
        Form.public_title = StringField(
            _l("新的公开标题"), [filled(_l("请填写新的公开标题。")), at_most(PUBLIC_TITLE_LENGTH)]
        )
        Form.public_body = _long(_l("新的公开正文"), _l("请填写新的公开正文。"))
        texts = {"public_title": case.public_title, "public_body": case.public_body}
    for answer in case.altered_answers if is_public else ():
        name = f"answer_{answer.id}"
        setattr(Form, name, _long(_l("新的公开答复"), _l("请填写新的公开答复。")))
        texts[name] = answer.public_text
    if case.has_altered_reply:
        Form.reply = _long(_l("新的追问答复"), _l("请填写新的公开答复。"))
        texts["reply"] = case.question.public_reply
    return Form(formdata=None, data=texts) if is_blank else Form()


def _long(label: Any, missing: Any) -> Field:
    return TextAreaField(label, [filled(missing), at_most(PUBLIC_LENGTH)])


class DenyForm(DecisionForm):
    """Upholding the decision."""

    scope = "deny"

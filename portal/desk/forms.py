"""Forms of the departments' officers."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, TextAreaField

from portal.forms import PortalForm, at_most, filled

NOTE_LENGTH, TEXT_LENGTH = 500, 4000


class NoteForm(PortalForm):
    """An act that takes only words; it remembers the last step its page showed."""

    seen = HiddenField()
    note = TextAreaField(_l("说明"), [at_most(NOTE_LENGTH)])

    @property
    def seen_event(self) -> int | None:
        """The id of that step, or None for a caller that did not say."""
        text = self.seen.data or ""
        return int(text) if text.isascii() and text.isdigit() else None


class AnswerForm(NoteForm):
    """The department's answer."""

    text = TextAreaField(
        _l("答复内容"),
        [filled(_l("请填写答复内容。")), at_most(TEXT_LENGTH)],
        description=_l("说明核实情况、处理结果和下一步安排。审核后由居民看到。"),
    )

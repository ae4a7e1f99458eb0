"""Forms of the departments' officers."""

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField

from portal.cases.forms import TEXT_LENGTH, NoteForm
from portal.forms import at_most, filled


class AnswerForm(NoteForm):
    """The department's answer."""

    text = TextAreaField(
        _l("答复内容"),
        [filled(_l("请填写答复内容。")), at_most(TEXT_LENGTH)],
        description=_l("说明核实情况、处理结果和下一步安排。审核后由居民看到。"),
    )

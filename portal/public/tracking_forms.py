"""Forms of the writer of a case: to open it, to judge, to ask, to object, to take it back."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, StringField, TextAreaField

from portal.cases.forms import NOTE_LENGTH
from portal.cases.kinds import RESOLVED_LABELS, AppealKind
from portal.forms import PortalForm, at_most, chosen, filled, one_of
from portal.ratings.kinds import LEVEL_LABELS
from portal.text import folded

CODE_LENGTH = 40


class TrackForm(PortalForm):
    """The two things that open a case to its writer."""

    reference = StringField(
        _l("受理编号"), [filled(_l("请填写受理编号。")), at_most(CODE_LENGTH)], filters=[folded]
    )
    code = StringField(
        _l("查询码"), [filled(_l("请填写查询码。")), at_most(CODE_LENGTH)], filters=[folded]
    )


class VerdictForm(PortalForm):
    """The resident's word on the outcome, and on the answer where they like."""

    resolved = RadioField(_l("您反映的问题解决了吗？"), [chosen()])
    satisfaction = RadioField(_l("您对办理是否满意？"), [chosen()])
    content = RadioField(_l("回复内容"), default="", description=_l("选填。答复说清楚了吗？"))
    speed = RadioField(_l("回复速度"), default="", description=_l("选填。答复来得及时吗？"))
    note = TextAreaField(_l("补充说明"), [at_most(NOTE_LENGTH)])

    def __init__(self, **kwargs) -> None:
        """Offer the three outcomes and the five exact words."""
        super().__init__(**kwargs)
        words = [(str(n), _(label)) for n, label in LEVEL_LABELS.items()]
        self.resolved.choices = one_of((r.value, _(label)) for r, label in RESOLVED_LABELS.items())
        self.satisfaction.choices = one_of(words)
        for field in (self.content, self.speed):
            field.choices = one_of([*words, ("", _("不评"))])

    @property
    def ratings(self) -> dict[str, int | None]:
        """What was said of the answer's content and of its speed; None where nothing was."""
        fields = {"content": self.content.data, "speed": self.speed.data}
        return {name: int(value) if value else None for name, value in fields.items()}


class _OneOfSeveral(PortalForm):
    """A form that shares its page with others: its fields have ids of their own."""

    scope = ""

    def __init__(self, **kwargs) -> None:
        super().__init__(**kwargs)
        for field in self:
            field.id = f"{self.scope}-{field.name}"
            field.label.field_id = field.id


class AskForm(_OneOfSeveral):
    """The one question after the answer."""

    scope = "ask"
    note = TextAreaField(
        _l("您想追问什么"),
        [filled(_l("请写明您想追问什么。")), at_most(NOTE_LENGTH)],
        description=_l("只能追问一次，请一次写清。不会公开。"),
    )


class ReopenForm(_OneOfSeveral):
    """Asking for the case to be handled again."""

    scope = "reopen"
    note = TextAreaField(
        _l("还有什么没有解决"),
        [filled(_l("请写明还有什么没有解决，以便重新办理。")), at_most(NOTE_LENGTH)],
        description=_l("原承办单位将按新的期限重新办理并答复。不会公开。"),
    )


class AppealForm(_OneOfSeveral):
    """The one objection to a decision."""

    scope = "appeal"
    against = HiddenField()
    note = TextAreaField(
        _l("申诉理由"),
        [filled(_l("请写明您为什么不同意。")), at_most(NOTE_LENGTH)],
        description=_l("由作出原决定以外的审核员处理，每项决定可以申诉一次。不会公开。"),
    )

    @property
    def kind(self) -> AppealKind | None:
        """What it is against; None for what no page of ours sends."""
        said = self.against.data
        return AppealKind(said) if said in list(AppealKind) else None

    def fit(self, against: AppealKind) -> "AppealForm":
        """Give the fields ids of their own among the appeals of one page."""
        self.against.data = against.value
        for field in self:
            field.id = f"appeal-{against.value}-{field.name}"
            field.label.field_id = field.id
        return self


class WithdrawForm(_OneOfSeveral):
    """Taking a case back."""

    scope = "withdraw"
    note = TextAreaField(_l("撤回原因"), [at_most(NOTE_LENGTH)])

"""The form that a ballot is written down and corrected with."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields import Field
from wtforms.validators import ValidationError
from wtforms.widgets import DateInput

from portal import clock
from portal.forms import PortalForm, at_most, chosen, filled, one_of
from portal.ratings.ballots.actions import Head
from portal.ratings.ballots.models import Ballot
from portal.ratings.ballots.queries import shown
from portal.ratings.ballots.reading import MOST_VOTES, Line, read, written
from portal.ratings.ballots.rules import DEFAULT_RULE, RULES
from portal.text import folded

MOST_TOLD = 8
"""Mistakes that are told one by one; the rest is counted."""


def whole(least: int, most: int) -> Callable[[PortalForm, Field], None]:
    """Demand a whole number between `least` and `most`; full-width digits are understood."""

    def check(_form: PortalForm, field: Field) -> None:
        digits = folded(field.data or "")
        is_number = digits.isascii() and digits.isdigit() and len(digits) <= 9
        if not (is_number and least <= int(digits) <= most):
            text = _("请填写 %(least)s 至 %(most)s 之间的整数。", least=least, most=most)
            raise ValidationError(text)
        field.data = digits

    return check


class BallotForm(PortalForm):
    """A ballot: the head as published, and one line for each project."""

    year = StringField(
        _l("清单年度"), [filled(), whole(2000, 2100)], description=_l("测评的是哪一年的清单。")
    )
    title = StringField(_l("测评名称"), [filled(), at_most(100)])
    body = StringField(
        _l("测评主体"),
        [filled(), at_most(60)],
        description=_l("如“县人大常委会”“县人民代表大会”。"),
    )
    held_on = StringField(_l("测评日期"), [filled()], widget=DateInput())
    members = StringField(
        _l("全体组成人员"),
        [filled(), whole(1, MOST_VOTES)],
        description=_l("人数。判定规则按全体组成人员计算，不是到会人数。"),
    )
    present = StringField(
        _l("到会"), [filled(), whole(0, MOST_VOTES)], description=_l("公布的到会人数。")
    )
    is_secret = BooleanField(_l("无记名"), default=True)
    rule = SelectField(_l("判定规则"), [chosen()], default=DEFAULT_RULE)
    document_no = StringField(_l("文号"), [at_most(60)])
    source = StringField(
        _l("公布出处"), [filled(), at_most(300)], description=_l("公布的网址，或会议、公报名称。")
    )
    lines = TextAreaField(
        _l("各项得票"),
        [filled(_l("请至少填写一行。")), at_most(40_000)],
        description=_l(
            "每行一项：项目编号或名称，满意，基本满意，不满意。用逗号或制表符分开，可以从表格直接"
            "粘贴，空着算 0。要保留公布的名称，写“编号 名称”。照公布的数字填写；对不上的会标出来，"
            "不要改数字。"
        ),
    )
    version = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rule.choices = one_of((key, _(data["name"])) for key, data in RULES.items())
        self.read: list[Line] = []

    def validate_held_on(self, field: Field) -> None:
        """Demand a day that is not in the future."""
        try:
            day = date.fromisoformat(folded(field.data))
        except ValueError as error:
            raise ValidationError(_("请选择测评日期。")) from error
        if day > clock.today():
            raise ValidationError(_("测评日期不能晚于今天。"))

    def validate_lines(self, field: Field) -> None:
        """Demand lines that can be read; every one that cannot is named by its number."""
        self.read, mistakes = read(field.data)
        said = [_(m.message, **_spoken(m.params)) for m in mistakes[:MOST_TOLD]]
        if len(mistakes) > MOST_TOLD:
            said.append(_("另有 %(n)s 处。", n=len(mistakes) - MOST_TOLD))
        if said:
            raise ValidationError(" ".join(said))

    def head(self) -> Head:
        """Return what is said of the ballot as a whole; the form must be valid."""
        return Head(
            year=int(self.year.data),
            title=self.title.data,
            body=self.body.data,
            held_on=date.fromisoformat(folded(self.held_on.data)),
            members=int(self.members.data),
            present=int(self.present.data),
            is_secret=self.is_secret.data,
            rule=self.rule.data,
            document_no=self.document_no.data,
            source=self.source.data,
        )

    @property
    def seen(self) -> int:
        """The version that the page was made of; -1, which is none, for anything strange."""
        text = self.version.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def typed(ballot: Ballot) -> dict[str, Any]:
    """Return a ballot as the form shows it for correcting."""
    lines = [(line.code, line.name, line.votes) for line in shown(ballot).lines]
    names = ("year", "title", "body", "members", "present", "rule", "document_no", "source")
    return {name: str(getattr(ballot, name)) for name in names} | {
        "held_on": ballot.held_on.isoformat(),
        "is_secret": ballot.is_secret,
        "lines": written(lines),
        "version": str(ballot.version),
    }


def _spoken(params: dict[str, Any]) -> dict[str, Any]:
    return {name: _(value) if name == "label" else value for name, value in params.items()}

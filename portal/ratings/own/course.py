"""差评回访 in the words of the resident whose rating it is about. Pure."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from portal.clock import local_day
from portal.language import N_
from portal.projects.wording import Said, said
from portal.ratings.followups.workflow import (
    OWED,
    REMEDY_LABELS,
    Close,
    Outcome,
    Remedy,
    State,
)

NO_TEXT = N_("这段文字没有公开。")


@dataclass(frozen=True)
class Stage:
    """One thing that happened or is promised."""

    title: Said
    on: date | None
    """The day it happened; None for what is still to come."""
    tone: str
    text: Said | None = None
    quote: str = ""
    """The department's own words."""


class FollowUpLike(Protocol):
    """What is read of a follow-up."""

    state: State
    has_contact: bool
    opened_at: datetime
    call_due_at: datetime
    remedy_due_at: datetime
    called_at: datetime | None
    outcome: Outcome | None
    planned_on: date | None
    remedied_at: datetime | None
    remedy: Remedy | None
    remedy_text: str
    asked_until: date | None
    closed_at: datetime | None
    closing: Close | None


def course(f: FollowUpLike, may_read: bool) -> list[Stage]:
    """Return what happened with a bad rating, the first thing first, and what is promised.

    `may_read` says whether the department's own words may be shown.
    """
    found = [Stage(said(N_("责任单位开始处理您的评价")), local_day(f.opened_at), "", _promise(f))]
    if f.outcome and f.called_at:
        found.append(Stage(said(_CALLED[f.outcome]), local_day(f.called_at), "done"))
    if f.planned_on:
        text = said(N_("责任单位承诺 %(day)s 前整改完成。"), day=f.planned_on)
        found.append(Stage(said(N_("需要较长时间，已列入台账")), None, "late", text))
    if f.remedy and f.remedied_at:
        quote = f.remedy_text if may_read else ""
        hidden = None if quote else said(NO_TEXT)
        title = said(REMEDY_LABELS[f.remedy])
        found.append(Stage(title, local_day(f.remedied_at), "done", hidden, quote))
    return [*found, *_ending(f)]


_CALLED = {
    Outcome.REACHED: N_("责任单位已联系您"),
    Outcome.NOT_REACHED: N_("责任单位联系过您，没有联系上"),
    Outcome.NO_CONTACT: N_("没有联系方式，责任单位已现场核实"),
}


def _promise(f: FollowUpLike) -> Said | None:
    if f.state not in OWED or f.planned_on:
        return None
    remedy = local_day(f.remedy_due_at)
    if f.state is not State.OPEN:
        return said(N_("应在 %(day)s 前整改或说明。"), day=remedy)
    if f.has_contact:
        text = N_("应在 %(call)s 前联系您，在 %(remedy)s 前整改或说明。")
        return said(text, call=local_day(f.call_due_at), remedy=remedy)
    return said(N_("没有您的联系方式，不打电话；应在 %(day)s 前核实并整改或说明。"), day=remedy)


def _ending(f: FollowUpLike) -> list[Stage]:
    if f.state is State.VOID:
        return [Stage(said(N_("评价不计入，处理停止")), None, "late")]
    if f.state is State.ASKED and f.asked_until:
        text = said(N_("%(day)s 以前都可以再评；不评的，记为“居民未再评价”。"), day=f.asked_until)
        return [Stage(said(N_("请您再次评价")), None, "late", text)]
    if f.closing and f.closed_at:
        return [Stage(said(_CLOSED[f.closing]), local_day(f.closed_at), "done")]
    return []


_CLOSED = {
    Close.BETTER: N_("您改评为满意，办结"),
    Close.SAME: N_("您仍不满意，办结"),
    Close.NO_REPLY: N_("您没有再次评价，办结"),
}

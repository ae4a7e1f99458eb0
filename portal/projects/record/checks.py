"""What must hold before a row may be published, beyond the shape of its fields.

Checked when a draft is handed in and again when it is published, since the project may have
moved on in between. Each check raises Invalid with a sentence for the author; the parameter
`fields` of the error names the fields that the sentence is about.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.errors import Invalid
from portal.language import N_
from portal.projects.fields import Field, Kind, Section
from portal.projects.kinds import DecisionKind, DutyRole, ProjectStatus
from portal.projects.models import Decision, Item, Project, Site, StageRecord
from portal.projects.record.completion import (
    check_acceptance,
    check_acceptance_goes,
    check_handover,
    check_revisit,
)
from portal.projects.record.money import check_fund, check_fund_goes, check_payment
from portal.projects.record.proposals import Proposal, invalid
from portal.projects.rules import percent_of_items
from portal.projects.schedule.models import Milestone, PlanPoint
from portal.projects.schedule.rules import judge, needs_remedy
from portal.projects.schedule.standings import curves, facts_of, scale_on
from portal.projects.upkeep.models import Revisit

PAST = frozenset(
    (
        *("reached_on", "decided_on", "as_of", "actual_on", "raised_on", "resolved_on"),
        *("paid_on", "inspected_on", "found_on", "fixed_on", "tested_on", "accepted_on"),
        *("awarded_on", "handed_over_on", "done_on", "taken_on", "from_on", "until_on"),
    )
)
"""Dates of things that have happened: none lies in the future."""

ORDERED = (
    ("start_on", "due_on"),
    ("from_on", "until_on"),
    ("raised_on", "due_on"),
    ("raised_on", "resolved_on"),
    ("found_on", "fix_by"),
    ("found_on", "due_on"),
    ("found_on", "fixed_on"),
    ("as_of", "new_date"),
)
"""Pairs of dates that come in this order."""

UNIQUE = {"plan": (PlanPoint, "by_on"), "site": (Site, "number")} | {
    "stage": (StageRecord, "stage"),
    "revisit": (Revisit, "months"),
}
"""Section -> model and column that tells its rows apart."""

LARGEST_PERCENT = 1000
"""Beyond this a percent is a slip of the pen; also what the columns of standings are made for."""

NUMBERS = (Kind.MONEY, Kind.DECIMAL, Kind.PERCENT, Kind.WHOLE)
SIGNED = ("latitude", "longitude")


def check(proposal: Proposal) -> None:
    """Raise Invalid when the row may not be published like this on that day."""
    _check_place(proposal)
    for one in proposal.section.fields:
        _check_field(one, proposal.values.get(one.name), proposal.day)
    for first, last in ORDERED:
        begun, ended = proposal.values.get(first), proposal.values.get(last)
        if begun and ended and ended < begun:
            labels = {f.name: f.label for f in proposal.section.fields}
            raise invalid(
                N_("“%(last)s”不能早于“%(first)s”。"),
                last,
                first=labels[first],
                last=labels[last],
            )
    if proposal.section.key in UNIQUE:
        _check_unique(proposal, *UNIQUE[proposal.section.key])
    if proposal.section.key in CHECKS:
        CHECKS[proposal.section.key](proposal)


KEPT = {
    "revisit": N_("回头看记录不能删除。"),
    "promise": N_("项目本身不能删除；不再实施的项目用“变更决定”终止。"),
}
"""Sections whose rows stay, with the sentence that says so."""


def check_removal(s: Session, section: Section, target: Any) -> None:
    """Raise Invalid when the row is history, or when other rows lean on it."""
    if section.is_added_only:
        raise Invalid(N_("已公开的记录不能删除。"))
    if section.key in KEPT:
        raise Invalid(KEPT[section.key])
    if section.key in REMOVALS:
        REMOVALS[section.key](s, target)


def _check_place(p: Proposal) -> None:
    """History is only added to, and of some sections a project has one row."""
    if p.target is not None:
        if p.section.is_added_only:
            raise Invalid(N_("已公开的记录不能修改，请新增一条。"))
        return
    model = p.section.model
    if p.section.is_single and (
        model is Project or p.s.scalar(select(model.id).where(model.project_id == p.project.id))
    ):
        raise Invalid(N_("这一部分只有一条记录，请修改原有记录。"))


def _check_field(field: Field, value: Any, day: date) -> None:
    if field.required and value in (None, ""):
        raise invalid(N_("请填写“%(label)s”。"), field.name, label=field.label)
    if value is None:
        return
    if message := _misfit(field, value, day):
        raise invalid(message, field.name, label=field.label, most=field.longest)


def _misfit(field: Field, value: Any, day: date) -> str:
    """Return what is wrong with a value by itself, or ''."""
    if field.kind in (Kind.TEXT, Kind.LONG):
        return N_("“%(label)s”最多%(most)s个字。") if len(value) > field.longest else ""
    if field.kind is Kind.DATE and not 1990 <= value.year <= 2100:
        return N_("“%(label)s”的年份不合理。")
    if field.name in PAST and value > day:
        return N_("“%(label)s”不能是将来的日期。")
    if field.kind in NUMBERS and field.name not in SIGNED and value < 0:
        return N_("“%(label)s”不能是负数。")
    if field.kind is Kind.PERCENT and value >= LARGEST_PERCENT:
        return N_("“%(label)s”过大。")
    return ""


def _check_unique(p: Proposal, model: type[Any], column: str) -> None:
    attribute = getattr(model, column)
    same = select(model.id).where(model.project_id == p.project.id, attribute == p.values[column])
    if p.target is not None:
        same = same.where(model.id != p.target.id)
    if p.s.scalar(same.limit(1)):
        label = p.section.field(column).label
        raise invalid(N_("已有相同“%(label)s”的记录，请修改原有记录。"), column, label=label)


def _promise(p: Proposal) -> None:
    if not p.values["stretch_percent"]:
        raise invalid(N_("“年末计划达到”必须大于0。"), "stretch_percent")
    first = p.project.promised_on
    if p.project.due_on is None and first and p.values["due_on"] not in (None, first):
        message = N_("最初承诺%(day)s完成，另定日期须登记变更决定。")
        raise invalid(message, "due_on", day=first.isoformat())


def _item(p: Proposal) -> None:
    """A target that is public is so much of something: its unit stays with it."""
    has_target = p.target is not None and p.target.quantity is not None
    if has_target and p.target.unit and p.values["unit"] != p.target.unit:
        raise invalid(N_("子项已有目标值，改变计量单位须登记变更决定。"), "unit")


def _item_goes(_s: Session, target: Item) -> None:
    """A target does not vanish with its item: a decision sets it to nothing first."""
    if target.quantity:
        raise Invalid(N_("子项有公布的目标，不能直接删除；请先登记把目标值调整为0的变更决定。"))


def _site(p: Proposal) -> None:
    latitude, longitude = p.values["latitude"], p.values["longitude"]
    if not 1 <= p.values["number"] <= 9999:
        raise invalid(N_("点位编号在1至9999之间。"), "number")
    if (latitude is None) != (longitude is None):
        raise invalid(N_("经度和纬度要么都填，要么都不填。"), "latitude", "longitude")
    if latitude is not None and not (abs(latitude) <= 90 and abs(longitude) <= 180):
        raise invalid(N_("经纬度超出范围。"), "latitude", "longitude")


_FROM = {
    DecisionKind.DATE: (ProjectStatus.PLANNED, ProjectStatus.IN_PROGRESS, ProjectStatus.PAUSED),
    DecisionKind.TARGET: (ProjectStatus.PLANNED, ProjectStatus.IN_PROGRESS, ProjectStatus.PAUSED),
    DecisionKind.PAUSE: (ProjectStatus.PLANNED, ProjectStatus.IN_PROGRESS),
    DecisionKind.RESUME: (ProjectStatus.PAUSED,),
    DecisionKind.STOP: (ProjectStatus.PLANNED, ProjectStatus.IN_PROGRESS, ProjectStatus.PAUSED),
}


def _decision(p: Proposal) -> None:
    kind = p.values["kind"]
    if p.project.status not in _FROM[kind]:
        raise invalid(N_("项目目前的状态不能作这项决定。"), "kind")
    if (kind is DecisionKind.DATE) != (p.values["due_after"] is not None):
        raise invalid(N_("调整完成时间要填写调整后的日期，其他决定不填。"), "due_after")
    for name in ("item_id", "quantity_after"):
        if (kind is DecisionKind.TARGET) != (p.values[name] is not None):
            message = N_("调整目标要选择子项并填写调整后的目标值，其他决定不填。")
            raise invalid(message, name)
    if kind is DecisionKind.DATE and p.values["due_after"] == p.project.due_on:
        raise invalid(N_("调整后的日期与现在的承诺日期相同。"), "due_after")
    start = p.project.start_on
    if kind is DecisionKind.DATE and start is not None and p.values["due_after"] < start:
        raise invalid(N_("调整后的日期不能早于计划开工。"), "due_after")
    _check_newest(p, kind)


_ALIKE = (
    (DecisionKind.DATE,),
    (DecisionKind.TARGET,),
    (DecisionKind.PAUSE, DecisionKind.RESUME, DecisionKind.STOP),
)
"""Kinds of decisions of which the newest holds."""


def _check_newest(p: Proposal, kind: DecisionKind) -> None:
    """What a decision changes holds from then on, so an older one may not follow a newer one."""
    alike = next(kinds for kinds in _ALIKE if kind in kinds)
    newest = select(func.max(Decision.decided_on)).where(
        Decision.project_id == p.project.id, Decision.kind.in_(alike)
    )
    if kind is DecisionKind.TARGET:
        newest = newest.where(Decision.item_id == p.values["item_id"])
    last = p.s.scalar(newest)
    if last is not None and p.values["decided_on"] < last:
        message = N_("已有%(day)s作出的同类决定，不能再登记更早的决定。")
        raise invalid(message, "decided_on", day=last.isoformat())


def _duty(p: Proposal) -> None:
    role, v = p.values["role"], p.values
    wanted = {
        DutyRole.COUNTY_LEADER: ("leader_id", N_("请选择县级领导。")),
        DutyRole.LEAD: ("department_id", N_("请选择单位。")),
        DutyRole.ASSIST: ("department_id", N_("请选择单位。")),
    }.get(role, ("name", N_("请填写姓名。")))
    if not v[wanted[0]]:
        raise invalid(wanted[1], wanted[0])
    for other in ("leader_id", "department_id"):
        if other != wanted[0] and v[other]:
            raise invalid(N_("这项责任只填写对应的一栏：领导、单位或姓名。"), other)


def _plan(p: Proposal) -> None:
    points = dict(
        p.s.execute(
            select(PlanPoint.by_on, PlanPoint.percent).where(
                PlanPoint.project_id == p.project.id,
                PlanPoint.id != (p.target.id if p.target is not None else 0),
            )
        ).all()
    )
    points[p.values["by_on"]] = p.values["percent"]
    percents = [points[day] for day in sorted(points)]
    if percents != sorted(percents):
        raise invalid(N_("序时计划是累计数，后面的不能小于前面的。"), "percent")


def _milestone(p: Proposal) -> None:
    seen = {p.target.id} if p.target is not None else set()
    above = p.values["parent_id"]
    while above is not None:
        if above in seen:
            raise invalid(N_("上级任务不能是它自己或它的下级。"), "parent_id")
        seen.add(above)
        above = p.s.get(Milestone, above).parent_id


def report_percent(p: Proposal) -> Decimal | None:
    """Return the percent of a report: as given, or the mean of the project's items as reported."""
    if p.values["percent"] is not None:
        return p.values["percent"]
    items = p.s.scalars(select(Item).where(Item.project_id == p.project.id))
    return percent_of_items([(i.quantity, p.done.get(i, i.done), i.is_lower_better) for i in items])


REMEDY = ("cause", "measure", "new_date")
"""一项目一策: given together or not at all."""


def _report(p: Proposal) -> None:
    if p.project.status not in (ProjectStatus.PLANNED, ProjectStatus.IN_PROGRESS):
        raise invalid(N_("项目已完工、暂停或终止，不再填报进展。"), "status")
    is_back = p.values["status"] is ProjectStatus.PLANNED
    if is_back and p.project.status is ProjectStatus.IN_PROGRESS:
        raise invalid(N_("此前已公布开工，不能再填“未开工”。"), "status")
    as_of, known, percent = p.values["as_of"], p.project.reported_on, report_percent(p)
    if known is not None and as_of < known:
        message = N_("已有截至%(day)s的填报，不能再报更早的进展。")
        raise invalid(message, "as_of", day=known.isoformat())
    if percent is None and p.project.percent is not None:
        raise invalid(N_("此前公布过完成百分比，请继续填写。"), "percent")
    if percent is not None and percent >= LARGEST_PERCENT:
        raise invalid(N_("“%(label)s”过大。"), "percent", label=p.section.field("percent").label)
    missing = [name for name in REMEDY if not p.values[name]]
    points = curves(p.s, [p.project.id]).get(p.project.id, ())
    facts = replace(facts_of(p.project, points, as_of), status=p.values["status"], percent=percent)
    if missing and needs_remedy(judge(facts, scale_on(p.s, p.day)).light):
        message = N_(
            "按序时计划应完成%(planned)s%%，进度滞后：请填写滞后原因、整改措施和追上计划的日期。"
        )
        raise invalid(message, *missing, planned=str(facts.planned))
    if missing and len(missing) < len(REMEDY):
        raise invalid(N_("滞后原因、整改措施和追上计划的日期要一起填写。"), *missing)


CHECKS: dict[str, Callable[[Proposal], None]] = {
    "promise": _promise,
    "item": _item,
    "site": _site,
    "decision": _decision,
    "duty": _duty,
    "plan": _plan,
    "milestone": _milestone,
    "report": _report,
    "fund": check_fund,
    "payment": check_payment,
    "acceptance": check_acceptance,
    "handover": check_handover,
    "revisit": check_revisit,
}

REMOVALS: dict[str, Callable[[Session, Any], None]] = {
    "item": _item_goes,
    "fund": check_fund_goes,
    "acceptance": check_acceptance_goes,
}

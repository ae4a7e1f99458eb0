"""What a page says of a project in sentences: marked texts and what goes into them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from portal.language import N_
from portal.projects.kinds import ProjectStatus
from portal.projects.rules import Promise, promise_kept
from portal.projects.schedule.rules import Light, Scale


@dataclass(frozen=True)
class Said:
    """A marked text with its values; days and figures are spelt where it is shown."""

    text: str
    values: Mapping[str, Any] = field(default_factory=dict)


def said(text: str, **values: Any) -> Said:
    """Return a sentence of a marked text and its values."""
    return Said(text, values)


def number(value: Decimal) -> str:
    """Return a figure with at most one decimal and without idle zeros, as residents read it."""
    text = f"{Decimal(value).quantize(Decimal('0.1'), ROUND_HALF_UP):f}"
    return "0" if text == "-0.0" else text.removesuffix(".0")


def headline(project: Any, standing: Any, day: date) -> list[Said]:
    """Return what a reader takes away in ten seconds: the promise, then how far it is.

    `project` holds the columns of a project, `standing` is its assessment on `day`.
    """
    fixed = {
        ProjectStatus.PAUSED: N_("项目已暂停实施。"),
        ProjectStatus.STOPPED: N_("项目已终止，不再实施。"),
    }
    if project.status in fixed:
        return [said(fixed[project.status])]
    if project.status is ProjectStatus.COMPLETED:
        return [_accepted(project, day)]
    return [_promised(project, day), _reached(project, standing)]


def _accepted(project: Any, day: date) -> Said:
    done, promised = project.completed_on, project.promised_on
    if done is None:
        return said(N_("已通过验收。"))
    kept = promise_kept(promised, done, day)
    if kept is Promise.NONE:
        return said(N_("%(done)s通过验收；没有公布承诺日期。"), done=done)
    if kept is Promise.KEPT:
        text = N_("%(done)s通过验收，按期兑现（承诺%(promised)s）。")
        return said(text, done=done, promised=promised)
    text = N_("%(done)s通过验收，比承诺的%(promised)s晚%(n)s天。")
    return said(text, done=done, promised=promised, n=(done - promised).days)


def _promised(project: Any, day: date) -> Said:
    due = project.due_on
    if due is None:
        return said(N_("没有公布完成日期，进度按全年计算。"))
    if day > due:
        return said(N_("承诺%(due)s完成，已超过%(n)s天。"), due=due, n=(day - due).days)
    return said(N_("计划%(due)s完成。"), due=due)


def _reached(project: Any, standing: Any) -> Said:
    light, gap = standing.verdict.light, standing.verdict.gap
    if light is Light.WAITING and project.start_on is not None:
        return said(N_("计划%(start)s开工，还没有开工。"), start=project.start_on)
    if light is Light.WAITING:
        return said(N_("还没有开工。"))
    if project.percent is None and project.status is ProjectStatus.PLANNED:
        return said(N_("今天应完成%(planned)s%%，还没有开工。"), planned=standing.planned)
    if gap is None:
        return said(N_("今天应完成%(planned)s%%，还没有报进度。"), planned=standing.planned)
    return said(
        _GAPS[(gap > 0) - (gap < 0), standing.verdict.ratio is not None],
        planned=standing.planned,
        done=standing.planned + gap,
        gap=abs(gap),
        ratio=standing.verdict.ratio,
    )


_GAPS = {
    (-1, True): N_(
        "今天应完成%(planned)s%%，实际%(done)s%%，落后%(gap)s个百分点（完成计划的%(ratio)s%%）。"
    ),
    (0, True): N_("今天应完成%(planned)s%%，实际%(done)s%%，与计划持平。"),
    (1, True): N_(
        "今天应完成%(planned)s%%，实际%(done)s%%，超前%(gap)s个百分点（完成计划的%(ratio)s%%）。"
    ),
    (-1, False): N_("今天还不要求完成，实际%(done)s%%。"),
    (0, False): N_("今天还不要求完成，实际%(done)s%%。"),
    (1, False): N_("今天还不要求完成，实际已完成%(done)s%%。"),
}
"""(behind, even or ahead; whether there is a ratio) -> what is said of the gap."""


def freshness(project: Any, stale_days: int, day: date) -> Said | None:
    """Say how old the last report is; None where no report is awaited any more."""
    if project.status in (ProjectStatus.COMPLETED, ProjectStatus.STOPPED):
        return None
    on = project.reported_on
    if on is None:
        return said(N_("还没有填报进展。"))
    age = max((day - on).days, 0)
    if age > stale_days:
        text = N_("%(n)s天前填报，超过%(limit)s天没有新的填报：超期未报。")
        return said(text, n=age, limit=stale_days)
    return said(N_("%(n)s天前填报。"), n=age) if age else said(N_("今天填报。"))


def light_rule(scale: Scale) -> list[Said]:
    """Return the county's rule of lights in words, both figures' meaning first."""
    figures = {"ahead": scale.ahead, "late": scale.late, "severe": scale.severe}
    by_mode = {
        "points": N_(
            "按百分点亮灯：实际减去计划，超前%(ahead)s个百分点起为“提前”，落后%(late)s个百分点起"
            "为“滞后”，落后超过%(severe)s个百分点为“严重滞后”。"
        ),
        "ratio": N_(
            "按比例亮灯：实际除以计划，达到%(ahead)s%%为“提前”，低于%(late)s%%为“滞后”，"
            "低于%(severe)s%%为“严重滞后”。"
        ),
    }
    return [
        said(by_mode[scale.mode], **figures),
        said(
            N_("超过承诺日期未完成为“滞后”，超过%(n)s天为“严重滞后”。"),
            n=scale.overdue_severe_days,
        ),
    ]

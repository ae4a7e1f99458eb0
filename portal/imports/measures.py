"""What one row says of how much: target, done, percent, status, dates. Pure."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portal.imports import checks
from portal.imports.cells import (
    Value,
    parse_percent,
    parse_status,
    percents,
    status_word,
)
from portal.imports.dates import Dates, parse_dates
from portal.imports.fields import VOTES
from portal.imports.flags import contradiction, left_out, unclear, understood
from portal.imports.lines import Line
from portal.imports.notes import Notes
from portal.imports.quantities import (
    Quantity,
    done_in_words,
    has_no_target,
    is_lower_better,
    is_measure,
    parse_done,
    parse_target,
)
from portal.language import N_
from portal.text import folded


@dataclass(frozen=True)
class Measure:
    """What one row says; it belongs to the project or, where there are several, to an item."""

    target: Quantity | None
    done: Decimal | None
    percent: Decimal | None
    is_limit: bool
    status: str | None
    text: str
    start_on: date | None
    due_on: date | None

    @property
    def is_measurable(self) -> bool:
        """Whether there is a number to measure by."""
        return self.target is not None or self.done is not None

    @property
    def says_how_far(self) -> bool:
        """Whether the row says anything of its own about progress."""
        return bool(self.text or self.status or self.percent is not None or self.done is not None)


def read_measure(line: Line, name: str, year: int, notes: Notes) -> Measure:
    """Read a row's own cells; what merely repeats a merged cell belongs to the row above."""
    target = _target(line, name, notes)
    is_limit = bool(target and target.is_limit) or _is_limit(line, name)
    if is_limit and target is not None and not target.is_limit:
        notes.add(line.n, "name", understood(N_("目标是上限，越低越好")))
    reported = "\n".join(dict.fromkeys(filter(None, map(line.own, ("preparation", "progress")))))
    percent = _percent(line, reported, notes)
    if percent is not None and has_no_target(line.get("target")):
        percent = None
        notes.add(line.n, "percent", left_out(N_("不设年度目标，百分比没有采用")))
    done = _done(line, reported, target, notes)
    text = reported or ("" if done is not None else line.own("done"))
    if not is_limit:
        differs = checks.rate_differs(done, target.value if target else None, percent)
        notes.add(line.n, _percent_key(line), differs)
    status = _status(line, text, percent, notes)
    status = _checked(line, name, status, percent, notes)
    is_short = target and not is_limit and done is not None and done < target.value
    if status == "completed" and is_short:
        status = "in_progress"
        message = N_("状态写已完成，完成数却少于目标，按实施中处理")
        notes.add(line.n, "status", contradiction(message))
    dates = _dates(line, year, notes)
    return Measure(target, done, percent, is_limit, status, text, dates.start, dates.due)


def _column_unit(line: Line, key: str) -> str:
    """Return the unit beside a number: its own column's or the one in its header's brackets."""
    found = re.search(r"\(([^()]+)\)$", line.header.text(key))
    return folded(line.get("unit")) or (found[1] if found and is_measure(found[1]) else "")


def _target(line: Line, name: str, notes: Notes) -> Quantity | None:
    if "target" in line.header.columns:
        text = line.own("target")
        if not text and not line.get("target"):
            limit = parse_target(name)
            if limit.value is not None and limit.value.is_limit:
                return notes.value(line.n, "name", limit)
            notes.add(line.n, "target", left_out(N_("没有写明年度目标，不计完成率")))
            return None
        return notes.value(line.n, "target", parse_target(text, _column_unit(line, "target")))
    if VOTES[0] in line.header.columns:
        return None  # a ballot names projects and promises nothing
    text = line.own("content")
    key = next((k for k in ("content", "sub", "name") if line.own(k)), "")
    return notes.value(line.n, key, parse_target(text or name)) if key else None


def _is_limit(line: Line, name: str) -> bool:
    return is_lower_better(f"{line.header.text('target')}") or is_lower_better(name[-12:])


def _done(line: Line, text: str, target: Quantity | None, notes: Notes) -> Decimal | None:
    if "done" in line.header.columns:
        read = parse_done(line.own("done"), target, _column_unit(line, "done"))
        found = notes.value(line.n, "done", read)
    elif target is not None and target.unit and text:
        found = notes.value(line.n, "progress", done_in_words(text, target))
    else:
        found = None
    return found.value if found else None


def done_unit(line: Line) -> str:
    """Return the unit of what is done where there is no target to take it from."""
    found = parse_done(line.own("done"), None, _column_unit(line, "done")).value
    return found.unit if found else ""


def _percent_key(line: Line) -> str:
    return "percent" if line.own("percent") else "progress"


def _percent(line: Line, text: str, notes: Notes) -> Decimal | None:
    if cell := line.own("percent"):
        in_percent = "%" in line.header.text("percent")
        return notes.value(line.n, "percent", parse_percent(cell, in_percent=in_percent))
    found = percents(text)
    if len(found) > 1:
        notes.add(line.n, "progress", unclear(N_("进展文字里有多个百分比，没有采用")))
        return None
    return notes.value(line.n, "progress", parse_percent(text) if found else Value(None))


def _status(line: Line, text: str, percent: Decimal | None, notes: Notes) -> str | None:
    """Return the status of its own column, else the one that the report in words is clear about.

    Beside a month's plan, «已完成» speaks of the plan and not of the year.
    """
    status = notes.value(line.n, "status", parse_status(line.own("status")))
    if status is not None:
        return status
    words = {status_word(part) for part in text.split("\n")}
    word = words.pop() if len(words) == 1 else None
    begins_done = re.match(r"已完成|已完工", folded(text))
    if begins_done and line.get("plan"):
        message = N_("“已完成”写在工作计划旁边，可能只指计划，没有当作全年完成")
        if percent is not None and percent < 100:
            notes.add(line.n, "progress", contradiction(message))
        else:
            notes.add(line.n, "progress", unclear(message))
        return "in_progress"
    if begins_done and percent is not None and percent < 100:
        message = N_("写已完成，百分比却不到100，按实施中处理")
        notes.add(line.n, "progress", contradiction(message))
        return "in_progress"
    if word == "completed":
        notes.add(line.n, "progress", understood(N_("进展写明已完工，按已完成理解")))
    return word


def _checked(
    line: Line, name: str, status: str | None, percent: Decimal | None, notes: Notes
) -> str | None:
    """Return the status that agrees with the percent; «completed» gives way, nothing else."""
    key = "status" if line.own("status") else _percent_key(line)
    is_full = percent is not None and percent >= 100
    if status == "completed" and percent is not None and percent < 100:
        message = N_("状态写已完成，百分比却不到100，按实施中处理")
        notes.add(line.n, key, contradiction(message))
        status = "in_progress"
    elif status is None and is_full:
        message = N_("百分比达到100，但没有写明已完成，按实施中处理")
        notes.add(line.n, _percent_key(line), unclear(message))
    elif status in ("in_progress", "planned") and is_full:
        message = N_("百分比达到100，状态却不是已完成")
        notes.add(line.n, key, contradiction(message))
    is_told = status == "completed" or percent is not None
    if is_told and checks.counts_starts(name, line.get("content")):
        notes.add(line.n, key, unclear(N_("承诺的是开工，这里的进度可能只指开工，不等于建成")))
    return status


def _dates(line: Line, year: int, notes: Notes) -> Dates:
    """Read the deadline and, where there is one, the column of the start."""
    due = notes.value(line.n, "due", parse_dates(line.own("due"), year)) or Dates()
    start = notes.value(line.n, "start", parse_dates(line.own("start"), year)) or Dates()
    begin = start.start or start.due or due.start
    if begin is not None and due.due is not None and begin > due.due:
        notes.add(line.n, "due", contradiction(N_("开工时间晚于完成时限")))
    return Dates(begin, due.due)

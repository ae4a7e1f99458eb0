"""Reading single cells. Pure. Each reader returns a value and, where it had to understand or
could not, a flag in words; the text itself is kept elsewhere, untouched."""

import calendar
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Generic, TypeVar

from portal.language import N_
from portal.text import folded

T = TypeVar("T")

FEN = {"元": 100, "万元": 1_000_000, "亿元": 10_000_000_000}
"""How many 分 one of each unit is."""

_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")


@dataclass(frozen=True)
class Value(Generic[T]):
    """What a cell says, and what a person should look at."""

    value: T | None
    flag: str = ""


def parse_amount(text: str, unit: str) -> Value[int]:
    """Return an amount in 分, exactly. A unit inside the cell goes before the column's."""
    bare = folded(text)
    if not bare:
        return Value(None)
    numbers = _NUMBER.findall(bare)
    if not numbers:
        return Value(None, N_("金额不是数字，没有采用"))
    if len(numbers) > 1:
        return Value(None, N_("单元格里有多个数字，没有采用"))
    if re.search(r"-\d", bare):
        return Value(None, N_("金额是负数，没有采用"))
    inside = re.search(r"亿元?|万元?|元", bare)
    written = inside[0] if inside else ""
    own = {"亿": "亿元", "万": "万元"}.get(written, written) or unit
    if not own:
        return Value(None, N_("没有写明金额单位，没有采用"))
    fen = Decimal(numbers[0].replace(",", "")) * FEN[own]
    if fen != fen.to_integral_value():
        return Value(None, N_("金额精确到分以下，没有采用"))
    if fen >= 10**18:
        return Value(None, N_("金额过大，没有采用"))
    flag = N_("金额写作约数") if re.search(r"[约余近]|左右|以上", bare) else ""
    return Value(int(fen), flag)


def parse_percent(text: str) -> Value[Decimal]:
    """Return a percent; remarks beside it and unbalanced brackets are flagged."""
    bare = folded(text)
    if not bare:
        return Value(None)
    found = re.findall(r"(\d+(?:\.\d+)?)%", bare)
    if not found and re.fullmatch(r"\d+(?:\.\d+)?", bare):
        return Value(None, N_("没有百分号，无法确定是百分比，没有采用"))
    if not found:
        return Value(None, "")
    value = Decimal(found[0])
    if value >= 10**7:
        return Value(None, N_("百分比过大，没有采用"))
    if bare.count("(") != bare.count(")"):
        return Value(value, N_("括号不成对"))
    if len(found) > 1:
        return Value(value, N_("有多个百分比，采用第一个"))
    if bare != f"{found[0]}%":
        return Value(value, N_("百分比旁边有文字说明"))
    return Value(value)


@dataclass(frozen=True)
class Dates:
    """What a deadline cell says: a start, an end, or both."""

    start: date | None = None
    due: date | None = None


def parse_dates(text: str, year: int) -> Value[Dates]:
    """Return the dates of a deadline cell. Phrases are understood and flagged.

    «5月底前动工» names a start, not an end.
    """
    bare = folded(text)
    if not bare:
        return Value(None)
    exact = re.fullmatch(r"(\d{4})[-./年](\d{1,2})(?:[-./月](\d{1,2})日?)?月?(底?前?)", bare)
    if exact:
        day = _day(int(exact[1]), int(exact[2]), int(exact[3]) if exact[3] else None)
        flag = "" if exact[3] else N_("期限只写到月，按月底理解")
        return Value(Dates(due=day), flag) if day else Value(None, N_("日期不存在，没有采用"))
    month = re.search(r"(?:(\d{4})年)?(\d{1,2})月(?:(\d{1,2})日)?", bare)
    if month:
        of = int(month[1]) if month[1] else year
        day = _day(of, int(month[2]), int(month[3]) if month[3] else None)
        if day is None:
            return Value(None, N_("日期不存在，没有采用"))
        if re.search("开工|动工|启动", bare):
            return Value(Dates(start=day), N_("写的是开工时间，不是完成时间"))
        return Value(Dates(due=day), N_("期限是文字说明，按月底理解"))
    if re.fullmatch(r"(20\d\d)年?|全年|年底前?|当年", bare):
        of = int(bare[:4]) if bare[:2] == "20" else year
        return Value(Dates(due=date(of, 12, 31)), N_("期限只写到年，按年底理解"))
    return Value(None, N_("看不出期限，没有采用"))


def _day(year: int, month: int, day: int | None) -> date | None:
    if not (1990 <= year <= 2100 and 1 <= month <= 12):
        return None
    last = calendar.monthrange(year, month)[1]
    return date(year, month, day or last) if (day or 1) <= last else None


STATUSES = {
    "completed": ("已完成", "完成", "已完工", "完工", "超额完成", "已竣工", "已投用", "完成任务"),
    "in_progress": ("未完成", "在建", "正在施工中", "推进中", "实施中", "正常推进", "办理中"),
    "planned": ("未开工", "未启动", "前期"),
}


def parse_status(text: str) -> Value[str]:
    """Return the status that a status cell names, as ProjectStatus writes it."""
    bare = folded(text)
    if not bare:
        return Value(None)
    for status, words in STATUSES.items():
        if bare in words:
            return Value(status)
    return Value(None, N_("看不懂的状态，没有采用"))

"""Reading deadlines as they are written: dates, months, ranges, phrases. Pure."""

import calendar
import re
from dataclasses import dataclass
from datetime import date

from portal.imports.cells import Value, folded_cell
from portal.imports.flags import left_out, unclear, understood
from portal.language import N_


@dataclass(frozen=True)
class Dates:
    """What a deadline cell says: a start, an end, or both."""

    start: date | None = None
    due: date | None = None


_EXACT = re.compile(
    r"(\d{4})[-./年](\d{1,2})(?:[-./月](\d{1,2})日?)?月?(?:\d\d:\d\d:\d\d)?(底?前?)"
)
_POINT = r"(?:(\d{4})(?:[./年]|-(?=\d{1,2}\b)))?(\d{1,2})(?:月|[./](\d{1,2})日?)?"
_RANGE = re.compile(rf"{_POINT}月?(?:至|到|~|—+|--|-){_POINT}月?(?:底前?|前)?")
_YEARS = re.compile(r"(20\d\d)年?(?:至|到|~|—+|-)(20\d\d)年?")
_MONTH = re.compile(
    r"(?:(20\d\d)年|(明年|次年|翌年))?(?<!\d)(\d{1,2})月(?:份)?(?:(\d{1,2})日|([上中下]旬))?"
)
_YEAR = re.compile(r"(20\d\d)?(?:年|年度)?(?:全年|年?底前?|年?末前?|年内|当年)?(?:完成|前)*")
_SEASONS = {
    "一季度": 3,
    "1季度": 3,
    "上半年": 6,
    "二季度": 6,
    "2季度": 6,
    "三季度": 9,
    "3季度": 9,
    "四季度": 12,
    "4季度": 12,
    "下半年": 12,
}
_START = re.compile("开工|动工|启动|开建|进场")
_END = re.compile("完成|完工|竣工|投用|投入使用|建成|交付|验收")
_PART = {"上旬": 10, "中旬": 20, "下旬": None}

_NO_SUCH_DAY = N_("日期不存在，没有采用")


def parse_dates(text: str, year: int) -> Value[Dates]:
    """Return the dates of a deadline cell. Phrases are understood and flagged.

    A month alone ends with its last day; «5月底前动工» names a start, not an end.
    """
    bare = folded_cell(text)
    if not bare:
        return Value(None)
    if exact := _EXACT.fullmatch(bare):
        day = _day(int(exact[1]), int(exact[2]), int(exact[3]) if exact[3] else None)
        if day is None:
            return Value(None, left_out(_NO_SUCH_DAY))
        flag = None if exact[3] else understood(N_("期限只写到月，按月底理解"))
        return Value(Dates(due=day), flag)
    if years := _YEARS.fullmatch(bare):
        return _span(date(int(years[1]), 1, 1), date(int(years[2]), 12, 31))
    if spanned := _RANGE.fullmatch(bare):
        return _range(spanned.groups(), year)
    if _MONTH.search(bare):
        return _months(bare, year)
    return _vague(bare, year)


def _range(parts: tuple[str | None, ...], year: int) -> Value[Dates]:
    of = int(parts[0] or year)
    first = _day(of, int(parts[1] or 0), int(parts[2] or 1))
    last = _day(int(parts[3] or of), int(parts[4] or 0), int(parts[5]) if parts[5] else None)
    if first is None or last is None:
        return Value(None, left_out(_NO_SUCH_DAY))
    return _span(first, last)


def _span(first: date, last: date) -> Value[Dates]:
    if first > last:
        return Value(None, unclear(N_("开始晚于结束，没有采用")))
    return Value(Dates(first, last), understood(N_("写的是起止时间，按开工和完成时间理解")))


def _months(bare: str, year: int) -> Value[Dates]:
    """Read one date in words, or a start and an end that are told apart by their verbs."""
    found = list(_MONTH.finditer(bare))
    ends = [match.start() for match in found[1:]] + [len(bare)]
    starts, dues = [], []
    for match, end in zip(found, ends, strict=True):
        of = int(match[1]) if match[1] else year + bool(match[2])
        day = _day(of, int(match[3]), int(match[4]) if match[4] else _PART.get(match[5] or ""))
        if day is None:
            return Value(None, left_out(_NO_SUCH_DAY))
        words = bare[match.end() : end]
        is_start = _START.search(words) and not _END.search(words)
        (starts if is_start else dues).append(day)
    if len(set(starts)) > 1 or len(set(dues)) > 1:
        return Value(None, unclear(N_("有多个日期，没有采用")))
    dates = Dates(starts[0] if starts else None, dues[0] if dues else None)
    if dates.due is None:
        return Value(dates, understood(N_("写的是开工时间，不是完成时间")))
    if dates.start:
        return Value(dates, understood(N_("写的是起止时间，按开工和完成时间理解")))
    is_day = any(match[4] for match in found)
    message = N_("期限是文字说明，按其中的日期理解") if is_day else N_("期限是文字说明，按月底理解")
    return Value(dates, understood(message))


def _vague(bare: str, year: int) -> Value[Dates]:
    """Read a season or a year."""
    for words, month in _SEASONS.items():
        if words in bare:
            named = re.search(r"20\d\d", bare)
            day = _day(int(named[0]) if named else year, month, None)
            flag = understood(N_("期限只写到季度或半年，按其末日理解"))
            if _START.search(bare) and not _END.search(bare):
                return Value(Dates(start=day), flag)
            return Value(Dates(due=day), flag)
    if found := _YEAR.fullmatch(bare):
        day = date(int(found[1] or year), 12, 31)
        return Value(Dates(due=day), understood(N_("期限只写到年，按年底理解")))
    return Value(None, left_out(N_("看不出期限，没有采用")))


def _day(year: int, month: int, day: int | None) -> date | None:
    if not (1990 <= year <= 2100 and 1 <= month <= 12):
        return None
    last = calendar.monthrange(year, month)[1]
    day = last if day is None else day
    return date(year, month, day) if 1 <= day <= last else None

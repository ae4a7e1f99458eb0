"""Reading single cells. Pure. Each reader returns a value and, where it had to understand or
could not, a doubt in words; the text itself is kept elsewhere, untouched."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar

from portal.imports.flags import Doubt, left_out, unclear, understood
from portal.language import N_
from portal.text import folded

T = TypeVar("T")

FEN = {"元": 100, "万元": 1_000_000, "亿元": 10_000_000_000}
"""How many 分 one of each unit is."""

MOST_SIGNS = 24
"""Signs of a number that is calculated with; Decimal is exact up to 28 digits."""

MOST_FEN = 10**14
"""From here on an amount is a slip of the pen, as in the forms (`record.values.LARGEST`)."""

_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
_PERCENT = re.compile(r"(?<![\d.])(\d+(?:\.\d+)?)%")


@dataclass(frozen=True)
class Value(Generic[T]):
    """What a cell says, and what a person should look at."""

    value: T | None
    flag: Doubt | None = None


def folded_cell(text: str) -> str:
    """Return a cell as typed on a plain keyboard; '' for the dashes that stand for nothing."""
    bare = folded(text)
    return "" if re.fullmatch(r"[-—–/\\]+", bare) else bare


def parse_amount(text: str, unit: str) -> Value[int]:
    """Return an amount in 分, exactly. A unit inside the cell goes before the column's."""
    bare = folded_cell(text)
    if not bare:
        return Value(None)
    numbers = _NUMBER.findall(bare)
    if not numbers:
        return Value(None, left_out(N_("金额不是数字，没有采用")))
    if len(numbers) > 1:
        return Value(None, unclear(N_("单元格里有多个数字，没有采用")))
    if re.search(r"[-−]\d", bare):
        return Value(None, left_out(N_("金额是负数，没有采用")))
    inside = re.search(r"亿元?|万元?|元", bare)
    written = inside[0] if inside else ""
    own = {"亿": "亿元", "万": "万元"}.get(written, written) or unit
    if not own:
        return Value(None, unclear(N_("没有写明金额单位，没有采用")))
    if len(numbers[0]) > MOST_SIGNS:
        return Value(None, left_out(N_("数字的位数过多，没有采用")))
    fen = Decimal(numbers[0].replace(",", "")) * FEN[own]
    if fen != fen.to_integral_value():
        return Value(None, left_out(N_("金额精确到分以下，没有采用")))
    if fen >= MOST_FEN:
        return Value(None, left_out(N_("金额过大，没有采用")))
    is_rough = re.search(r"[约余近]|左右|以上", bare)
    return Value(int(fen), unclear(N_("金额写作约数")) if is_rough else None)


def parse_percent(text: str, *, in_percent: bool = False) -> Value[Decimal]:
    """Return a percent; remarks beside it and unbalanced brackets are flagged.

    `in_percent` says that the column's header carries the sign %, so that a bare number is one.
    """
    bare = folded_cell(text)
    if not bare:
        return Value(None)
    found = _PERCENT.findall(bare)
    if not found and re.fullmatch(r"\d+(?:\.\d+)?", bare):
        if not in_percent:
            return Value(None, unclear(N_("没有百分号，无法确定是百分比，没有采用")))
        found, bare = [bare], f"{bare}%"
    if not found:
        return Value(None)
    if len(found[0]) > MOST_SIGNS:
        return Value(None, left_out(N_("数字的位数过多，没有采用")))
    value = Decimal(found[0])
    if value >= 10**7:
        return Value(None, left_out(N_("百分比过大，没有采用")))
    if re.search(r"[-−]\d+(\.\d+)?%", bare) and len(found) == 1:
        return Value(None, left_out(N_("百分比是负数，没有采用")))
    if bare.count("(") != bare.count(")"):
        return Value(value, unclear(N_("括号不成对")))
    if len(found) > 1:
        if bare.startswith(f"{found[0]}%(") and len(percents(without_brackets(bare))) == 1:
            return Value(value, unclear(N_("有多个百分比，采用括号外的一个")))
        return Value(None, unclear(N_("有多个百分比，没有采用")))
    if bare != f"{found[0]}%":
        return Value(value, understood(N_("百分比旁边有文字说明")))
    return Value(value)


def percents(text: str) -> list[Decimal]:
    """Return every percent that a text names, each once, in order."""
    return [Decimal(found) for found in dict.fromkeys(_PERCENT.findall(folded(text)))]


def without_brackets(text: str) -> str:
    """Return a folded text without what stands in brackets; one left open runs to the end."""
    outside, depth = [], 0
    for sign in text:
        depth = max(0, depth + (sign == "(") - (sign == ")"))
        if depth == 0 and sign != ")":
            outside.append(sign)
    return "".join(outside)


STATUSES = {
    "completed": (
        "已完成",
        "完成",
        "已完工",
        "完工",
        "超额完成",
        "已竣工",
        "竣工",
        "已投用",
        "完成任务",
        "已建成",
        "提前完成",
    ),
    "in_progress": (
        "未完成",
        "在建",
        "正在施工中",
        "施工中",
        "推进中",
        "实施中",
        "正在实施",
        "正常推进",
        "办理中",
        "进行中",
        "已开工",
        "序时推进",
    ),
    "planned": ("未开工", "未启动", "前期", "前期工作", "前期准备", "待开工"),
}


def status_word(text: str) -> str | None:
    """Return the status of a text that is nothing but a word for one."""
    bare = folded(text).strip("。.")
    return next((status for status, words in STATUSES.items() if bare in words), None)


def parse_status(text: str) -> Value[str]:
    """Return the status that a status cell names, as ProjectStatus writes it."""
    if not folded_cell(text):
        return Value(None)
    status = status_word(text)
    if status is None:
        return Value(None, unclear(N_("看不懂的状态，没有采用")))
    return Value(status)


_ASSESSED = re.compile(r"([省市县区]{1,4})(?:委|政府|级|定|考核|、){0,4}民生(?:实事|工程)")

LEVELS = (("province", "省"), ("city", "市"), ("county", "[县区]"))
"""Who assesses a project: province, city or the county itself; the highest that is named."""


def parse_level(text: str) -> Value[str]:
    """Return the level that a cell names: province, city or county."""
    bare = folded_cell(text)
    named = [level for level, word in LEVELS if re.search(word, bare)]
    if not bare or not named:
        return Value(None, unclear(N_("看不懂的考核层级，没有采用")) if bare else None)
    return Value(named[0], unclear(N_("写了几个考核层级，取最高的")) if len(named) > 1 else None)


def level_in_words(text: str) -> str | None:
    """Return the level in a remark or title such as «县民生实事», None when it names several."""
    named = _ASSESSED.findall(folded(text))
    found = {level for word in named for level, sign in LEVELS if re.search(sign, word)}
    return found.pop() if len(found) == 1 else None


def parse_on_schedule(text: str) -> Value[bool]:
    """Return whether a cell says that the project keeps its timetable (达序)."""
    bare = folded_cell(text)
    if not bare:
        return Value(None)
    if bare in ("是", "达序", "已达序", "√", "✓", "达到", "按序时", "超序时"):
        return Value(True)
    if bare in ("否", "未达序", "不达序", "×", "未达到", "滞后", "慢序时"):
        return Value(False)
    return Value(None, unclear(N_("看不懂是否达序，没有采用")))

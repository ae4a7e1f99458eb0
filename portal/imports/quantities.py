"""Reading how much of what: targets and what is done, from cells and from sentences. Pure.

A number is taken out of a sentence only when there is one; the rest is left to a person.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from portal.imports.cells import MOST_SIGNS, Value, folded_cell, percents, without_brackets
from portal.imports.flags import contradiction, left_out, unclear, understood
from portal.language import N_
from portal.text import folded

_LONG = ("平方公里", "平方米", "立方米", "公里", "千米", "公顷", "千瓦", "人次", "人份")
MEASURES = (*_LONG, *"亩人名位户家所个座处条套台辆件场例株盏项间张栋幢眼口部只支块吨次份片米")
"""Measure words of published ledgers, longer ones before those they contain."""

_SAME = {"名": "人", "位": "人", "千米": "公里"}
"""Words that count the same thing."""

_TIMES = {"": 1, "万": 10**4, "亿": 10**8}
_MEASURE = f"(?:(?:{'|'.join(MEASURES)})(?!门|人口))"
_QUANTITY = re.compile(
    rf"(?<![\d.,A-Za-z第-])(\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)([万亿]?)[余多]?({_MEASURE})"
)
_RANGE = re.compile(rf"\d[万亿]?{_MEASURE}?[-~—至]\d+(?:\.\d+)?[万亿]?{_MEASURE}")
_LOWER = re.compile(r"低于|不高于|不超过|不大于|不多于|控制在|以内|[降减](低|少)?[至到]|≤|<")
_NO_TARGET = re.compile(r"不设.{0,6}(目标|任务)|常态化|长期坚持|持续(开展|推进)$|无(年度)?目标")
_NOT_DONE = re.compile(
    r"剩余|尚[未有]|还[有剩]|未(完成|开工|建成)|计划|拟|预计|将|目标|其中|任务|待"
)
_LARGEST = 10**12


@dataclass(frozen=True)
class Quantity:
    """A number of something, in the unit as it is written (个, 万平方米, %)."""

    value: Decimal
    unit: str
    is_limit: bool = False
    """It is to stay under: 低于, 不高于, 控制在…以内."""

    @property
    def plain(self) -> tuple[Decimal, str]:
        """The number in the unit without 万 or 亿, for comparing."""
        times = self.unit[:1] if self.unit[:1] in "万亿" and len(self.unit) > 1 else ""
        bare = self.unit.removeprefix(times)
        return self.value * _TIMES[times], _SAME.get(bare, bare)


def is_measure(text: str) -> bool:
    """Say whether a folded text is a measure word, such as 个 or 万平方米."""
    return text in ("%", "元", "万元", "亿元") or text.lstrip("万亿") in MEASURES


def is_lower_better(text: str) -> bool:
    """Say whether a target is a limit to stay under, as 失业率低于 or 控制在…以内 are."""
    return bool(_LOWER.search(folded(text)))


def has_no_target(text: str) -> bool:
    """Say whether a text says that there is no target for the year (常态化开展)."""
    return bool(_NO_TARGET.search(folded(text)))


def find_quantities(text: str) -> list[Quantity]:
    """Return the quantities that a text names outside of brackets."""
    bare = without_brackets(folded(text))
    return [
        Quantity(Decimal(number.replace(",", "")), times + measure)
        for number, times, measure in _QUANTITY.findall(bare)
        if len(number) <= MOST_SIGNS
    ]


def _plain_number(bare: str) -> Decimal | None:
    is_number = re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?|\d+(\.\d+)?", bare)
    if is_number and len(bare) <= MOST_SIGNS:
        value = Decimal(bare.replace(",", ""))
        return value if value < _LARGEST else None
    return None


def parse_target(text: str, unit: str = "") -> Value[Quantity]:
    """Return the quantity that a target names; null and flagged when it names none or several.

    `unit` is the column's. A target in percent is no quantity, except a limit (低于4.5%).
    """
    bare = folded_cell(text)
    if not bare:
        return Value(None)
    if (number := _plain_number(bare)) is not None:
        return Value(Quantity(number, unit))
    if has_no_target(bare):
        return Value(None, left_out(N_("不设年度目标，不计完成率")))
    if _RANGE.search(bare):
        return Value(None, unclear(N_("目标写的是范围，没有采用")))
    found = find_quantities(bare)
    if len(found) > 1:
        return Value(None, unclear(N_("目标里有多个数量，没有采用")))
    if found and found[0].value < _LARGEST:
        return _one_target(bare, found[0])
    named = percents(without_brackets(bare))
    if len(named) == 1 and is_lower_better(bare):
        return Value(Quantity(named[0], "%", True), understood(N_("目标是上限，越低越好")))
    if named:
        return Value(None, left_out(N_("目标是百分比，不是数量，没有采用")))
    return Value(None, left_out(N_("没有写明数量目标")))


def _one_target(bare: str, quantity: Quantity) -> Value[Quantity]:
    """Flag what was read out of a sentence, and see whether its clause makes it a limit."""
    if _QUANTITY.fullmatch(bare):
        return Value(quantity)
    clause = next((c for c in re.split(r"[,。;]", bare) if _QUANTITY.search(c)), "")
    if is_lower_better(clause):
        limit = Quantity(quantity.value, quantity.unit, True)
        return Value(limit, understood(N_("目标是上限，越低越好")))
    told = {"value": str(quantity.value), "unit": quantity.unit}
    return Value(quantity, understood(N_("从文字中读出目标 %(value)s %(unit)s"), **told))


def parse_done(text: str, target: Quantity | None, unit: str = "") -> Value[Quantity]:
    """Return what a cell of its own column says is done, in the target's unit if there is one."""
    bare = folded_cell(text)
    if not bare:
        return Value(None)
    if (number := _plain_number(bare)) is not None:
        return Value(Quantity(number, unit or (target.unit if target else "")))
    found = find_quantities(bare)
    if len(found) != 1:
        if len(found) > 1:
            return Value(None, unclear(N_("有多个完成数量，没有采用")))
        return Value(None, left_out(N_("没有写明完成数量")))
    is_whole = _QUANTITY.fullmatch(bare)
    doubt = None if is_whole else understood(N_("从文字中读出完成数量，请核对"))
    if target is None or not target.unit:
        return Value(found[0], doubt)
    same = _converted(found[0], target)
    if same is None:
        return Value(None, unclear(N_("完成数量与目标的单位不同，没有采用")))
    return Value(same, doubt)


def done_in_words(text: str, target: Quantity) -> Value[Quantity]:
    """Return what a report in words says is done of `target`, when it says it once.

    Numbers of what is left, planned or part of a sum do not count. A percent below 100 beside a
    number that reaches the target is a contradiction, and nothing is taken in.
    """
    bare = without_brackets(folded(text))
    clauses = re.split(r"[,。;；，]", bare)
    found = [
        same
        for clause in clauses
        if not _NOT_DONE.search(clause)
        for quantity in find_quantities(clause)
        if (same := _converted(quantity, target)) is not None
    ]
    if len({quantity.value for quantity in found}) > 1:
        return Value(None, unclear(N_("进展里有多个数量，没有采用")))
    if not found:
        is_numbered = bool(re.search(r"\d", bare)) and not percents(bare)
        doubt = left_out(N_("进展里没有与目标同单位的完成数量")) if is_numbered else None
        return Value(None, doubt)
    if found[0].value >= target.value and any(p < 100 for p in percents(text)):
        message = N_("数量已达到目标，文字里的百分比却不到100，没有采用数量")
        return Value(None, contradiction(message))
    return Value(found[0], understood(N_("从文字中读出完成数量，请核对")))


def _converted(quantity: Quantity, target: Quantity) -> Quantity | None:
    """Return `quantity` in the unit of `target`, None when it counts another thing."""
    value, unit = quantity.plain
    _target, wanted = target.plain
    if unit != wanted or value >= _LARGEST:
        return None
    times = target.unit[:1] if target.unit[:1] in _TIMES and len(target.unit) > 1 else ""
    return Quantity(value / _TIMES[times], target.unit)


def rate(done: Decimal, quantity: Decimal) -> Decimal:
    """Return `done` of `quantity` in percent; the quantity is not 0."""
    return done / quantity * 100

"""Who and where: units, leaders and towns as cells name them. Pure.

Nothing is guessed: an unknown unit stays a text and is flagged, and a second unit never takes
the lead because the first is not in the register.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from portal.imports.cells import folded_cell, without_brackets
from portal.imports.flags import Doubt, unclear, understood
from portal.language import N_
from portal.text import folded

_SPLIT = re.compile(r"[\n、/;；,，\s]+")
_UNIT_ENDS = re.compile(
    r"(局|委|办|会|厅|部|院|校|园|馆|处|队|站|所|中心|公司|集团|街道|镇|乡|政府|开发区|管委会|银行|"
    r"指挥部|城投|国投|水投|交投|工会|妇联|残联|团委|法院|医院)(\([^()]*\))?$"
)
_RUN_TOGETHER = re.compile(r"(镇|乡|街道)((?![和及与至])[\u4e00-\u9fff]){2,4}(镇|乡|街道)")
_ANYBODY = re.compile(r"^(各|相关|有关|其他)|(等|相关部门|有关部门|相关单位|各单位)$")

MOST = 10
"""Unknown units of one cell that are flagged by name; the rest is counted."""

FORMER_NAMES = {
    "卫计": "卫生健康",
    "卫生局": "卫生健康局",
    "计生": "卫生健康",
    "文体广新": "文化广电旅游体育",
    "文广新": "文化广电旅游",
    "旅游局": "文化和旅游局",
    "农牧": "农业农村",
    "农业局": "农业农村局",
    "国土": "自然资源",
    "规划局": "自然资源和规划局",
    "林业局": "林业和草原局或自然资源局",
    "环保": "生态环境",
    "安监": "应急管理",
    "工商": "市场监督管理",
    "质监": "市场监督管理",
    "食药监": "市场监督管理",
    "教科": "教育、科技",
    "扶贫": "乡村振兴或农业农村",
    "国税": "税务",
    "地税": "税务",
    "物价": "发展和改革",
    "粮食局": "发展和改革局",
    "法制办": "司法局",
    "老龄": "民政或卫生健康",
}
"""Words in names from before the reforms of 2018 and 2023 -> what such a unit is called today.
Only pointed out, never used to find a unit."""


@dataclass(frozen=True)
class Units:
    """The units of one cell: the first leads, the others assist."""

    lead: str | None = None
    """Code of the first unit, None when it is not in the register."""
    others: tuple[str, ...] = ()
    """Codes of the further units that the register knows."""
    other_names: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    """Names of persons that stand among the units («教育局 张三»)."""
    doubts: list[Doubt] = field(default_factory=list)


def bare_unit(text: str) -> str:
    """Return a unit's name without blanks and without the level before it."""
    bare = folded(text)
    return bare[1:] if len(bare) > 3 and bare[0] in "县市区" else bare


def looks_like_a_unit(text: str) -> bool:
    """Say whether a folded text has the form of a unit's name."""
    is_named = _UNIT_ENDS.search(text) and not re.search(r"\d|[。,;:%]", text)
    return bool(is_named) and len(text) <= 30


def read_units(
    text: str, register: Mapping[str, str], *, lead: bool = True, with_people: bool = False
) -> Units:
    """Return the units that a cell names; `register` has bare names (`bare_unit`) -> codes.

    `lead` says that the first of them leads, `with_people` that the column also names persons
    («牵头单位及主要负责人»).
    """
    if not folded_cell(text):
        return Units()
    parts = [text] if bare_unit(text) in register else _parts(text)
    people = tuple(p for p in parts if with_people and _is_person(p, register))
    parts = [part for part in parts if part not in people]
    codes = [_code(part, register) for part in parts]
    unknown = [
        part
        for part, code in zip(parts, codes, strict=True)
        if code is None and not _ANYBODY.search(part)
    ]
    doubts = [doubt for part in unknown[:MOST] for doubt in _unknown(part)]
    if len(unknown) > MOST:
        message = N_("还有%(count)s个单位未在承办单位名册中找到")
        doubts.append(unclear(message, count=len(unknown) - MOST))
    if len(parts) > 1 and lead:
        doubts.append(understood(N_("有多个单位，第一个作为牵头单位，其余作为配合单位")))
    others = tuple(dict.fromkeys(code for code in codes[1:] if code and code != codes[0]))
    return Units(codes[0] if codes else None, others, tuple(parts[1:]), people, doubts)


def _parts(text: str) -> list[str]:
    return [part for part in _SPLIT.split(text) if part]


def _code(part: str, register: Mapping[str, str]) -> str | None:
    """Look a unit up, also without a remark in brackets: «教体局(国资公司代建)»."""
    return register.get(bare_unit(part)) or register.get(bare_unit(without_brackets(folded(part))))


def _is_person(part: str, register: Mapping[str, str]) -> bool:
    is_short = re.fullmatch(r"[\u4e00-\u9fff]{2,4}", part)
    return bool(is_short) and _code(part, register) is None and not looks_like_a_unit(part)


def _unknown(part: str) -> list[Doubt]:
    found = [unclear(N_("单位“%(text)s”未在承办单位名册中找到"), text=part)]
    bare = folded(part)
    today = next((now for old, now in FORMER_NAMES.items() if old in bare), None)
    if today:
        message = N_("“%(text)s”像是机构改革前的名称，现在可能属于“%(today)s”")
        found.append(unclear(message, text=part, today=today))
    return found


def read_leader(text: str, leaders: Mapping[str, str]) -> tuple[str | None, list[Doubt]]:
    """Return the code of the leader that a cell names; a name that is not known is flagged.

    Without a register of leaders there is nothing to compare with, and nothing is flagged.
    """
    if not leaders or not folded_cell(text):
        return None, []
    known = {folded(name): code for name, code in leaders.items()}
    if folded(text) in known:
        return known[folded(text)], []
    parts = _parts(text)
    code = known.get(folded(parts[0])) if parts else None
    if code is None:
        return None, [unclear(N_("领导“%(text)s”未在名册中找到"), text=text)]
    return code, [understood(N_("有多位领导，采用第一位"))]


def read_towns(text: str, towns: Mapping[str, str]) -> tuple[list[str], list[Doubt]]:
    """Return the codes of the towns that a text names, each once; `towns` has folded names.

    A name without 镇, 乡 or 街道 counts when no full name is there. Several towns are flagged,
    also when nothing separates them («槐树镇龙泉镇»).
    """
    bare = folded(text)
    named = [code for name, code in towns.items() if name in bare]
    short = [
        code
        for name, code in towns.items()
        if len(root := re.sub("(镇|乡|街道)$", "", name)) >= 2 and root in bare
    ]
    found = list(dict.fromkeys(named or short))
    doubts = [unclear(N_("涉及多个乡镇"))] if len(found) > 1 else []
    if _RUN_TOGETHER.search(bare) and len(bare) <= 40:
        doubts.append(unclear(N_("几个乡镇连写，中间没有分隔")))
    return found, doubts

"""What one row says of a project besides numbers: who, where, what for, which money. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.imports.cells import (
    level_in_words,
    parse_amount,
    parse_level,
    parse_on_schedule,
)
from portal.imports.checks import behind_time, month_of
from portal.imports.fields import FUNDS
from portal.imports.flags import contradiction, left_out, unclear, understood
from portal.imports.lines import Line
from portal.imports.measures import Measure
from portal.imports.notes import Notes
from portal.imports.parties import bare_unit, read_leader, read_towns, read_units
from portal.language import N_
from portal.text import folded

LONGEST_NAME = 60
"""Characters of a project's name; a longer text is cut at a clause and kept as content."""


@dataclass(frozen=True)
class Known:
    """What the portal knows already: the year, and names -> codes."""

    year: int
    units: Mapping[str, str]
    """Bare names (`parties.bare_unit`) and aliases of departments."""
    towns: Mapping[str, str]
    leaders: Mapping[str, str]

    @classmethod
    def of(
        cls,
        year: int,
        units: Mapping[str, str],
        towns: Mapping[str, str],
        leaders: Mapping[str, str],
    ) -> "Known":
        """Return the registers with the names of units made bare and those of towns folded."""
        bare = {bare_unit(name): code for name, code in units.items()}
        return cls(year, bare, {folded(name): code for name, code in towns.items()}, leaders)


def short_name(text: str) -> str:
    """Return `text` when it is short enough for a name, else its first clause."""
    line = " ".join(text.split()).rstrip("。")
    if len(line) <= LONGEST_NAME and "\n" not in text.strip():
        return line
    depth = 0
    for i, sign in enumerate(line):
        depth += sign in "(（“" and 1
        depth -= sign in ")）”" and 1
        if depth <= 0 and i >= 4 and sign in "，,。；;：:、" and i <= LONGEST_NAME:
            return line[:i]
    return line[:LONGEST_NAME]


def read_what(line: Line, full: str, notes: Notes) -> dict[str, Any]:
    """Return name, content and target; a long name is cut and stays whole in the content."""
    parts = [text for key in ("content", "target") if (text := line.get(key))]
    content = "\n".join(dict.fromkeys(parts))
    name = short_name(full)
    if name != " ".join(full.split()).rstrip("。"):
        key = "name" if "name" in line.header.columns else "content"
        notes.add(line.n, key, understood(N_("名称过长，取第一句作名称，全文放在内容中")))
        content = content if full in content else "\n".join(filter(None, (full, content)))
    return {"name": name, "content": content, "target": line.get("target")}


def read_who(line: Line, known: Known, above: str, notes: Notes) -> dict[str, Any]:
    """Return the units and people of a row; a row without a unit takes over the one above."""
    text = line.get("department")
    if "department" in line.header.columns and not text:
        message = N_("责任单位为空，沿用上一行的单位") if above else N_("责任单位为空")
        notes.add(line.n, "department", understood(message) if above else left_out(message))
        text = above
    with_people = "负责人" in line.header.text("department")
    lead = read_units(text, known.units, with_people=with_people)
    assist = read_units(line.get("assist"), known.units, lead=False)
    for key, units in (("department", lead), ("assist", assist)):
        for doubt in units.doubts:
            notes.add(line.n, key, doubt)
    leader, doubts = read_leader(line.get("leader"), known.leaders)
    for doubt in doubts:
        notes.add(line.n, "leader", doubt)
    codes = dict.fromkeys(code for code in (*lead.others, assist.lead, *assist.others) if code)
    names = [*lead.other_names, line.get("assist")]
    return {
        "department_code": lead.lead,
        "department_text": text,
        "assist_codes": tuple(code for code in codes if code != lead.lead),
        "assist_text": "、".join(filter(None, names)),
        "owner": line.get("owner"),
        "leader_code": leader,
        "leader_text": line.get("leader"),
        "in_charge": line.get("in_charge") or "、".join(lead.people),
    }


def read_where(line: Line, known: Known, notes: Notes) -> dict[str, Any]:
    """Return the place and the towns in it."""
    place, town = line.get("place"), line.get("town")
    codes, doubts = read_towns(f"{town} {place}", known.towns)
    for doubt in doubts:
        notes.add(line.n, "place" if place else "town", doubt)
    if folded(town) and not codes and known.towns:
        notes.add(line.n, "town", unclear(N_("乡镇“%(text)s”未在名册中找到"), text=town))
    return {
        "place": place or town,
        "town_code": codes[0] if len(codes) == 1 else None,
        "town_codes": tuple(codes),
    }


def read_money(line: Line, notes: Notes) -> dict[str, Any]:
    """Return amounts in 分; a merged cell counts in its first row only."""
    funds: dict[str, int] = {}
    for key in FUNDS:
        own = [line.header.columns[key]] if key in line.header.columns else []
        further = [c for c, meant in line.header.more.items() if meant == key]
        amounts = [fen for c in own + further if (fen := _amount(line, c, notes)) is not None]
        if amounts:
            funds[key] = sum(amounts)
    amount = _amount(line, line.header.columns.get("amount"), notes)
    invested = _amount(line, line.header.columns.get("invested"), notes)
    if amount is not None and sum(funds.values()) > amount:
        notes.add(line.n, "amount", contradiction(N_("各项资金相加超过总投资")))
    text = line.own("amount")
    return {"amount_fen": amount, "amount_text": text, "invested_fen": invested, "funds": funds}


def _amount(line: Line, c: int | None, notes: Notes) -> int | None:
    if c is None:
        return None
    if c in line.repeats:
        if line.cells[c]:
            notes.add_column(line.n, c, left_out(N_("与上面合并的金额，只算一次")))
        return None
    read = parse_amount(line.cells[c], line.header.money_unit(c))
    notes.add_column(line.n, c, read.flag)
    return read.value


def read_level(line: Line, notes: Notes) -> str | None:
    """Return who assesses the project, from its own column, a remark or the title."""
    level = notes.value(line.n, "level", parse_level(line.get("level")))
    if level is None:
        level = level_in_words(line.get("note"))
        if level is not None:
            notes.add(line.n, "note", understood(N_("从备注看出考核层级")))
    return level or level_in_words(line.header.title)


def read_schedule(line: Line, measure: Measure, notes: Notes) -> dict[str, Any]:
    """Return whether the project is called on schedule, and the reason; ask for a missing one."""
    says = notes.value(line.n, "on_schedule", parse_on_schedule(line.get("on_schedule")))
    reason = line.get("reason")
    if says is False and not reason and not line.get("note"):
        notes.add(line.n, "on_schedule", unclear(N_("未达序，却没有写明原因")))
    if says is True:
        month = month_of(line.header.text("progress"))
        notes.add(line.n, "on_schedule", behind_time(measure.percent, month))
    return {"on_schedule": says, "reason": reason}


def read_code(line: Line, notes: Notes) -> str:
    """Return the project's code in this portal, as its own export writes it: 2026-07."""
    text = folded(line.get("code"))
    if text and not re.fullmatch(r"20\d\d-\d{2,}", text):
        notes.add(line.n, "code", unclear(N_("不是本平台的项目编码，没有采用")))
        return ""
    return text

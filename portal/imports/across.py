"""Reading a table whose districts run down and whose indicators run across. Pure.

Each indicator is a project, each district row an item of it; the row of the whole county or
city gives the project's own total.
"""

import re
from collections.abc import Sequence
from decimal import Decimal

from portal.imports import checks
from portal.imports.cells import Value, parse_percent
from portal.imports.flags import left_out, understood
from portal.imports.lines import Line
from portal.imports.notes import Notes
from portal.imports.parties import read_units
from portal.imports.projects import Known
from portal.imports.quantities import Quantity, is_lower_better, parse_done, parse_target
from portal.imports.rows import ItemRow, Row
from portal.imports.wide import Indicator
from portal.language import N_
from portal.text import folded

_TOTAL = re.compile(r"全[省市县区州]|合计|总计|.{0,4}(合计|总计)|全[省市县区州]合计")
_REMARK = re.compile(r"(注|备注|说明)\d?[:：]")


def read_across(
    lines: Sequence[Line], known: Known, notes: Notes
) -> tuple[list[Row], list[int], list[int]]:
    """Return the projects, the rows taken in and the rows skipped; each row is one of both."""
    taken, skipped = [], []
    for line in lines:
        area = folded(line.own("area"))
        filled = any(line.cells[c] for i in line.header.indicators for c in i.columns.values())
        if filled and area and not _REMARK.match(area):
            taken.append(line)
            continue
        skipped.append(line.n)
        if _REMARK.match(area):
            notes.add(line.n, "", left_out(N_("表下说明，跳过")))
        elif area:
            notes.add(line.n, "area", left_out(N_("该地区没有数据，跳过")))
        else:
            notes.add(line.n, "area", left_out(N_("没有地区名称，跳过")))
    columns = lines[0].header.indicators if taken else ()
    rows = [row for i in columns if (row := _project(i, taken, known, notes)) is not None]
    used = {n for row in rows for n in row.rows}
    for line in taken:
        if line.n not in used:
            skipped.append(line.n)
            notes.add(line.n, "area", left_out(N_("该地区没有可用的数据，跳过")))
    return rows, sorted(used), sorted(skipped)


def _project(indicator: Indicator, lines: Sequence[Line], known: Known, notes: Notes) -> Row | None:
    items: list[ItemRow] = []
    total: ItemRow | None = None
    is_limit = is_lower_better(indicator.name)
    for line in lines:
        if not any(line.cells[c] for c in indicator.columns.values()):
            continue
        item = _item(indicator, line, is_limit, notes)
        if total is None and _TOTAL.fullmatch(folded(item.name)):
            total = item
        else:
            items.append(item)
    if total is None and not items:
        return None
    first = total or items[0]
    c = min(indicator.columns.values())
    if is_limit:
        notes.add_column(first.row, c, understood(N_("目标是上限，越低越好")))
    if total is not None and not is_limit and indicator.unit != "%":
        _add_up(indicator, items, total, notes)
    return _row(indicator, first, items, total, known, notes)


def _item(indicator: Indicator, line: Line, is_limit: bool, notes: Notes) -> ItemRow:
    def cell(key: str) -> str:
        return line.cells[indicator.columns[key]] if key in indicator.columns else ""

    def value(key: str, read: Value) -> Quantity | Decimal | None:
        notes.add_column(line.n, indicator.columns.get(key), read.flag)
        return read.value

    target = value("target", parse_target(cell("target"), indicator.unit))
    done = value("done", parse_done(cell("done"), target, indicator.unit))
    in_percent = "%" in indicator.labels.get("percent", "")
    percent = value("percent", parse_percent(cell("percent"), in_percent=in_percent))
    number = target.value if target else None
    reached = done.value if done else None
    if not is_limit:
        differs = checks.rate_differs(reached, number, percent)
        notes.add_column(line.n, indicator.columns.get("percent"), differs)
    return ItemRow(
        row=line.n,
        name=line.own("area"),
        quantity=number,
        unit=(target.unit if target else done.unit if done else "") or indicator.unit,
        done=reached,
        percent=percent,
        lower_is_better=is_limit,
        start_on=None,
        due_on=None,
        owner="",
        progress_text="",
        original={"地区": line.own("area")}
        | {indicator.labels[key]: cell(key) for key in indicator.columns if cell(key)},
    )


def _add_up(indicator: Indicator, items: Sequence[ItemRow], total: ItemRow, notes: Notes) -> None:
    """Flag a total that its districts do not add up to."""
    for key, stated, parts in (
        ("target", total.quantity, [item.quantity for item in items]),
        ("done", total.done, [item.done for item in items]),
    ):
        numbers = [part for part in parts if part is not None]
        if stated is not None and len(numbers) > 1:
            differs = checks.sum_differs(numbers, stated)
            notes.add_column(total.row, indicator.columns.get(key), differs)


def _row(
    indicator: Indicator,
    first: ItemRow,
    items: list[ItemRow],
    total: ItemRow | None,
    known: Known,
    notes: Notes,
) -> Row:
    units = read_units(indicator.department, known.units)
    c = min(indicator.columns.values())
    for doubt in units.doubts:
        notes.add_column(notes.header.last + 1, c, doubt)
    target = ""
    if total is not None and total.quantity is not None:
        target = f"{checks.shown(total.quantity)}{indicator.unit}"
    return Row(
        row=first.row,
        name=indicator.name,
        source_key=notes.key(first.row, c, "", indicator.field + indicator.name),
        original=first.original,
        target=target,
        field=indicator.field,
        department_code=units.lead,
        department_text=indicator.department,
        assist_codes=units.others,
        assist_text="、".join(units.other_names),
        percent=total.percent if total is not None else None,
        items=items,
        total=total,
    )

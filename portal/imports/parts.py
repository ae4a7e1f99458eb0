"""Writing the rows that a project is made of: items and sources of money."""

from collections import defaultdict
from typing import Any

from portal.imports import said
from portal.imports.context import Context
from portal.imports.flags import contradiction, unclear, understood
from portal.imports.rows import ItemRow, Row
from portal.imports.said import Doubts
from portal.imports.traces import Trace
from portal.language import N_
from portal.projects.funds.models import FundSource
from portal.projects.kinds import FUND_LABELS, FundKind
from portal.projects.models import Item
from portal.text import folded


def write_items(context: Context, trace: Trace, row: Row, *, with_progress: bool) -> None:
    """Write the items of a row, each matched by its name; those that a table leaves out stay."""
    known = context.present.items.get(trace.project.id, [])
    waiting: dict[str, list[Item]] = defaultdict(list)
    for item in known:
        waiting[folded(item.name)].append(item)
    place = max((item.sort_order for item in known), default=0)
    for one in row.items:
        doubts: Doubts = []
        columns = said.item_columns(one, doubts)
        same = waiting[folded(one.name)]
        if same:
            item = same.pop(0)
            now = {name: getattr(item, name) for name in columns}
            now |= {"quantity": item.quantity, "unit": item.unit, "due_on": item.due_on}
            changes = said.item_changes(columns, now, doubts)
            if not with_progress and set(changes) & set(said.ITEM_PROGRESS):
                doubts.append(("done", unclear(N_("项目的进展没有采用，子项的也没有"))))
                changes = {k: v for k, v in changes.items() if k not in said.ITEM_PROGRESS}
            trace.changed("item", item, context.bulk.change(trace.project, "item", item, changes))
        else:
            place += 1
            _add_item(context, trace, one, columns, place)
            if known:
                doubts.append(("sub", understood(N_("已有项目没有这个子项，新增"))))
        context.flag(one.row, doubts)


def _add_item(
    context: Context, trace: Trace, one: ItemRow, columns: dict[str, Any], place: int
) -> None:
    made = Item(name=one.name, sort_order=place, is_lower_better=one.lower_is_better)
    made.unit = made.owner = made.note = ""
    for name, value in columns.items():
        setattr(made, name, value)
    trace.added("item", context.bulk.add(trace.project, "item", made))


def write_funds(context: Context, trace: Trace, row: Row) -> None:
    """Write the sources of money of a row; what is in place is never put into question."""
    doubts: Doubts = []
    known: dict[FundKind, list[FundSource]] = defaultdict(list)
    for source in context.present.funds.get(trace.project.id, []):
        known[source.kind].append(source)
    for key, fen in row.funds.items():
        kind = FundKind(key.removeprefix("fund_"))
        sources = known[kind]
        if not sources:
            if fen:
                made = FundSource(kind=kind, name=FUND_LABELS[kind], approved_fen=fen)
                made.in_place_fen, made.document_no = 0, ""
                trace.added("fund", context.bulk.add(trace.project, "fund", made))
        elif sum(source.approved_fen for source in sources) != fen:
            if len(sources) == 1 and sources[0].in_place_fen <= fen:
                before = context.bulk.change(
                    trace.project, "fund", sources[0], {"approved_fen": fen}
                )
                trace.changed("fund", sources[0], before)
            else:
                message = N_("与已登记的到位资金或多笔来源不符，没有改动，请在项目中填报")
                doubts.append((key, contradiction(message)))
    context.flag(row.row, doubts)

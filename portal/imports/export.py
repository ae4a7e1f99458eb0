"""A year's list as a workbook that imports back to the same data, and an empty one to fill in.

Only what everybody may see is in it. Texts are written as texts, whatever they begin with, so
that no spreadsheet runs one as a formula.
"""

import io
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import xlsxwriter
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from portal.imports.own import EXAMPLE, OWN_COLUMNS
from portal.projects.funds.models import FundSource
from portal.projects.kinds import LEVEL_NAMES, NATURE_LABELS, WORK_LABELS, DutyRole
from portal.projects.models import LISTED, Item, Project
from portal.projects.people.models import Duty
from portal.projects.record.values import plain

FEN_OF_WAN = Decimal(1_000_000)

WIDTHS = {"name": 28, "content": 44, "progress": 36, "sub": 22, "department": 18, "code": 14}
"""Characters of columns that are wider than the others."""

GUIDE = (
    "怎样填写",
    "一、“项目清单”表第一行是表头，请不要改动表头的文字；列可以删除，也可以调换次序。",
    "二、每个项目一行。一个项目有几个子项的，第一个子项写在项目行，其余各写一行，"
    "只填“子项”开头的各列，项目名称留空。",
    "三、新项目的“本平台项目编码”留空。更新已有项目时保留编码，系统按编码找到项目。",
    "四、留空表示没有说明，不会清除平台上已有的内容。",
    "五、承诺完成日期和子项目标公布后不能用表格改动，需要先登记变更决定。",
    "六、日期写作2026-11-30；金额的单位是万元；完成率只写数字，如35。",
    "七、考核层级：县定、市考核、省考核。项目性质：工程建设、服务供给、政策提标。",
    "八、状态：未开工、实施中、已完工验收。暂停和终止要登记变更决定。",
    "九、编码写着“示例”的行导入时会跳过，可以删除。",
)

SAMPLE = {
    "code": EXAMPLE,
    "number": "1",
    "name": "示例：城乡供水管网改造",
    "content": "改造老旧供水管网12公里，新建加压泵站2座。",
    "field": "供水",
    "level": "县定",
    "nature": "工程建设",
    "place": "城关镇城东片区",
    "town": "城关镇",
    "department": "县水利局",
    "assist": "县住房和城乡建设局",
    "leader": "张某某",
    "in_charge": "李某某",
    "document": "某政办发〔2026〕1号",
    "start": "2026-03-01",
    "due": "2026-11-30",
    "amount": "1360",
    "fund_county": "1360",
    "status": "实施中",
    "percent": "35",
    "as_of": "2026-06-30",
    "progress": "已完成管网改造4.2公里。",
    "sub": "管网改造",
    "target": "12",
    "unit": "公里",
    "done": "4.2",
}
MORE = {"code": EXAMPLE, "sub": "加压泵站", "target": "2", "unit": "座", "done": "0"}

Cells = Mapping[str, Any]


def ledger_book(s: Session, year: int, day: date) -> tuple[bytes, int]:
    """Return the workbook of a year's list and how many projects it holds."""
    projects = list(
        s.scalars(
            select(Project)
            .where(Project.year == year, LISTED)
            .options(joinedload(Project.department), joinedload(Project.town))
            .order_by(Project.sort_order, Project.id)
        )
    )
    ids = [project.id for project in projects]
    items, funds, duties = _items(s, ids), _funds(s, ids), _duties(s, ids, day)
    rows: list[Cells] = []
    for project in projects:
        own = _project(project, funds[project.id], duties[project.id])
        parts = [_item(item) for item in items[project.id]]
        rows.append(own | (parts[0] if parts else {}))
        rows.extend(parts[1:])
    return _book(rows), len(projects)


def template_book() -> bytes:
    """Return an empty workbook with the headers, an example and how to fill it in."""
    return _book([SAMPLE, MORE])


def _project(p: Project, funds: Mapping[str, int], duties: Mapping[DutyRole, list[str]]) -> Cells:
    """Return the cells of a project's own columns."""
    leads = duties.get(DutyRole.COUNTY_LEADER, [])
    return {
        "code": p.code,
        "number": p.number,
        "name": p.name,
        "content": p.content,
        "field": p.field,
        "level": LEVEL_NAMES[p.level],
        "nature": NATURE_LABELS[p.nature],
        "place": p.place,
        "town": p.town.name if p.town else "",
        "department": p.department.name if p.department else p.department_text,
        "assist": "、".join(duties.get(DutyRole.ASSIST, [])),
        "leader": leads[-1] if leads else "",
        "first": "、".join(duties.get(DutyRole.FIRST, [])),
        "in_charge": "、".join(duties.get(DutyRole.IN_CHARGE, [])),
        "document": p.document_no,
        "start": p.start_on,
        "promised": p.promised_on,
        "due": p.due_on,
        "amount": _wan(p.amount_fen),
        **{f"fund_{kind}": _wan(fen) for kind, fen in funds.items()},
        "invested": _wan(p.invested_fen),
        "status": WORK_LABELS[p.status],
        "percent": p.percent,
        "as_of": p.reported_on,
        "progress": p.progress_text,
    }


def _item(item: Item) -> Cells:
    """Return the cells of an item's columns."""
    return {
        "sub": item.name,
        "target": item.quantity,
        "unit": item.unit,
        "done": item.done,
        "item_percent": item.percent,
        "lower": "是" if item.is_lower_better else "",
        "item_due": item.due_on,
        "owner": item.owner,
        "item_note": item.note,
    }


def _wan(fen: int | None) -> Decimal | None:
    return None if fen is None else Decimal(fen) / FEN_OF_WAN


def _items(s: Session, ids: Sequence[int]) -> dict[int, list[Item]]:
    found: dict[int, list[Item]] = defaultdict(list)
    wanted = select(Item).where(Item.project_id.in_(ids)).order_by(Item.sort_order, Item.id)
    for item in s.scalars(wanted):
        found[item.project_id].append(item)
    return found


def _funds(s: Session, ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """Return what is approved of each kind of source."""
    found: dict[int, dict[str, int]] = defaultdict(dict)
    rows = s.execute(
        select(FundSource.project_id, FundSource.kind, func.sum(FundSource.approved_fen))
        .where(FundSource.project_id.in_(ids))
        .group_by(FundSource.project_id, FundSource.kind)
    )
    for ident, kind, fen in rows:
        found[ident][kind.value] = int(fen)
    return found


def _duties(s: Session, ids: Sequence[int], day: date) -> dict[int, dict[DutyRole, list[str]]]:
    """Return who answers on the day, by role."""
    found: dict[int, dict[DutyRole, list[str]]] = defaultdict(lambda: defaultdict(list))
    rows = s.scalars(
        select(Duty)
        .where(
            Duty.project_id.in_(ids),
            Duty.from_on <= day,
            or_(Duty.until_on.is_(None), Duty.until_on >= day),
        )
        .options(joinedload(Duty.department), joinedload(Duty.leader))
        .order_by(Duty.from_on, Duty.id)
    )
    for duty in rows:
        whom = duty.department or duty.leader
        found[duty.project_id][duty.role].append(whom.name if whom else duty.name)
    return found


def _book(rows: Iterable[Cells]) -> bytes:
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True, "strings_to_formulas": False}) as book:
        head = book.add_format({"bold": True, "text_wrap": True, "bg_color": "#F3EADB"})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        days = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"})
        sheet = book.add_worksheet("项目清单")
        sheet.freeze_panes(1, 3)
        for c, (key, label) in enumerate(OWN_COLUMNS.items()):
            sheet.set_column(c, c, WIDTHS.get(key, 12))
            sheet.write_string(0, c, label, head)
        for n, row in enumerate(rows, 1):
            for c, key in enumerate(OWN_COLUMNS):
                _write(sheet, n, c, row.get(key), wrap, days)
        guide = book.add_worksheet("填写说明")
        guide.set_column(0, 0, 90)
        for n, line in enumerate(GUIDE):
            guide.write_string(n, 0, line, wrap if n else head)
    return held.getvalue()


def _write(sheet: Any, n: int, c: int, value: Any, wrap: Any, days: Any) -> None:
    """Write a cell of the kind its value is; a number that a sheet would bend as a text."""
    if isinstance(value, date):
        sheet.write_datetime(n, c, value, days)
    elif isinstance(value, Decimal):
        text = plain(value)
        if _is_kept(value):
            sheet.write_number(n, c, float(value), wrap)
        else:
            sheet.write_string(n, c, text, wrap)
    elif value:
        sheet.write_string(n, c, str(value), wrap)


def _is_kept(value: Decimal) -> bool:
    """Say whether a sheet gives a number back as it is, also when it is read again."""
    text = repr(round(float(value), 10))
    return "e" not in text and Decimal(text) == value

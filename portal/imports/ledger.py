"""From a table of text to projects and their items, each doubt a flag. Pure.

No cell is corrected in silence: what was understood, left out or taken over from the row
above is flagged, and the original text of every cell travels with its row.
"""

import re
from collections.abc import Mapping, Sequence

from portal.imports.across import read_across
from portal.imports.cells import level_in_words
from portal.imports.checks import prose_differs
from portal.imports.fields import FIELDS, VOTES
from portal.imports.flags import left_out, unclear, understood
from portal.imports.headers import Header, find_header
from portal.imports.lines import Line, Merged, data_lines, righted
from portal.imports.lists import ListReader
from portal.imports.notes import Notes
from portal.imports.projects import Known
from portal.imports.rows import Ledger
from portal.language import N_


def parse(
    rows: Sequence[Sequence[str]],
    year: int,
    units: Mapping[str, str],
    towns: Mapping[str, str],
    *,
    header: Header | None = None,
    leaders: Mapping[str, str] | None = None,
    merged: Merged = frozenset(),
    others: Sequence[str] = (),
) -> Ledger:
    """Return the projects of a table.

    `units` maps names and aliases to codes of departments, `towns` names to codes of towns,
    `leaders` names to codes of county leaders. `header` is what a person made of the columns
    (`headers.remap`); without it the header is looked for. `merged` are the cells (row, column)
    that only repeat a merged cell's text, `others` the names of further sheets that were not
    read. Raises Invalid when no header is found.
    """
    header = header or find_header(rows)
    notes = Notes(header)
    known = Known.of(year, units, towns, leaders or {})
    if others:
        message = N_("工作簿里还有其他工作表，没有读取：%(names)s")
        notes.add(1, "", left_out(message, names="、".join(others)))
    _check_above(notes, year)
    _check_columns(notes)
    lines: list[Line] = []
    for line, doubt in righted(list(data_lines(rows, header, merged))):
        notes.add(line.n, "", doubt)
        lines.append(line)
    if header.indicators:
        projects, taken, skipped = read_across(lines, known, notes)
    else:
        projects, taken, skipped = ListReader(lines, known, notes).run()
    flags = sorted(notes.flags, key=lambda flag: flag.row)
    return Ledger(projects, flags, len(lines), tuple(taken), tuple(skipped), header)


def _check_above(notes: Notes, year: int) -> None:
    """Compare the year and the numbers of the texts above the table."""
    for named in dict.fromkeys(re.findall(r"20\d\d", notes.header.title)):
        if int(named) != year:
            message = N_("标题写的是%(named)s年，按%(year)s年导入")
            notes.add(1, "", unclear(message, named=named, year=year))
    if level_in_words(notes.header.title):
        notes.add(1, "", understood(N_("从标题看出考核层级")))
    for text in notes.header.above:
        notes.add(1, "", prose_differs(text))


def _check_columns(notes: Notes) -> None:
    """Flag each column that is not taken in, once, in the header's last row."""
    header, n = notes.header, notes.header.last + 1
    known = {*header.columns.values(), *header.more, *header.older}
    known |= {c for i in header.indicators for c in i.columns.values()}
    for c, text in enumerate(header.texts):
        if text and c not in known:
            notes.add_column(n, c, left_out(N_("不认识的列，原文保留，没有采用")))
    for c, key in header.older.items():
        message = N_("与“%(column)s”列同是%(meaning)s，采用那一列，这一列只保留原文")
        told = {"column": header.text(key), "meaning": FIELDS[key]}
        notes.add_column(n, c, understood(message, **told))
    for key in VOTES:
        if key in header.columns:
            message = N_("测评票数由满意度测评另行登记，这里只保留原文")
            notes.add(n, key, left_out(message))

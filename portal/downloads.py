"""Tables to take away: CSV for every program, XLSX for the office."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter
from flask import Response

from portal.web import XLSX, download

Row = Sequence[Any]

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""Beginnings that make a spreadsheet run a text as a formula."""


def csv_file(name: str, rows: Iterable[Row]) -> Response:
    """Return rows as a CSV file that spreadsheets open as UTF-8 and never as formulas."""
    text = io.StringIO()
    csv.writer(text).writerows([_harmless(cell) for cell in row] for row in rows)
    return download(name, text.getvalue().encode("utf-8-sig"), "text/csv; charset=utf-8")


def xlsx_file(name: str, sheets: Iterable[tuple[str, Sequence[int], Iterable[Row]]]) -> Response:
    """Return sheets (title, widths of the columns in characters, rows) as a workbook.

    The first row of a sheet is its head. Texts are written as texts, whatever they begin with;
    floats are amounts, whole numbers are counts.
    """
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as book:
        head = book.add_format({"bold": True, "text_wrap": True, "bg_color": "#F3EADB"})
        number = book.add_format({"num_format": "#,##0.00####"})
        for title, widths, rows in sheets:
            sheet = book.add_worksheet(title)
            sheet.freeze_panes(1, 0)
            for column, width in enumerate(widths):
                sheet.set_column(column, column, width)
            for n, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if isinstance(cell, str):
                        sheet.write_string(n, column, cell, head if n == 0 else None)
                    elif cell is not None:
                        form = number if isinstance(cell, float) else None
                        sheet.write_number(n, column, cell, form)
    return download(name, held.getvalue(), XLSX)


def _harmless(cell: Any) -> str:
    text = "" if cell is None else str(cell)
    return f"'{text}" if isinstance(cell, str) and text.startswith(FORMULA) else text

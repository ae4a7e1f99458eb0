"""The form of an upload, and reading what the page of columns sends."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import FileField, StringField
from wtforms.validators import ValidationError

from portal.errors import Invalid
from portal.forms import PortalForm, chosen, filled
from portal.imports.fields import FIELDS, FUNDS
from portal.language import N_

SHOWN_COLUMNS = 180
"""Columns whose meaning can be corrected; a form has no more fields than MAX_FORM_PARTS."""


class UploadForm(PortalForm):
    """A workbook and the year it is of."""

    file = FileField(
        _l("表格文件"),
        [chosen(_l("请选择一个文件。"))],
        description=_l("XLSX、XLS 或 CSV，最大 20 MB。Word、PDF 里的表格请先另存为 XLSX。"),
    )
    year = StringField(_l("清单年度"), [filled()], description=_l("四位数字，如 2026。"))
    as_of = StringField(
        _l("进展截至日期"),
        description=_l("留空时按表头或标题里的月份理解，没有写的按今天。"),
    )

    def validate_file(self, field: FileField) -> None:
        """Demand a file, not a text in its place."""
        if not getattr(field.data, "filename", ""):
            raise ValidationError(_l("请选择一个文件。"))

    def validate_year(self, field: StringField) -> None:
        """Demand a year that lists can be of."""
        if not re.fullmatch(r"20\d\d", field.data or "", re.ASCII):
            raise ValidationError(_l("年度应当是 2000 至 2099 之间的四位数字。"))

    def validate_as_of(self, field: StringField) -> None:
        """Demand a day where one is given."""
        try:
            self.day()
        except ValueError as error:
            raise ValidationError(_l("日期应当像 2026-11-30 这样填写，并且确有这一天。")) from error

    def day(self) -> date | None:
        """Return the day that was typed. Raises ValueError when it is none."""
        text = self.as_of.data
        return date.fromisoformat(text) if text else None


def header_of(form: Mapping[str, Any]) -> tuple[int, int, dict[str, int]]:
    """Return first and last row, counted from 0, and meaning -> column of a form of columns.

    Raises Invalid for what no such form sends, and when two columns are to mean the same; of
    several columns of one fund the first counts, the others are added to it.
    """
    columns: dict[str, int] = {}
    for c in range(SHOWN_COLUMNS):
        key = form.get(f"c{c}", "")
        if not key or (key in FUNDS and key in columns):
            continue
        if key not in FIELDS:
            raise Invalid(N_("指定的列或含义不存在。"))
        if key in columns:
            raise Invalid(N_("两列不能都是“%(meaning)s”，请只选一列。"), meaning=FIELDS[key])
        columns[key] = c
    return _row(form.get("first", "")), _row(form.get("last", "")), columns


def _row(text: str) -> int:
    if not re.fullmatch(r"[1-9]\d{0,4}", text, re.ASCII):
        raise Invalid(N_("表头的行号应当是从 1 起的数字。"))
    return int(text) - 1


def rows_of(texts: list[str]) -> set[int]:
    """Return numbers of rows as a form sends them; what is none is left out."""
    return {int(text) for text in texts if re.fullmatch(r"[1-9]\d{0,5}", text, re.ASCII)}

"""Turning an untrusted file into rows of text. The kind is told by content, not by name."""

import csv
import io
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from portal.errors import Invalid
from portal.imports import workbook
from portal.language import N_

LARGEST = 20 * 1024 * 1024
"""Largest file that is opened, bytes."""

TIMEOUT = 30
"""Seconds a workbook may take."""

REASONS = {
    "too-large": N_("表格太大或压缩得过分，没有打开。"),
    "encrypted": N_("表格设有密码，请先去掉密码再导入。"),
    "empty": N_("表格里没有任何内容。"),
    "broken": N_("文件已损坏，或不是可以识别的表格。"),
}

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Table:
    """Rows of text, and which cells only repeat the text of a merged cell (row, column)."""

    rows: list[list[str]]
    merged: frozenset[tuple[int, int]] = frozenset()


def read_table(path: Path) -> Table:
    """Read a CSV, XLSX or XLS file. Raises Invalid with one sentence when it cannot be read."""
    if not path.is_file():
        raise Invalid(N_("找不到文件“%(name)s”。"), name=path.name)
    if path.stat().st_size > LARGEST:
        raise Invalid(REASONS["too-large"])
    head = path.read_bytes()[:4096]
    if not head.strip():
        raise Invalid(REASONS["empty"])
    if head.startswith((_ZIP, _OLE)):
        return _read_workbook(path)
    return _read_csv(path.read_bytes())


def _read_workbook(path: Path) -> Table:
    command = [sys.executable, "-I", workbook.__file__, str(path.resolve())]
    try:
        done = subprocess.run(  # noqa: S603 - our own program on a path, no shell
            command, capture_output=True, timeout=TIMEOUT, check=False
        )
        answer = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError) as error:
        raise Invalid(REASONS["too-large"]) from error
    if "error" in answer:
        raise Invalid(REASONS[answer["error"]])
    merged = frozenset((r, c) for r, c in answer["merged"])
    return Table(answer["rows"], merged)


def _read_csv(data: bytes) -> Table:
    text = _decode(data)
    start = text.lstrip()[:200].lower()
    if "\x00" in text or start.startswith(("<!doctype", "<html", "<?xml", "%pdf")):
        raise Invalid(REASONS["broken"])
    first = "\n".join(text.splitlines()[:20])
    delimiter = max(",\t;", key=first.count)
    csv.field_size_limit(workbook.CELL * 4)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise Invalid(REASONS["broken"]) from error
    widest = max((len(row) for row in rows), default=0)
    longest = max((len(cell) for row in rows for cell in row), default=0)
    if len(rows) > workbook.ROWS or widest > workbook.COLUMNS or longest > workbook.CELL:
        raise Invalid(REASONS["too-large"])
    return Table([[cell.strip() for cell in row] for row in rows])


def _decode(data: bytes) -> str:
    """BOM first, then strict UTF-8, then GB18030; guessing read short files as Korean."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid(REASONS["broken"])

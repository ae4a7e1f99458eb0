"""Turning an untrusted file into rows of text, in a process of its own with hard limits."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

from portal.errors import Invalid
from portal.imports import workbook
from portal.language import N_
from portal.text import clean

LARGEST = 20 * 1024 * 1024
"""Largest file that is opened, bytes."""

TIMEOUT = 30
"""Seconds a file may take."""

ANSWER = 40 * 1024 * 1024
"""Most bytes that are taken from the process which opens the file."""

DOCUMENTS = (".doc", ".docx", ".wps", ".pdf", ".ofd", ".ppt", ".pptx")
"""Endings of files that hold text; their tables have to be saved as a spreadsheet first."""

REASONS = {
    "too-large": N_("表格太大或压缩得过分，没有打开。"),
    "encrypted": N_("表格设有密码，请先去掉密码再导入。"),
    "empty": N_("表格里没有任何内容。"),
    "broken": N_("文件已损坏，或不是可以识别的表格。"),
}


@dataclass(frozen=True)
class Table:
    """Rows of text of the first sheet that has any."""

    rows: list[list[str]]
    merged: frozenset[tuple[int, int]] = frozenset()
    """Cells (row, column) that only repeat the text of a merged cell."""
    others: tuple[str, ...] = ()
    """Names of further sheets that hold something and were not read."""


def read_table(path: Path) -> Table:
    """Read a CSV, XLSX or XLS file. Raises Invalid with one sentence when it cannot be read."""
    _refuse_documents(path.name)
    try:
        size = path.stat().st_size if path.is_file() else None
    except (OSError, ValueError):
        size = None
    if size is None or not os.access(path, os.R_OK):
        raise Invalid(N_("找不到文件“%(name)s”。"), name=path.name)
    if size > LARGEST:
        raise Invalid(REASONS["too-large"])
    return _table(_ask(path))


def read_bytes(data: bytes, name: str) -> Table:
    """Read an uploaded file called `name`, as `read_table` does; nothing of it is left on disk.

    Of the name only an ending counts that says the file is no table. Raises Invalid with one
    sentence when it cannot be read.
    """
    _refuse_documents(name)
    if len(data) > LARGEST:
        raise Invalid(REASONS["too-large"])
    with tempfile.TemporaryDirectory(prefix="ledger-") as folder:
        path = Path(folder) / "upload"
        path.write_bytes(data)
        return read_table(path)


def _refuse_documents(name: str) -> None:
    if name.lower().endswith(DOCUMENTS):
        raise Invalid(N_("这是文字文档，不是表格，请把其中的表格另存为 XLSX 或 CSV 再导入。"))


def _ask(path: Path) -> bytes:
    """Let the process open the file; return what it printed, never more than ANSWER bytes.

    It gets no environment, so that it knows no secret, and a session of its own, so that
    whatever it may start ends with it.
    """
    command = [sys.executable, "-I", workbook.__file__, str(path.resolve())]
    child = subprocess.Popen(  # noqa: S603 - our own program on a path, no shell
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
        start_new_session=True,
    )
    timer = threading.Timer(TIMEOUT, _end, [child])
    timer.start()
    try:
        return child.stdout.read(ANSWER + 1) if child.stdout else b""
    finally:
        timer.cancel()
        _end(child)
        child.wait()
        if child.stdout:
            child.stdout.close()


def _end(child: subprocess.Popen) -> None:
    """End the process and its whole session, unless it is gone and waited for."""
    if child.returncode is None:
        try:
            os.killpg(child.pid, signal.SIGKILL)
        except ProcessLookupError:
            return


def _table(answer: bytes) -> Table:
    """Return the table of an answer. One that is cut off or missing means a limit was hit."""
    try:
        found = json.loads(answer) if len(answer) <= ANSWER else {"error": "too-large"}
    except ValueError:
        found = {"error": "too-large"}
    if "error" in found:
        raise Invalid(REASONS[found["error"]])
    rows = [[clean(cell) for cell in row] for row in found["rows"]]
    if not any(cell for row in rows for cell in row):
        raise Invalid(REASONS["empty"])
    merged = frozenset((r, c) for r, c in found["merged"])
    return Table(rows, merged, tuple(clean(name) for name in found.get("others", ())))

"""Opens one untrusted workbook in a process of its own and prints its cells as JSON.

Run as `python -I workbook.py FILE`: standard library and python-calamine only, limits on
memory, processor time and unpacked size set before the file is touched. A hostile file costs
this process its life and the portal nothing.
"""

import datetime
import json
import resource
import sys
import zipfile

import python_calamine

MEMORY = 1024 * 1024 * 1024
"""Bytes of address space."""

SECONDS = 20
"""Seconds of processor time."""

UNPACKED = 200 * 1024 * 1024
"""Most bytes that the members of a workbook may unpack to, and of any one of them."""

MEMBERS = 2_000
ROWS, COLUMNS, CELL = 20_000, 200, 10_000


class Unreadable(Exception):
    """Why the workbook is not read: one word the portal has a sentence for."""


def check_zip(path: str) -> None:
    """Refuse an archive that is encrypted or unpacks to too much.

    Members are unpacked and counted, since the directory of a zip may lie.
    """
    total = 0
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        if len(members) > MEMBERS or sum(m.file_size for m in members) > UNPACKED:
            raise Unreadable("too-large")
        for member in members:
            if member.flag_bits & 1:
                raise Unreadable("encrypted")
            with archive.open(member) as file:
                while block := file.read(1 << 20):
                    total += len(block)
                    if total > UNPACKED:
                        raise Unreadable("too-large")


def shown(value: object) -> str:
    """Return a cell as a person sees it in the sheet."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(round(value, 10))
    if isinstance(value, datetime.datetime) and not (value.hour or value.minute or value.second):
        return value.date().isoformat()
    if isinstance(value, datetime.date | datetime.datetime):
        return value.isoformat()
    return str(value)[:CELL]


def read(path: str) -> dict[str, object]:
    """Return rows and the cells that a merge covers, of the first sheet that has any."""
    with open(path, "rb") as file:
        is_zip = file.read(4) == b"PK\x03\x04"
    if is_zip:
        check_zip(path)
    book = python_calamine.CalamineWorkbook.from_path(path)
    for name in book.sheet_names:
        sheet = book.get_sheet_by_name(name)
        if sheet.total_height > ROWS or sheet.total_width > COLUMNS:
            raise Unreadable("too-large")
        rows = [[shown(v) for v in row] for row in sheet.to_python(skip_empty_area=False)]
        if any(cell for row in rows for cell in row):
            return {"rows": rows, "merged": fill_merged(rows, sheet.merged_cell_ranges or [])}
    raise Unreadable("empty")


def fill_merged(rows: list[list[str]], ranges: list) -> list[list[int]]:
    """Write the corner's text into every cell of a merge; return the cells written."""
    filled = []
    for (top, left), (bottom, right) in ranges:
        for r in range(top, min(bottom + 1, len(rows))):
            for c in range(left, min(right + 1, len(rows[r]))):
                if (r, c) != (top, left):
                    rows[r][c] = rows[top][left]
                    filled.append([r, c])
    return filled


def main() -> int:
    """Print the sheet, or one word about why it cannot be read."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    try:
        answer = read(sys.argv[1])
    except Unreadable as reason:
        answer = {"error": str(reason)}
    except MemoryError:
        answer = {"error": "too-large"}
    except BaseException as error:
        is_locked = "password" in str(error).lower() or "encrypt" in str(error).lower()
        answer = {"error": "encrypted" if is_locked else "broken"}
    sys.stdout.write(json.dumps(answer, ensure_ascii=True))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Opens one untrusted file in a process of its own and prints its cells as JSON.

Run as `python -I workbook.py FILE`: standard library and python-calamine only, limits on
memory, processor time, unpacked size and text set before the file is touched. A hostile file
costs this process its life and the portal nothing.
"""

import csv
import datetime
import io
import json
import re
import resource
import sys
import unicodedata
import zipfile
from decimal import Decimal
from xml.etree import ElementTree

import python_calamine

MEMORY = 1024 * 1024 * 1024
"""Bytes of address space."""

SECONDS = 20
"""Seconds of processor time."""

UNPACKED = 200 * 1024 * 1024
"""Most bytes that the members of a workbook may unpack to, and of any one of them."""

MEMBERS = 2_000
ROWS, COLUMNS, CELL = 20_000, 200, 10_000
CELLS = 1_000_000
"""Most cells of a sheet, and most cells that merges may cover."""

SHEETS = 20
"""Most further sheets that are looked at."""

TEXT = 4_000_000
"""Most characters of all cells together, as folding makes them: one sign may become eighteen."""

STYLED = 20 * 1024 * 1024
"""Bytes of a sheet up to which its number formats are looked at."""

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


class Unreadable(Exception):
    """Why the file is not read: one word the portal has a sentence for."""


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


def shown_percent(value: object) -> str:
    """Return a number of a cell with a percent format as a person sees it: 0.984 is 98.4%."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return shown(value)
    times = round(Decimal(repr(float(value))) * 100, 8)
    text = f"{times:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) + "%"


def read_sheets(path: str, is_zip: bool) -> dict[str, object]:
    """Return rows and the cells that a merge covers, of the first sheet that has any, and the
    names of further sheets that have some."""
    if is_zip:
        check_zip(path)
    book = python_calamine.CalamineWorkbook.from_path(path)
    for name in book.sheet_names:
        sheet = book.get_sheet_by_name(name)
        height, width = sheet.total_height, sheet.total_width
        if height > ROWS or width > COLUMNS or height * width > CELLS:
            raise Unreadable("too-large")
        values = sheet.to_python(skip_empty_area=False)
        rows = [[shown(v) for v in row] for row in values]
        if not any(cell for row in rows for cell in row):
            continue
        for r, c in percent_cells(path, name) if is_zip else ():
            if r < len(rows) and c < len(rows[r]):
                rows[r][c] = shown_percent(values[r][c])
        merged = fill_merged(rows, sheet.merged_cell_ranges or [])
        later = book.sheet_names[book.sheet_names.index(name) + 1 :]
        others = [n for n in later[:SHEETS] if book.get_sheet_by_name(n).height]
        return {"rows": rows, "merged": merged, "others": others}
    raise Unreadable("empty")


def percent_cells(path: str, sheet: str) -> list[tuple[int, int]]:
    """Return the cells of an XLSX sheet whose number format shows a percent.

    The formats are an addition: where they cannot be read, numbers stay as they are stored.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            styles = percent_styles(archive)
            member = sheet_member(archive, sheet) if styles else ""
            if not member or archive.getinfo(member).file_size > STYLED:
                return []
            with archive.open(member) as file:
                return [
                    place
                    for _event, cell in ElementTree.iterparse(file)  # noqa: S314 - limits are set
                    if cell.tag.endswith("}c") and cell.get("s") in styles
                    if (place := position(cell.get("r", "")))
                ]
    except (KeyError, ValueError, zipfile.BadZipFile, ElementTree.ParseError):
        return []


def percent_styles(archive: zipfile.ZipFile) -> set[str]:
    """Return the numbers of the cell styles that show a percent."""
    tree = ElementTree.fromstring(archive.read("xl/styles.xml"))  # noqa: S314 - limits are set
    own = {
        f.get("numFmtId")
        for f in tree.iter()
        if f.tag.endswith("}numFmt") and "%" in f.get("formatCode", "")
    }
    styles = next((e for e in tree if e.tag.endswith("}cellXfs")), [])
    return {str(i) for i, xf in enumerate(styles) if xf.get("numFmtId") in own | {"9", "10"}}


def sheet_member(archive: zipfile.ZipFile, sheet: str) -> str:
    """Return the name of the archive's member that holds a sheet, '' when it is not found."""
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 - limits are set
    links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    for element in book.iter():
        if element.tag.endswith("}sheet") and element.get("name") == sheet:
            key = next((v for k, v in element.attrib.items() if k.endswith("}id")), "")
            target = targets.get(key, "")
            return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return ""


def position(name: str) -> tuple[int, int] | None:
    """Return row and column, from 0, of a cell's name such as B3."""
    found = re.fullmatch(r"([A-Z]{1,3})(\d{1,7})", name)
    if not found:
        return None
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]) - 1, column - 1


def fill_merged(rows: list[list[str]], ranges: list) -> list[list[int]]:
    """Write the corner's text into every cell of a merge; return the cells written."""
    filled: list[list[int]] = []
    for (top, left), (bottom, right) in ranges:
        for r in range(top, min(bottom + 1, len(rows))):
            for c in range(left, min(right + 1, len(rows[r]))):
                if (r, c) != (top, left):
                    rows[r][c] = rows[top][left]
                    filled.append([r, c])
        if len(filled) > CELLS:
            raise Unreadable("too-large")
    return filled


def read_delimited(path: str) -> dict[str, object]:
    """Return the rows of a CSV file."""
    with open(path, "rb") as file:
        text = decode(file.read())
    start = text.lstrip()[:200].lower()
    if "\x00" in text or start.startswith(("<!doctype", "<html", "<?xml", "%pdf")):
        raise Unreadable("broken")
    first = text[:20_000].splitlines()[:20]
    delimiter = max(",\t;", key="\n".join(first).count)
    csv.field_size_limit(CELL * 4)
    rows: list[list[str]] = []
    cells = 0
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
        rows.append([cell.strip() for cell in row])
        cells += len(row)
        longest = max(map(len, rows[-1]), default=0)
        if len(rows) > ROWS or len(row) > COLUMNS or cells > CELLS or longest > CELL:
            raise Unreadable("too-large")
    if not any(cell for row in rows for cell in row):
        raise Unreadable("empty")
    return {"rows": rows, "merged": []}


def decode(data: bytes) -> str:
    """BOM first, then strict UTF-8, then GB18030; guessing read short files as Korean."""
    is_wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ["utf-16"] if is_wide else ["utf-8-sig", "gb18030"]:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable("broken")


def read(path: str) -> dict[str, object]:
    """Return what the file holds. The kind is told by its first bytes, not by its name."""
    with open(path, "rb") as file:
        head = file.read(4)
    answer = read_sheets(path, head == ZIP) if head in (ZIP, OLE) else read_delimited(path)
    lengths = (len(unicodedata.normalize("NFKC", cell)) for row in answer["rows"] for cell in row)
    if sum(lengths) > TEXT:
        raise Unreadable("too-large")
    return answer


def main() -> int:
    """Print the table, or one word about why it cannot be read."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    try:
        answer = json.dumps(read(sys.argv[1]), ensure_ascii=True)
    except Unreadable as reason:
        answer = json.dumps({"error": str(reason)})
    except MemoryError:
        answer = json.dumps({"error": "too-large"})
    except BaseException as error:
        is_locked = "password" in str(error).lower() or "encrypt" in str(error).lower()
        answer = json.dumps({"error": "encrypted" if is_locked else "broken"})
    sys.stdout.write(answer)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Opening files of any kind: a table, or one sentence, within limits."""

import json
import os
import random
import struct
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from portal.errors import Invalid
from portal.imports import reading, workbook
from portal.imports.ledger import parse
from portal.imports.reading import read_bytes, read_table
from tests.imports.tables import TOWNS, UNITS


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_usual_encoding_is_read(tmp_path, encoding):
    path = tmp_path / "list.csv"
    path.write_bytes("序号,项目名称\n1,学校\n".encode(encoding))
    assert read_table(path).rows == [["序号", "项目名称"], ["1", "学校"]]


def spreadsheet(path: Path) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("清单")
        sheet.merge_range("A1:D1", "云溪县2026年民生实事项目清单")
        sheet.write_row("A2", ["序号", "项目名称", "牵头单位", "投资(万元)"])
        sheet.write_row("A3", [1, "学校扩建", "教育局", 1360.5])
        sheet.write_row("A4", [2, "教室照明", "", 300])
        sheet.merge_range("C3:C4", "教育局")
    return path


def test_a_workbook_with_merged_cells(tmp_path):
    table = read_table(spreadsheet(tmp_path / "list.xlsx"))
    found = parse(table.rows, 2026, UNITS, TOWNS, merged=table.merged)
    assert [r.department_code for r in found.rows] == ["edu", "edu"]
    assert [r.amount_fen for r in found.rows] == [1_360_500_000, 300_000_000]
    assert (3, 2) in table.merged
    assert not [flag for flag in found.flags if flag.column == "牵头单位"]
    assert found.rows[0].number == "1"


def bomb(path: Path) -> Path:
    """A quarter of a megabyte that unpacks to a quarter of a gigabyte."""
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as file,
    ):
        for _ in range(256):
            file.write(b"\0" * (1 << 20))
    return path


def lying_bomb(path: Path) -> Path:
    """The same, with a directory that claims it is small."""
    data = bytearray(bomb(path).read_bytes())
    for mark, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = data.find(mark)
        data[at + offset : at + offset + 4] = struct.pack("<I", 1000)
    path.write_bytes(data)
    return path


def hostile(kind: str, path: Path) -> Path:
    if kind == "bomb":
        return bomb(path)
    if kind == "lying bomb":
        return lying_bomb(path)
    contents = {
        "empty": b"",
        "blank": b" \n\n",
        "random": random.Random(1).randbytes(50_000),  # noqa: S311
        "html": b"<!DOCTYPE html><table><tr><td>1</td></tr></table>",
        "pdf": b"%PDF-1.7\n1 0 obj",
        "zip that is none": b"PK\x03\x04" + b"\x00" * 500,
        "ole that is none": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 2000,
        "wide": b"," * 5000 + b"\n",
        "long cell": b"a," + b"x" * 20_000,
        "NUL": b"a,b\x00,c\n",
        "one long line": b"," * 10_000_000,
        "many rows": b"a,b\n" * 30_000,
        "much text": (b"x" * 9_000 + b",") * 199 + b"\n" + (b"y" * 9_000 + b",") * 300,
        "open quote": b'"' + b"a,b\n" * 100_000,
        "truncated": spreadsheet(path.with_suffix(".whole")).read_bytes()[:3000],
    }
    path.write_bytes(contents[kind])
    return path


KINDS = ["bomb", "lying bomb", "empty", "blank", "random", "html", "pdf", "zip that is none"]
KINDS += ["ole that is none", "wide", "long cell", "NUL", "truncated"]
KINDS += ["one long line", "many rows", "much text", "open quote"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_hostile_file_gets_one_sentence_soon(tmp_path, kind):
    path = hostile(kind, tmp_path / "list.xlsx")
    begun = time.monotonic()
    with pytest.raises(Invalid) as refused:
        read_table(path)
    assert str(refused.value).count("。") == 1
    assert time.monotonic() - begun < 25


def test_a_missing_file_and_a_folder_are_named(tmp_path):
    for path in (tmp_path / "nowhere.csv", tmp_path):
        with pytest.raises(Invalid, match="找不到文件"):
            read_table(path)


def test_an_upload_is_read_and_nothing_is_left(tmp_path, monkeypatch):
    monkeypatch.setattr(reading.tempfile, "tempdir", str(tmp_path))
    assert read_bytes("序号,项目名称\n1,学校\n".encode(), "list.csv").rows[1] == ["1", "学校"]
    with pytest.raises(Invalid):
        read_bytes(b"PK\x03\x04 nothing", "list.xlsx")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["list.docx", "公告.PDF"])
def test_a_text_document_is_told_what_to_do(tmp_path, name):
    with pytest.raises(Invalid, match="另存为"):
        read_bytes(b"PK\x03\x04", name)
    with pytest.raises(Invalid, match="另存为"):
        read_table(tmp_path / name)


def test_sheets_that_are_not_read_are_named(tmp_path):
    path = tmp_path / "list.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("空")
        book.add_worksheet("清单").write_row("A1", ["项目名称", "备注"])
        book.add_worksheet("附表").write("A1", "更多")
        book.add_worksheet("空表")
    table = read_table(path)
    assert (table.rows, table.others) == ([["项目名称", "备注"]], ("附表",))
    found = parse(table.rows, 2026, {}, {}, others=table.others)
    assert [flag.text for flag in found.flags] == ["工作簿里还有其他工作表，没有读取：附表"]


def test_an_upload_above_the_limit_is_not_written(monkeypatch):
    monkeypatch.setattr(reading, "LARGEST", 10)
    with pytest.raises(Invalid, match="太大"):
        read_bytes(b"a,b\nc,d\ne,f\n", "list.csv")


def test_a_percent_format_of_a_workbook_is_read_as_it_is_seen(tmp_path):
    path = tmp_path / "list.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("进展")
        sheet.write_row("A1", ["项目名称", "完成率", "比例"])
        sheet.write_row("A2", ["学校", 0.984, 0.5])
        sheet.write("B2", 0.984, book.add_format({"num_format": "0.0%"}))
        sheet.write("B3", 1.0191, book.add_format({"num_format": 10}))
    assert read_table(path).rows[1:] == [["学校", "98.4%", "0.5"], ["", "101.91%", ""]]


def test_control_characters_do_not_get_through():
    assert read_bytes("项目名称,备注\n学\x01校,\u202e甲\n".encode(), "a").rows[1] == ["学校", "甲"]


def program(tmp_path, source: str) -> str:
    path = tmp_path / "program.py"
    path.write_text(source)
    return str(path)


def test_an_answer_without_end_is_cut_off(tmp_path, monkeypatch):
    source = "import sys\nwhile True: sys.stdout.write('[' * 65536)"
    monkeypatch.setattr(workbook, "__file__", program(tmp_path, source))
    monkeypatch.setattr(reading, "ANSWER", 1_000_000)
    with pytest.raises(Invalid, match="太大"):
        read_bytes(b"a,b", "a.csv")


def test_a_process_that_hangs_is_ended_with_its_children(tmp_path, monkeypatch):
    note = tmp_path / "pid"
    source = f"""
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
open({str(note)!r}, "w").write(str(child.pid))
time.sleep(60)
"""
    monkeypatch.setattr(workbook, "__file__", program(tmp_path, source))
    monkeypatch.setattr(reading, "TIMEOUT", 2)
    begun = time.monotonic()
    with pytest.raises(Invalid, match="太大"):
        read_bytes(b"a,b", "a.csv")
    assert time.monotonic() - begun < 15
    assert is_gone(int(note.read_text()))


def is_gone(pid: int) -> bool:
    """Say whether a process has ended, waiting a little for it."""
    for _ in range(50):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.1)
    return False


def test_the_process_knows_nothing_of_our_settings(tmp_path, monkeypatch):
    source = "import json, os\nprint(json.dumps({'rows': [sorted(os.environ)], 'merged': []}))"
    monkeypatch.setattr(workbook, "__file__", program(tmp_path, source))
    monkeypatch.setenv("PORTAL_SECRET_KEY", "a secret")
    assert "PORTAL_SECRET_KEY" in os.environ
    assert "PORTAL_SECRET_KEY" not in read_bytes(b"a,b", "a.csv").rows[0]


def test_the_process_may_write_no_file(tmp_path):
    source = (
        Path(workbook.__file__)
        .read_text()
        .replace(
            "json.dumps(read(sys.argv[1]), ensure_ascii=True)",
            f"json.dumps(open({str(tmp_path / 'out')!r}, 'w').write('x' * 9999))",
        )
    )
    command = [sys.executable, "-I", program(tmp_path, source), "nothing"]
    done = subprocess.run(command, capture_output=True, check=False, timeout=30)
    assert done.returncode != 0 or json.loads(done.stdout) == {"error": "broken"}
    assert (tmp_path / "out").stat().st_size == 0

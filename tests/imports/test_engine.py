"""Reading ledgers as counties publish them: nothing lost, nothing corrected in silence."""

import random
import struct
import time
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter

from portal.errors import Invalid
from portal.imports.cells import Dates, parse_amount, parse_dates, parse_percent, parse_status
from portal.imports.ledger import parse
from portal.imports.reading import read_table

LEDGERS = Path(__file__).parent / "ledgers"
UNITS = {"云溪县教育局": "edu", "县教育局": "edu", "县交通局": "road", "县住建局": "build"}
TOWNS = {"城关镇": "cg", "河口镇": "hk"}


def ledger(name: str, year: int = 2026):
    return parse(read_table(LEDGERS / name).rows, year, UNITS, TOWNS)


def messages(found) -> list[tuple[int, str]]:
    return [(flag.row, flag.message) for flag in found.flags]


@pytest.mark.parametrize(
    ("text", "unit", "fen"),
    [
        ("1360", "万元", 1_360_000_000),
        ("1,360.5", "万元", 1_360_500_000),
        ("0.3", "亿元", 3_000_000_000),
        ("１２．５", "万元", 12_500_000),
        ("12.34", "元", 1234),
        ("300万元", "亿元", 300_000_000),
        ("2亿", "", 20_000_000_000),
    ],
)
def test_amounts_are_exact(text, unit, fen):
    assert parse_amount(text, unit) == type(parse_amount(text, unit))(fen)


@pytest.mark.parametrize("text", ["无", "100-200", "-5", "0.001", "9" * 30, "3000(其中县财政500)"])
def test_an_amount_that_is_no_plain_amount_is_flagged_and_not_used(text):
    value = parse_amount(text, "元")
    assert value.value is None
    assert value.flag


def test_an_amount_without_a_unit_is_not_guessed():
    assert parse_amount("300", "").value is None


@pytest.mark.parametrize(
    ("text", "percent", "is_flagged"),
    [
        ("80%", "80", False),
        ("98.4%", "98.4", False),
        ("286%", "286", False),
        ("88%(推进缓慢)", "88", True),
        ("50%(未开工", "50", True),
    ],
)
def test_percents_keep_their_remarks(text, percent, is_flagged):
    value = parse_percent(text)
    assert value.value == Decimal(percent)
    assert bool(value.flag) is is_flagged


def test_a_bare_number_is_no_percent():
    assert parse_percent("0.95").value is None
    assert parse_percent("0.95").flag
    assert parse_percent("") == type(parse_percent(""))(None)


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("2026-12-31", Dates(due=date(2026, 12, 31))),
        ("2026.2", Dates(due=date(2026, 2, 28))),
        ("12月底前", Dates(due=date(2026, 12, 31))),
        ("9月投入使用", Dates(due=date(2026, 9, 30))),
        ("2027年6月", Dates(due=date(2027, 6, 30))),
        ("5月底前动工", Dates(start=date(2026, 5, 31))),
        ("全年", Dates(due=date(2026, 12, 31))),
    ],
)
def test_deadlines_are_understood_as_they_are_written(text, dates):
    assert parse_dates(text, 2026).value == dates


@pytest.mark.parametrize("text", ["13月底", "2026-02-30", "尽快", "常态化开展"])
def test_a_deadline_that_is_none_is_flagged(text):
    value = parse_dates(text, 2026)
    assert value.value is None
    assert value.flag


def test_statuses():
    assert parse_status("超额完成").value == "completed"
    assert parse_status("未完成").value == "in_progress"
    assert parse_status("未开工").value == "planned"
    assert parse_status("差不多了").flag


def test_a_monthly_table_with_all_its_traps():
    found = ledger("monthly.csv")
    assert (found.read, found.skipped, len(found.rows)) == (6, 2, 4)
    school, road, bus, canteen = found.rows
    assert (school.row, school.name, school.percent) == (4, "新建公办幼儿园3所", Decimal(88))
    assert school.department_code == "edu"
    assert school.amount_fen == 1_360_500_000
    assert school.due_on == date(2026, 12, 31)
    assert school.original["总投资"] == "1,360.5"
    assert school.original["进展情况"] == "88%(河口点推进缓慢)"
    assert (road.department_code, road.department_text) == ("road", "县交通局\n县财政局")
    assert (bus.number, bus.department_code, bus.status) == ("", "road", "completed")
    assert (bus.start_on, bus.due_on) == (date(2026, 5, 31), None)
    assert (canteen.department_code, canteen.percent) == (None, None)
    assert canteen.amount_fen == 80_000_000
    told = messages(found)
    for row, words in [
        (4, "百分比旁边有文字说明"),
        (5, "括号不成对"),
        (6, "责任单位为空，沿用上一行的单位"),
        (6, "写的是开工时间，不是完成时间"),
        (7, "进展文字里有多个百分比，没有采用"),
        (7, "金额写作约数"),
        (8, "合计行，跳过"),
        (9, "表下说明，跳过"),
    ]:
        assert (row, words) in told


def test_two_header_rows_and_parts_of_a_project():
    found = ledger("two_header_rows.csv")
    assert [r.name for r in found.rows] == [
        "(一)断头路打通：1.北门路",
        "(一)断头路打通：2.南门路",
        "(一)校园照明改造",
    ]
    assert [r.department_code for r in found.rows] == ["build", "build", "edu"]
    assert (4, "项目名称为空，沿用上一行的名称") in messages(found)


def test_a_table_of_indicators_is_no_list_of_projects():
    with pytest.raises(Invalid, match="没有找到表头"):
        ledger("indicators.csv")


def test_another_year_in_the_title_is_pointed_out():
    flags = ledger("monthly.csv", year=2025).flags
    assert [f.params for f in flags if "标题" in f.message] == [{"named": "2026", "year": 2025}]


def test_a_long_text_becomes_a_short_name_and_stays_whole():
    text = "完成县应急广播指挥中心和乡镇分控中心建设,建成三百七十六个村居广播室," + "装" * 60
    found = parse([["序号", "项目内容"], ["1", text]], 2026, {}, {})
    row = found.rows[0]
    assert row.name == "完成县应急广播指挥中心和乡镇分控中心建设"
    assert row.content == text


def test_the_same_row_twice_is_kept_and_flagged():
    rows = [["序号", "项目名称"], ["1", "修路"], ["1", "修路"]]
    found = parse(rows, 2026, {}, {})
    assert len({r.source_key for r in found.rows}) == 2
    assert (3, "与前面的行重复") in messages(found)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_usual_encoding_is_read(tmp_path, encoding):
    path = tmp_path / "list.csv"
    path.write_bytes("序号,项目名称\n1,学校\n".encode(encoding))
    assert read_table(path).rows == [["序号", "项目名称"], ["1", "学校"]]


def workbook(path: Path) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("清单")
        sheet.merge_range("A1:D1", "云溪县2026年民生实事项目清单")
        sheet.write_row("A2", ["序号", "项目名称", "牵头单位", "投资(万元)"])
        sheet.write_row("A3", [1, "学校扩建", "教育局", 1360.5])
        sheet.write_row("A4", [2, "教室照明", "", 300])
        sheet.merge_range("C3:C4", "教育局")
    return path


def test_a_workbook_with_merged_cells(tmp_path):
    table = read_table(workbook(tmp_path / "list.xlsx"))
    found = parse(table.rows, 2026, UNITS, TOWNS)
    assert [r.department_code for r in found.rows] == ["edu", "edu"]
    assert [r.amount_fen for r in found.rows] == [1_360_500_000, 300_000_000]
    assert (3, 2) in table.merged
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
        "truncated": workbook(path.with_suffix(".whole")).read_bytes()[:3000],
    }
    path.write_bytes(contents[kind])
    return path


KINDS = ["bomb", "lying bomb", "empty", "blank", "random", "html", "pdf", "zip that is none"]
KINDS += ["ole that is none", "wide", "long cell", "NUL", "truncated"]


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

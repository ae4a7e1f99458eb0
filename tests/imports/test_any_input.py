"""What holds for any file and any table: a ledger whose rows add up, or one sentence."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.errors import Invalid
from portal.imports.cells import Value, parse_amount, parse_percent, parse_status
from portal.imports.dates import parse_dates
from portal.imports.fields import AREAS, FIELDS, SYNONYMS
from portal.imports.headers import DEEPEST, find_header, remap
from portal.imports.ledger import parse
from portal.imports.quantities import Quantity, done_in_words, parse_done, parse_target
from portal.imports.reading import read_bytes
from portal.imports.wide import LEAVES
from tests.imports.tables import TOWNS, UNITS

HEADERS = [word for words in SYNONYMS.values() for word in words]
LABELS = [*HEADERS, *AREAS, *[word for words in LEAVES.values() for word in words], "", ""]
VALUES = ["", "", "1", "2", "一", "(一)路", "1.路", "1.1", "①", "2所", "80%", "50%(", "0%", "-5"]
VALUES += ["12月底前", "0月", "2026-02-30", "3-12月", "教育局", "合计", "小计", "全县", "注：无"]
VALUES += ["1360", "1,360.5", "0", "9" * 30, "2026-07", "已完成", "是", "否", "低于4%", "常态化"]

label = st.sampled_from(LABELS)
key = st.sampled_from(["name", "content", "number", "target", "area", *FIELDS, "nothing"])
value = st.one_of(st.sampled_from(VALUES), st.sampled_from(HEADERS), st.text(max_size=8))
table = st.builds(
    lambda top, rows: top + rows,
    st.lists(st.lists(label, max_size=8), max_size=6),
    st.lists(st.lists(value, max_size=9), max_size=8),
)
cell = st.tuples(st.integers(0, 12), st.integers(0, 8))
many = settings(max_examples=300, deadline=None)


def unless_refused(act: Callable[..., Any], *args: Any, **options: Any) -> Any:
    """Return what `act` returns, None when it refuses with one sentence; nothing else passes."""
    try:
        return act(*args, **options)
    except Invalid as refusal:
        reason = str(refusal)
    assert reason.count("。") == 1
    return None


@many
@given(table, st.frozensets(cell, max_size=6))
def test_any_table_is_a_ledger_that_adds_up_or_is_refused(rows, merged):
    leaders = {"张三": "z"}
    found = unless_refused(parse, rows, 2026, UNITS, TOWNS, merged=merged, leaders=leaders)
    if found is None:
        return
    filled = [n for n in range(found.header.last + 1, len(rows)) if any(map(str.strip, rows[n]))]
    assert sorted(found.taken_rows + found.skipped_rows) == [n + 1 for n in filled]
    assert found.read == found.taken + found.skipped == len(filled)
    assert set(found.skipped_rows) <= {flag.row for flag in found.flags}
    assert {n for row in found.rows for n in row.rows} == set(found.taken_rows)
    assert len({row.source_key for row in found.rows}) == len(found.rows)
    assert all(row.name for row in found.rows)
    assert all(flag.text for flag in found.flags)


@many
@given(table, st.integers(-1, 6), st.integers(-1, 6), st.dictionaries(key, st.integers(-1, 9)))
def test_any_correction_of_the_header_is_a_header_or_is_refused(rows, first, last, columns):
    by_hand = unless_refused(remap, rows, first, last, columns)
    if by_hand is not None:
        assert parse(rows, 2026, UNITS, TOWNS, header=by_hand).header is by_hand


@many
@given(table)
def test_what_was_found_is_the_same_when_given_back(rows):
    found = unless_refused(find_header, rows)
    if found is not None:
        assert found.last - found.first < DEEPEST
        assert remap(rows, found.first, found.last, found.columns) == found


words = st.one_of(st.text(max_size=20), st.lists(st.sampled_from(VALUES)).map("".join))


@many
@given(words)
def test_any_cell_gives_a_value_or_a_doubt_or_nothing(text):
    target = parse_target(text).value or Quantity(Decimal(3), "个")
    for read in (
        parse_amount(text, "万元"),
        parse_percent(text, in_percent=True),
        parse_dates(text, 2026),
        parse_status(text),
        parse_done(text, target),
        done_in_words(text, target),
    ):
        assert isinstance(read, Value)
    for read in (parse_amount(text, "万元"), parse_percent(text)):
        assert read.value is None or read.value >= 0


def open_or_refuse(data: bytes) -> None:
    found = unless_refused(read_bytes, data, "list")
    if found is not None:
        assert any(cell for row in found.rows for cell in row)


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.binary(max_size=400), st.text(max_size=200).map(str.encode)))
def test_any_bytes_are_a_table_or_one_sentence(data):
    open_or_refuse(data)


@pytest.mark.parametrize("magic", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
@settings(max_examples=12, deadline=None)
@given(rest=st.binary(max_size=1200))
def test_any_bytes_that_pretend_to_be_a_workbook_are_refused_or_read(magic, rest):
    open_or_refuse(magic + rest)

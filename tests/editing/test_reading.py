"""What people type is read exactly, and said back as it was meant."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.editing.reading import day, decimal, money, typed_money, whole

CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("1360", 1_360_000_000),
        ("1,360.5", 1_360_500_000),
        ("0.000001", 1),
        ("12.345678", 12_345_678),
        ("１３６０．５", 1_360_500_000),
        (" 88.88 万元", 88_880_000),
        ("0", 0),
        ("-0", 0),
        ("99999999.999999", 99_999_999_999_999),
        ("0007.10", 7_100_000),
    ],
)
def test_money_is_typed_in_wan_and_kept_in_fen(text, fen):
    assert money(text) == fen


@pytest.mark.parametrize(
    "text",
    [
        "0.0000001",
        "100000000",
        "-1",
        "1e3",
        "一百",
        "",
        ".",
        "1.2.3",
        "12元",
        "NaN",
        "٣",
        "1" * 5000,
    ],
)
def test_money_that_is_not_exact_is_refused(text):
    with pytest.raises(ValueError, match=CHINESE):
        money(text)


@given(st.integers(0, 10**14 - 1))
def test_an_amount_comes_back_to_the_fen(fen):
    assert money(typed_money(fen)) == fen


@pytest.mark.parametrize(
    "text", ["2026-11-30", "2026/11/30", "2026.11.30", "2026年11月30日", "２０２６－１１－３０"]
)
def test_a_date_is_read_in_the_ways_it_is_written(text):
    assert day(text) == "2026-11-30"


@pytest.mark.parametrize("text", ["2026-02-30", "30/11/2026", "11月底", "2026-13-01", "0000-01-01"])
def test_a_date_that_is_none_is_refused(text):
    with pytest.raises(ValueError, match="2026-11-30"):
        day(text)


def test_a_figure_keeps_its_digits_and_loses_its_idle_noughts():
    assert decimal("12.50", 4) == "12.5"
    assert decimal("-120.123456", 6) == "-120.123456"
    assert decimal("95%", 2) == "95"
    assert decimal("-0.0", 2) == "0"
    for text, places in [("1.23456", 4), ("1.234", 2), ("1" * 15, 4), ("1e5", 4), ("", 4)]:
        with pytest.raises(ValueError, match=CHINESE):
            decimal(text, places)


@given(st.decimals(-(10**13), 10**13, places=4, allow_nan=False))
def test_any_figure_comes_back_as_it_was(number):
    assert Decimal(decimal(f"{number:f}", 4)) == number


def test_a_whole_number_is_whole():
    assert whole("07") == 7
    assert whole("3.0") == 3
    for text in ("-1", "1.5", "1234567", "一"):
        with pytest.raises(ValueError, match="999999"):
            whole(text)
    with pytest.raises(ValueError, match=CHINESE):
        whole("1.00001")


@given(st.text())
def test_any_text_is_read_or_refused_with_words(text):
    for read in (day, money, whole, lambda t: decimal(t, 4)):
        assert refusal(read, text) != ""


def refusal(read, text):
    """The words with which a text is refused; None when it is read."""
    try:
        read(text)
    except ValueError as error:
        return str(error)
    return None

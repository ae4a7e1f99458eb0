"""What is invisible in a text goes, and what only looks invisible stays."""

import sys
import unicodedata

import pytest

from portal.text import clean, one_line, shows

DRAWN = "؀؁؂؃؄؅۝܏࢐࢑࣢\U000110bd\U000110cd"
"""Format characters (Cf) that are drawn: signs over and around numbers and verses."""


def test_every_control_and_format_character_goes_but_those_that_are_drawn():
    unseen = [
        chr(code)
        for code in range(sys.maxunicode + 1)
        if unicodedata.category(chr(code)) in ("Cc", "Cf") and chr(code) not in DRAWN
    ]
    assert len(unseen) > 200
    left = {sign for sign in unseen if clean(f"水{sign}管") != "水管"}
    assert left == {"\t", "\n", "\r", "\u0085"}


def test_nothing_that_is_drawn_goes():
    signs = map(chr, range(sys.maxunicode + 1))
    drawn = [sign for sign in signs if unicodedata.category(sign)[0] in "LMNPS" or sign in DRAWN]
    assert not [sign for sign in drawn if clean(f"水{sign}管") != f"水{sign}管"]


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n", "\u0085", "\u2028", "\u2029"])
def test_every_end_of_a_line_is_made_one_kind_and_is_lost_on_one_line(end):
    assert clean(f"水管{end}漏水") == "水管\n漏水"
    assert one_line(clean(f"水管 {end}{end} 漏水")) == "水管 漏水"


@pytest.mark.parametrize(
    "text",
    [
        "👨\u200d👩\u200d👧\u200d👦",
        "👩🏽\u200d⚕\ufe0f",
        "🏳\ufe0f\u200d🌈",
        "🙂\u200d↔\ufe0f",
        "می\u200cخواهم",
        "क्\u200dष",
        "ᠮᠣᠩᠭᠣᠯ\u180eᠠ",
        "葛\U000e0100城",
    ],
)
def test_joiners_stay_where_the_look_depends_on_them(text):
    assert clean(text) == text


@pytest.mark.parametrize(
    "text", ["水\u200d管", "张\u200c三", "1\u200d3\u200d8", "👩\u200d水", "水\u200d👩", "a\u180eb"]
)
def test_joiners_go_where_nothing_depends_on_them(text):
    assert clean(text) == text.replace("\u200d", "").replace("\u200c", "").replace("\u180e", "")


@pytest.mark.parametrize(
    "text",
    ["", " ", "\u200b\u200b", "\u3164", "\u115f\u1160", "\uffa0", "\u2800", "\u00ad", "\ufe0f"],
)
def test_a_text_of_which_nothing_can_be_seen_is_empty(text):
    assert clean(text) == ""
    assert not shows(text)


@pytest.mark.parametrize("text", ["。", "👍", "1\ufe0f\u20e3", "한\u3164", "\ue000"])
def test_one_character_that_can_be_seen_is_a_text(text):
    assert clean(text) == text
    assert shows(text)

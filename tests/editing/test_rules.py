"""Differences that lose nothing, and a limit that agrees with the light."""

import time
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.county.presets import LIGHTS
from portal.editing.rules import Part, Piece, difference, late_below
from portal.projects.kinds import Nature, ProjectStatus
from portal.projects.schedule.rules import Facts, Scale, judge, needs_remedy

TEXT = st.text("甲乙丙，。\n", max_size=60)


def side(pieces, part):
    return "".join(p.text for p in pieces if p.part in (Part.SAME, part))


@given(TEXT, TEXT)
def test_a_difference_holds_both_texts_whole(before, after):
    pieces = difference(before, after)
    assert side(pieces, Part.GONE) == before
    assert side(pieces, Part.NEW) == after


def test_a_difference_is_told_to_the_character():
    assert difference("更换管道12公里。", "更换管道15公里。") == [
        Piece(Part.SAME, "更换管道1"),
        Piece(Part.GONE, "2"),
        Piece(Part.NEW, "5"),
        Piece(Part.SAME, "公里。"),
    ]


def test_texts_with_little_in_common_are_shown_one_after_the_other():
    assert difference("已经完工。", "尚未开始施工") == [
        Piece(Part.GONE, "已经完工。"),
        Piece(Part.NEW, "尚未开始施工"),
    ]
    assert difference("", "新") == [Piece(Part.NEW, "新")]
    assert difference("同", "同") == [Piece(Part.SAME, "同")]
    assert difference("", "") == []


@pytest.mark.parametrize("unit", ["甲", "甲乙", "完成一段。"])
def test_the_longest_texts_are_compared_at_once(unit):
    before, after = (unit * 2000)[:2000], ("丁" + unit * 2000)[:2000]
    begun = time.process_time()
    pieces = difference(before, after)
    assert time.process_time() - begun < 2
    assert side(pieces, Part.GONE) == before
    assert side(pieces, Part.NEW) == after


DUE = date(2026, 12, 31)


@pytest.mark.parametrize("preset", sorted(LIGHTS))
@given(
    planned=st.decimals(0, 120, places=2),
    done=st.decimals(0, 150, places=2),
    day=st.dates(date(2026, 1, 1), date(2027, 3, 1)),
)
def test_what_is_said_beforehand_is_what_the_light_says(preset, planned, done, day):
    scale = Scale.of(LIGHTS[preset])
    facts = Facts(
        status=ProjectStatus.IN_PROGRESS,
        nature=Nature.WORKS,
        percent=done,
        planned=planned,
        start_on=date(2026, 1, 1),
        due_on=DUE,
        reported_on=None,
        day=day,
    )
    limit = late_below(planned, scale, due_on=DUE, day=day)
    is_late = needs_remedy(judge(facts, scale).light)
    if limit is None:
        assert is_late
    elif abs(done - limit[0]) > Decimal("0.01"):  # the ratio is rounded to two digits
        assert is_late == (done < limit[0])
    elif scale.mode == "points":
        exactly = replace(facts, percent=limit[0])
        assert limit[1]
        assert limit[0] < 0 or needs_remedy(judge(exactly, scale).light)

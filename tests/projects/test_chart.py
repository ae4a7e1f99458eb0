"""What the wall chart draws: places in the year, what is cut off, which sign stands where."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.projects.schedule import chart
from portal.projects.schedule.chart import Sign, Span

DAY = date(2026, 10, 5)


def course(**more: object) -> chart.Course:
    """Works from February to November, at 71 of the 87.5 percent that are wanted today."""
    facts = {
        "start_on": date(2026, 2, 1),
        "due_on": date(2026, 11, 30),
        "promised_on": date(2026, 11, 30),
        "until": DAY,
        "accepted_on": None,
        "planned": Decimal("87.5"),
        "percent": Decimal(71),
    }
    return chart.Course(**(facts | more))


def drawn(milestones=(), **more: object) -> chart.Drawing:
    """The drawing of such works in the chart of 2026."""
    return chart.draw(course(**more), milestones, 2026, DAY)


def places(drawing: chart.Drawing, sign: Sign) -> list[float]:
    """Where a sign stands."""
    return [at for kind, at in drawing.signs if kind is sign]


@pytest.mark.parametrize(
    ("day", "part", "at"),
    [
        (date(2026, 1, 1), 0, 0),
        (date(2026, 12, 31), 1, 100),
        (date(2026, 7, 1), 0, 50),
        (date(2026, 2, 28), 1, 16.67),
        (date(2024, 2, 28), 1, -183.62),
        (date(2027, 1, 1), 0, 100),
    ],
)
def test_a_day_stands_within_its_months_column(day, part, at):
    assert chart.place(day, 2026, part) == at


def test_a_plan_is_drawn_from_its_start_to_its_promise_and_filled_as_far_as_it_is():
    found = drawn()
    assert found.plan == Span(8.33, 83.34)
    assert found.done == Span(8.33, 59.17)
    assert places(found, Sign.SHOULD) == [81.25]
    assert found.moved is None
    assert found.overrun is None


def test_without_a_report_nothing_is_filled():
    assert drawn(percent=None).done is None
    assert drawn(percent=Decimal(0)).done is None


def test_more_than_all_of_it_fills_the_plan_and_no_more():
    found = drawn(percent=Decimal(104), planned=Decimal(120))
    assert found.done == found.plan
    assert places(found, Sign.SHOULD) == [91.67]


def test_a_moved_promise_shows_both_days_and_what_lies_between():
    found = drawn(promised_on=date(2026, 9, 30))
    assert found.moved == Span(75, 16.67)
    assert places(found, Sign.PROMISED) == [75]
    earlier = drawn(promised_on=date(2026, 12, 31))
    assert earlier.moved == Span(91.67, 8.33)
    assert places(earlier, Sign.PROMISED) == [100]


def test_what_runs_past_its_promise_is_drawn_until_today_or_acceptance():
    due = date(2026, 8, 31)
    running = drawn(due_on=due, promised_on=due)
    assert running.overrun == Span(66.67, round(chart.place(DAY, 2026, 1) - 66.67, 2))
    late = date(2026, 9, 30)
    accepted = drawn(due_on=due, promised_on=due, until=late, accepted_on=late, planned=None)
    assert accepted.overrun == Span(66.67, 8.33)
    assert places(accepted, Sign.ACCEPTED) == [75]
    assert not places(accepted, Sign.SHOULD)
    assert drawn(due_on=due, promised_on=due, until=None).overrun is None


def test_what_is_not_published_is_the_lists_year_and_no_moved_promise():
    assert drawn(start_on=None, due_on=None, promised_on=None).plan == Span(0, 100)
    assert drawn(due_on=None).moved is None


def test_what_lies_outside_of_the_year_is_cut_off_and_marked():
    found = drawn(start_on=date(2025, 7, 1), due_on=date(2027, 6, 30), promised_on=None)
    assert found.plan == Span(0, 100)
    assert places(found, Sign.BEFORE) == [0]
    assert places(found, Sign.AFTER) == [100]
    assert found.done == Span(0, 92)
    over = drawn(start_on=date(2024, 1, 1), due_on=date(2025, 12, 31), until=None)
    assert over.plan is None
    assert over.done is None


def test_a_start_after_the_promise_draws_nothing_backwards():
    assert drawn(start_on=date(2026, 12, 5)).plan is None


def test_a_milestone_is_reached_open_or_missed_from_the_day_after():
    found = drawn(
        [
            (date(2026, 3, 10), date(2026, 4, 16)),
            (DAY - timedelta(days=1), None),
            (DAY, None),
            (date(2027, 1, 5), None),
        ]
    )
    assert places(found, Sign.REACHED) == [chart.place(date(2026, 4, 16), 2026, 0.5)]
    assert places(found, Sign.MISSED) == [chart.place(DAY - timedelta(days=1), 2026, 0.5)]
    assert places(found, Sign.OPEN) == [chart.place(DAY, 2026, 0.5)]


def test_milestones_are_counted_like_they_are_drawn():
    dates = [(DAY, DAY), (DAY - timedelta(days=1), None), (DAY, None), (DAY, None)]
    assert chart.tally(dates, DAY) == chart.Tally(4, 1, 1)
    assert chart.tally([], DAY) == chart.Tally(0, 0, 0)


@pytest.mark.parametrize(
    ("number", "plain", "signed"),
    [
        ("87.50", "87.5", "+87.5"),
        ("100.00", "100", "+100"),
        ("66.67", "66.7", "+66.7"),
        ("-16.45", "\u221216.5", "\u221216.5"),
        ("0", "0", "0"),
        ("-0.04", "0", "0"),
    ],
)
def test_a_figure_has_one_decimal_at_most_and_a_true_minus(number, plain, signed):
    assert chart.figure(Decimal(number)) == plain
    assert chart.figure(Decimal(number), signed=True) == signed


DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))
PERCENT = st.decimals(0, 99999, places=2)


@given(
    st.builds(
        chart.Course,
        start_on=st.none() | DAYS,
        due_on=st.none() | DAYS,
        promised_on=st.none() | DAYS,
        until=st.none() | DAYS,
        accepted_on=st.none() | DAYS,
        planned=st.none() | PERCENT,
        percent=st.none() | PERCENT,
    ),
    st.lists(st.tuples(DAYS, st.none() | DAYS), max_size=4),
    st.integers(2000, 2100),
    DAYS,
)
def test_whatever_is_known_the_drawing_stays_within_its_frame(facts, milestones, year, day):
    found = chart.draw(facts, milestones, year, day)
    for piece in (found.plan, found.done, found.moved, found.overrun):
        if piece:
            assert piece.at >= 0
            assert piece.width > 0
            assert piece.at + piece.width <= 100.01
    assert all(0 <= at <= 100 for _, at in found.signs)
    if found.done:
        assert found.plan
        assert found.done.width <= found.plan.width

"""Drawing a plan curve: any plan and any reports can be drawn, and the lines say what is so."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from portal.projects.schedule.curve import FLOOR, LEFT, RIGHT, TOP, Plan, Reported, draw

START, DUE = date(2026, 2, 1), date(2026, 11, 30)
STRAIGHT = Plan((), START, DUE)


def test_a_straight_plan_rises_from_the_floor_to_the_top():
    chart = draw(STRAIGHT, [], date(2026, 6, 1))
    assert chart.plan[0][:2] == (LEFT, FLOOR)
    assert chart.plan[-1][2:] == (RIGHT, TOP)
    heights = [y for _, y, _, _ in chart.plan]
    assert heights == sorted(heights, reverse=True)
    assert LEFT < chart.today < chart.due == RIGHT


def test_points_of_the_plan_lie_on_the_line():
    points = ((date(2026, 6, 30), Decimal(40)), (DUE, Decimal(100)))
    chart = draw(Plan(points, START, DUE), [], None)
    middle = FLOOR - (FLOOR - TOP) * 0.4
    assert any(abs(y - middle) < 0.1 for _, _, _, y in chart.plan)
    assert [(row.on, row.planned) for row in chart.rows] == list(points)
    assert chart.today is None


def test_more_than_all_fits_the_drawing():
    chart = draw(STRAIGHT, [Reported(DUE, Decimal(286), Decimal(100))], None)
    assert chart.grid[-1][1] >= 286
    assert chart.dots[0][1] >= TOP
    assert chart.rows[-1].gap == 186


def test_the_table_keeps_what_the_plan_wanted_when_it_was_reported():
    report = Reported(date(2026, 6, 30), Decimal(30), Decimal("51.5"))
    rows = draw(STRAIGHT, [report], date(2026, 7, 10)).rows
    assert [row.on for row in rows] == [report.on, date(2026, 7, 10), DUE]
    assert (rows[0].planned, rows[0].gap) == (Decimal("51.5"), Decimal("-21.5"))
    assert (rows[1].is_today, rows[1].done, rows[1].gap) == (True, None, None)


days = st.dates(date(1990, 1, 1), date(2100, 12, 31))
percents = st.decimals(0, 10_000, places=2)


@given(
    st.lists(st.tuples(days, percents), max_size=6, unique_by=lambda p: p[0]),
    days,
    days,
    st.decimals("0.01", 500, places=2),
    st.lists(st.builds(Reported, days, percents, st.none() | percents), max_size=6),
    st.none() | days,
)
def test_any_plan_and_any_reports_can_be_drawn(points, start, due, stretch, reports, day):
    chart = draw(Plan(sorted(points), start, due, stretch), reports, day)
    places = [p for line in (*chart.plan, *chart.done) for p in (line[:2], line[2:])]
    for x, y in (*places, *chart.dots):
        assert LEFT <= x <= RIGHT
        assert TOP - 0.1 <= y <= FLOOR + 0.1
    assert len(chart.dots) == len(reports)
    assert 1 <= len(chart.ticks) <= 7
    assert timedelta(0) <= chart.rows[-1].on - chart.rows[0].on

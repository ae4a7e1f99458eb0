"""How far a project should be and which light follows: published figures are the test cases."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.county.presets import LIGHTS
from portal.projects.kinds import Nature, ProjectStatus
from portal.projects.schedule.rules import (
    LIGHT_LABELS,
    LIGHT_RANKS,
    LIGHT_TONES,
    Facts,
    Light,
    Scale,
    funds_behind,
    is_stale,
    judge,
    plan_window,
    planned_percent,
    start_late,
    straight_plan,
)

POINTS = Scale.of(LIGHTS["yinchuan-2025"])
RATIO = Scale.of(LIGHTS["wuhan"])
JAN, DEC = date(2025, 1, 1), date(2025, 12, 31)


def by(month: int, day: int = 28, stretch: str = "100") -> Decimal:
    """What a straight plan over the year wants by a day of a month."""
    return straight_plan(JAN, DEC, date(2025, month, day), Decimal(stretch))


@pytest.mark.parametrize(
    ("month", "day", "percent"),
    [
        (1, 1, "4.17"),
        (4, 30, "33.33"),  # Huidong 2024: 4/12
        (8, 15, "62.50"),  # Yunfu: 7.5/12 for the first half of August
        (8, 31, "66.67"),  # Sanyuan: 8/12
        (10, 31, "83.33"),  # 10/12
        (11, 30, "91.67"),  # Zhangjiajie: 11/12
        (12, 31, "100"),
    ],
)
def test_a_straight_plan_counts_half_months(month, day, percent):
    assert by(month, day) == Decimal(percent)


@pytest.mark.parametrize(
    ("month", "day", "done", "published"),
    [
        (10, 31, "97.2", "13.8"),  # 超过时间进度13.8个百分点
        (8, 31, "74", "7.33"),  # 超序时7.33
        (4, 30, "31.7", "-1.6"),  # 低于序时1.6
        (4, 30, "11.4", "-21.9"),  # 低于21.9
        (8, 15, "61.14", "-1.36"),  # 稍慢1.36个百分点
    ],
)
def test_the_gap_is_the_one_that_bulletins_print(month, day, done, published):
    gap = Decimal(done) - by(month, day)
    assert abs(gap - Decimal(published)) < Decimal("0.1")


@pytest.mark.parametrize(("month", "done", "published"), [(5, "54.4", "4.4"), (8, "82.2", "2.2")])
def test_a_stretched_plan_is_a_straight_one_to_120(month, done, published):
    assert Decimal(done) - by(month, 31, "120") == Decimal(published)


def test_the_plan_of_the_period_and_the_straight_line_disagree_as_in_songyang():
    """132.1 % of the January to April plan is 21.3 % of the year: the line would say late."""
    curve = [(date(2025, 4, 30), Decimal("16.12")), (DEC, Decimal(100))]
    done = Decimal("21.3")
    planned = planned_percent(curve, JAN, DEC, date(2025, 4, 30))
    assert round(done * 100 / planned, 1) == Decimal("132.1")
    assert done - by(4, 30) < -12
    assert judge(facts(done, planned, date(2025, 4, 30)), POINTS).light is Light.AHEAD


def test_a_months_planned_share_is_a_point_of_the_curve_as_in_taishun():
    curve = [(date(2024, 4, 30), Decimal(20)), (date(2024, 12, 31), Decimal(100))]
    day = date(2024, 4, 30)
    planned = planned_percent(curve, date(2024, 1, 1), date(2024, 12, 31), day)
    assert planned == 20
    assert Decimal("47.23") - planned == Decimal("27.23")


def test_between_two_points_the_plan_rises_in_half_months():
    curve = [(date(2025, 3, 31), Decimal(30)), (date(2025, 4, 30), Decimal(50))]
    assert planned_percent(curve, JAN, DEC, date(2025, 2, 28)) == 20
    assert planned_percent(curve, JAN, DEC, date(2025, 4, 10)) == 40
    assert planned_percent(curve, JAN, DEC, date(2025, 4, 20)) == 50
    assert planned_percent(curve, JAN, DEC, date(2025, 11, 1)) == 50
    assert planned_percent(curve, date(2025, 2, 1), DEC, date(2025, 1, 31)) == 0


def test_before_the_start_nothing_is_planned_and_after_the_end_all():
    start, due = date(2026, 5, 1), date(2026, 6, 30)
    assert straight_plan(start, due, date(2026, 4, 30)) == 0
    assert straight_plan(start, due, date(2026, 5, 20)) == 50
    assert straight_plan(start, due, date(2027, 1, 1)) == 100


def test_without_dates_the_plan_is_the_year():
    assert plan_window(2026, None, None) == (date(2026, 1, 1), date(2026, 12, 31))
    assert plan_window(2026, None, date(2025, 6, 30)) == (date(2025, 6, 30), date(2025, 6, 30))


def facts(percent, planned=Decimal(50), day=date(2025, 6, 30), **more) -> Facts:
    given = {
        "status": ProjectStatus.IN_PROGRESS,
        "nature": Nature.WORKS,
        "percent": None if percent is None else Decimal(percent),
        "planned": Decimal(planned),
        "start_on": JAN,
        "due_on": DEC,
        "reported_on": None,
        "day": day,
    }
    return Facts(**(given | more))


@pytest.mark.parametrize(
    ("gap", "light"),
    [
        ("5", Light.AHEAD),
        ("4.99", Light.ON_TIME),
        ("0", Light.ON_TIME),
        ("-9.99", Light.ON_TIME),
        ("-10", Light.LATE),
        ("-30", Light.LATE),  # 10–30 个百分点（含）is yellow
        ("-30.01", Light.SEVERE),
    ],
)
def test_yinchuan_counts_points(gap, light):
    assert judge(facts(Decimal(50) + Decimal(gap)), POINTS).light is light


@pytest.mark.parametrize(
    ("share", "light"),
    [
        ("110", Light.AHEAD),
        ("80", Light.ON_TIME),
        ("79.99", Light.LATE),
        ("60", Light.LATE),
        ("59.99", Light.SEVERE),
    ],
)
def test_wuhan_counts_the_ratio(share, light):
    assert judge(facts(Decimal(share) / 2), RATIO).light is light


def test_the_two_rules_disagree_and_both_figures_are_given():
    """At 4/12, 15 % done is 18 points behind (yellow) and 45 % of the plan (red)."""
    given = facts("15", by(4, 30), date(2025, 4, 30))
    points, ratio = judge(given, POINTS), judge(given, RATIO)
    assert (points.light, ratio.light) == (Light.LATE, Light.SEVERE)
    assert (points.gap, points.ratio) == (ratio.gap, ratio.ratio)
    assert round(points.gap, 1) == Decimal("-18.3")
    assert round(points.ratio) == 45


def test_accepted_paused_and_stopped_works_have_lights_of_their_own():
    for status, light in (
        (ProjectStatus.COMPLETED, Light.DONE),
        (ProjectStatus.PAUSED, Light.PAUSED),
        (ProjectStatus.STOPPED, Light.STOPPED),
    ):
        late = facts("1", "100", date(2027, 1, 1), status=status)
        assert judge(late, POINTS).light is light


def test_a_passed_day_is_late_whatever_the_percent_and_after_15_days_severe():
    for days, light in ((0, Light.AHEAD), (1, Light.LATE), (15, Light.LATE), (16, Light.SEVERE)):
        day = DEC + timedelta(days=days)
        assert judge(facts("99", "90", day), POINTS).light is light


def test_works_not_begun_count_as_nothing_done_but_not_before_their_time():
    waiting = {"status": ProjectStatus.PLANNED}
    assert judge(facts(None, 0, **waiting), POINTS).light is Light.WAITING
    assert judge(facts(None, 5, **waiting), POINTS).light is Light.WAITING
    assert judge(facts(None, 12, **waiting), POINTS).light is Light.LATE
    assert judge(facts(None, 40, **waiting), POINTS).light is Light.SEVERE


def test_a_policy_without_a_percent_is_never_late_by_figures():
    policy = {"nature": Nature.POLICY}
    assert judge(facts(None, 90, **policy), POINTS).light is Light.UNKNOWN
    verdict = judge(facts(None, 90, status=ProjectStatus.PLANNED, **policy), POINTS)
    assert (verdict.light, verdict.gap, verdict.ratio) == (Light.WAITING, None, None)


def test_a_missed_start_is_yellow_at_once_and_red_in_the_third_month():
    start = date(2025, 3, 10)
    for day, level in (
        (date(2025, 3, 10), 0),
        (date(2025, 3, 11), 1),
        (date(2025, 4, 30), 1),
        (date(2025, 5, 1), 2),
    ):
        given = facts(None, start_on=start, day=day, status=ProjectStatus.PLANNED)
        assert start_late(given, POINTS) == level
    assert start_late(facts("1", start_on=start, day=DEC), POINTS) == 0


def test_payments_behind_the_plan_turn_yellow_and_red():
    assert funds_behind(None, Decimal(90), POINTS) == 0
    assert funds_behind(Decimal(40), Decimal(50), POINTS) == 0
    assert funds_behind(Decimal("39.9"), Decimal(50), POINTS) == 1
    assert funds_behind(Decimal(20), Decimal(50), POINTS) == 1
    assert funds_behind(Decimal("19.9"), Decimal(50), POINTS) == 2
    assert funds_behind(Decimal(95), Decimal(120), POINTS) == 0


def test_a_report_is_stale_after_the_countys_rhythm():
    reported = date(2025, 5, 30)
    assert not is_stale(facts("1", reported_on=reported, day=date(2025, 6, 30)), POINTS)
    assert is_stale(facts("1", reported_on=reported, day=date(2025, 7, 1)), POINTS)
    assert is_stale(facts("1", start_on=JAN, day=date(2025, 3, 1)), POINTS)
    done = {"status": ProjectStatus.COMPLETED, "reported_on": reported, "day": DEC}
    assert not is_stale(facts("1", **done), POINTS)


def test_every_light_has_a_word_a_shape_and_a_rank():
    for light in Light:
        assert LIGHT_LABELS[light]
        assert LIGHT_TONES[light]
    assert sorted(LIGHT_RANKS.values()) == list(range(len(Light)))


days = st.dates(date(1990, 1, 1), date(2100, 12, 31))
percents = st.decimals(0, 10_000, places=2)


@settings(max_examples=300, deadline=None)
@given(
    points=st.dictionaries(days, percents, max_size=14),
    start=days,
    due=days,
    day=days,
    stretch=st.decimals(Decimal("0.01"), 1000, places=2),
    percent=st.none() | percents,
    status=st.sampled_from(ProjectStatus),
    nature=st.sampled_from(Nature),
    reported=st.none() | days,
    begins=st.none() | days,
    paid=st.none() | percents,
    scale=st.sampled_from([POINTS, RATIO]),
)
def test_any_plan_and_any_report_give_a_light(
    points, start, due, day, stretch, percent, status, nature, reported, begins, paid, scale
):
    planned = planned_percent(sorted(points.items()), start, due, day, stretch)
    assert planned >= 0
    given = Facts(status, nature, percent, planned, begins, due, reported, day)
    verdict = judge(given, scale)
    assert verdict.light in LIGHT_LABELS
    if verdict.gap is not None and percent is not None:
        assert verdict.gap == percent - planned
    assert start_late(given, scale) in (0, 1, 2)
    assert funds_behind(paid, planned, scale) in (0, 1, 2)
    assert is_stale(given, scale) in (True, False)


@settings(max_examples=100, deadline=None)
@given(
    points=st.dictionaries(days, percents, min_size=1, max_size=8),
    start=days,
    one=days,
    other=days,
)
def test_a_plan_that_never_falls_makes_a_curve_that_never_falls(points, start, one, other):
    ordered = sorted(points)
    rising = list(zip(ordered, sorted(points.values()), strict=True))
    early, late = sorted((one, other))
    if early < start:
        return
    wanted = [planned_percent(rising, start, max(ordered), d) for d in (early, late)]
    assert wanted == sorted(wanted)

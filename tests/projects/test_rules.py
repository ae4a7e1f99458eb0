"""What may be said of a promise: rates of items, built or complete, kept or late, the year."""

from datetime import date
from decimal import Decimal

import pytest

from portal.projects.kinds import Nature, ProjectStatus, Stage
from portal.projects.rules import (
    Completion,
    Promise,
    YearFigures,
    completion,
    furthest,
    item_rate,
    percent_of_items,
    promise_kept,
    share,
    stage_of,
    without_private_numbers,
)


def rate(quantity, done, lower=False):
    read = [None if n is None else Decimal(n) for n in (quantity, done)]
    return item_rate(*read, is_lower_better=lower)


@pytest.mark.parametrize(
    ("quantity", "done", "percent"),
    [
        ("27800", "52242", "187.9"),  # far over the target is said as it is
        ("60", "577", "961.7"),
        ("7400", "3495", "47.2"),
        ("4400", "0", "0.0"),
    ],
)
def test_a_rate_is_done_by_target(quantity, done, percent):
    assert rate(quantity, done) == Decimal(percent)


def test_without_a_target_there_is_no_rate_and_never_nought():
    assert rate(None, "4769") is None
    assert rate("7", None) is None
    assert rate("0", "3") is None


def test_a_ceiling_is_kept_while_the_figure_stays_below_it():
    assert rate("4.3", "3.57", lower=True) == 100
    assert rate("4.3", "4.3", lower=True) == 100
    assert rate("4.3", "8.6", lower=True) == 50


def test_the_mean_of_items_does_not_let_one_hide_another():
    items = [
        (Decimal(10), Decimal(100), False),
        (Decimal(10), Decimal(2), False),
        (None, Decimal(5), False),
    ]
    assert percent_of_items(items) == 60
    assert percent_of_items([(None, None, False)]) is None
    assert percent_of_items([]) is None


def test_works_without_upkeep_are_built_and_not_complete():
    done, day = ProjectStatus.COMPLETED, date(2026, 1, 1)
    assert completion(done, Nature.WORKS, None) is Completion.BUILT
    assert completion(done, Nature.WORKS, day) is Completion.COMPLETE
    assert completion(done, Nature.SERVICE, None) is Completion.COMPLETE
    assert completion(ProjectStatus.IN_PROGRESS, Nature.WORKS, day) is Completion.OPEN


def test_the_first_promise_is_what_counts():
    promised = date(2026, 11, 30)
    assert promise_kept(promised, date(2026, 11, 30), date(2027, 1, 1)) is Promise.KEPT
    assert promise_kept(promised, date(2026, 12, 1), date(2027, 1, 1)) is Promise.BROKEN
    assert promise_kept(promised, None, date(2026, 11, 30)) is Promise.OPEN
    assert promise_kept(promised, None, date(2026, 12, 1)) is Promise.OVERDUE
    assert promise_kept(None, None, date(2026, 12, 1)) is Promise.NONE


def test_the_furthest_stage_is_the_last_in_the_order_of_stages():
    assert furthest([]) is Stage.LIST
    assert furthest([Stage.ACCEPTANCE, Stage.COLLECTION, Stage.WORK]) is Stage.ACCEPTANCE


def test_the_headline_figures_are_those_of_the_huichang_bulletin():
    figures = YearFigures(65, 26, 0, 65, 0, 1000, 750, 40)
    assert figures.completion_rate == 40
    assert figures.start_rate == 100
    assert figures.investment_rate == 75
    nothing = YearFigures(0, 0, 0, 0, 0, 0, 0, 0)
    assert nothing.completion_rate is nothing.start_rate is nothing.investment_rate is None


def test_a_share_of_nothing_is_not_said():
    assert share(1, 0) is None
    assert share(1, 3) == Decimal("33.3")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("张三13800001234", "张三138****34"),
        ("110101199003074514、11010119900307451x", "110****14、110****1x"),
        ("0571-87654321，12345", "0571-87654321，12345"),
        ("13800001234567", "13800001234567"),
        ("913301057654321098", "913301057654321098"),  # a company's code
        ("1360000000.5", "1360000000.5"),
    ],
)
def test_an_original_shows_no_number_of_a_private_person(text, shown):
    assert without_private_numbers(text) == shown


@pytest.mark.parametrize(
    ("status", "reached", "stage"),
    [
        (ProjectStatus.PLANNED, [Stage.VOTE], Stage.LIST),
        (ProjectStatus.IN_PROGRESS, [Stage.VOTE], Stage.WORK),
        (ProjectStatus.COMPLETED, [], Stage.ACCEPTANCE),
        (ProjectStatus.IN_PROGRESS, [Stage.UPKEEP], Stage.UPKEEP),
        (ProjectStatus.STOPPED, [Stage.WORK], Stage.WORK),
    ],
)
def test_the_state_of_the_work_stands_for_a_stage(status, reached, stage):
    assert stage_of(status, reached) is stage

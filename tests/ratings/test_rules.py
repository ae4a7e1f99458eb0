"""The figure of some ratings."""

from decimal import Decimal

from portal.ratings.rules import figure


def test_the_rate_counts_basically_satisfied_as_satisfied():
    found = figure({5: 10, 4: 5, 3: 3, 2: 1, 1: 1}, minimum=5)
    assert (found.total, found.satisfied, found.rate) == (20, 18, Decimal("90.0"))


def test_below_the_minimum_there_is_no_rate_and_the_counts_stay():
    found = figure({5: 4}, minimum=5)
    assert found.rate is None
    assert found.counts == {5: 4, 4: 0, 3: 0, 2: 0, 1: 0}


def test_silence_is_not_satisfaction():
    found = figure({}, minimum=0)
    assert (found.total, found.rate) == (0, None)

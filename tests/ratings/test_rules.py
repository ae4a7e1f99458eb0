"""The figure of some ratings, its interval, and what may be said of two of them."""

import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.ratings.rules import (
    Change,
    change,
    figure,
    headline,
    merged,
    tiers,
    wilson,
)

counts = st.dictionaries(st.integers(1, 5), st.integers(0, 3000), max_size=5)


def of(satisfied: int, total: int, minimum: int = 10):
    """The figure of so many satisfied ratings out of so many."""
    return figure({4: satisfied, 2: total - satisfied}, minimum)


def test_the_rate_counts_basically_satisfied_as_satisfied():
    found = figure({5: 10, 4: 5, 3: 3, 2: 1, 1: 1}, minimum=5)
    assert (found.total, found.satisfied, found.rate) == (20, 18, Decimal("90.0"))


def test_below_the_minimum_there_is_no_rate_and_the_counts_stay():
    found = figure({5: 4}, minimum=5)
    assert (found.rate, found.low, found.high, found.lower) == (None, None, None, None)
    assert found.counts == {5: 4, 4: 0, 3: 0, 2: 0, 1: 0}
    assert (found.total, found.satisfied, found.minimum) == (4, 4, 5)


def test_at_the_minimum_there_is_a_rate():
    assert figure({5: 5}, minimum=5).rate == Decimal("100.0")


def test_silence_is_not_satisfaction():
    found = figure({}, minimum=0)
    assert (found.total, found.rate, found.low, found.high) == (0, None, None, None)


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_intervals_are_those_published(successes, n, low, high):
    """Newcombe (1998), table I, score method without continuity correction."""
    lower, upper = wilson(successes, n)
    assert (round(lower, 4), round(upper, 4)) == (low, high)
    mirrored = wilson(n - successes, n)
    assert mirrored == pytest.approx((1 - upper, 1 - lower))


def test_the_interval_of_nothing_says_nothing():
    assert wilson(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize(("successes", "n"), [(-1, 5), (6, 5), (1, 0)])
def test_more_successes_than_trials_are_refused(successes, n):
    with pytest.raises(ValueError, match=f"{successes} of {n}"):
        wilson(successes, n)


def test_the_interval_stands_in_percent_beside_the_rate():
    found = of(81, 263)
    assert (found.rate, found.low, found.high) == (
        Decimal("30.8"),
        Decimal("25.5"),
        Decimal("36.6"),
    )
    assert found.lower == wilson(81, 263)[0]


@given(counts, st.integers(0, 50))
def test_a_rate_lies_within_its_interval_and_that_within_0_and_100(given_counts, minimum):
    found = figure(given_counts, minimum)
    if found.total == 0 or found.total < minimum:
        assert found.rate is found.low is found.high is found.lower is None
    else:
        assert 0 <= found.low <= found.rate <= found.high <= 100
        assert 0 <= found.lower <= 1


@given(st.integers(1, 2000).flatmap(lambda n: st.tuples(st.integers(0, n - 1), st.just(n))))
def test_one_more_satisfied_raises_both_bounds(pair):
    successes, n = pair
    fewer, more = wilson(successes, n), wilson(successes + 1, n)
    assert fewer[0] < more[0]
    assert fewer[1] < more[1]


@given(st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_same_share_of_more_ratings_is_known_more_exactly(pair):
    successes, n = pair
    few, many = wilson(successes, n), wilson(10 * successes, 10 * n)
    assert few[0] <= many[0]
    assert many[1] <= few[1]
    assert many[1] - many[0] < few[1] - few[0]


@given(st.lists(counts, max_size=6), st.integers(0, 20))
def test_figures_together_are_the_figure_of_all_their_ratings(several, minimum):
    found = merged(figure(one, minimum) for one in several)
    sums = {level: sum(one.get(level, 0) for one in several) for level in range(1, 6)}
    assert found == figure(sums, minimum if several else 0)


def test_figures_together_may_have_a_rate_that_none_of_them_has():
    parts = [figure({5: 6}, 10), figure({1: 6}, 10)]
    assert [part.rate for part in parts] == [None, None]
    assert merged(parts).rate == Decimal("50.0")


def test_overlapping_intervals_are_never_ranked_as_different():
    """A lies above C; B overlaps with both, so it may stand first, second or third."""
    a, b, c = of(190, 200), of(92, 100), of(165, 200)
    assert a.low > c.high
    assert b.high > a.low
    assert b.low < c.high
    found = tiers({"c": c, "b": b, "a": a})
    assert [(t.key, t.best, t.worst, t.alike) for t in found] == [
        ("a", 1, 2, 1),
        ("b", 1, 3, 2),
        ("c", 2, 3, 1),
    ]


def test_a_perfect_score_of_few_does_not_stand_before_a_good_one_of_many():
    few, many = of(10, 10), of(970, 1000)
    assert few.rate > many.rate
    assert [t.key for t in tiers({"few": few, "many": many})] == ["many", "few"]


def test_what_has_no_rate_is_not_ranked():
    assert [t.key for t in tiers({"small": of(5, 5), "enough": of(5, 10)})] == ["enough"]
    assert tiers({"small": of(5, 5)}) == []
    assert tiers({}) == []


def test_intervals_that_touch_in_the_figures_shown_are_not_told_apart():
    above, below = of(19, 19), of(6, 10)
    assert above.low == below.high == Decimal("83.2")
    assert above.lower > wilson(6, 10)[1]
    assert [t.alike for t in tiers({"above": above, "below": below})] == [1, 1]


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=30))
def test_ranges_of_places_are_what_comparing_each_with_each_finds(pairs):
    figures = {i: figure({5: good, 1: bad}, 10) for i, (good, bad) in enumerate(pairs)}
    found = tiers(figures)
    ranked = [f for f in figures.values() if f.rate is not None]
    assert sorted(t.key for t in found) == [i for i, f in figures.items() if f.rate is not None]
    assert [t.figure.lower for t in found] == sorted((f.lower for f in ranked), reverse=True)
    for place, tier in enumerate(found, 1):
        above = sum(f.low > tier.figure.high for f in ranked)
        below = sum(f.high < tier.figure.low for f in ranked)
        assert (tier.best, tier.worst) == (1 + above, len(ranked) - below)
        assert tier.best <= place <= tier.worst
        assert tier.alike == len(ranked) - 1 - above - below
    for one in found:
        for other in found:
            if one.worst < other.best:
                assert one.figure.low > other.figure.high


def test_five_thousand_projects_are_ranked_at_once():
    figures = {i: of(i % 97 + 10, i % 97 + 10 + i % 13) for i in range(5000)}
    begun = time.process_time()
    assert len(tiers(figures)) == 5000
    assert time.process_time() - begun < 3


def test_the_headline_is_the_latest_wave_with_enough_ratings():
    waves = [(2, of(9, 12)), (1, of(50, 60)), (3, of(3, 4))]
    assert headline(waves) == waves[0]


def test_else_it_is_the_latest_with_any_and_else_the_latest():
    some = [(1, of(1, 2)), (2, of(3, 4)), (3, of(0, 0))]
    assert headline(some) == some[1]
    silent = [(1, of(0, 0)), (2, of(0, 0))]
    assert headline(silent) == silent[1]
    assert headline([]) is None


def test_waves_differ_only_where_their_intervals_lie_apart():
    good, fair, bad = of(95, 100), of(88, 100), of(70, 100)
    assert change(bad, good) is Change.BETTER
    assert change(good, bad) is Change.WORSE
    assert change(good, fair) is Change.NO_DIFFERENCE
    assert change(good, good) is Change.NO_DIFFERENCE


def test_small_waves_are_not_compared():
    assert change(of(5, 5), of(95, 100)) is None
    assert change(of(95, 100), of(5, 5)) is None

"""Many letters on one thing in few days are told once, whoever counts them and in what order."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.cases.clusters.rules import (
    SCOPE_LABELS,
    Alert,
    Row,
    Scope,
    Settings,
    alerts,
    grown,
    matches,
)

AT = datetime(2026, 5, 20, 12, tzinfo=UTC)
PRESET = Settings()


def ago(days):
    return AT - timedelta(days=days)


def row(n, days=1.0, **known):
    return Row(case_id=n, submitted_at=ago(days), **known)


def told(rows, settings=PRESET, at=AT):
    return [(a.scope, a.key, a.case_ids) for a in alerts(rows, settings, at)]


def alert(scope, key, ids, first=3, last=1):
    return Alert(scope, key, tuple(ids), ago(first), ago(last))


@pytest.mark.parametrize(
    ("known", "scope", "key"),
    [
        ({"project_id": 7}, Scope.PROJECT, "7"),
        ({"place": "a/文化路"}, Scope.PLACE, "a/文化路"),
        ({"category": "supply.water-cut"}, Scope.CATEGORY, "supply.water-cut"),
    ],
)
def test_five_in_a_week_are_a_hot_spot_and_four_are_not(known, scope, key):
    rows = [row(n, **known) for n in range(5)]
    assert told(rows) == [(scope, key, (0, 1, 2, 3, 4))]
    assert told(rows[:4]) == []


def test_an_alert_tells_from_when_to_when_and_what_is_usual():
    rows = [row(n, days=n + 1, place="p") for n in range(5)] + [row(9, days=20, place="p")]
    (only,) = alerts(rows, PRESET, AT)
    assert (only.first_at, only.last_at) == (ago(5), ago(1))
    assert only.usual == pytest.approx(0.25)
    assert 9 not in only.case_ids


def test_cases_before_the_window_and_after_the_moment_do_not_count():
    rows = [row(n, place="p") for n in range(4)]
    assert told([*rows, row(8, days=7, place="p"), row(9, days=-0.1, place="p")]) == []
    assert told([*rows, row(8, days=6.99, place="p")]) != []
    assert told([*rows, row(8, days=0, place="p")]) != []


def test_what_is_usual_there_is_no_hot_spot():
    week = [row(n, place="p") for n in range(6)]
    month = [row(100 + n, days=8 + n, place="p") for n in range(12)]
    assert told(week + month) == []
    assert told(week + month[:8]) != []


def test_a_year_ago_says_nothing_of_what_is_usual():
    rows = [row(n, place="p") for n in range(5)]
    assert told(rows + [row(100 + n, days=365, place="p") for n in range(50)]) == told(rows)


def test_one_person_who_writes_five_times_is_no_hot_spot():
    assert told([row(n, place="p", writer="w") for n in range(9)]) == []
    assert told([row(n, place="p", writer=f"w{n}") for n in range(5)]) != []
    assert told([row(n, place="p", writer="w" * (n % 2)) for n in range(9)]) != []


def test_the_same_case_twice_counts_once():
    rows = [row(n, place="p") for n in range(4)]
    assert told(rows + rows) == []


def test_project_beats_place_beats_category_when_the_cases_are_the_same():
    everything = {"project_id": 7, "place": "p", "category": "c"}
    assert told([row(n, **everything) for n in range(5)]) == [(Scope.PROJECT, "7", tuple(range(5)))]
    del everything["project_id"]
    assert told([row(n, **everything) for n in range(5)]) == [(Scope.PLACE, "p", tuple(range(5)))]


def test_nearly_the_same_cases_are_not_told_again():
    rows = [row(n, place="p", category="c") for n in range(9)] + [row(9, category="c")]
    assert told(rows) == [(Scope.PLACE, "p", tuple(range(9)))]


def test_a_category_that_reaches_beyond_a_place_is_told_beside_it():
    rows = [row(n, place="p" if n < 5 else "", category="c") for n in range(12)]
    assert [a[:2] for a in told(rows)] == [(Scope.PLACE, "p"), (Scope.CATEGORY, "c")]


def test_the_strongest_come_first_then_the_largest_then_by_key():
    rows = [row(n, place="pqr"[n % 3]) for n in range(16)]
    rows += [row(50 + n, project_id=7) for n in range(5)]
    assert [a[1] for a in told(rows)] == ["7", "p", "q", "r"]


def test_a_case_without_category_counts_where_its_words_are_used():
    water = frozenset({"停水", "水压", "水龙头"})
    rows = [row(n, category="water", words=water) for n in range(4)]
    assert told([*rows, row(9, words=frozenset({"停水", "水龙头"}))]) != []
    assert told([*rows, row(9, words=frozenset({"停水", "物业"}))]) == []
    assert told([*rows, row(9)]) == []


def test_words_that_two_categories_share_lead_to_the_one_that_uses_them_more():
    both = frozenset({"小区", "电梯"})
    rows = [row(n, category="lift", words=both) for n in range(4)]
    rows += [row(10 + n, category="property", words=both) for n in range(2)]
    assert told([*rows, row(20, words=both)]) == [(Scope.CATEGORY, "lift", (0, 1, 2, 3, 20))]


def test_an_alert_of_the_same_thing_grows():
    old = alert(Scope.PLACE, "p", [1, 2, 3, 4, 5], first=6, last=2)
    new = alert(Scope.PLACE, "p", [4, 5, 6, 7, 8], first=3, last=0)
    assert matches(old, new)
    both = grown(old, new)
    assert both.case_ids == (1, 2, 3, 4, 5, 6, 7, 8)
    assert (both.first_at, both.last_at) == (ago(6), ago(0))


def test_the_same_place_half_a_year_later_is_another_trouble():
    old = alert(Scope.PLACE, "p", [1, 2, 3, 4, 5], first=200, last=190)
    assert not matches(old, alert(Scope.PLACE, "p", [11, 12, 13, 14, 15]))


def test_another_place_is_another_trouble():
    old = alert(Scope.PLACE, "p", [1, 2, 3, 4, 5])
    assert not matches(old, alert(Scope.PLACE, "q", [5, 6, 7, 8, 9]))


def test_the_same_cases_under_another_name_are_the_same_trouble():
    old = alert(Scope.CATEGORY, "c", [1, 2, 3, 4, 5])
    new = alert(Scope.PROJECT, "7", [1, 2, 3, 4, 5, 6])
    assert matches(old, new)
    assert (grown(old, new).scope, grown(old, new).key) == (Scope.CATEGORY, "c")


def test_a_place_within_a_county_wide_trouble_is_told_by_itself():
    county = alert(Scope.CATEGORY, "c", range(30))
    assert not matches(county, alert(Scope.PLACE, "p", range(6)))


def test_a_county_that_changes_a_figure_keeps_the_others():
    assert Settings.of({"at_least": 8}) == Settings(at_least=8)
    assert Settings.of({}) == PRESET


@pytest.mark.parametrize(
    "figures",
    [{"at_most": 3}, {"window_days": 0}, {"at_least": 1}, {"baseline_factor": 0.5}],
)
def test_figures_that_mean_nothing_are_refused(figures):
    with pytest.raises(ValueError, match=r"figures|from 1"):
        Settings.of(figures)


def test_every_scope_has_a_word():
    assert set(SCOPE_LABELS) == set(Scope)


ROWS = st.lists(
    st.builds(
        Row,
        case_id=st.integers(0, 60),
        submitted_at=st.floats(-1, 40).map(ago),
        project_id=st.sampled_from([None, 1, 2]),
        place=st.sampled_from(["", "p", "q"]),
        category=st.sampled_from(["", "c", "d"]),
        words=st.frozensets(st.sampled_from(["停水", "路灯", "电梯"])),
        writer=st.sampled_from(["", "w", "v"]),
    ),
    unique_by=lambda r: r.case_id,
    max_size=60,
)
FIGURES = st.builds(
    Settings,
    window_days=st.integers(1, 14),
    at_least=st.integers(2, 6),
    baseline_days=st.integers(1, 30),
    baseline_factor=st.floats(1, 5),
)


@given(ROWS, FIGURES)
def test_every_alert_has_enough_cases_of_the_window(rows, figures):
    moments = {r.case_id: r.submitted_at for r in rows}
    for one in alerts(rows, figures, AT):
        assert len(one.case_ids) >= figures.at_least
        assert list(one.case_ids) == sorted(set(one.case_ids))
        inside = [moments[i] for i in one.case_ids]
        assert (one.first_at, one.last_at) == (min(inside), max(inside))
        assert AT - timedelta(days=figures.window_days) < one.first_at <= one.last_at <= AT


@given(ROWS, FIGURES, st.randoms())
def test_order_makes_no_difference(rows, figures, random):
    expected = alerts(rows, figures, AT)
    random.shuffle(rows)
    assert alerts(rows, figures, AT) == expected


@given(ROWS, FIGURES)
def test_no_two_alerts_of_a_run_are_the_same_trouble(rows, figures):
    found = alerts(rows, figures, AT)
    assert not [
        (one, other)
        for n, one in enumerate(found)
        for other in found[n + 1 :]
        if (one.scope, one.key) == (other.scope, other.key) or matches(one, other)
    ]


@given(ROWS, FIGURES)
def test_an_alert_matches_itself_and_does_not_grow_by_it(rows, figures):
    for one in alerts(rows, figures, AT):
        assert matches(one, one)
        assert grown(one, one) == one


@given(ROWS, FIGURES, st.integers(0, 3))
def test_whatever_an_alert_grows_by_it_still_matches_what_it_was(rows, figures, later):
    for one in alerts(rows, figures, AT):
        for new in alerts(rows, figures, AT + timedelta(days=later)):
            assert matches(one, new) == matches(new, one)
            if matches(one, new):
                assert {*one.case_ids, *new.case_ids} == {*grown(one, new).case_ids}
                assert matches(grown(one, new), new) or one.scope is not new.scope

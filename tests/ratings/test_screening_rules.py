"""Which ratings the public rule sets aside, and which it leaves alone."""

import random
from collections import Counter
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.ratings.kinds import DOUBT_LABELS, Doubt
from portal.ratings.screening.chance import binomial_tail, fisher_tail
from portal.ratings.screening.rules import (
    DAY,
    PRESET,
    WORDS,
    Rule,
    Seen,
    comparable,
    explained,
    first_look,
    is_uniform,
    network_of,
    normalised,
    suspects,
)

RULE = Rule.of({})
AT = datetime(2026, 11, 20, 2, tzinfo=UTC)
LIKED = {5: 140, 4: 36, 3: 14, 2: 6, 1: 4}
DISLIKED = {5: 24, 4: 30, 3: 36, 2: 50, 1: 60}


def seen(number, level=5, minutes=0.0, **more):
    """A rating so many minutes before AT; everybody has a network and a browser of his own."""
    own = {"network": f"net{number}", "device": f"dev{number}", "text": "", "is_uniform": False}
    at = AT - timedelta(minutes=minutes)
    return Seen(at=at, level=level, rater=f"rater{number}", **own | more)


def crowd(count, level=5, *, every=1.0, **more):
    """So many ratings before the new one, `every` so many minutes, newest first."""
    return [seen(n, level, minutes=n * every, **more) for n in range(1, count + 1)]


def judged(others, level=5, usual=LIKED, rule=RULE, **more):
    """The class and how many of `others` go with a new rating of this level."""
    found = suspects(seen(0, level, **more), others, rule, usual)
    return found and (found[0], len(found[1]))


def counted(usual, others):
    """The wave's counts with these in them."""
    return Counter(usual) + Counter(o.level for o in others if o.doubt is None)


def test_a_burst_from_one_network_that_nobody_else_agrees_with_is_set_aside():
    others = crowd(RULE.network_count - 1, 1, network="one")
    usual = counted(LIKED, others)
    assert judged(others, 1, usual, network="one") == (Doubt.NETWORK, 7)
    assert judged(others[1:], 1, usual, network="one") is None
    assert judged(others, 1, usual, network="another") is None


@pytest.mark.parametrize("count", [8, 12, 40, 200])
def test_a_burst_that_says_what_everybody_says_is_none(count):
    satisfied = [seen(n, (5, 5, 5, 4, 3)[n % 5], n / 4, network="carrier") for n in range(1, count)]
    assert judged(satisfied, 5, counted(LIKED, satisfied), network="carrier") is None


def test_praise_and_damning_are_told_alike():
    mirrored = {6 - level: n for level, n in LIKED.items()}
    for count in range(2, 40):
        damned = judged(crowd(count, 1), 1, counted(LIKED, crowd(count, 1)))
        praised = judged(crowd(count, 5), 5, counted(mirrored, crowd(count, 5)))
        assert damned == praised
        assert (damned is None) == (count + 1 < RULE.pace_count)


def test_mixing_levels_does_not_help():
    mixed = [seen(n, (1, 2)[n % 2], n) for n in range(1, 20)]
    assert judged(mixed, 2, counted(LIKED, mixed)) == (Doubt.PACE, 19)
    high = [seen(n, (4, 5)[n % 2], n) for n in range(1, 25)] + [seen(n, 3) for n in range(30, 33)]
    assert judged(high, 5, counted(DISLIKED, high)) == (Doubt.PACE, 24)
    praise = [seen(n, (3, 4, 5)[n % 3], n) for n in range(1, 25)]
    assert judged(praise, 3, counted(DISLIKED, praise)) == (Doubt.PACE, 24)


def test_only_those_who_say_the_same_go_with_a_burst():
    damning = crowd(30, 1)
    others = [*damning, *(seen(n, 5, n - 100) for n in range(101, 104))]
    found = suspects(seen(0, 1), others, RULE, counted(LIKED, others))
    assert found == (Doubt.PACE, list(range(30)))
    assert suspects(seen(0, 5), others, RULE, counted(LIKED, others)) is None


def test_an_honest_opening_is_no_burst_whatever_the_project_is_like():
    chance = random.Random(3)  # noqa: S311 - only to be the same each time
    for mix in (LIKED, DISLIKED, {5: 95, 4: 5}, {3: 100}):
        levels = chance.choices(list(mix), list(mix.values()), k=120)
        others = [
            seen(n, level, n, network=f"carrier{n % 5}") for n, level in enumerate(levels[1:], 1)
        ]
        for usual in (mix, {}):
            found = judged(others, levels[0], counted(usual, others), network="carrier1")
            assert found is None, mix


def test_nothing_is_held_against_the_first_who_rate():
    for level in range(1, 6):
        others = crowd(250, level, every=0.2, network="one")
        assert judged(others, level, counted({}, others), network="one") is None


def test_who_stays_below_the_hourly_figure_is_found_by_the_day():
    others = [
        seen(n, 1, minutes=10 * n, network=f"shared{n % 5}") for n in range(1, RULE.day_count)
    ]
    usual = counted(LIKED, others)
    assert judged(others, 1, usual, network="shared0") == (Doubt.PACE, 29)
    assert judged(others[:-1], 1, usual, network="shared0") is None
    slow = crowd(60, 1, every=60)
    assert judged(slow, 1, counted(LIKED, slow)) is None


def test_of_a_days_burst_who_came_alone_goes_on_counting():
    """In a whole day many residents agree by themselves, each from a network of his own."""
    alone = crowd(20, 1, every=20)
    few = [seen(100 + n, 1, minutes=20 * n, network="shared") for n in range(1, 13)]
    usual = counted(LIKED, alone + few)
    assert judged(alone + few, 1, usual, network="shared") == (Doubt.PACE, 12)
    assert judged(alone + few, 1, usual) is None
    some = few[: RULE.day_network - 2]
    assert judged(crowd(40, 1, every=20) + some, 1, usual, network="shared") is None


def test_a_rating_that_is_judged_later_is_held_against_those_of_its_time():
    """It is judged when its giver verifies: others may have come since."""
    after = [replace(o, at=AT + timedelta(hours=5)) for o in crowd(20, 1)]
    assert judged(after, 1, counted(LIKED, after)) is None
    around = [replace(o, at=AT + timedelta(minutes=n)) for n, o in enumerate(crowd(20, 1))]
    assert judged(around, 1, counted(LIKED, around)) == (Doubt.PACE, 20)


def test_one_network_may_also_be_a_burst_over_a_day():
    others = crowd(29, 1, every=10, network="one") + crowd(29, 5, every=10)
    assert judged(others, 1, counted(LIKED, others), network="one") == (Doubt.NETWORK, 29)


def test_a_burst_goes_on_after_its_first_have_been_set_aside():
    others = crowd(20, 1, network="one", doubt=Doubt.NETWORK)
    assert judged(others, 1, LIKED, network="one") == (Doubt.NETWORK, 20)


def test_after_a_burst_nobody_is_suspect_for_agreeing_with_it_on_the_same_day():
    others = crowd(100, 1, doubt=Doubt.PACE)
    early = [replace(o, at=o.at - timedelta(hours=3)) for o in others]
    assert judged(early, 1, LIKED) is None


@pytest.mark.parametrize("doubt", [Doubt.STAFF, Doubt.SPEED, Doubt.DEVICE, Doubt.TEXT])
def test_what_is_told_on_a_narrower_ground_makes_nobody_else_suspect(doubt):
    """Else a flood that is bound to be found would take honest ratings of its opinion along."""
    assert judged(crowd(100, 1, doubt=doubt), 1, LIKED) is None


def test_what_is_set_aside_does_not_say_what_is_usual():
    burst = crowd(11, 1)
    before = [seen(n, 1, minutes=1500, doubt=Doubt.TEXT) for n in range(100, 400)]
    assert suspects(seen(0, 1), burst + before, RULE) is None  # nobody else has rated
    liked = [seen(n, 5, minutes=1500) for n in range(400, 450)]
    found = suspects(seen(0, 1), burst + before + liked, RULE)
    assert found == (Doubt.PACE, list(range(11)))


def test_what_is_set_aside_is_not_taken_from_what_counts():
    aside = crowd(90, 5, every=0.5, doubt=Doubt.PACE)
    assert judged(aside, 5, {5: 95, 1: 5}) is None


def test_a_burst_does_not_make_itself_usual():
    others = crowd(100, 1, every=0.5)
    assert judged(others, 1, counted({5: 18, 4: 2}, others)) == (Doubt.PACE, 100)


def test_guests_who_are_somewhat_happier_than_others_are_no_burst():
    guests = [seen(n, (5 if n % 20 < 17 else 4), n / 4) for n in range(1, 201)]
    usual = {level: 10 * n for level, n in LIKED.items()}
    assert judged(guests, 5, counted(usual, guests)) is None


def test_who_floods_without_a_contact_cannot_have_verified_ratings_set_aside():
    flood = crowd(200, 1, every=0.2, network="one", is_verified=False)
    assert judged(flood, 1, LIKED, network="one") is None
    assert judged(flood, 1, LIKED, network="one", is_verified=False) == (Doubt.NETWORK, 200)


def test_what_a_moderator_let_through_is_not_set_aside_again():
    released = crowd(30, 1, network="one", device="one", text="one", is_cleared=True)
    traits = {"network": "one", "device": "one", "text": "one"}
    assert judged(released, 1, counted(LIKED, released), **traits) is None


def test_staff_enter_from_one_office_as_fast_as_they_call():
    office = {"network": "office", "device": "desk", "text": "表示满意", "is_staff_entered": True}
    others = crowd(200, 5, every=0.2, **office)
    assert judged(others, 5, DISLIKED, **office) is None


def test_staff_who_tick_everything_alike_are_found():
    office = {"network": "office", "is_staff_entered": True, "is_uniform": True}
    others = crowd(30, 5, every=5, **office)
    assert judged(others, 5, DISLIKED, **office) == (Doubt.UNIFORM, 30)


def test_many_who_tick_all_the_same_extreme_are_found_even_where_all_are_satisfied():
    others = crowd(RULE.uniform_count - 1, 5, every=60, is_uniform=True)
    usual = counted(LIKED, others)
    assert judged(others, 5, usual, is_uniform=True) == (Doubt.UNIFORM, 19)
    assert judged(others[1:], 5, usual, is_uniform=True) is None
    assert judged(others, 5, usual) is None
    mixed = others + [seen(n, 4, n, is_uniform=False) for n in range(100, 180)]
    assert judged(mixed, 5, counted(LIKED, mixed), is_uniform=True) == (Doubt.UNIFORM, 19)


def test_half_of_the_satisfied_may_tick_everything_alike():
    others = [seen(n, 5, n * 5, is_uniform=n % 2 == 0) for n in range(1, 201)]
    assert judged(others, 5, counted({5: 100}, others), is_uniform=True) is None


def test_a_family_shares_a_telephone():
    family = crowd(RULE.device_count - 2, 5, every=1000, device="phone")
    assert judged(family, 5, device="phone") is None
    more = [*family, seen(99, 1, 9000, device="phone")]
    assert judged(more, 5, device="phone") == (Doubt.DEVICE, 5)


def test_one_rater_who_changes_his_mind_is_no_crowd():
    again = [replace(o, rater="rater0") for o in crowd(50, 1, network="n", device="d", text="t")]
    assert judged(again, 1, network="n", device="d", text="t") is None


def test_copied_words_are_found_however_far_apart():
    copies = crowd(RULE.text_count - 1, 5, every=5000, text="key of the words")
    assert judged(copies, 5, text="key of the words") == (Doubt.TEXT, 3)
    assert judged(copies[1:], 5, text="key of the words") is None
    assert judged(copies, 5, text="other words") is None


def test_what_is_unknown_is_not_shared():
    others = crowd(11, 1, every=100, network="", device="", text="")
    assert judged(others, 1, network="", device="", text="") is None


def test_the_narrowest_ground_is_named():
    others = crowd(30, 1, network="one", device="one")
    assert judged(others, 1, network="one", device="one") == (Doubt.DEVICE, 30)


SOME = st.builds(
    lambda n, level, minutes, network, device, doubt: seen(
        n, level, minutes, network=f"n{network}", device=f"d{device}", doubt=doubt
    ),
    st.integers(0, 40),
    st.integers(1, 5),
    st.integers(0, 2000),
    st.integers(0, 3),
    st.integers(0, 20),
    st.sampled_from([None, None, *Doubt]),
)


@settings(max_examples=200, deadline=None)
@given(new=SOME, others=st.lists(SOME, max_size=60))
def test_whatever_comes_the_verdict_is_one_that_can_be_explained(new, others):
    found = suspects(new, others, RULE, counted(LIKED, others))
    assert found == suspects(new, others, RULE, counted(LIKED, others))
    if found:
        doubt, indexes = found
        assert doubt in WORDS
        assert indexes == sorted(set(indexes))
        burst = [others[i] for i in indexes]
        assert all(o.rater != new.rater for o in burst)
        if doubt in (Doubt.NETWORK, Doubt.PACE):
            assert all(abs(new.at - o.at) <= DAY for o in burst)
            assert {o.level <= 2 for o in burst} == {new.level <= 2}
            assert doubt is Doubt.PACE or {o.network for o in burst} == {new.network}


def test_first_comes_who_the_rater_is_then_how_fast():
    assert first_look(1, Doubt.STAFF, RULE) is Doubt.STAFF
    assert first_look(60, Doubt.CONTRACTOR, RULE) is Doubt.CONTRACTOR
    assert first_look(1.9, None, RULE) is Doubt.SPEED
    assert first_look(3, None, RULE) is None
    assert first_look(None, None, RULE) is None


def test_fisher_counts_as_he_published():
    """Twins of criminals (10 of 13, 2 of 17), and the lady who tastes four cups of eight."""
    assert fisher_tail(10, 13, 2, 17) == pytest.approx(float(Fraction(619, 1330665)))
    assert fisher_tail(4, 4, 0, 4) == pytest.approx(1 / 70)
    assert fisher_tail(3, 4, 1, 4) == pytest.approx(17 / 70)
    assert fisher_tail(50, 50, 0, 0) == 1


def test_the_binomial_tail_is_exact():
    assert binomial_tail(5, 5, 0.5) == pytest.approx(1 / 32)
    assert binomial_tail(2, 4, 0.5) == pytest.approx(11 / 16)
    assert binomial_tail(0, 400, 0.6) == pytest.approx(1)
    assert 0 < binomial_tail(400, 400, 0.6) < 1e-80


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        (" 203.0.113.77 ", "203.0.113.0/24"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:12:3456::1", "2001:db8:12::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("203.0.113.777", ""),
        ("unknown", ""),
        ("", ""),
    ],
)
def test_addresses_become_networks(address, network):
    assert network_of(address) == network


def test_words_are_the_same_whatever_stands_between_them():
    assert (
        normalised(" 修得很好，谢谢！ＡＢＣ\n")
        == normalised("修得很好 谢谢abc。")
        == "修得很好谢谢abc"
    )
    assert comparable("很好，谢谢！", RULE) == ""
    assert comparable("这条路修得又宽又平，大家都说好", RULE) == "这条路修得又宽又平大家都说好"


def test_uniform_means_every_answer_and_no_words():
    three = {"useful": 5, "quality": 5, "open": 5}
    assert is_uniform(5, three, "")
    assert is_uniform(5, three, " 。 ")
    assert not is_uniform(5, three, "好")
    assert not is_uniform(5, {"useful": 5, "quality": 5}, "")
    assert not is_uniform(5, three | {"open": 4}, "")
    assert not is_uniform(4, dict.fromkeys(three, 4), "")
    assert is_uniform(1, dict.fromkeys(three, 1), "")


def test_a_county_names_only_what_it_wants_otherwise():
    assert Rule.of({"network_count": "9"}) == replace(RULE, network_count=9)
    assert {field.name for field in fields(Rule)} == set(PRESET)


@pytest.mark.parametrize(
    ("figures", "why"),
    [
        ({"netwrok_count": 9}, "unknown"),
        ({"chance": 0}, "1 or more"),
        ({"same_share": 100}, "share"),
        ({"pace_minutes": 1441}, "window"),
    ],
)
def test_figures_that_make_no_sense_are_refused(figures, why):
    with pytest.raises(ValueError, match=why):
        Rule.of(figures)


def test_every_class_is_explained_to_the_public_with_the_county_s_figures():
    rule = Rule.of({"network_count": 77, "fill_seconds": 5})
    told = {doubt: text % values for doubt, text, values in explained(rule)}
    assert set(told) == set(Doubt) == set(DOUBT_LABELS)
    assert "77份" in told[Doubt.NETWORK]
    assert "80%以上" in told[Doubt.NETWORK]
    assert "5秒" in told[Doubt.SPEED]
    assert not [text for text in told.values() if "%(" in text]

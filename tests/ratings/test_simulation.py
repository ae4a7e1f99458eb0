"""What docs/stuffing.md promises of the rule against stuffing, played in small."""

import pytest

from portal.ratings.kinds import Doubt
from portal.ratings.screening.rules import PRESET
from tests.bench.raters import ATTACKS, HARD, WORLDS, World
from tests.bench.stuffing import (
    BEGIN,
    DAMNED,
    DOCUMENT,
    END,
    PRAISED,
    attack_row,
    attacked,
    honest_row,
    percent,
    unattacked,
    written,
)

NAMED = {attack.name: attack for attack in ATTACKS}
SEEDS = 2


@pytest.mark.parametrize("world", [w for w in WORLDS if w.raters <= 300], ids=lambda w: w.name)
def test_of_honest_ratings_hardly_any_are_set_aside(world):
    assert percent(unattacked(world, SEEDS)) <= 1


def test_a_rule_that_is_too_strict_would_be_noticed():
    """Residents who say the same as nobody else, all at once, are set aside: it is counted."""
    world = World("two halves", {3: 100}, raters=200, event=60, event_mix={1: 100})
    assert percent(unattacked(world, SEEDS)) > 10


@pytest.mark.parametrize(
    "name",
    [
        "50 contacts, 1 network",
        "50 contacts, 20 networks",
        "50 contacts, 20 networks, all alike, one browser",
        "50 contacts of the unit's staff",
        "bot, 1,000 in two hours",
    ],
)
@pytest.mark.parametrize(("world", "is_praise"), [(PRAISED, True), (DAMNED, False)])
def test_stuffing_moves_an_open_poll_and_not_the_portal(name, world, is_praise):
    total = attacked(NAMED[name], world, is_praise=is_praise, seeds=SEEDS)
    assert min(map(abs, total.open_poll)) > 10
    assert max(map(abs, total.portal)) < 1
    assert percent(total.theirs) > 95
    assert percent(total.honest) <= 1


def test_who_has_patience_and_many_real_contacts_gets_through_and_we_say_so():
    total = attacked(
        NAMED["200 contacts, 20 networks, over 20 days"], PRAISED, is_praise=True, seeds=1
    )
    assert percent(total.theirs) < 10
    assert total.portal[0] > 10


def test_the_document_shows_what_a_rerun_gives():
    document = DOCUMENT.read_text("utf-8")
    assert document.count(BEGIN) == document.count(END) == 1
    assert written(document, "x").count("| attacker |") == 0
    table = document.partition(BEGIN)[2].partition(END)[0].splitlines()
    assert attack_row(NAMED["10 contacts, 1 network"]) in table
    assert honest_row(next(w for w in WORLDS if w.raters == 60)) in table
    assert (
        len([line for line in table if line.startswith("| ")]) == len(ATTACKS + WORLDS + HARD) + 3
    )


def test_a_document_without_markers_is_not_written():
    with pytest.raises(ValueError, match="markers"):
        written("nothing", "x")


def test_the_document_names_the_figures_of_the_preset():
    text = " ".join(DOCUMENT.read_text("utf-8").split())
    for figure in (
        f"less than {PRESET['fill_seconds']} seconds",
        f"of {PRESET['device_count']} people or more in one browser",
        f"of {PRESET['text_length']} characters or more",
        f"from {PRESET['text_count']} people or more",
        f"{PRESET['network_count']} or more in {PRESET['window_minutes']} minutes",
        f"{PRESET['pace_count']} or more in {PRESET['pace_minutes']} minutes",
        f"or {PRESET['day_count']} in 24 hours",
        f"{PRESET['uniform_count']} or more in 24 hours",
        f"far more than {PRESET['uniform_share']} %",
        f"at least {PRESET['same_share']} %",
        f"by {PRESET['apart']} points",
        f"once in {PRESET['chance']:,} times",
    ):
        assert figure in text
    by_rule = text.partition("## The rule")[2]
    assert all(doubt in by_rule for doubt in Doubt)

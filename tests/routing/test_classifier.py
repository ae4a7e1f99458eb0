"""The learned model at work: guesses, reasons, and what is stored of it."""

import random
import subprocess
import sys
import zlib
from array import array
from dataclasses import replace
from pathlib import Path

import pytest

from portal.routing.classifier import MAGIC, MOST_SURE, Classifier, Facts, Weights
from portal.routing.features import READ_AT_MOST, cleaned, counts, values
from portal.routing.reasons import telling_words, words

PIECES = ["污", "水", "路", "灯", "污水", "路灯", "\n污水", "\n路灯"]
FACTS = Facts(
    n=60,
    counts={"住建": 30, "环保": 30},
    left_out={"教育": 2},
    accuracy=0.9,
    wanted_accuracy=0.94,
    threshold=0.7,
    coverage=0.8,
    accuracy_at_threshold=0.95,
)


def classifier() -> Classifier:
    """A model made by hand: 污水 is for 环保, 路灯 is for 住建, single characters say nothing."""
    for_lights = array("h", [0, 0, 0, 0, -100, 100, -100, 100])
    weights = Weights(
        pieces=PIECES,
        rarity=array("f", [2.0] * 4 + [2.5] * 4),
        usual=array("f", [0.0] * 8),
        by_label=[for_lights, array("h", [-number for number in for_lights])],
        scale=[1.0, 1.0],
        bias=[0.0, 0.0],
    )
    return Classifier(FACTS, weights)


def test_the_likeliest_label_comes_first_and_the_shares_make_one():
    first, second = classifier().predict("路灯不亮")
    assert (first.label, second.label) == ("住建", "环保")
    assert first.probability > 0.9
    assert first.probability + second.probability == pytest.approx(1, abs=1e-3)
    assert classifier().predict("污水横流")[0].label == "环保"


def test_a_text_without_known_pieces_is_guessed_by_the_bias_alone():
    for text in ("", "  \n", "hello", "🙂"):
        assert [g.probability for g in classifier().predict(text)] == [0.5, 0.5]
        assert classifier().reasons(text, "环保") == []


def test_nothing_is_certain():
    sure = classifier()
    sure._weights.scale[:] = [1000.0, 1000.0]
    assert sure.predict("路灯")[0].probability == MOST_SURE < 1


def test_reasons_are_words_of_the_text_that_speak_for_the_label():
    text = "污水流到路灯下"
    assert classifier().reasons(text, "环保") == ["污水"]
    assert classifier().reasons(text, "住建") == ["路灯"]
    assert classifier().reasons(text, "环保", most=0) == []


def test_reasons_for_an_unknown_label_are_refused():
    with pytest.raises(ValueError, match="宗教"):
        classifier().reasons("污水", "宗教")


def test_full_width_capitals_and_blanks_read_like_plain_ones():
    assert cleaned(" ＡＢ　c\n１ ") == "abc1"


def test_a_pair_counts_more_at_the_beginning_and_once_more_in_the_opening():
    early, late = counts("路灯" + "好" * 300), counts("好" * 300 + "路灯")
    assert early["路灯"] > 3 * late["路灯"] > 0
    assert early["\n路灯"] == 1
    assert "\n路灯" not in late


def test_a_longer_letter_has_no_longer_vector():
    def length(known):
        return sum(value * value for _, value in values(known))

    many = [(row, False, 2.0, 3.0) for row in range(500)]
    assert length(many) == pytest.approx(length(many[:100])) == pytest.approx(1)
    assert length(many[:4]) == pytest.approx((4 / 40) ** 2), "two words are no letter"


def test_only_the_beginning_of_a_very_long_text_is_read():
    assert len(cleaned("很长" * READ_AT_MOST)) == READ_AT_MOST


def test_words_part_where_characters_stick_least():
    sticking = {"培训": 0.5, "训机": 0.01, "机构": 0.4}.get
    assert list(words("培训机构,2024年", lambda pair: sticking(pair, 0.0))) == [
        "培训", "机构", "年"
    ]  # fmt: skip


def test_no_word_repeats_a_louder_one():
    parts = {"污水": 5.0, "水厂": 1.0, "学校": 2.0, "我们": -1.0}
    together = {"污水": 0.5, "水厂": 0.5, "学校": 0.5, "我们": 0.5}
    read = "污水厂。污水。学校。我们。"
    found = telling_words(read, parts, lambda pair: together.get(pair, 0.0), 5)
    assert found == ["污水厂", "学校"]


def test_what_was_stored_is_read_back_whole():
    model = classifier()
    again = Classifier.from_bytes(model.to_bytes())
    assert again.facts == FACTS
    assert again.labels == ["住建", "环保"]
    assert again.threshold == 0.7
    assert again.to_bytes() == model.to_bytes()
    text = "尊敬的领导：村口路灯不亮，污水横流"
    assert again.predict(text) == model.predict(text)
    assert again.reasons(text, "环保") == model.reasons(text, "环保")


@pytest.mark.parametrize("stored", [b"", b"PK\x03\x04", b"\x80\x04K\x01.", MAGIC[:-2]])
def test_a_foreign_file_is_no_model(stored):
    with pytest.raises(ValueError, match="not a routing model"):
        Classifier.from_bytes(stored)


def test_a_damaged_model_is_refused_wherever_it_is_damaged():
    stored = classifier().to_bytes()
    chance = random.Random(4)  # noqa: S311 - which bytes to spoil
    damaged = [stored[:-1], stored + b"x", stored[: len(MAGIC)], MAGIC + zlib.compress(b"\0")]
    for _ in range(200):
        place = chance.randrange(len(MAGIC), len(stored))
        other = bytes([stored[place] ^ chance.randrange(1, 256)])
        damaged.append(stored[:place] + other + stored[place + 1 :])
    for wrong in damaged:
        with pytest.raises(ValueError, match="damaged"):
            Classifier.from_bytes(wrong)


@pytest.mark.parametrize("head", [b"[]", b"{}", b'{"facts": {}, "pieces": []}', b"{", b"\xff"])
def test_a_wellpacked_file_with_other_contents_is_refused(head):
    packed = zlib.compress(len(head).to_bytes(4, "little") + head)
    with pytest.raises(ValueError, match="damaged"):
        Classifier.from_bytes(MAGIC + packed)


def test_parts_that_do_not_fit_together_are_refused():
    weights = classifier()._weights
    for part in ("pieces", "rarity", "usual", "by_label", "scale", "bias"):
        shorter = replace(weights, **{part: getattr(weights, part)[:-1]})
        with pytest.raises(ValueError, match="fit together"):
            Classifier(FACTS, shorter)
    with pytest.raises(ValueError, match="fit together"):
        Classifier(replace(FACTS, counts={"住建": 60}), weights)


def test_a_model_without_its_last_number_is_refused():
    plain = zlib.decompress(classifier().to_bytes()[len(MAGIC) :])
    for wrong in (plain[:-2], plain[:-1], plain + bytes(2), plain + bytes(16)):
        with pytest.raises(ValueError, match="damaged"):
            Classifier.from_bytes(MAGIC + zlib.compress(wrong))


def test_a_file_that_swells_beyond_all_measure_is_refused():
    with pytest.raises(ValueError, match="damaged"):
        Classifier.from_bytes(MAGIC + zlib.compress(bytes(65 * 2**20)))


def test_a_web_worker_loads_no_numpy():
    seen = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, wsgi, portal.routing.classifier\n"
            "print(sorted({'numpy', 'scipy', 'sklearn'} & set(sys.modules)))",
        ],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
        env={"PORTAL_MODE": "demo", "PATH": "", "FLASK_RUN_FROM_CLI": "true"},
    )
    assert seen.stdout.strip() == "[]"

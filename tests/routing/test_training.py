"""Learning a model, and measuring it."""

import random

import numpy as np
import pytest

from portal.errors import Invalid
from portal.routing.classifier import Classifier
from portal.routing.evaluation import evaluate
from portal.routing.training import (
    MOST_SURE,
    calibrated,
    fit,
    learnable,
    shares,
    tallied,
    threshold_for,
    train,
)

WORDS = {
    "教育局": ["学校", "老师", "补课", "学区", "幼儿园", "教材", "校车", "招生"],
    "环保局": ["污水", "黑烟", "噪音", "臭味", "河道", "粉尘", "排放", "养猪场"],
    "交通局": ["公交", "客车", "站台", "班次", "出租车", "司机", "道路", "大桥"],
}
STORY = ["我们", "村里", "多次", "反映", "至今", "没有", "解决", "希望", "领导", "重视", "每天"]
STORY += ["晚上", "附近", "居民", "问题", "严重"]
KEYS = ["n", "accuracy", "macro_f1", "top2", "threshold", "coverage", "accuracy_at_threshold"]


def letters(each: int = 60, doubtful: float = 0.05) -> tuple[list[str], list[str]]:
    """Invented letters, `each` of three departments; some belong to a department by chance."""
    chance = random.Random(7)  # noqa: S311 - invented letters
    texts, labels = [], []
    for label, own in WORDS.items():
        for _ in range(each):
            topic = own if chance.random() > doubtful else chance.choice(list(WORDS.values()))
            said = [*chance.choices(topic, k=4), *chance.choices(STORY, k=20)]
            texts.append("，".join(said))
            labels.append(label)
    return texts, labels


@pytest.fixture(scope="module")
def model() -> Classifier:
    """A model of 180 invented letters, as it is after it was stored."""
    return Classifier.from_bytes(train(*letters()).to_bytes())


def test_a_model_guesses_what_it_never_saw_and_says_why(model):
    text = "关于校车的问题，幼儿园门口每天没有校车，希望领导重视，附近居民多次反映，至今没有解决"
    best = model.predict(text)[0]
    assert best.label == "教育局"
    assert best.probability > 0.8
    reasons = model.reasons(text, "教育局")
    assert "校车" in reasons
    assert all(reason in text for reason in reasons)


def test_the_stored_model_guesses_as_scikit_learn_does(model):
    texts, labels = letters()
    names = sorted(WORDS)
    y = np.array([names.index(label) for label in labels])
    everything = np.arange(len(texts))
    fitted = fit(tallied(texts), everything, y, names, 0.94)
    for text, expected in zip(texts, fitted.probabilities(everything), strict=True):
        found = {guess.label: guess.probability for guess in model.predict(text)}
        assert [found[name] for name in names] == pytest.approx(expected.tolist(), abs=1e-4)


def test_a_model_knows_what_it_learned_from(model):
    facts = model.facts
    assert facts.n == 180
    assert facts.counts == dict.fromkeys(sorted(WORDS), 60)
    assert facts.left_out == {}
    assert 0.85 < facts.accuracy < 1
    assert facts.wanted_accuracy == 0.94
    assert 0 < facts.threshold <= 1
    assert 0 < facts.coverage <= 1
    assert facts.accuracy_at_threshold > 0.94


def test_the_same_letters_make_the_same_model(model):
    assert train(*letters()).to_bytes() == model.to_bytes()


def test_a_label_with_fewer_than_five_letters_is_left_out():
    texts, labels = letters(20)
    labels[:4] = ["气象局"] * 4
    model = train(texts, labels)
    assert model.labels == sorted(WORDS)
    assert model.facts.left_out == {"气象局": 4}
    assert model.facts.n == 56


def test_two_labels_suffice():
    texts, labels = letters()
    model = train(texts[:120], labels[:120])
    assert {guess.label for guess in model.predict("污水")} == {"教育局", "环保局"}


def test_fewer_than_fifty_letters_teach_nothing():
    texts, labels = letters(16)
    with pytest.raises(Invalid, match="只有48件，至少需要50件"):
        train(texts, labels)
    assert train([*texts, *texts[:2]], [*labels, *labels[:2]]).facts.n == 50


def test_one_label_teaches_nothing():
    texts, _ = letters()
    with pytest.raises(Invalid, match="只有1个，至少需要2个"):
        train(texts, ["教育局"] * len(texts))
    with pytest.raises(Invalid, match="只有0个"):
        evaluate([], [])


def test_each_text_needs_its_label():
    with pytest.raises(ValueError, match="its label"):
        learnable(["一", "二"], ["教育局"])


def test_progress_is_told_to_the_end():
    told = []
    train(*letters(20), progress=lambda done, of: told.append((done, of)))
    assert told == [(step, 6) for step in range(7)]


def test_random_labels_reach_no_threshold():
    texts, labels = letters()
    random.Random(1).shuffle(labels)  # noqa: S311 - labels by chance
    model = train(texts, labels)
    assert model.threshold == 1
    assert model.facts.coverage == 0
    assert model.facts.accuracy_at_threshold is None
    assert max(model.predict(text)[0].probability for text in texts) < 1
    figures = evaluate(texts, labels)
    assert figures["coverage"] == 0
    assert figures["accuracy_at_threshold"] is None


def test_evaluation_tells_exactly_what_was_agreed_and_the_same_each_time():
    figures = evaluate(*letters())
    assert list(figures) == KEYS
    assert figures["n"] == 180
    assert 0.85 < figures["macro_f1"] < 1
    assert figures["accuracy"] <= figures["top2"] <= 1
    assert figures["accuracy_at_threshold"] >= figures["accuracy"]
    assert figures == evaluate(*letters())


def test_a_rare_label_makes_fewer_folds():
    texts, labels = letters(20)
    labels[:5] = ["气象局"] * 5
    assert evaluate(texts, labels, folds=10) == evaluate(texts, labels, folds=5)
    labels[4] = "教育局"
    assert evaluate(texts, labels)["n"] == 56, "four are left out, as in training"


def test_evaluation_never_learns_from_what_it_guesses():
    """Labels by chance can be learned by heart, and in no other way."""
    chance = random.Random(3)  # noqa: S311 - texts and labels by chance
    texts = ["".join(chance.choices("甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳", k=20)) for _ in range(100)]
    labels = [chance.choice(["教育局", "环保局"]) for _ in texts]
    model = train(texts, labels)
    by_heart = [model.predict(text)[0].label for text in texts]
    assert sum(map(str.__eq__, by_heart, labels)) > 85
    assert evaluate(texts, labels)["accuracy"] < 0.65


def test_letters_without_a_character_in_common_teach_nothing():
    texts = [chr(0x4E00 + i) * 20 for i in range(100)]
    with pytest.raises(Invalid, match="共同的字词"):
        train(texts, ["甲局", "乙局"] * 50)


def test_the_threshold_is_the_lowest_that_was_right_often_enough_and_to_spare():
    sure = np.linspace(0.3, 0.99, 1000)
    right = sure > 0.6
    threshold = threshold_for(sure, right, 0.94)
    covered = sure >= threshold
    assert 0.5 < threshold < 0.6
    assert 0.945 < right[covered].mean() < 0.955


def test_a_few_lucky_guesses_set_no_threshold():
    assert threshold_for(np.full(10, 0.9), np.full(10, True), 0.94) == 1
    assert threshold_for(np.full(200, 0.9), np.full(200, True), 0.94) < 0.9


def test_calibration_makes_a_share_of_what_is_right():
    chance = np.random.default_rng(5)
    scores = chance.normal(size=(4000, 3)) * 6
    y = np.array([chance.choice(3, p=p) for p in shares(scores / 3)])
    assert calibrated(scores, y) == pytest.approx(1 / 3, rel=0.15)
    assert shares(scores * 100).max() == MOST_SURE

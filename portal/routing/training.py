"""Learning a model from texts and their labels, with scikit-learn.

Nothing a web worker loads may import this module: it belongs to commands and to the worker's
child processes, by `import_module("portal.routing.training")`. Where scikit-learn is not
installed (the extra `model`), that import fails.

Two linear machines are added up, each learning "this label or another" for every label: a
support vector machine on the whole text, and one whose features were first weighed by how much
more often a piece stands in texts of the label than in others (NB-SVM: Wang and Manning, 2012,
"Baselines and Bigrams"). The sum is still linear, so it is stored as one table of weights.

Every text is also guessed by a model that has not learned from it (cross-validation). From these
guesses come the calibration of the probabilities, the threshold and the accuracy that is shown.
"""

from array import array
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags
from sklearn.model_selection import StratifiedKFold
from sklearn.preprocessing import normalize
from sklearn.svm import LinearSVC

from portal.errors import Invalid
from portal.language import N_
from portal.routing import features
from portal.routing.classifier import FINEST, MOST_SURE, Classifier, Facts, Weights

Progress = Callable[[int, int], None]
"""Told how many of how many steps are done."""

LABELS_NEEDED = 2
EXAMPLES_NEEDED = 50
"""Fewer texts than this teach nothing that rules do not know."""

EACH_NEEDED = 5
"""A label with fewer texts is left out: it could not even be in every fold."""

FOLDS = 5
SEED = 0
"""The same texts give the same model."""

SEEN_AT_LEAST = 2
"""Texts a piece must stand in; what was seen once says nothing about the next text."""

PIECES_AT_MOST = 150_000
WEIGHTS_AT_MOST = 4_000_000
"""Pieces, and pieces × labels; the rarest go first. A stored model stays under 10 MB."""

SVM_COST, NB_COST, NB_SMOOTHING = 1.0, 3.0, 1.0
"""How dearly a wrong text is paid for while learning, and how a count of nothing is softened."""

SPARE = 1.0
"""Standard errors by which the accuracy must exceed what is wanted before a threshold is set."""

_TEMPERATURES = np.geomspace(0.25, 16.0, 97)
_THRESHOLDS = np.arange(200, 1000) / 1000


@dataclass(frozen=True)
class Tally:
    """The pieces of all texts, counted once; one row for each text."""

    counts: csr_matrix
    pieces: list[str]
    opening: NDArray
    """By piece: whether it belongs to the opening."""


@dataclass(frozen=True)
class Learned:
    """Weights for the pieces in `columns`, by which texts of the same tally can be guessed."""

    tally: Tally
    columns: NDArray
    rarity: NDArray
    weights: NDArray
    bias: NDArray

    def scores(self, rows: NDArray) -> NDArray:
        """Return the score of every label for each of the texts `rows`."""
        x = vectors(self.tally, rows, self.columns, self.rarity)
        return x @ self.weights + self.bias


@dataclass(frozen=True)
class Fitted:
    """What was learned, with the calibration and the facts that cross-validation gave."""

    learned: Learned
    temperature: float
    facts: Facts

    def probabilities(self, rows: NDArray) -> NDArray:
        """Return the probability of every label for each of the texts `rows` of the tally."""
        return shares(self.learned.scores(rows) * self.temperature)


def train(
    texts: Sequence[str],
    labels: Sequence[str],
    *,
    wanted_accuracy: float = 0.94,
    progress: Progress | None = None,
) -> Classifier:
    """Return a model learned from `texts` and the label of each.

    `wanted_accuracy` (0 to 1) is how often the first guess has to be right at or above the
    model's threshold. Raises Invalid when there is too little to learn from.
    """
    kept, counted, left_out = learnable(texts, labels)
    tally = tallied([texts[i] for i in kept])
    names = list(counted)
    y = np.array([names.index(labels[i]) for i in kept])
    fitted = fit(tally, np.arange(len(kept)), y, names, wanted_accuracy, progress)
    return exported(fitted, left_out)


def learnable(
    texts: Sequence[str], labels: Sequence[str]
) -> tuple[list[int], dict[str, int], dict[str, int]]:
    """Return the places of the texts to learn from, the counts of their labels, those left out.

    Raises Invalid when too few texts or labels remain.
    """
    if len(texts) != len(labels):
        raise ValueError("each text needs its label")
    counted = dict(sorted(Counter(labels).items()))
    used = {label: n for label, n in counted.items() if n >= EACH_NEEDED}
    left_out = {label: n for label, n in counted.items() if n < EACH_NEEDED}
    kept = [i for i, label in enumerate(labels) if label in used]
    if len(used) < LABELS_NEEDED:
        raise Invalid(
            N_("可学习的类别只有%(found)s个，至少需要%(needed)s个，每个至少%(each)s件。"),
            found=len(used),
            needed=LABELS_NEEDED,
            each=EACH_NEEDED,
        )
    if len(kept) < EXAMPLES_NEEDED:
        raise Invalid(
            N_("可学习的诉求只有%(found)s件，至少需要%(needed)s件。"),
            found=len(kept),
            needed=EXAMPLES_NEEDED,
        )
    return kept, used, left_out


def tallied(texts: Sequence[str]) -> Tally:
    """Count the pieces of `texts`."""
    column: dict[str, int] = {}
    ends, columns, values = [0], array("i"), array("f")
    for text in texts:
        for piece, count in features.counts(features.cleaned(text)).items():
            columns.append(column.setdefault(piece, len(column)))
            values.append(count)
        ends.append(len(columns))
    counts = csr_matrix(
        (np.array(values), np.array(columns), ends), shape=(len(texts), len(column))
    )
    opening = np.array([piece[0] == features.OPENING for piece in column], dtype=bool)
    return Tally(counts, list(column), opening)


def fit(
    tally: Tally,
    rows: NDArray,
    y: NDArray,
    names: list[str],
    wanted_accuracy: float,
    progress: Progress | None = None,
) -> Fitted:
    """Learn from the texts `rows` of `tally`, whose labels are `names[y]`."""
    folds = min(FOLDS, int(np.bincount(y).min()))
    tell = progress or (lambda done, of: None)
    unseen = np.zeros((len(rows), len(names)))
    split = StratifiedKFold(folds, shuffle=True, random_state=SEED).split(rows, y)
    for done, (here, there) in enumerate(split):
        tell(done, folds + 1)
        unseen[there] = learn(tally, rows[here], y[here], len(names)).scores(rows[there])
    tell(folds, folds + 1)
    learned = learn(tally, rows, y, len(names))
    temperature = calibrated(unseen, y)
    chances = shares(unseen * temperature)
    sure, right = chances.max(axis=1), chances.argmax(axis=1) == y
    threshold = threshold_for(sure, right, wanted_accuracy)
    covered = sure >= threshold
    tell(folds + 1, folds + 1)
    facts = Facts(
        n=len(rows),
        counts=dict(zip(names, np.bincount(y).tolist(), strict=True)),
        left_out={},
        accuracy=float(right.mean()),
        wanted_accuracy=wanted_accuracy,
        threshold=threshold,
        coverage=float(covered.mean()),
        accuracy_at_threshold=float(right[covered].mean()) if covered.any() else None,
    )
    return Fitted(learned, temperature, facts)


def learn(tally: Tally, rows: NDArray, y: NDArray, labels: int) -> Learned:
    """Learn weights from the texts `rows` of `tally`, whose labels are numbered `y`.

    Raises Invalid when no two of the texts have a character in common.
    """
    seen = np.bincount(tally.counts[rows].indices, minlength=len(tally.pieces))
    columns = np.flatnonzero(seen >= SEEN_AT_LEAST)
    if not len(columns):
        raise Invalid(N_("这些诉求没有共同的字词，无从学习。"))
    most = min(PIECES_AT_MOST, WEIGHTS_AT_MOST // labels)
    if len(columns) > most:
        columns = np.sort(columns[np.argsort(-seen[columns], kind="stable")[:most]])
    rarity = (np.log((1 + len(rows)) / (1 + seen[columns])) + 1).astype(np.float32)
    x = vectors(tally, rows, columns, rarity)
    body = np.flatnonzero(~tally.opening[columns])
    weights, bias = np.zeros((len(columns), labels)), np.zeros(labels)
    for label in range(labels):
        mine = y == label
        w, b = machine(x[:, body], mine, SVM_COST, len(y) / (labels * mine.sum()))
        leaning = leanings(x, mine)
        v, c = machine(x @ diags(leaning), mine, NB_COST, 1.0)
        weights[:, label] = v * leaning
        weights[body, label] += w
        bias[label] = b + c
    return Learned(tally, columns, rarity, weights, bias)


def vectors(tally: Tally, rows: NDArray, columns: NDArray, rarity: NDArray) -> csr_matrix:
    """Return the texts `rows` as `features.values` would give them, for all at once."""
    x = tally.counts[rows][:, columns].astype(np.float64)
    x.data = np.log1p(x.data)
    x = (x @ diags(rarity.astype(np.float64))).tocsr()
    opening = tally.opening[columns]
    whole = normalize(x @ diags((~opening).astype(float)))
    start = normalize(x @ diags(opening.astype(float))) * features.OPENING_SHARE
    full = np.minimum(1.0, np.diff(x.indptr) / features.FULL_FROM)
    return (diags(full) @ (whole + start)).tocsr()


def machine(x: csr_matrix, mine: NDArray, cost: float, dear: float) -> tuple[NDArray, float]:
    """Return weights and bias of a linear machine that tells `mine` from the rest.

    A wrong one of `mine` costs `dear` times as much: rare labels would else be given up.
    """
    svm = LinearSVC(C=cost, class_weight={True: dear, False: 1.0}, random_state=SEED)
    svm.fit(x, mine)
    return svm.coef_[0], float(svm.intercept_[0])


def leanings(x: csr_matrix, mine: NDArray) -> NDArray:
    """Return for each piece the logarithm of how much more often it stands in `mine`."""
    there = x.astype(bool).astype(np.float64)
    ours = np.asarray(there[mine].sum(axis=0)).ravel() + NB_SMOOTHING
    theirs = np.asarray(there[~mine].sum(axis=0)).ravel() + NB_SMOOTHING
    return np.log((ours / ours.sum()) / (theirs / theirs.sum()))


def shares(scores: NDArray) -> NDArray:
    """Return `classifier.probabilities` of each row of `scores`."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.minimum(powers / powers.sum(axis=1, keepdims=True), MOST_SURE)


def calibrated(scores: NDArray, y: NDArray) -> float:
    """Return what to multiply `scores` with, so that what is called 90 % is right in 90 of 100.

    It is the factor under which the true labels `y` of unseen texts were likeliest.
    """
    mine = np.arange(len(y)), y
    losses = [-np.log(np.maximum(shares(scores * t)[mine], 1e-12)).mean() for t in _TEMPERATURES]
    return float(_TEMPERATURES[int(np.argmin(losses))])


def threshold_for(sure: NDArray, right: NDArray, wanted: float) -> float:
    """Return the lowest probability from which guesses were right more often than `wanted`.

    More often by `SPARE` standard errors, since the next letters will not be these. 1 if there
    is no such probability; then nothing goes out by itself.
    """
    for threshold in _THRESHOLDS:
        covered = sure >= threshold
        n = int(covered.sum())
        if not n:
            break
        # One more wrong one, so that three right of three are not taken for certainty.
        share = float(right[covered].sum()) / (n + 1)
        if share - SPARE * (wanted * (1 - wanted) / n) ** 0.5 >= wanted:
            return float(threshold)
    return 1.0


def exported(fitted: Fitted, left_out: dict[str, int]) -> Classifier:
    """Return what was learned as a Classifier: whole numbers, one scale for each label."""
    learned = fitted.learned
    largest = np.maximum(np.abs(learned.weights).max(axis=0), 1e-12)
    rows = np.rint(learned.weights / largest * FINEST).astype(np.int16)
    facts = Facts(**{**vars(fitted.facts), "left_out": left_out})
    usual = learned.weights.mean(axis=1) * fitted.temperature
    return Classifier(
        facts,
        Weights(
            pieces=[learned.tally.pieces[i] for i in learned.columns],
            rarity=array("f", learned.rarity.tolist()),
            usual=array("f", usual.tolist()),
            by_label=[array("h", numbers.tolist()) for numbers in rows.T],
            scale=(largest / FINEST * fitted.temperature).tolist(),
            bias=(learned.bias * fitted.temperature).tolist(),
        ),
    )

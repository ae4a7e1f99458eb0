"""How good the learned model would be on letters it has not seen: nothing is tuned on them.

Each fold is guessed by a model that learned from the others, whose calibration and threshold
also come from the others only (they are cross-validated once more inside). Imports what
`training.py` imports; the same rule holds: not in a web worker.
"""

from collections.abc import Sequence
from statistics import median

import numpy as np
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold

from portal.routing.training import SEED, fit, learnable, tallied


def evaluate(
    texts: Sequence[str],
    labels: Sequence[str],
    *,
    folds: int = 5,
    wanted_accuracy: float = 0.94,
) -> dict[str, float | int | None]:
    """Return how well `labels` are guessed in stratified `folds`; the same each time.

    There are fewer folds where a label has fewer texts than that.

    `n` texts were guessed; a label with too few texts to be learned is left out, as `train`
    does. `accuracy`: the first guess is right; `top2`: one of the first two is; `macro_f1`: the
    mean over labels. `threshold` is the median of those that the folds' models set themselves
    for `wanted_accuracy`; `coverage` is the share of texts at or above the threshold of the model
    that guessed them, `accuracy_at_threshold` the share of those that were right (None if there
    were none). All shares from 0 to 1, to four decimals. Raises Invalid when there is too little
    to learn from.
    """
    kept, counted, _ = learnable(texts, labels)
    tally = tallied([texts[i] for i in kept])
    names = list(counted)
    y = np.array([names.index(labels[i]) for i in kept])
    rows = np.arange(len(kept))
    folds = min(folds, *counted.values())
    guessed, second = np.zeros_like(y), np.zeros_like(y)
    covered, thresholds = np.zeros(len(y), dtype=bool), []
    for here, there in StratifiedKFold(folds, shuffle=True, random_state=SEED).split(rows, y):
        fitted = fit(tally, here, y[here], names, wanted_accuracy)
        chances = fitted.probabilities(there)
        ranked = np.argsort(-chances, axis=1, kind="stable")
        guessed[there], second[there] = ranked[:, 0], ranked[:, 1]
        covered[there] = chances.max(axis=1) >= fitted.facts.threshold
        thresholds.append(fitted.facts.threshold)
    right = guessed == y
    figures = {
        "accuracy": right.mean(),
        "macro_f1": f1_score(y, guessed, average="macro", zero_division=0.0),
        "top2": (right | (second == y)).mean(),
        "threshold": median(thresholds),
        "coverage": covered.mean(),
    }
    at_threshold = round(float(right[covered].mean()), 4) if covered.any() else None
    return {
        "n": len(y),
        **{name: round(float(value), 4) for name, value in figures.items()},
        "accuracy_at_threshold": at_threshold,
    }

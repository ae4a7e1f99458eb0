"""A learned model at work: which label a text most likely has, how surely, and why.

It is read and used with the standard library alone: no web worker loads numpy, scipy or
scikit-learn, and nothing that is read can run (no pickle). `training.py` makes it.

The score of a label is linear in the pieces of the text (`features.py`); the scores become
probabilities that were set right on letters the model had not learned from. A piece's part in
the score is therefore exactly its weight, and the reasons are the true ones.
"""

import json
import struct
import sys
import zlib
from array import array
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from math import exp
from operator import itemgetter, mul

from portal.routing import features
from portal.routing.reasons import telling_words

MAGIC = b"minsheng-routing-1\n"
"""How a stored model starts. Another layout gets another number."""

UNPACKED_AT_MOST = 64 * 2**20
"""Bytes. A stored model is a few megabytes; a file that swells beyond this is none of ours."""

MOST_SURE = 0.9999
"""No probability is higher: a threshold of 1 is never reached."""

FINEST = 32767
"""Weights are kept as whole numbers up to this, times one scale for each label."""


_Vector = tuple[list[int], list[float]]
"""Rows of the pieces of a text that a model knows, and the value of each."""


@dataclass(frozen=True)
class Guess:
    """A label and how likely it is, 0 to `MOST_SURE`."""

    label: str
    probability: float


@dataclass(frozen=True)
class Facts:
    """What is known of a model: what it learned from and how right it was."""

    n: int
    """Texts it learned from."""
    counts: dict[str, int]
    """How many of each label, in the order of the labels."""
    left_out: dict[str, int]
    """Labels with too few texts to learn from, and how many they had."""
    accuracy: float
    """Share of texts whose first guess was right, each guessed without having been learned."""
    wanted_accuracy: float
    threshold: float
    """From this probability on, the first guess was right as often as wanted; 1 = never."""
    coverage: float
    """Share of texts at or above the threshold."""
    accuracy_at_threshold: float | None
    """Share of those that were right; None if there were none."""


@dataclass(frozen=True)
class Weights:
    """What was learned, as plain numbers."""

    pieces: list[str]
    rarity: array
    """float32, one for each piece."""
    usual: array
    """float32, one for each piece: what it adds to the score of a label on average."""
    by_label: list[array]
    """By label: int16, one for each piece."""
    scale: list[float]
    """By label: what its numbers are multiplied with, the calibration included."""
    bias: list[float]
    """By label: its score before anything is read."""

    def check(self, labels: int) -> None:
        """Raise ValueError unless everything has the size that `labels` labels ask for."""
        lengths = {len(part) for part in (self.pieces, self.rarity, self.usual, *self.by_label)}
        sizes = {len(self.by_label), len(self.scale), len(self.bias), labels}
        if len(lengths) != 1 or len(sizes) != 1:
            raise ValueError("the parts of the routing model do not fit together")


class Classifier:
    """The model that was learned from texts and their labels."""

    def __init__(self, facts: Facts, weights: Weights) -> None:
        """Raise ValueError when the parts do not fit together."""
        self.labels = list(facts.counts)
        weights.check(len(self.labels))
        self.facts = facts
        self._weights = weights
        self._row = {piece: row for row, piece in enumerate(weights.pieces)}
        self._last: tuple[str, _Vector] = ("", ([], []))

    @property
    def threshold(self) -> float:
        """From this probability on, the first guess was right as often as wanted; 1 = never."""
        return self.facts.threshold

    def predict(self, text: str) -> list[Guess]:
        """Return every label with its probability, the likeliest first."""
        rows, values = self._vector(features.cleaned(text))
        pick = picker(rows)
        scores = [
            bias + scale * sum(map(mul, values, pick(numbers)))
            for bias, scale, numbers in zip(
                self._weights.bias, self._weights.scale, self._weights.by_label, strict=True
            )
        ]
        guesses = map(Guess, self.labels, probabilities(scores))
        return sorted(guesses, key=lambda guess: (-guess.probability, guess.label))

    def reasons(self, text: str, label: str, most: int = 3) -> list[str]:
        """Return up to `most` words of `text` that speak for `label`, the strongest first.

        Raises ValueError for a label the model does not know.
        """
        read = features.cleaned(text)
        place = self.labels.index(label)
        rows, values = self._vector(read)
        pick = picker(rows)
        mine, usual = pick(self._weights.by_label[place]), pick(self._weights.usual)
        scale = self._weights.scale[place]
        parts: dict[str, float] = {}
        for row, value, number, mean in zip(rows, values, mine, usual, strict=True):
            piece = self._weights.pieces[row].removeprefix(features.OPENING)
            part = value * (number * scale - mean)
            parts[piece] = parts.get(piece, 0.0) + part
        return telling_words(read, parts, self._sticking, most)

    def _sticking(self, pair: str) -> float:
        """Return how often two characters stand side by side, by how often each stands at all.

        1 if they are never apart, 0 if they were not seen together; texts counted, roughly.
        """
        try:
            both, first, second = (self._row[piece] for piece in (pair, pair[0], pair[1]))
        except KeyError:
            return 0.0
        # A rarity is 1 minus the logarithm of the share of texts.
        rarity = self._weights.rarity
        return exp(rarity[first] + rarity[second] - 2 * rarity[both])

    def _vector(self, read: str) -> _Vector:
        """Return the rows and values of a cleaned text. The last one is kept, because whoever
        asks for the likeliest label asks next for its reasons; threads only ever replace it."""
        last, known = self._last
        if last != read:
            known = self._new_vector(read)
            self._last = (read, known)
        return known

    def _new_vector(self, read: str) -> _Vector:
        rarity = self._weights.rarity
        known = features.values(
            (row, piece[0] == features.OPENING, count, rarity[row])
            for piece, count in features.counts(read).items()
            if (row := self._row.get(piece)) is not None
        )
        return [row for row, _ in known], [value for _, value in known]

    def to_bytes(self) -> bytes:
        """Return the model as bytes that `from_bytes` reads, the same on every machine."""
        weights = self._weights
        head = json.dumps(
            {
                "facts": asdict(self.facts),
                "pieces": weights.pieces,
                "scale": weights.scale,
                "bias": weights.bias,
            },
            ensure_ascii=False,
        ).encode()
        parts = weights.rarity, weights.usual, *weights.by_label
        body = b"".join(_little(part).tobytes() for part in parts)
        return MAGIC + zlib.compress(struct.pack("<I", len(head)) + head + body, 9)

    @classmethod
    def from_bytes(cls, stored: bytes) -> "Classifier":
        """Return the model that `to_bytes` stored. Raises ValueError for anything else."""
        if not stored.startswith(MAGIC):
            raise ValueError("not a routing model")
        try:
            return cls(*_read(_unpacked(stored[len(MAGIC) :])))
        except (zlib.error, struct.error, ValueError, TypeError, KeyError, AttributeError) as error:
            raise ValueError("the routing model is damaged") from error


def picker(rows: Sequence[int]) -> Callable[[array], Sequence[float]]:
    """Return what takes the numbers at `rows` out of an array."""
    # One call for all of them is five times as quick as one for each.
    if len(rows) > 1:
        return itemgetter(*rows)
    return lambda numbers: [numbers[row] for row in rows]


def probabilities(scores: Sequence[float]) -> list[float]:
    """Return the shares that the `scores` of the labels stand for (softmax)."""
    highest = max(scores)
    powers = [exp(score - highest) for score in scores]
    total = sum(powers)
    return [min(power / total, MOST_SURE) for power in powers]


def _unpacked(packed: bytes) -> bytes:
    unpacker = zlib.decompressobj()
    plain = unpacker.decompress(packed, UNPACKED_AT_MOST)
    if not unpacker.eof or unpacker.unused_data:
        raise ValueError("cut off, too large, or followed by something")
    return plain


def _read(plain: bytes) -> tuple[Facts, Weights]:
    """Take apart what `to_bytes` put together."""
    (length,) = struct.unpack_from("<I", plain)
    head, body = json.loads(plain[4 : 4 + length]), plain[4 + length :]
    size = len(head["pieces"])
    starts = range(8 * size, len(body), 2 * size or 1)
    weights = Weights(
        pieces=head["pieces"],
        rarity=_little(array("f", body[: 4 * size])),
        usual=_little(array("f", body[4 * size : 8 * size])),
        by_label=[_little(array("h", body[start : start + 2 * size])) for start in starts],
        scale=head["scale"],
        bias=head["bias"],
    )
    return Facts(**head["facts"]), weights


def _little(numbers: array) -> array:
    """Return `numbers` in the byte order of the file, or back from it."""
    if sys.byteorder == "big":
        numbers = array(numbers.typecode, numbers)
        numbers.byteswap()
    return numbers

"""The text as the finders read it: what looks alike is alike, what is unseen is gone."""

from collections.abc import Iterable

from portal.redaction.kinds import Kind

Span = tuple[int, int, Kind]
"""Where something starts and ends (excluded), and what it is."""

_UNSEEN = frozenset(
    "\u00ad\u180e\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\ufe0f\u20e3"
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
"""Characters that take no room: put between digits they hide a number from a filter."""

_NORMAL: dict[int, str] = (
    {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}  # full-width forms
    | {0x1D7CE + n: str(n % 10) for n in range(50)}  # mathematical digits
    | dict.fromkeys(map(ord, "‐‑‒–—―−﹣➖ー"), "-")
    | dict.fromkeys(map(ord, "•・‧∙"), "·")
    | dict.fromkeys(map(ord, "\t\r\u00a0\u2002\u2003\u2009\u202f\u3000"), " ")
    | dict.fromkeys(map(ord, "\u2028\u2029\x0b\x0c"), "\n")
    | dict.fromkeys(map(ord, "ⅩⅹХх"), "X")  # the check digit of an ID card
)

_SPELLED = str.maketrans(
    "〇○零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖⓪①②③④⑤⑥⑦⑧⑨OoIl",
    "000123456789112345678901234567890011",
)


class Reading:
    """A text as it is read, with the way back to the original's offsets."""

    def __init__(self, original: str) -> None:
        self._places = [i for i, c in enumerate(original) if c not in _UNSEEN]
        self.text = "".join(original[i] for i in self._places).translate(_NORMAL)

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Return where in the original the characters `start` to `end` of the reading stand."""
        return self._places[start], self._places[end - 1] + 1


def spelled_out(text: str) -> str:
    """Return `text` with digits written in characters, circles or look-alike letters as digits.

    One character for one character. A comma between two digits becomes a blank.
    """
    plain = text.translate(_SPELLED)
    characters = list(plain)
    for i in range(1, len(plain) - 1):
        if plain[i] in ",、" and _is_digit(plain[i - 1]) and _is_digit(plain[i + 1]):
            characters[i] = " "
    return "".join(characters)


def _is_digit(character: str) -> bool:
    return "0" <= character <= "9"


def blank(text: str, spans: Iterable[Span]) -> str:
    """Claim characters. Like a mask, a NUL joins nothing to its neighbours."""
    characters = list(text)
    for start, end, _kind in spans:
        characters[start:end] = "\0" * (end - start)
    return "".join(characters)

"""Making texts comparable: what is invisible goes, what looks alike becomes alike."""

import re
import unicodedata

_LINE_END = re.compile("\r\n|[\r\u0085\u2028\u2029]")

# Characters that show nothing, turn text around, or that databases refuse: controls (Cc, but for
# tab and line feed), format characters (Cf) and code points that are no characters. Those of Cf
# that are drawn, signs around Arabic numbers and the like, stay.
_UNSEEN = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufdd0-\ufdef"
    "\ufeff\ufff9-\ufffb\ufffe\uffff\U00013430-\U0001343f\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f"
)

# Where the next sign takes its shape from a joiner, one stays: between two pictures (a family is
# three of them), behind a letter of the Arabic, Indic and neighbouring scripts, and the vowel
# separator behind a Mongolian one.
_PICTURE = "\u2190-\u21ff\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
_JOINED = (
    "\u0600-\u07ff\u0840-\u0fff\u1000-\u109f\u1780-\u18af\ufb50-\ufdcf\ufdf0-\ufdff\ufe70-\ufefc"
)
_OUT = re.compile(
    rf"(?:(?<=[{_PICTURE}\ufe0f])\u200d(?=[{_PICTURE}])|(?<=[{_JOINED}])[\u200c\u200d]"
    rf"|(?<=[\u1820-\u18aa])\u180e)|([{_UNSEEN}])"
)

_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0\U0001d159")
"""Letters and signs by their class, yet nothing is drawn: Hangul fillers, an empty Braille cell,
a note without a head."""


def clean(text: str | None) -> str:
    """Return `text` with line ends made one kind, invisible characters out, edges trimmed.

    A text of which nothing can be seen is an empty one.
    """
    lines = _LINE_END.sub("\n", text or "")
    seen = _OUT.sub(lambda m: "" if m[1] else m[0], lines).strip()
    return seen if shows(seen) else ""


def shows(text: str) -> bool:
    """Tell whether at least one character of `text` can be seen on a page."""
    return any(map(_is_drawn, text))


def _is_drawn(character: str) -> bool:
    """Tell it of one character; a mark alone has no letter to stand on."""
    kind = unicodedata.category(character)
    return kind[0] not in "MZ" and kind not in ("Cc", "Cf", "Cs") and character not in _BLANK


def one_line(text: str) -> str:
    """Return `text` with a blank for each end of a line, and for the blanks around it."""
    return " ".join(part.strip() for part in text.split("\n") if part.strip())


def folded(text: str) -> str:
    """Return `text` as one would type it on a plain keyboard: half-width, without blanks."""
    return "".join(unicodedata.normalize("NFKC", text).split())

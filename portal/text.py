"""Making texts comparable: what is invisible goes, what looks alike becomes alike."""

import re
import unicodedata

# Invisible characters that databases refuse or that turn text around.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufeff]")


def clean(text: str | None) -> str:
    """Return `text` with line ends made one kind, invisible characters out, edges trimmed."""
    lines = (text or "").replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("", lines).strip()


def folded(text: str) -> str:
    """Return `text` as one would type it on a plain keyboard: half-width, without blanks."""
    return "".join(unicodedata.normalize("NFKC", text).split())

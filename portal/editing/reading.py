"""What people type, read exactly: dates, money, numbers. No floats anywhere.

Each reader takes cleaned text and returns a written value as `projects.record.values` has it,
or raises ValueError with a marked text that says what is expected. Empty text is the caller's.
"""

import re
import unicodedata
from datetime import date
from decimal import Decimal

from portal.language import N_

FEN_DIGITS = 6
"""Digits after the point of an amount in 万元 that still are whole 分."""

WHOLE_DIGITS = 14
"""Most digits before the point of any figure; also what the columns hold."""

MOST_DIGITS = 6
"""Most digits of a count."""

_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_NUMBER = re.compile(r"(-?)(\d+)(?:\.(\d+))?")


def day(text: str) -> str:
    """Read a date such as 2026-11-30, 2026/11/30 or 2026年11月30日; return it in ISO form."""
    parts = _DATE.fullmatch(_plain(text))
    try:
        return date(*map(int, parts.groups())).isoformat() if parts else _no_day()
    except ValueError as error:
        raise ValueError(N_("日期应当像2026-11-30这样填写，并且确有这一天。")) from error


def _no_day() -> str:
    raise ValueError


def money(text: str) -> int:
    """Read an amount in 万元, such as 1,360.5; return whole 分."""
    sign, whole, fraction = _parts(text)
    if len(fraction) > FEN_DIGITS:
        raise ValueError(N_("以万元为单位，最多六位小数（精确到分）。"))
    if len(whole) > WHOLE_DIGITS - FEN_DIGITS:
        raise ValueError(N_("金额太大，请核对单位是否为万元。"))
    fen = int(whole + fraction.ljust(FEN_DIGITS, "0"))
    if sign and fen:
        raise ValueError(N_("金额不能是负数。"))
    return fen


def decimal(text: str, places: int) -> str:
    """Read a figure with at most `places` digits after the point; return it without idle zeros."""
    sign, whole, fraction = _parts(text)
    fraction = fraction.rstrip("0")
    if len(fraction) > places:
        raise ValueError(_TOO_FINE[places])
    if len(whole) > WHOLE_DIGITS:
        raise ValueError(N_("数字太大，请核对。"))
    number = Decimal(f"{whole}.{fraction or 0}")
    plain = f"{whole}.{fraction}" if fraction else whole
    return f"-{plain}" if sign and number else plain


_TOO_FINE = {
    2: N_("最多两位小数。"),
    4: N_("最多四位小数。"),
    6: N_("最多六位小数。"),
}


def whole(text: str) -> int:
    """Read a whole number."""
    plain = decimal(text, 4) if _NUMBER.fullmatch(_plain(text)) else ""
    if not (plain.isdigit() and len(plain) <= MOST_DIGITS):
        raise ValueError(N_("请填写0至999999之间的整数。"))
    return int(plain)


def typed_money(fen: int) -> str:
    """Return 分 as one would type them in 万元: the inverse of `money`."""
    wan, rest = divmod(fen, 10**FEN_DIGITS)
    fraction = f"{rest:0{FEN_DIGITS}d}".rstrip("0")
    return f"{wan}.{fraction}" if fraction else str(wan)


def _parts(text: str) -> tuple[str, str, str]:
    """Split a number into sign, whole digits without idle zeros, and digits after the point."""
    plain = _plain(text).replace(",", "").removesuffix("%").removesuffix("万元")
    found = _NUMBER.fullmatch(plain) if plain.isascii() else None
    if found is None:
        raise ValueError(N_("请填写数字，如1360.5。"))
    sign, digits, fraction = found.groups()
    return sign, digits.lstrip("0") or "0", fraction or ""


def _plain(text: str) -> str:
    """Return text half-width and without blanks, so that 全角 input is understood too."""
    return "".join(unicodedata.normalize("NFKC", text).split())

"""Finding telephones, ID cards and bank cards, in digits or spelled out in characters."""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date

from portal.redaction.digits import CARD_WORDS, EXTENSION, ID_WORDS, LOOSE, PHONE_WORDS, Groups
from portal.redaction.kinds import Kind
from portal.redaction.reading import Span, spelled_out


def _is_date(digits: str) -> bool:
    """Tell whether eight digits are a day of 1900 to 2099."""
    try:
        return 1900 <= date.fromisoformat(digits).year < 2100
    except ValueError:
        return False


_Hit = tuple[int, Kind | None]  # where a number ends; what it is (None: public)

_REGION = "(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])[0-9]{4}"
_DAY = "(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
_ID = rf"{_REGION}(?:19|20)[0-9]{{2}}{_DAY}[0-9]{{3}}"
_ID_CARD = {
    20: (re.compile(_ID + "[0-9][1-7][1-4]"), re.compile("")),
    18: (re.compile(_ID + "[0-9]"), re.compile("")),
    17: (re.compile(_ID), re.compile(r"\s{0,2}-?[X×*](?:[1-7][1-4])?(?![0-9A-Z])", re.I | re.A)),
    15: (re.compile(rf"{_REGION}[0-9]{{2}}{_DAY}[0-9]{{3}}"), re.compile("")),
}
"""Digits to what they look like and what follows them (GB 11643). The checksum is not asked:
with a slip of the pen the number still names a person. Certificates of the disabled carry it
with two digits more, for kind (1-7) and degree (1-4)."""
_BORN = re.compile(rf"{_REGION}(19|20)?[0-9]{{2}}{_DAY}")
"""What all of them begin with: a region and a birthday, the oldest without the century."""


def _id_card(groups: Groups, i: int) -> _Hit | None:
    born, width = groups.begins(i, _BORN), groups.width(i)
    if born is None and width not in _ID_CARD:
        return None
    for length in _ID_CARD if width in _ID_CARD or (born and born.group(1)) else (15,):
        pattern, check = _ID_CARD[length]
        plausible, is_one = groups.begins(i, pattern), width == length
        end = groups.window(i, length) if plausible or is_one else None
        tail = end is not None and check.match(groups.text, end)
        if not tail:
            continue
        if plausible and length == 15:
            cuts = groups.cuts(i, length)
            broken = len(cuts) == groups.lines(i, length) == 1
            plausible = broken or cuts in ((), (6,), (6, 12))
        if plausible or (is_one and groups.told(i, ID_WORDS)):
            return tail.end(), Kind.ID_CARD
    return None


def _is_luhn(digits: str) -> bool:
    """Tell whether the last digit is the check digit (ISO/IEC 7812-1)."""
    doubled = (int(d) * 2 for d in digits[-2::-2])
    total = sum(d - 9 if d > 9 else d for d in doubled) + sum(map(int, digits[-1::-2]))
    return total % 10 == 0


_CARD_PARTS = (4, 6, 16, 17, 18, 19)
"""Digits of the first part of a bank card, unless a line ends inside it."""


def _bank_card(groups: Groups, i: int) -> _Hit | None:
    """16 to 19 digits: whole, in fours, or six and the rest. After the word "卡号" a wrong
    check digit does not matter, nor in fours that begin with 62 as the cards of our banks do."""
    if groups.width(i) not in _CARD_PARTS and not groups.is_broken(i):
        return None
    is_told = groups.told(i, CARD_WORDS)
    for length in (19, 18, 17, 16) if is_told or groups.take(i, 1) in "34569" else ():
        end = groups.window(i, length)
        if end is None or end - groups.spans[i][0] > length + LOOSE:
            continue
        digits = groups.take(i, length)
        cuts, lines = groups.cuts(i, length), groups.lines(i, length)
        if lines > 1 or (not lines and cuts not in ((), (6,), tuple(range(4, length, 4)))):
            continue
        ours = digits.startswith("62") and len(cuts) >= 3
        if ours or is_told or (digits[0] in "34569" and _is_luhn(digits)):
            return end, Kind.BANK_CARD
    return None


_MOBILE = re.compile("(0|86|0086)?(1[3-9][0-9]{9})")


def _mobile(groups: Groups, i: int) -> _Hit | None:
    said = groups.begins(i, _MOBILE)
    end = groups.window(i, len(said.group())) if said else None
    if said is None or end is None:
        return None
    length, skip = len(said.group()), len(said.group(1) or "")
    cuts = groups.cuts(i, length, skip)
    usual = _is_mobile_shape(cuts, said.group(2))
    usual = usual or (len(cuts) == groups.lines(i, length) == 1 and cuts[0] >= 3)
    if (usual or groups.told(i, PHONE_WORDS)) and not groups.is_quantity(i, end):
        return end, Kind.PHONE
    return None


def _is_mobile_shape(cuts: tuple[int, ...], digits: str) -> bool:
    """Tell ways of writing a mobile number (138 1234 5678, 1381234-5678) from ranges of
    money (18000-200000), a number and a date (150 2026-11-23), lists of small numbers."""
    if not cuts or cuts in ((7,), (4, 7), (4, 8), tuple(range(1, 11))):
        return True
    if cuts == (3, 7, 9) and _is_date(digits[3:]):
        return False
    parts = [b - a for a, b in zip(cuts, [*cuts[1:], 11], strict=True)]
    return cuts[0] == 3 and (max(parts) <= 5 or parts == [8])


def _public_line(groups: Groups, i: int) -> _Hit | None:
    """400 and 800 lines are published by those who pay for them."""
    end = groups.window(i, 10) if groups.take(i, 3) in ("400", "800") else None
    return (end, None) if end is not None else None


_AREA = re.compile("(?:0|(86))(?:10|2[0-9]|[3-9][0-9]{2})(?=[1-9])")


def _landline(groups: Groups, i: int) -> _Hit | None:
    """Area code and seven or eight digits; "+86" may stand for the zero. What is called a hotline
    or an office's service line is public."""
    area, start = groups.begins(i, _AREA), groups.spans[i][0]
    if area is None or (area.group(1) and groups.text[start - 1 : start] != "+"):
        return None
    skip = len(area.group(1) or "")
    code = len(area.group()) - skip
    for length in (skip + code + 8, skip + code + 7):
        end = groups.window(i, length)
        if end is None or not {c - code for c in groups.cuts(i, length, skip)} <= {0, 3, 4}:
            continue
        if not groups.is_quantity(i, end):
            kind = None if groups.is_public(i, end) else Kind.PHONE
            return EXTENSION.match(groups.text, end).end(), kind
    return None


def _local(groups: Groups, i: int) -> _Hit | None:
    """Seven or eight digits are a telephone only after a word for it, or after another."""
    if groups.width(i) not in (3, 4, 7, 8) or groups.take(i, 1) in "01":
        return None
    for length, shapes in ((8, ((), (4,))), (7, ((), (3,), (4,)))):
        end = groups.window(i, length)
        if end is None or groups.cuts(i, length) not in shapes:
            continue
        digits = groups.take(i, length)
        span_of_years = length == 8 and {digits[:2], digits[4:6]} <= {"19", "20"}
        if _is_date(digits) or span_of_years or groups.is_quantity(i, end):
            continue
        if groups.told_phone(i) and not groups.is_public(i, end):
            return EXTENSION.match(groups.text, end).end(), Kind.PHONE
    return None


_CHAIN = re.compile(rf"(?:{_ID}[0-9]|1[3-9][0-9]{{9}})+")
_DATE_BEHIND = re.compile(r"(?:19|20)[0-9]{2}[年.\-/]")


def _glued(groups: Groups, i: int) -> _Hit | None:
    """Numbers written without a gap, or with a date right behind, as in signatures. What
    hangs together is one finding, called by its first number."""
    chain = groups.width(i) >= 11 and _CHAIN.match(groups.text, groups.spans[i][0])
    if not chain:
        return None
    dated = _DATE_BEHIND.match(groups.text, chain.end())
    if len(chain.group()) == 11 and not dated and not groups.told(i, PHONE_WORDS):
        return None
    is_id = _ID_CARD[18][0].match(chain.group())
    return chain.end(), Kind.ID_CARD if is_id else Kind.PHONE


_RULES = (_id_card, _bank_card, _mobile, _public_line, _landline, _local, _glued)


_Rules = Sequence[Callable[[Groups, int], _Hit | None]]


def _hit(groups: Groups, i: int, rules: _Rules) -> _Hit | None:
    for rule in rules:
        if hit := rule(groups, i):
            return hit
    return None


def _walk(groups: Groups, rules: _Rules) -> Iterator[Span]:
    """Ask the rules at each group in turn and go on behind what they found."""
    position = 0
    for i, (start, _end) in enumerate(groups.spans):
        hit = _hit(groups, i, rules) if start >= position else None
        if hit is None:
            continue
        position, kind = hit
        if kind is Kind.PHONE:
            groups.phone_end = position
            start -= groups.text[start - 1 : start] == "+"
            start -= groups.text[start - 1 : start] == "(" and ")" in groups.text[start:position]
        if kind is not None:
            yield start, position, kind


def numbers(text: str) -> Iterator[Span]:
    """Find telephones, ID cards and bank cards written in digits."""
    return _walk(Groups(text), _RULES)


_SPELLED_RULES = (_id_card, _mobile, _public_line, _landline, _local)


def spelled(text: str) -> Iterator[Span]:
    """Find numbers that were written so as to get past a filter.

    一三八 零零零零 一二三四, also mixed with plain digits, with letters for digits (138oooo1234)
    or with commas between the parts. Bank cards are not looked for: too many digits to spell.
    """
    plain = spelled_out(text)
    return _walk(Groups(plain if plain != text else ""), _SPELLED_RULES)

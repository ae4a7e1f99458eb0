"""Finding personal data in a letter, so that the moderator can mask it before publication.

Personal information may be published only with the separate consent of the person
(个人信息保护法, art. 25), and authorities must de-identify what they show (art. 51).
This module *proposes*; a person decides. A miss publishes somebody's data and a false alarm
costs one click, so doubtful cases are proposed. Left alone are public numbers (110, 12345,
95xxx, 400 and 800 lines), money, dates, document numbers and the portal's own references.

The letter is normalised character by character (full-width to half-width, all dashes to
"-", invisible characters to spaces), so offsets stay those of the original. Each finder
runs in turn and blanks what it found, so findings never overlap. Numbers are judged as
groups of digits between separators, never by nested regular expressions: the time needed
grows in proportion to the length of the text.

Not looked for: names, addresses, QQ and WeChat accounts, passports, numbers broken over
two lines, and numbers of which the writer has already starred out a part.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portal.language import N_


class Kind(StrEnum):
    """What sort of personal data was found."""

    PHONE = "phone"
    ID_CARD = "id_card"
    PLATE = "plate"
    EMAIL = "email"
    BANK_CARD = "bank_card"


KIND_LABELS = {
    Kind.PHONE: N_("手机或电话号码"),
    Kind.ID_CARD: N_("身份证号"),
    Kind.PLATE: N_("车牌号"),
    Kind.EMAIL: N_("电子邮箱"),
    Kind.BANK_CARD: N_("银行卡号"),
}
"""What the moderator reads beside a proposal."""

MASKS = {
    Kind.PHONE: N_("[电话已隐去]"),
    Kind.ID_CARD: N_("[身份证号已隐去]"),
    Kind.PLATE: N_("[车牌已隐去]"),
    Kind.EMAIL: N_("[邮箱已隐去]"),
    Kind.BANK_CARD: N_("[银行卡号已隐去]"),
}
"""What stands in the published letter. No digit is kept: three first and four last digits
of a mobile number leave 10,000 candidates, few enough for a neighbour to try. The masks
become part of a Chinese text: they are stored as they are, never translated."""


@dataclass(frozen=True)
class Proposal:
    """One place in the letter: characters `start` (included) to `end` (excluded)."""

    start: int
    end: int
    kind: Kind
    text: str
    mask: str


def propose(text: str) -> list[Proposal]:
    """Return the personal data in `text`, in reading order and without overlaps."""
    working = text.translate(_NORMAL)
    found: list[_Span] = []
    for _ in range(6):  # what is blanked can set its neighbour free; real letters need two
        before = len(found)
        for finder in (_emails, _plates, _numbers, _spelled):
            spans = list(finder(working))
            found += spans
            working = _blank(working, spans)
        if len(found) == before:
            break
    return [Proposal(a, b, kind, text[a:b], MASKS[kind]) for a, b, kind in sorted(found)]


def apply(text: str, proposals: Iterable[Proposal]) -> str:
    """Return `text` with each of the chosen `proposals` replaced by its mask.

    Raises ValueError when a proposal does not fit: made for another wording of the letter,
    or overlapping another one. Masking the wrong characters would publish the right ones.
    """
    pieces: list[str] = []
    position = 0
    for proposal in sorted(proposals, key=lambda p: p.start):
        if proposal.start < position or text[proposal.start : proposal.end] != proposal.text:
            raise ValueError("proposal does not fit the text")
        pieces += [text[position : proposal.start], proposal.mask]
        position = proposal.end
    return "".join(pieces) + text[position:]


_Span = tuple[int, int, Kind]

_NORMAL: dict[int, str] = (
    {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}  # full-width forms
    | {0x1D7CE + n: str(n % 10) for n in range(50)}  # mathematical digits
    | dict.fromkeys(map(ord, "‐‑‒–—―−﹣➖ー"), "-")
    | dict.fromkeys(map(ord, "•・‧∙"), "·")
    | dict.fromkeys(map(ord, "\t\u00a0\u2002\u2003\u2009\u202f\u3000"), " ")
    | dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff\ufe0f\u20e3"), " ")  # unseen
)
"""One character for one character: the offsets of the working text are the original's."""

_SPELLED = str.maketrans(
    "〇○零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖⓪①②③④⑤⑥⑦⑧⑨",
    "00012345678911234567890123456789",
)


def _blank(text: str, spans: Iterable[_Span]) -> str:
    """Claim characters. Like a mask, a NUL joins nothing to its neighbours."""
    characters = list(text)
    for start, end, _kind in spans:
        characters[start:end] = "\0" * (end - start)
    return "".join(characters)


_EMAIL = re.compile(
    r"(?<![a-z0-9._%+-])[a-z0-9._%+-]+ {0,2}@ {0,2}"
    r"(?:[a-z0-9-]{1,63}(?:\.|。(?=(?:com|cn|net|org)))){1,6}[a-z]{2,24}",
    re.IGNORECASE | re.ASCII,
)


def _emails(text: str) -> Iterator[_Span]:
    return ((*match.span(), Kind.EMAIL) for match in _EMAIL.finditer(text))


_PLATE = re.compile(
    r"(?:[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼] ?"
    r"|(?<=车牌)|(?<=车牌号)|(?<=车牌[:为是])|(?<=车牌号[:为是]))[A-Z][ \-.·_/]{0,2}"
    r"(?=(?:[A-Z]{0,3}[0-9]){2})(?:[A-Z0-9]{4}(?:[警学挂港澳试超]|应急)"
    r"|(?:[A-Z0-9]{5}|[A-HJK][A-Z0-9][0-9]{4}|[0-9]{5}[A-HJK])(?![A-Z0-9]))",
    re.IGNORECASE | re.ASCII,
)
"""GA 36: province, letter, five characters, the last possibly 警 学 挂 港 澳; new-energy
plates have six with a letter first or last. Less than two digits: a word in Latin letters."""


def _plates(text: str) -> Iterator[_Span]:
    return ((*match.span(), Kind.PLATE) for match in _PLATE.finditer(text))


_JOINT = re.compile(r"[ \-.·_()]{1,3}")


class _Groups:
    """The digits of a text in groups, and which groups may belong to one number.

    "138-1234 5678" is three groups of one run: only separators stand between them.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.spans = [m.span() for m in re.finditer("[0-9]+", text)]
        self.phone_end = -9  # of the last one found: a list of them is announced only once
        self._digits = "".join(text[a:b] for a, b in self.spans)
        self._offsets = [0]
        for a, b in self.spans:
            self._offsets.append(self._offsets[-1] + b - a)
        self._at_offset = {offset: i for i, offset in enumerate(self._offsets)}
        self._run_end = list(range(1, len(self.spans) + 1))
        for i in range(len(self.spans) - 1, 0, -1):
            if _JOINT.fullmatch(text, self.spans[i - 1][1], self.spans[i][0]):
                self._run_end[i - 1] = self._run_end[i]

    def window(self, i: int, length: int) -> int | None:
        """Return where in the text `length` digits from group `i` end, if a group ends there."""
        j = self._at_offset.get(self._offsets[i] + length)
        return self.spans[j - 1][1] if j is not None and i < j <= self._run_end[i] else None

    def take(self, i: int, length: int) -> str:
        """Return `length` digits from group `i` on."""
        return self._digits[self._offsets[i] : self._offsets[i] + length]

    def cuts(self, i: int, length: int, skip: int = 0) -> tuple[int, ...]:
        """Return after how many digits a separator stands, not counting the first `skip`."""
        j = self._at_offset[self._offsets[i] + length]
        places = (offset - self._offsets[i] - skip for offset in self._offsets[i + 1 : j])
        return tuple(place for place in places if place > 0)

    def told(self, i: int, words: tuple[str, ...]) -> bool:
        """Tell whether one of the `words` leads up to group `i`: "电话号码是: 138..."."""
        before = self.text[max(0, self.spans[i][0] - 16) : self.spans[i][0]]
        return before.rstrip(_FILLER).lower().endswith(words)

    def told_phone(self, i: int) -> bool:
        """Tell whether the clause speaks of a telephone, or another number stands just before."""
        start, last = self.spans[i][0], self.phone_end
        listed = start - last <= 4 and not self.text[last:start].strip(" 、,/;或和及与")
        return listed or bool(_PHONE_CLAUSE.search(self.text[max(0, start - 24) : start]))

    def is_quantity(self, i: int, end: int) -> bool:
        """Tell whether the number is counted in money or another unit."""
        start = self.spans[i][0]
        before = self.text[max(0, start - 5) : start].rstrip(" :").lower()
        return before.endswith(_MONEY_WORDS) or bool(_UNIT.match(self.text, end))


_FILLER = " :;,.(-+[【“\"'是为号码有方式至到请我的"
_PHONE_WORDS = ("电话", "手机", "座机", "固话", "小灵通", "联系", "致电", "拨打", "拨", "来电")
_PHONE_WORDS += ("传真", "短信", "微信", "tel", "phone", "mobile", "☎", "📞")
_PHONE_CLAUSE = re.compile(
    rf"(?:{'|'.join(_PHONE_WORDS)}|热线)[^\]\0,.;!?。0-9编证单户学邮]{{0,14}}[ :;,.]{{0,3}}$", re.I
)
_CARD_WORDS = ("卡", "账", "账户", "帐", "帐户")
_ID_WORDS = ("身份证", "身份证件", "公民身份")
_MONEY_WORDS = ("¥", "￥", "$", "人民币", "rmb", "金额", "合计")
_UNIT = re.compile(
    r"(?:\.[0-9]{1,4})? {0,2}"
    r"(?:[多余]?元|块钱|万(?!一)|亿|美元|㎡|平方|平米|立方|吨|公里|千瓦|人次|%)"
)
_EXTENSION = re.compile(r"(?: ?\(?(?:-[0-9]{1,4}|(?:转|ext\.?) ?[0-9]{1,5})(?![0-9])\)?)?", re.I)


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
    18: (re.compile(_ID + "[0-9]"), re.compile("")),
    17: (re.compile(_ID), re.compile(r"[ -]{0,2}[X×*](?![0-9A-Z])", re.IGNORECASE | re.ASCII)),
    15: (re.compile(rf"{_REGION}[0-9]{{2}}{_DAY}[0-9]{{3}}"), re.compile("")),
}
"""Digits to what they look like and what follows them (GB 11643). The checksum is not asked:
with a slip of the pen the number still names a person."""


def _id_card(groups: _Groups, i: int) -> _Hit | None:
    for length, (pattern, check) in _ID_CARD.items():
        end = groups.window(i, length)
        tail = end is not None and check.match(groups.text, end)
        if not tail:
            continue
        plausible = pattern.match(groups.take(i, length))
        if plausible and length == 15:
            plausible = groups.cuts(i, length) in ((), (6,), (6, 12))
        if plausible or (end - groups.spans[i][0] == length and groups.told(i, _ID_WORDS)):
            return tail.end(), Kind.ID_CARD
    return None


def _is_luhn(digits: str) -> bool:
    """Tell whether the last digit is the check digit (ISO/IEC 7812-1)."""
    doubled = (int(d) * 2 for d in digits[-2::-2])
    total = sum(d - 9 if d > 9 else d for d in doubled) + sum(map(int, digits[-1::-2]))
    return total % 10 == 0


def _bank_card(groups: _Groups, i: int) -> _Hit | None:
    """16 to 19 digits: whole, in fours, or six and the rest. After the word "卡号" a wrong
    check digit does not matter."""
    for length in (19, 18, 17, 16):
        end = groups.window(i, length)
        if end is None or end - groups.spans[i][0] > length + 12:
            continue
        digits = groups.take(i, length)
        if groups.cuts(i, length) not in ((), (6,), tuple(range(4, length, 4))):
            continue
        if groups.told(i, _CARD_WORDS) or (digits[0] in "34569" and _is_luhn(digits)):
            return end, Kind.BANK_CARD
    return None


_MOBILE = re.compile(r"1[3-9][0-9]{9}")


def _mobile(groups: _Groups, i: int) -> _Hit | None:
    for prefix in ("", "0", "86", "0086"):
        length = len(prefix) + 11
        end = groups.window(i, length)
        digits = groups.take(i, length)
        if end is None or not digits.startswith(prefix) or not _MOBILE.match(digits, len(prefix)):
            continue
        usual = _is_mobile_shape(groups.cuts(i, length, len(prefix)), digits[len(prefix) :])
        if (usual or groups.told(i, _PHONE_WORDS)) and not groups.is_quantity(i, end):
            return end, Kind.PHONE
    return None


def _is_mobile_shape(cuts: tuple[int, ...], digits: str) -> bool:
    """Tell ways of writing a mobile number (138 1234 5678, 1381234-5678) from ranges of
    money (18000-200000), a number and a date (150 2026-11-23), lists of small numbers."""
    if not cuts or cuts in ((7,), (4, 7), tuple(range(1, 11))):
        return True
    if cuts == (3, 7, 9) and _is_date(digits[3:]):
        return False
    parts = [b - a for a, b in zip(cuts, [*cuts[1:], 11], strict=True)]
    return cuts[0] == 3 and (max(parts) <= 5 or parts == [8])


def _public_line(groups: _Groups, i: int) -> _Hit | None:
    """400 and 800 lines are published by those who pay for them."""
    end = groups.window(i, 10)
    return (end, None) if end is not None and groups.take(i, 3) in ("400", "800") else None


_AREA = re.compile(r"0(?:10|2[0-9]|[3-9][0-9]{2})(?=[1-9])")


def _landline(groups: _Groups, i: int) -> _Hit | None:
    """Area code and seven or eight digits; "+86" may stand for the zero."""
    start = groups.spans[i][0]
    skip = 2 if groups.text[start - 1 : start] == "+" and groups.take(i, 2) == "86" else 0
    for length in (13, 12, 11, 10) if groups.take(i, 1) in "08" else ():
        end = groups.window(i, length)
        digits = groups.take(i, length)[skip:]
        area = _AREA.match("0" + digits if skip else digits)
        if end is None or area is None:
            continue
        code = area.end() - (1 if skip else 0)
        usual = {cut - code for cut in groups.cuts(i, length, skip)} <= {0, 3, 4}
        if len(digits) - code in (7, 8) and usual and not groups.is_quantity(i, end):
            return _EXTENSION.match(groups.text, end).end(), Kind.PHONE
    return None


def _local(groups: _Groups, i: int) -> _Hit | None:
    """Seven or eight digits are a telephone only after a word for it, or after another."""
    for length, shapes in ((8, ((), (4,))), (7, ((), (3,)))):
        end = groups.window(i, length)
        digits = groups.take(i, length)
        if end is None or groups.cuts(i, length) not in shapes or digits[0] in "01":
            continue
        span_of_years = length == 8 and {digits[:2], digits[4:6]} <= {"19", "20"}
        if _is_date(digits) or span_of_years or groups.is_quantity(i, end):
            continue
        if groups.told_phone(i):
            return _EXTENSION.match(groups.text, end).end(), Kind.PHONE
    return None


_CHAIN = re.compile(rf"(?:{_ID}[0-9]|1[3-9][0-9]{{9}})+")
_DATE_BEHIND = re.compile(r"(?:19|20)[0-9]{2}[年.\-/]")


def _glued(groups: _Groups, i: int) -> _Hit | None:
    """Numbers written without a gap, or with a date right behind, as in signatures. What
    hangs together is one finding, called by its first number."""
    chain = _CHAIN.match(groups.text, groups.spans[i][0])
    if chain is None:
        return None
    dated = _DATE_BEHIND.match(groups.text, chain.end())
    if len(chain.group()) == 11 and not dated and not groups.told(i, _PHONE_WORDS):
        return None
    is_id = _ID_CARD[18][0].match(chain.group())
    return chain.end(), Kind.ID_CARD if is_id else Kind.PHONE


_RULES = (_id_card, _bank_card, _mobile, _public_line, _landline, _local, _glued)


def _walk(
    groups: _Groups, rules: Sequence[Callable[[_Groups, int], _Hit | None]]
) -> Iterator[_Span]:
    """Ask the rules at each group in turn and go on behind what they found."""
    position = 0
    for i, (start, _end) in enumerate(groups.spans):
        hit = start >= position and next(filter(None, (rule(groups, i) for rule in rules)), None)
        if not hit:
            continue
        position, kind = hit
        if kind is Kind.PHONE:
            groups.phone_end = position
            start -= groups.text[start - 1 : start] == "+"
            start -= groups.text[start - 1 : start] == "(" and ")" in groups.text[start:position]
        if kind is not None:
            yield start, position, kind


def _numbers(text: str) -> Iterator[_Span]:
    return _walk(_Groups(text), _RULES)


def _spelled(text: str) -> Iterator[_Span]:
    """一三八 零零一三 八零零零, also mixed with plain: written so to get past a filter."""
    plain = text.translate(_SPELLED)
    return _walk(_Groups(plain if plain != text else ""), (_mobile, _landline))

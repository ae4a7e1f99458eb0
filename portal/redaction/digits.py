"""The digits of a text in groups, and what stands around them."""

import re

_JOINT = re.compile(r"[ \-.·_()~/*]{1,3}|[ \-]{0,2}\n[ \-]{0,2}")
"""What may stand inside a number: also the end of a line, as in a copied text."""

LOOSE = 12
"""Most characters that may stand between the digits of a bank card, all in all."""


class Groups:
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
        self._closing = [len(text)] * (len(self.spans) + 1)  # the next bracket behind each group
        for i in range(len(self.spans) - 1, 0, -1):
            gap = self.spans[i - 1][1], self.spans[i][0]
            if _JOINT.fullmatch(text, *gap):
                self._run_end[i - 1] = self._run_end[i]
            closed = text.find(")", *gap)
            self._closing[i - 1] = closed if closed >= 0 else self._closing[i]

    def width(self, i: int) -> int:
        """Return how many digits group `i` has."""
        return self._offsets[i + 1] - self._offsets[i]

    def begins(self, i: int, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Match a pattern of digits from group `i` on, as if no separator stood between them.

        Says nothing of where a group ends. Few groups get beyond it: that keeps a long list of
        numbers quick.
        """
        return pattern.match(self._digits, self._offsets[i])

    def window(self, i: int, length: int) -> int | None:
        """Return where in the text `length` digits from group `i` end, if a group ends there.

        None too where a bracket that stands before them closes in between: in "(2栋1501)139..."
        the room is no part of the number.
        """
        j = self._at_offset.get(self._offsets[i] + length)
        if j is None or not i < j <= self._run_end[i]:
            return None
        start, end, closed = self.spans[i][0], self.spans[j - 1][1], self._closing[i]
        is_whole = closed >= end or "(" in self.text[max(0, start - 2) : closed]
        return end if is_whole else None

    def take(self, i: int, length: int) -> str:
        """Return `length` digits from group `i` on."""
        return self._digits[self._offsets[i] : self._offsets[i] + length]

    def cuts(self, i: int, length: int, skip: int = 0) -> tuple[int, ...]:
        """Return after how many digits a separator stands, not counting the first `skip`."""
        j = self._at_offset[self._offsets[i] + length]
        first = self._offsets[i] + skip
        return tuple([place - first for place in self._offsets[i + 1 : j] if place > first])

    def is_broken(self, i: int) -> bool:
        """Tell whether a line ends where a bank card that begins with group `i` may stand."""
        start = self.spans[i][0]
        return "\n" in self.text[start : start + 19 + LOOSE]

    def lines(self, i: int, length: int) -> int:
        """Return over how many ends of lines the `length` digits from group `i` on reach."""
        j = self._at_offset[self._offsets[i] + length]
        return self.text.count("\n", self.spans[i][0], self.spans[j - 1][0])

    def told(self, i: int, words: tuple[str, ...]) -> bool:
        """Tell whether one of the `words` leads up to group `i`: "电话号码是: 138..."."""
        before = self.text[max(0, self.spans[i][0] - 16) : self.spans[i][0]]
        return before.rstrip(_FILLER).lower().endswith(words)

    def is_public(self, i: int, end: int) -> bool:
        """Tell whether the number is called a line for everybody: 供水服务热线0743-8222222."""
        before = self.text[max(0, self.spans[i][0] - 16) : self.spans[i][0]]
        return bool(_FOR_ALL_BEFORE.search(before) or _FOR_ALL_BEHIND.match(self.text, end))

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
PHONE_WORDS = ("电话", "手机", "座机", "固话", "小灵通", "联系", "致电", "拨打", "拨", "来电")
PHONE_WORDS += ("传真", "短信", "微信", "回电", "回拨", "tel", "phone", "mobile", "☎", "📞")
_FOR_ALL = (
    "热线|(?:监督|举报|服务|急诊|急救|值班|报警|抢修|派出所|供电所|水厂|燃气公司|卫生院|前台)"
    "(?:的|公开)?电话"
)
"""Words for a line that everybody may call."""
_FOR_ALL_BEFORE = re.compile(rf"(?:{_FOR_ALL}|总机)[^0-9,.;!?。\n\0]{{0,6}}$")
_FOR_ALL_BEHIND = re.compile(
    r" ?[(,]?(?:[\u4e00-\u9fa5]{0,4}热线|公开电话|前台|总机|是前台|是总机)"
)
_PHONE_CLAUSE = re.compile(
    rf"(?:{'|'.join(PHONE_WORDS)}|热线)[^\]\0,.;!?。0-9编证单户学邮]{{0,14}}[ :;,.]{{0,3}}$"
    r"|打[ :]{0,3}$",
    re.IGNORECASE,
)
CARD_WORDS = ("卡", "一卡通", "存折", "账", "账户", "帐", "帐户")
ID_WORDS = ("身份证", "身份证件", "公民身份")
_MONEY_WORDS = ("¥", "￥", "$", "人民币", "rmb", "金额", "合计")
_UNIT = re.compile(
    r"(?:\.[0-9]{1,4})? {0,2}"
    r"(?:[多余]?元|块钱|万(?!一)|亿|美元|㎡|平方|平米|立方|吨|公里|千瓦|人次|%)"
)
EXTENSION = re.compile(r"(?: ?\(?(?:-[0-9]{1,4}|(?:转|ext\.?) ?[0-9]{1,5})(?![0-9])\)?)?", re.I)

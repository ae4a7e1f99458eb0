"""Finding e-mail addresses, plates of vehicles, accounts of QQ and WeChat, passports."""

import re
from collections.abc import Iterator

from portal.redaction.kinds import Kind
from portal.redaction.reading import Span

_EMAIL = re.compile(
    r"(?<![a-z0-9._%+-])[a-z0-9._%+-]+(?:"
    r" {0,2}@ {0,2}(?:[a-z0-9-]{1,63}(?:\.|。(?=(?:com|cn|net|org)))){1,6}[a-z]{2,24}"
    r"| ?(?:#|艾特|\(at\)|\[at\]|at) ?"
    r"(?:qq|vip\.qq|163|126|139|189|sina|sohu|foxmail|gmail|hotmail|outlook)[.。](?:com|cn))",
    re.IGNORECASE | re.ASCII,
)
"""Written out in full, or with another sign for @ and one of the usual mail services."""


def emails(text: str) -> Iterator[Span]:
    """Find e-mail addresses."""
    return ((*match.span(), Kind.EMAIL) for match in _EMAIL.finditer(text))


_DIGIT = "[0-9〇零一二三四五六七八九幺]"
_ANY = "[A-Z0-9〇零一二三四五六七八九幺]"
_PLATE = re.compile(
    r"(?<![A-Z])WJ ?[\u4e00-\u9fa5]?[ ·-]?[0-9]{4}[0-9A-Z](?![0-9A-Z])"
    r"|(?:[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼] ?"
    r"|(?<=车牌)|(?<=车牌号)|(?<=车牌[:为是])|(?<=车牌号[:为是]))[A-Z][ \-.·_/]{0,2}"
    rf"(?:(?=(?:[A-Z]{{0,3}}{_DIGIT}){{2}})(?:{_ANY}{{4,5}}(?:[警学挂港澳试超]|应急)|{_ANY}{{3}}[港澳]"
    rf"|(?:{_ANY}{{5}}|[A-HJK]{_ANY}{_DIGIT}{{4}}|{_DIGIT}{{5}}[A-HJK])(?![A-Z0-9]))"
    r"|(?:[A-HJK][ \-·][A-Z0-9](?:[ \-·][0-9]){4}|(?:[0-9][ \-·]){5}[A-HJK]"
    r"|(?:[A-Z0-9][ \-·]){4}[A-Z0-9]|[A-HJK][ \-·][0-9]{5}|[0-9]{3}[ \-·][0-9]{2}"
    r"|[0-9]{2}[ \-·][0-9]{3})(?![ \-·]?[A-Z0-9]))",
    re.IGNORECASE | re.ASCII,
)
"""GA 36: province, letter, five characters, the last possibly 警 学 挂 港 澳; new-energy
plates have six with a letter first or last. Less than two digits: a word in Latin letters.
Also in two parts or letter by letter (皖A 12-345, 皖 A D 1 2 3 4 5), digits also spelled out;
armed police (WJ)."""


def plates(text: str) -> Iterator[Span]:
    """Find plates of motor vehicles."""
    return ((*match.span(), Kind.PLATE) for match in _PLATE.finditer(text))


_CYCLE = re.compile(
    r"(?:车牌照?|牌照|号牌)号?码?[:为是]? ?([\u4e00-\u9fa5]{0,3} ?[A-Z]?[0-9]{5,7})(?![0-9A-Z])",
    re.IGNORECASE | re.ASCII,
)
"""Each county numbers its electric bicycles in its own way: only the word tells."""


def cycles(text: str) -> Iterator[Span]:
    """Find plates of electric bicycles, after a word for a plate."""
    return ((*match.span(1), Kind.PLATE) for match in _CYCLE.finditer(text))


_QQ = re.compile(
    r"(?:(?<![a-z])qq|(?<![a-z])q(?=号)|扣扣|企鹅)(?:群|账号|帐号|号码|号)?[ :为是,(]{0,3}"
    r"([1-9][0-9]{4,11}|[1-9][0-9]{2,4}(?: [0-9]{2,4}){1,2})(?![0-9])",
    re.IGNORECASE | re.ASCII,
)
_CHAT = re.compile(
    r"(?:微信|薇信|威信|徽信|v信|加v|wechat|weixin|(?<![a-z])[vw]x|抖音|快手)"
    r"((?:账号|帐号|号码|号|id)?[ :为是,(]{0,3})([a-z][a-z0-9_-]{5,19})(?![a-z0-9_-])",
    re.IGNORECASE | re.ASCII,
)
"""WeChat: a letter, then 5 to 19 letters, digits, underscores or dashes. A public account
(微信公众号) is announced by another word and left alone."""


def accounts(text: str) -> Iterator[Span]:
    """Find accounts of QQ and WeChat after their words; a mere word in letters is none."""
    for match in _QQ.finditer(text):
        yield *match.span(1), Kind.ACCOUNT
    for match in _CHAT.finditer(text):
        announced, name = match.groups()
        if announced.strip() or any(c in "0123456789_-" for c in name):
            yield *match.span(2), Kind.ACCOUNT


_PASSPORT = re.compile(
    r"(?:护照|通行证|回乡证|台胞证)(?:证件)?号?码?[ :为是]{0,3}"
    r"([A-Z]{1,2} ?[0-9]{7,8})(?![0-9A-Z])",
    re.IGNORECASE | re.ASCII,
)


def passports(text: str) -> Iterator[Span]:
    """Find numbers of passports and travel permits after their words."""
    return ((*match.span(1), Kind.PASSPORT) for match in _PASSPORT.finditer(text))

"""What a letter reads like without who wrote it: for the departments that handle it.

Sources: 个人信息保护法, art. 51 (de-identification, access rights); 信访工作条例, art. 30;
GB/T 33358-2016 (confidential handling). A department works on the matter, not on the person.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from portal.cases.contacts import Contact, unseal_contact
from portal.cases.models import Case
from portal.errors import Invalid
from portal.redaction import MASKS, Kind, Proposal, apply, propose
from portal.redaction.reading import Reading, spelled_out
from portal.redaction.surnames import DOUBLE

_ANYBODY = (
    "居民 群众 市民 村民 业主 住户 网友 家长 学生 老师 商户 用户 老百姓 本人 匿名"
    " 先生 女士 师傅 同志 热心市民 某先生 某女士"
)
ANYBODY = frozenset(_ANYBODY.split())
"""Names that people give instead of their own; masking them would only spoil the text."""

SHORTEST_NAME = 2
"""Characters of a name below which it would be found inside other words."""

_GAP = r"[ \-.·\u3000]{0,2}"
"""What people put between the characters of a name or a number."""

_BESIDE = re.compile(r"[(（\[【].{0,12}[)）\]】]|(?:先生|女士|小姐|同志|老师|师傅|大爷|大妈|阿姨)$")
"""What stands beside a name in the field for it."""


@dataclass(frozen=True)
class Found:
    """Personal data found in a text, and the text with all of it masked."""

    proposals: list[Proposal]
    masked: str


def mask(text: str) -> Found:
    """Find personal data in `text` and offer the masked text."""
    proposals = propose(text)
    return Found(proposals, apply(text, proposals))


class Veil:
    """Masks in the texts of one case what could tell who wrote it.

    Beside what `propose` finds in any text it knows the writer's own name, phone and e-mail,
    which the sealed contact holds: "小明家门口" is nobody's name, unless 张小明 is who wrote.
    They are known however they are spelt: with gaps, without the surname, in other digits.
    """

    def __init__(self, case: Case) -> None:
        """Learn who wrote `case`; nothing of it ever leaves but as a mask."""
        try:
            contact = unseal_contact(case)
        except Invalid:  # sealed with another key: what can be found without it is masked
            contact = Contact()
        self._known = [(re.compile(p, re.I), kind) for p, kind in _patterns(contact)]
        self._phone = _digits(contact.phone)

    def __call__(self, text: str) -> str:
        """Return `text` with all of it masked: for words of residents and moderators."""
        return _masked(text, [*((p.start, p.end, p.kind) for p in propose(text)), *self.own(text)])

    def known(self, text: str) -> str:
        """Return `text` with the writer's own words masked and no others.

        For what departments write themselves: their own names and numbers stay readable.
        """
        numbers = (p for p in propose(text) if p.kind is Kind.PHONE) if self._phone else ()
        mine = ((p.start, p.end, p.kind) for p in numbers if _digits(p.text) == self._phone)
        return _masked(text, [*mine, *self.own(text)])

    def own(self, text: str) -> Iterator[tuple[int, int, Kind]]:
        """Give the places where the writer's own words stand."""
        for pattern, kind in self._known:
            for match in pattern.finditer(text):
                yield *match.span(), kind


def _masked(text: str, spans: Iterable[tuple[int, int, Kind]]) -> str:
    """Mask the places, those that touch as one."""
    merged: list[tuple[int, int, Kind]] = []
    for start, end, kind in sorted(spans):
        if merged and start < merged[-1][1]:
            first, last, known = merged[-1]
            merged[-1] = (first, max(last, end), known)
        else:
            merged.append((start, end, kind))
    return apply(text, [Proposal(a, b, k, text[a:b], MASKS[k]) for a, b, k in merged])


def _patterns(contact: Contact) -> Iterator[tuple[str, Kind]]:
    """Give what is known of the writer, as patterns of bounded length."""
    if contact.email:
        yield re.escape(contact.email), Kind.EMAIL
    if contact.phone:
        yield _GAP.join(map(re.escape, _digits(contact.phone) or contact.phone)), Kind.PHONE
    for name in _names(contact.name.strip()):
        if len(name) >= SHORTEST_NAME and name not in ANYBODY:
            is_han = all("\u4e00" <= c <= "\u9fff" for c in name)
            yield (_GAP.join(name) if is_han else re.escape(name)), Kind.NAME


def _names(name: str) -> Iterator[str]:
    """Give the name as it was written, without title and remark, and what follows the surname."""
    yield name
    plain = _BESIDE.sub("", name).strip()
    if plain != name:
        yield plain
    if len(plain) in (3, 4) and plain not in ANYBODY:
        yield plain[2 if plain[:2] in DOUBLE else 1 :]


def _digits(phone: str) -> str:
    """Return the digits of a number, also where they are spelt in characters."""
    return "".join(c for c in spelled_out(Reading(phone).text) if c.isdecimal())

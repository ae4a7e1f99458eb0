"""What a letter reads like without who wrote it: for the departments that handle it.

Sources: 个人信息保护法, art. 51 (de-identification, access rights); 信访工作条例, art. 30;
GB/T 33358-2016 (confidential handling). A department works on the matter, not on the person.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from portal.cases.contacts import Contact, unseal_contact
from portal.cases.models import Case
from portal.errors import Invalid
from portal.redaction import MASKS, Kind, Proposal, apply, propose

_ANYBODY = (
    "居民 群众 市民 村民 业主 住户 网友 家长 学生 老师 商户 用户 老百姓 本人 匿名"
    " 先生 女士 师傅 同志 热心市民 某先生 某女士"
)
ANYBODY = frozenset(_ANYBODY.split())
"""Names that people give instead of their own; masking them would only spoil the text."""

SHORTEST_NAME = 2
"""Characters of a name below which it would be found inside other words."""


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
    which the sealed contact holds: "小明家门口" is nobody's name, unless 小明 is who wrote.
    """

    def __init__(self, case: Case) -> None:
        """Learn who wrote `case`; nothing of it ever leaves but as a mask."""
        try:
            contact = unseal_contact(case)
        except Invalid:  # sealed with another key: what can be found without it is masked
            contact = Contact()
        self._known = [(word.lower(), kind) for word, kind in _words(contact)]

    def __call__(self, text: str) -> str:
        """Return `text` with all of it masked: for words of residents and moderators."""
        return _masked(text, [*((p.start, p.end, p.kind) for p in propose(text)), *self.own(text)])

    def known(self, text: str) -> str:
        """Return `text` with the writer's own words masked and no others.

        For what departments write themselves: their own names and numbers stay readable.
        """
        return _masked(text, self.own(text))

    def own(self, text: str) -> Iterator[tuple[int, int, Kind]]:
        """Give the places where the writer's own words stand, as far as they are spelt alike."""
        lowered = text.lower()
        if len(lowered) != len(text):  # a letter that grows when it is made small: places shift
            lowered = text
        for word, kind in self._known:
            start = lowered.find(word)
            while start >= 0:
                yield start, start + len(word), kind
                start = lowered.find(word, start + len(word))


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


def _words(contact: Contact) -> Iterator[tuple[str, Kind]]:
    """Give what is known of the writer."""
    if contact.email:
        yield contact.email, Kind.EMAIL
    if contact.phone:
        yield contact.phone, Kind.PHONE
    name = contact.name.strip()
    if len(name) >= SHORTEST_NAME and name not in ANYBODY:
        yield name, Kind.NAME

"""What of a letter, an answer or a reply others may read: found, chosen, compared, confirmed.

A text goes its way in three steps. What looks like personal data is marked (`Eye`). What the
moderator leaves chosen is masked, the rest stays (`Part`). And the text that comes out, whatever
was changed by hand besides, is published only when the moderator has had the difference before
their eyes, and has confirmed whatever in it still looks like personal data (`objection`).

The original is never changed: every step begins with it again. Sources: 个人信息保护法, art. 25
(publication needs consent), art. 51 (de-identification); a person decides on every proposal.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from portal.cases.changes import change
from portal.cases.kinds import TargetKind
from portal.cases.masking import Veil
from portal.cases.models import Case
from portal.cases.targets import name_of
from portal.difference import Kind as Fate
from portal.difference import Piece, pieces
from portal.errors import Invalid
from portal.language import N_
from portal.redaction import KIND_LABELS, MASKS, Kind, Proposal, apply, propose
from portal.text import clean

COMPANY_LABEL = N_("企业名称")
COMPANY_MASK = N_("[企业名称已隐去]")
"""As the other masks it becomes part of a Chinese text and is stored as it is."""

_FORM = re.compile(
    "(?:集团)?(?:股份)?(?:有限责任公司|有限公司|股份公司|公司|集团|合作社|事务所|工程队|施工队|厂|店)$"
)
"""What the name of a company ends with; people leave it out."""

SHORTEST_COMPANY = 3
"""Characters of a company's name below which it would be found inside other words."""

AROUND = 8
"""Characters shown on each side of what still looks like personal data."""

LOOK = N_("公开文字有改动，请核对标出的改动，再提交一次。")
CHOICE = N_("勾选有变化，文字已从原文重新生成，请核对后再提交一次。")
CONFIRM = N_("文字中仍有疑似个人信息，请逐一核对并勾选确认，或者隐去。")
APPLIED = N_("已按勾选重新生成文字，还没有保存。")
MOVED = N_("要公开的原文刚才有变化，您的操作没有执行。请刷新页面后核对。")
FOREIGN = N_("勾选的内容与原文对不上，请刷新页面后重新勾选。")


@dataclass(frozen=True)
class Mark:
    """One place of a text that looks like personal data."""

    part: str
    """Name of the text it stands in."""
    proposal: Proposal
    label: str
    """What it is, in Chinese, marked for translation."""
    before: str = ""
    after: str = ""
    """A few characters around it: a surname alone tells a reader nothing."""

    @property
    def key(self) -> str:
        """What a form calls it: the text, and where in the original it starts and ends."""
        return f"{self.part}:{self.proposal.start}-{self.proposal.end}"


class Eye:
    """Finds in the texts of one case what could tell who somebody is.

    Beside what `propose` finds anywhere it knows the writer's own name and numbers, and the
    companies that the case complains about.
    """

    def __init__(self, case: Case) -> None:
        """Learn the names of `case`."""
        self._veil = Veil(case)
        self._companies = sorted(set(_companies(case)), key=len, reverse=True)

    def marks(self, part: str, text: str) -> list[Mark]:
        """Return what it finds in `text`, in reading order and without overlaps."""
        found = [(p.start, p.end, KIND_LABELS[p.kind], p.mask, p.kind) for p in propose(text)]
        found += [(a, b, KIND_LABELS[k], MASKS[k], k) for a, b, k in self._veil.own(text)]
        found += [(a, b, COMPANY_LABEL, COMPANY_MASK, Kind.NAME) for a, b in self._named(text)]
        merged: list[tuple[int, int, str, str, Kind]] = []
        for start, end, *what in sorted(found, key=lambda one: (one[0], -one[1])):
            if merged and start < merged[-1][1]:
                first, last, *known = merged[-1]
                merged[-1] = (first, max(last, end), *known)
            else:
                merged.append((start, end, *what))
        return [
            Mark(
                part,
                Proposal(a, b, kind, text[a:b], mask),
                label,
                " ".join(text[max(0, a - AROUND) : a].splitlines()),
                " ".join(text[b : b + AROUND].splitlines()),
            )
            for a, b, label, mask, kind in merged
        ]

    def _named(self, text: str) -> Iterator[tuple[int, int]]:
        for name in self._companies:
            yield from ((m.start(), m.end()) for m in re.finditer(re.escape(name), text))


@dataclass(frozen=True)
class Part:
    """One text on its way to whoever may read it."""

    name: str
    """Of the form's field."""
    original: str
    text: str
    """As it would be published."""
    marks: Sequence[Mark]
    """What looks like personal data in the original."""
    chosen: frozenset[str]
    """Keys of the marks that are masked."""
    left: Sequence[Mark]
    """What still looks like personal data in `text`."""

    @property
    def masked(self) -> str:
        """The original with the chosen marks masked, and nothing else changed."""
        return masked(self.original, self.marks, self.chosen)

    @property
    def is_as_chosen(self) -> bool:
        """Whether nothing was changed in it by hand."""
        return self.text == self.masked

    @cached_property
    def needs_reason(self) -> bool:
        """Whether something was changed by hand that is no personal data: the writer asks why."""
        return not self.is_as_chosen and change(self.original, self.text).has_others

    @cached_property
    def pieces(self) -> list[Piece]:
        """How `original` became `text`."""
        return pieces(self.original, self.text)

    @property
    def runs(self) -> list[tuple[str, Mark | None]]:
        """The original, cut where marks begin and end."""
        found: list[tuple[str, Mark | None]] = []
        place = 0
        for mark in self.marks:
            found.append((self.original[place : mark.proposal.start], None))
            found.append((mark.proposal.text, mark))
            place = mark.proposal.end
        found.append((self.original[place:], None))
        return [run for run in found if run[0]]


@dataclass(frozen=True)
class Redaction:
    """The texts of one form, as they would be published."""

    parts: Sequence[Part]
    also_left: Sequence[Mark] = ()
    """What still looks like personal data in texts that were saved before and go along."""
    kept: Sequence[str] = ()
    """What was written by hand and gave way to a new choice."""
    is_remade: bool = False
    """Whether another choice than before has made the texts."""

    @property
    def left(self) -> list[Mark]:
        """All that still looks like personal data."""
        return [*(mark for part in self.parts for mark in part.left), *self.also_left]

    @property
    def texts(self) -> dict[str, str]:
        """The texts by name."""
        return {part.name: part.text for part in self.parts}

    @property
    def made(self) -> str:
        """The choice that made the texts, as the form carries it along."""
        return ",".join(sorted(key for part in self.parts for key in part.chosen))

    @property
    def digest(self) -> str:
        """Tells these texts, and what they were made from, from any others."""
        told = [[part.name, part.original, part.text] for part in self.parts]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:32]

    def originals(self) -> dict[str, str]:
        """The originals by name."""
        return {part.name: part.original for part in self.parts}


def masked(original: str, marks: Iterable[Mark], chosen: Iterable[str]) -> str:
    """Return `original` with the chosen marks masked."""
    keys = set(chosen)
    return apply(original, [mark.proposal for mark in marks if mark.key in keys])


def offered(eye: Eye, originals: dict[str, str], saved: dict[str, str] | None = None) -> Redaction:
    """Return the texts as a page first shows them: as they were saved, else all masked."""
    parts = []
    for name, original in originals.items():
        marks = eye.marks(name, original)
        if text := (saved or {}).get(name, ""):
            chosen = taken_out(original, text, marks)
        else:
            chosen = frozenset(mark.key for mark in marks)
            text = masked(original, marks, chosen)
        parts.append(Part(name, original, text, marks, chosen, eye.marks(name, text)))
    return Redaction(parts)


def given(
    eye: Eye,
    originals: dict[str, str],
    texts: dict[str, str],
    *,
    chosen: Iterable[str],
    made: str | None,
    is_asked: bool = False,
) -> Redaction:
    """Return the texts as a form sends them, or made anew from the original.

    They are made anew when that is asked for (`is_asked`), and when the boxes say something
    else than what the form's texts were made of (`made`; None: the form had no boxes). Raises
    Invalid for a box that stands for nothing in the originals.
    """
    keys = frozenset(chosen)
    marks = {name: eye.marks(name, original) for name, original in originals.items()}
    known = {mark.key: mark for some in marks.values() for mark in some}
    if not keys <= known.keys():
        raise Invalid(FOREIGN)
    before = frozenset(filter(None, (made or "").split(","))) & known.keys()
    is_remade = is_asked or (made is not None and before != keys)
    parts, kept = [], []
    for name, original in originals.items():
        text = clean(texts.get(name, ""))
        if is_remade:
            by_hand = text not in ("", masked(original, marks[name], before))
            kept += [text] if by_hand else []
            text = masked(original, marks[name], keys)
        ours = keys & {mark.key for mark in marks[name]}
        parts.append(Part(name, original, text, marks[name], ours, eye.marks(name, text)))
    return Redaction(parts, kept=kept, is_remade=is_remade)


def taken_out(original: str, text: str, marks: Iterable[Mark]) -> frozenset[str]:
    """Return the keys of the marks of which any character is gone from `text`."""
    gone, place = [], 0
    for piece in pieces(original, text):
        if piece.kind is not Fate.ADDED:
            end = place + len(piece.text)
            gone += [(place, end)] if piece.kind is Fate.REMOVED else []
            place = end
    return frozenset(
        mark.key
        for mark in marks
        if any(a < mark.proposal.end and mark.proposal.start < b for a, b in gone)
    )


def objection(redaction: Redaction, *, shown: str | None, is_confirmed: bool) -> str | None:
    """Return why the texts may not go out as they stand, or None.

    `shown` is the digest of the texts whose difference the moderator had before their eyes,
    `is_confirmed` whether they confirmed what still looks like personal data in them.
    """
    if redaction.is_remade:
        return CHOICE
    if shown != redaction.digest:
        return LOOK
    return CONFIRM if redaction.left and not is_confirmed else None


def _companies(case: Case) -> Iterator[str]:
    """Give the names of the contractors it complains about, whole and as people shorten them."""
    for target in case.targets:
        if target.kind is not TargetKind.CONTRACTOR:
            continue
        try:
            name = name_of(target).strip()
        except Invalid:  # sealed with another key: what can be found without it is marked
            continue
        for known in (name, _FORM.sub("", name)):
            if len(known) >= SHORTEST_COMPANY:
                yield known

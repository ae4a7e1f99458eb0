"""What a ballot of deputies comes to, and what in it cannot be. Pure.

A ballot is a public record of its own: three levels, counted in votes of an assembly. It never
enters the figures of residents' ratings. What was published is kept as it was published, even
where it cannot be right; `faults` says what does not add up, and nothing is put right.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any

from portal.language import N_


class Verdict(StrEnum):
    """What a project's votes come to."""

    SATISFIED = "satisfied"
    BASIC = "basic"
    UNSATISFIED = "unsatisfied"


VERDICT_LABELS = {
    Verdict.SATISFIED: N_("满意"),
    Verdict.BASIC: N_("基本满意"),
    Verdict.UNSATISFIED: N_("不满意"),
}

VERDICT_TONES = {
    Verdict.SATISFIED: "done",
    Verdict.BASIC: "info",
    Verdict.UNSATISFIED: "danger",
}
"""Verdict -> tone of its tag."""

RULES: dict[str, dict[str, Any]] = {
    "zhenhai-2021": {
        "name": N_("全体组成人员过半（镇海2021）"),
        "basis": N_("宁波市镇海区2021年区政府民生实事项目完成情况满意度测评结果所附规则"),
        "source": "https://www.zh.gov.cn/art/2022/11/25/art_1229694683_59140937.html",
        "text": N_(
            "满意票达到全体组成人员半数以上的，为测评满意；满意票不足半数，但加基本满意票达到"
            "半数以上的，为测评基本满意；满意票加基本满意票不足半数的（含半数），为测评不满意。"
        ),
        "note": N_(
            "分母是全体组成人员，不是到会人数；没有投票的不算满意。恰好半数时：满意票够半数，"
            "算满意；要加上基本满意票才够半数，算不满意。"
        ),
        "denominator": "members",
        "steps": [
            {"verdict": "satisfied", "votes": ["satisfied"], "percent": 50, "or_equal": True},
            {"verdict": "basic", "votes": ["satisfied", "basic"], "percent": 50, "or_equal": False},
        ],
    },
}
"""How votes become a verdict, by key; a key is stored with each ballot and keeps its meaning.

`steps` are tried in turn: the named votes together must be more than `percent` of the
`denominator` ('members' or 'present'), or as many where `or_equal` is true. What passes no step
is 不满意. A rule that changes gets a new key. 以上 includes the number itself (民法典
第1259条), hence the first step; （含半数） of the source decides the second.
"""

DEFAULT_RULE = "zhenhai-2021"


@dataclass(frozen=True)
class Votes:
    """The votes on one line, by level."""

    satisfied: int
    basic: int
    unsatisfied: int

    @property
    def total(self) -> int:
        """All three together."""
        return self.satisfied + self.basic + self.unsatisfied


@dataclass(frozen=True)
class Fault:
    """Something that cannot be, or does not add up; `message` is a marked text."""

    message: str
    params: dict[str, int]


def verdict(votes: Votes, *, members: int, present: int, rule: str) -> Verdict:
    """Return what the votes come to by the rule of this key. Raises KeyError for an unknown one."""
    data = RULES[rule]
    whole = {"members": members, "present": present}[data["denominator"]]
    for step in data["steps"]:
        reached = 100 * sum(getattr(votes, name) for name in step["votes"])
        wanted = step["percent"] * whole
        if reached > wanted or (step["or_equal"] and reached == wanted):
            return Verdict(step["verdict"])
    return Verdict.UNSATISFIED


def of_members(votes: int, members: int) -> Decimal:
    """Return votes in percent of all members, one decimal; there is at least one member."""
    return (Decimal(votes) * 100 / members).quantize(Decimal("0.1"), ROUND_HALF_UP)


def faults(votes: Votes, *, members: int, present: int) -> list[Fault]:
    """Return what does not add up on one line: against who was there, and who could be there.

    Fewer votes than people may be abstentions or spoilt papers; it is told all the same.
    """
    found = []
    if votes.total != present:
        gap = abs(votes.total - present)
        params = {"total": votes.total, "present": present, "gap": gap}
        found.append(Fault(N_("三项合计 %(total)s，到会 %(present)s，相差 %(gap)s"), params))
    if votes.total > members:
        params = {"total": votes.total, "members": members}
        found.append(Fault(N_("三项合计 %(total)s，多于全体组成人员 %(members)s"), params))
    return found


def head_faults(*, members: int, present: int) -> list[Fault]:
    """Return what cannot be of the ballot as a whole."""
    if present <= members:
        return []
    params = {"members": members, "present": present}
    return [Fault(N_("到会 %(present)s，多于全体组成人员 %(members)s"), params)]

"""How soon a moderator should look at a letter, and which of its words say so. Pure.

The class orders the queue and nothing else: no case is refused, sent or published by it. A
moderator sees the words that were found, because a machine that reads words can be wrong; so a
danger that is only feared counts like one that is there, and only what is plainly denied,
taught or practised does not.

Sources: practice of hotlines that answer in minutes to hours where life or supply is at stake
(吕梁, 柳林 2024: 30 minutes for what is urgent; 北京 draft 2021: emergencies 2 hours, water,
power, gas and heat 24 hours). That children come first: 未成年人保护法, art. 4.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from portal.cases.clauses import clauses, flat
from portal.cases.kinds import Kind
from portal.language import N_

LEVEL_LABELS = {
    3: N_("人身安全或群体事件"),
    2: N_("基本生活受影响"),
    1: N_("有时限"),
    0: N_("一般"),
}
"""What the queue says beside a case; 3 is looked at first."""

WORDS_SHOWN = 3
"""How many words of a level are given as reasons; more tell a moderator nothing new."""

BY_DANGER = N_("提到危及人身安全的“%(word)s”")
BY_CROWD = N_("提到可能的群体事件“%(word)s”")
BY_LIVELIHOOD = N_("提到影响基本生活的“%(word)s”")
BY_DATE = N_("提到时限“%(word)s”")
BY_MINOR = N_("涉及未成年人，提高一级")
BY_REPORT = N_("举报件，直接送纪检监察机关")
BY_FOLLOW_UP = N_("差评回访有时限")
AS_PRAISE = N_("表扬件，所述危险一般已经过去")


@dataclass(frozen=True)
class Reason:
    """Why a case has its level: a msgid and the values of its placeholders."""

    level: int
    text: str
    params: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Risk:
    """The class of a case, 3 to 0, and the reasons, the gravest first."""

    level: int
    reasons: tuple[Reason, ...]


_DANGER = re.compile(
    "漏电(?!保护)|触电|被电到|漏气|(?:煤气|燃气|天然气|液化气).{0,6}(?:泄漏|泄露)|爆炸(?!性)|着火|起火|失火|火灾"
    "|塌陷|坍塌|垮塌|塌了|倒塌|坠落|坠楼|下坠|高空抛物|砸到|砸伤|砸中|井盖(?:丢了|没了|不见|缺失|丢失)|没有井盖"
    "|电线(?:断了|掉|垂|裸露)|滑坡|泥石流|山洪|溃坝|决堤|管涌|危桥|(?:桥|梁|杆).{0,4}断裂"
    "|溺水|落水(?!管|口|槽)|掉进.{0,4}(?:河|井|坑|水)|中毒|昏迷|晕倒|大出血|刹车失灵|车祸|撞死|撞伤|死了?人"
    "|自杀|轻生|跳楼(?!价|机)|跳河|不想活|活不下去|寻死|喝农药"
    "|家暴|虐待|猥亵|性侵|强奸|霸凌|欺凌|拐卖|走失|失踪|持刀|砍人|行凶|威胁.{0,6}(?:杀|打|砍|弄死)|打断.{0,3}腿"
    "|狗.{0,2}咬|困在电梯|电梯困人|囚禁|非法拘禁|疫情|传染病|诺如"
)
_CROWD = re.compile(
    "集体上访|越级上访|进京上访|群体性|聚众|堵路|堵门|堵大门|拉横幅|罢工|罢运|罢课|罢市|集体停运|游行|静坐"
    "|示威|围堵|[几数上两三四五六七八九0-9]百(?:多)?(?:人|户).{0,8}(?:去|到|上).{0,8}(?:讨|闹|访|政府)"
)
_LIVELIHOOD = re.compile(
    "停水|断水|没水|没有水(?!平)|停电|断电|没电|停气|断气|停暖|没暖气|没有暖气|暖气不热"
    "|拖欠.{0,6}(?:工资|工钱)|欠薪|讨薪|不发工资|没发工资|工资不发|血汗钱"
    "|孤寡|独居|五保|瘫痪|卧床|重病|癌症|白血病|尿毒症|断粮|没饭吃|揭不开锅|没钱(?:看病|买米|治)|交不起"
    "|无家可归|没地方住|露宿|停发|救命|断药|没学上|上不了学|失学|辍学|出不了村|进不了村|出不去"
)
_DATED = re.compile(
    "截止|最后(?:一天|期限)|期限|到期|明天|后天|今晚|本周|这周|下周|高考|中考|开学|报名|春耕|秋收"
    "|春节前|节前|汛期|入冬|(?:[0-9]{1,2}月)?[0-9]{1,2}[日号](?:前|之前|以前)"
)
_SIGNS = (
    (3, BY_DANGER, _DANGER),
    (3, BY_CROWD, _CROWD),
    (2, BY_LIVELIHOOD, _LIVELIHOOD),
    (1, BY_DATE, _DATED),
)

_DENIED = re.compile(
    "(?:(?<!有)没有?|未|无|不|不会|并非|不是|没有?发生|未发生|没出现|从来没|从未|排除|避免|防止?|预防|防范)$"
)
"""Ends what stands before a word that is denied."""
_DENIES = 6
"""Characters before a word in which it can be denied."""
_TAUGHT = re.compile("演练|宣传|讲座|培训|知识|课程|急救教育|安全教育|手环|保险")
"""In a clause that tells of teaching or practising, no danger is meant."""


def risk(kind: Kind, text: str, *, has_minor: bool = False) -> Risk:
    """Return the class of a case whose title and body are `text`.

    `has_minor`: somebody under 18 is concerned, as the resident said. It lifts the case by one.
    Praise is never above 1. The time needed grows in proportion to the length of the text.
    """
    reasons = [reason for level in _found(text) for reason in level]
    if kind is Kind.REPORT:
        reasons.append(Reason(1, BY_REPORT))
    if kind is Kind.FOLLOW_UP:
        reasons.append(Reason(1, BY_FOLLOW_UP))
    level = max((reason.level for reason in reasons), default=0)
    if kind is Kind.PRAISE and level:
        level = 1
        reasons.append(Reason(1, AS_PRAISE))
    if has_minor:
        level = min(3, level + 1)
        reasons.append(Reason(level, BY_MINOR))
    return Risk(level, tuple(sorted(reasons, key=lambda reason: -reason.level)))


def _found(text: str) -> Iterator[list[Reason]]:
    """Give the reasons of each kind of sign, every word once, those written first first."""
    parts = tuple(part for part in clauses(flat(text)))
    for level, why, sign in _SIGNS:
        words = dict.fromkeys(word for part in parts for word in _meant(sign, part))
        yield [Reason(level, why, {"word": word}) for word in list(words)[:WORDS_SHOWN]]


def _meant(sign: re.Pattern[str], clause: str) -> Iterator[str]:
    """Give the words of a sign that the clause neither denies nor teaches about."""
    if _TAUGHT.search(clause):
        return
    for match in sign.finditer(clause):
        before = clause[max(0, match.start() - _DENIES) : match.start()]
        if not _DENIED.search(before):
            yield match[0]

"""Reading a letter clause by clause: is something so now, or feared, denied, long past?

Chinese has no word forms for this, so a few words before and after are all there is to go by.
Rules that look for words of danger ask here before they believe one. Every pattern is made of
literals and short bounded gaps: the time needed grows in proportion to the length of the text.
"""

import re
import unicodedata
from collections.abc import Iterator

MAX_TEXT = 10_000
"""Characters of a text that are read."""

_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_END = re.compile(r"[,.;!?:~…、。〜\[\]]+")
"""Ends a clause, after full width has become half width."""

NOW = re.compile(
    "正在|刚刚|刚才|刚发|现在|此刻|这会|马上|快来|救命|救人|还在|到现在|至今还|一直没人来"
)
"""Said of what goes on; outweighs that it began long ago."""

FEARED = re.compile(
    "隐患|风险|危险(?!化)|担心|害怕|生怕|就怕|怕(?!人)|容易|极易|易发|易引|可能|也许|会不会|万一|一旦"
    "|如果|如(?:发生|遇|若)|假如|要是|倘若|以免|避免|防止|预防|防范|谨防|严防|杜绝|迟早|早晚会|哪天|恐怕|应对"
)
DENIED = re.compile("没有发生|未发生|并非|并没有|没有出现|不会|排除|未造成|没造成|谣言|假的|不存在")
TALKED_OF = re.compile(
    "演练|宣传|教育|讲座|培训|知识|报警器|探测器|保险|手环|警示牌|课程|预案|表扬|感谢|谢谢"
)
PAST = re.compile(
    "去年|前年|大前年|上个月|上月|上周|上星期|前几天|前些天|前段时间|几年前|年前|月前|天前|以前|曾经|曾|当年|那年"
    "|当时|事后|之后|以后|已经?扑灭|扑灭|[12][0-9]{3}年|[0-9一二两三四五六七八九十几]+年前"
)
USUAL = re.compile(
    "经常|常常|时常|总是|多次|屡次|频发|频繁|多发|三天两头|好几次|不止一次|每天|每晚|每年|几次"
    "|时有|有时|有一次|发生过|出过|事件|案件"
)


def flat(text: str) -> str:
    """Return the first `MAX_TEXT` characters half-width, small, without blanks.

    Invisible characters go too; the end of a line becomes the end of a sentence.
    """
    alike = unicodedata.normalize("NFKC", text[:MAX_TEXT]).lower()
    lines = _INVISIBLE.sub("", alike).splitlines()
    return "。".join("".join(line.split()) for line in lines)[:MAX_TEXT]


def clauses(text: str) -> Iterator[str]:
    """Give the clauses of a text as `flat` returns it."""
    return (clause for clause in _END.split(text) if clause)


def is_feared(clause: str) -> bool:
    """Whether the clause speaks of what might happen, or is denied, taught or practised."""
    return bool(FEARED.search(clause) or DENIED.search(clause) or TALKED_OF.search(clause))


def is_past(clause: str) -> bool:
    """Whether the clause tells of what happened long ago or happens again and again."""
    return bool(PAST.search(clause) or USUAL.search(clause)) and not NOW.search(clause)

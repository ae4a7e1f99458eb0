"""A real ballot and a form filled in with one.

The eight rows: 宁波市镇海区2021年区政府民生实事项目完成情况满意度测评结果, 29 present,
https://www.zh.gov.cn/art/2022/11/25/art_1229694683_59140937.html; zeros stand blank there. How
many members there were is not told with it; 31 is an assumption of the tests.
"""

from datetime import date

from portal.ratings.ballots.actions import Head, record
from portal.ratings.ballots.models import Ballot
from portal.ratings.ballots.reading import Line
from portal.ratings.ballots.rules import Votes
from portal.security import Actor, Role
from tests.factories import AT

PRESENT, MEMBERS = 29, 31

ROWS = [
    ("教育惠民补短强基", 28, 1, 0),
    ("公共卫生服务能力提升", 20, 8, 1),
    ("老旧小区改造", 26, 3, 0),
    ("食品安全供应保障", 29, 0, 0),
    ("老年护理照料中心建设", 17, 11, 1),
    ("交通治堵工程", 26, 3, 0),
    ("隧道口停车场新建工程", 17, 11, 1),
    ("住房保障行动", 28, 1, 0),
]

INSPECTOR = Actor("inspector", Role.INSPECTOR)

SOURCE = "https://www.zh.gov.cn/art/2022/11/25/art_1229694683_59140937.html"


def head(**more: object) -> Head:
    """What is said of the ballot as a whole."""
    fields = {
        "year": 2026,
        "title": "民生实事项目完成情况满意度测评",
        "body": "区人大常委会",
        "held_on": date(2026, 1, 21),
        "members": MEMBERS,
        "present": PRESENT,
        "is_secret": True,
        "rule": "zhenhai-2021",
        "document_no": "",
        "source": SOURCE,
    }
    return Head(**(fields | more))


def lines(rows=ROWS) -> list[Line]:
    """The rows as they are read."""
    return [Line(name, Votes(*votes)) for name, *votes in rows]


def recorded(s, rows=ROWS, **more: object) -> Ballot:
    """A ballot on record."""
    return record(s, head(**more), lines(rows), actor=INSPECTOR, at=AT)


def typed(text: str | None = None, **more: object) -> dict[str, str]:
    """A filled-in form."""
    rows = [f"{name}，{a}，{b or ''}，{c or ''}" for name, a, b, c in ROWS]
    fields = {
        "year": "2026",
        "title": "民生实事项目完成情况满意度测评",
        "body": "区人大常委会",
        "held_on": "2026-01-21",
        "members": str(MEMBERS),
        "present": str(PRESENT),
        "is_secret": "y",
        "rule": "zhenhai-2021",
        "document_no": "",
        "source": SOURCE,
        "lines": "\n".join(rows) if text is None else text,
    }
    return fields | {name: str(value) for name, value in more.items()}

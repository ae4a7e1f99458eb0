"""Presets that a county can start from. Each is data with its source, never a rule in code.

A deadline set maps a step to a limit: `days` counted in `unit` ('working_day' or 'day').
`answer` has one limit per kind of case; `screen` is the time to accept or refuse; `return`
the time in which a department may hand a case back; `extension` adds once per `times`.
"""

import csv
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from portal.language import N_


def _answer(inquiry: int, help_: int, complaint: int) -> dict[str, Any]:
    days = {
        "inquiry": inquiry,
        "help": help_,
        "suggestion": help_,
        "complaint": complaint,
        "report": complaint,
        "praise": help_,
        "follow_up": complaint,
    }
    return {kind: {"days": n, "unit": "working_day"} for kind, n in days.items()}


DEADLINES: dict[str, dict[str, Any]] = {
    "shandong-2020": {
        "basis": N_("山东省12345政务服务便民热线办理办法（2020）：5个工作日，特别复杂的可延长"),
        "screen": {"days": 1, "unit": "working_day"},
        "return": {"days": 2, "unit": "working_day"},
        "answer": _answer(5, 5, 5),
        "extension": {"days": 10, "unit": "working_day", "times": 1},
    },
    "guangdong-2022": {
        "basis": N_("广东省政务服务便民热线管理办法（2022）：咨询2、求助建议10、投诉15个工作日"),
        "screen": {"days": 1, "unit": "working_day"},
        "return": {"days": 2, "unit": "working_day"},
        "answer": _answer(2, 10, 15),
        "extension": {"days": 10, "unit": "working_day", "times": 1},
    },
    "liulin-2024": {
        "basis": N_("吕梁市、柳林县12345办理规定（2024）：咨询3、其他5个工作日，可延期3次"),
        "screen": {"days": 1, "unit": "working_day"},
        "return": {"days": 1, "unit": "working_day"},
        "answer": _answer(3, 5, 5),
        "extension": {"days": 3, "unit": "working_day", "times": 3},
    },
}

_CALENDAR_FILE = Path(__file__).with_name("calendar_days.csv")


@lru_cache
def national_calendar() -> dict[date, bool]:
    """Return the days the State Council set apart, each with whether it is worked.

    Public holidays are False, make-up working days True; the file names the notice of each.
    """
    with _CALENDAR_FILE.open(encoding="utf-8") as file:
        return {
            date.fromisoformat(row["day"]): row["is_working"] == "yes"
            for row in csv.DictReader(file)
        }


PROFILE: dict[str, Any] = {
    "name": N_("本县"),
    "site_name": N_("民声"),
    "host": "",
    "host_phone": "12345",
    "icp": "",
    "site_code": "",
    "is_demo": False,
}
"""What the pages say of the county: its name, the host of the site, its numbers of record."""

LIGHTS: dict[str, dict[str, Any]] = {
    "yinchuan-2025": {
        "basis": N_("银川市2025年亮灯规则：低于序时10至30个百分点黄灯，超过30个百分点红灯"),
        "mode": "points",
        "ahead": 5,
        "late": 10,
        "severe": 30,
        "overdue_severe_days": 15,
        "start_red_months": 3,
        "funds_late": 10,
        "funds_severe": 30,
        "stale_days": 31,
    },
    "wuhan": {
        "basis": N_("武汉市办法：完成进度低于序时80%黄灯，低于60%红灯"),
        "mode": "ratio",
        "ahead": 110,
        "late": 80,
        "severe": 60,
        "overdue_severe_days": 15,
        "start_red_months": 3,
        "funds_late": 10,
        "funds_severe": 30,
        "stale_days": 31,
    },
}
"""Rules of lights; `projects.schedule.rules.Scale` says what each figure means.

From which lead a project counts as ahead is written in neither source and is ours, as is the
first tolerance of payments. 15 days overdue as red: practice of construction companies. A
missed start red in the third month: Yinchuan. Payments red beyond 30 points: Tianjin 2022.
31 days: monthly reports, as in Huichang.
"""

UPKEEP: dict[str, Any] = {
    "basis": N_("县级默认：完成后3、6、12个月回头看，80分合格、90分优良"),
    "months": [3, 6, 12],
    "good": 80,
    "excellent": 90,
    "checklist": [
        N_("设施完好、正常使用"),
        N_("管护主体和电话已公示"),
        N_("管护资金已落实"),
        N_("有巡查维修记录"),
        N_("群众反映的问题已处理"),
    ],
    "pace_points": 20,
}
"""When finished projects are revisited, what is looked at, which score is good or excellent,
and from how many points apart payments and work are pointed out."""


INTAKE: dict[str, Any] = {
    "basis": N_("县级默认：举报直送纪检监察机关（信访工作条例第22、30条），其余参照12345办理规定"),
    "anonymous": ["complaint", "suggestion", "report"],
    "photos": 6,
    "documents": 2,
    "report_department": "",
    "conflict_department": "",
    "auto_kinds": ["inquiry", "complaint", "help", "suggestion"],
    "auto_confidence": 0,
    "assist": {"days": 3, "unit": "working_day"},
    "question": {"days": 3, "unit": "working_day"},
    "reopen_days": 30,
    "appeal_days": 15,
    "hot_days": 7,
    "hot_cases": 5,
    "answer_length": 30,
}
"""How cases are taken in and sent on.

`anonymous`: kinds that may come without a contact (a county that wants a name leaves one out).
`photos`, `documents`: how many may come with a case. `report_department`: code of the
discipline office that gets reports of wrongdoing at once; empty: the kind is not offered.
`conflict_department`: who handles what the usual department may not see, offered first.
`auto_kinds`, `auto_confidence`: which kinds go out without a person, and from how many percent
of confidence on; 0: none. `assist`, `question`: an assisting department's own time, and the
time to reply to a question after the answer. `reopen_days`: how long after closing a resident
can ask for it to be handled again. `appeal_days`: the same for an appeal. `hot_days`,
`hot_cases`: so many cases of one project, place or matter in so many days are a hot spot.
`answer_length`: characters, blanks not counted, below which an answer is pointed out as short
to who gives it and to who releases it; it is never refused for that. 30 is ours: of 951
answers that cities published, 37 are shorter, and most of these say only that the letter came
or was passed on.
"""

RATINGS: dict[str, Any] = {
    "basis": N_(
        "县级默认：长期开放；差评1个工作日内回访、15个工作日内整改（参照浙江省“好差评”办法）"
    ),
    "minimum": 10,
    "mode": "always",
    "days": 90,
    "revisit_waves": True,
    "call_back": {"days": 1, "unit": "working_day"},
    "remedy": {"days": 15, "unit": "working_day"},
    "ask_again_days": 30,
    "signal_days": 90,
    "photos": 3,
    "screening": {},
}
"""How residents rate completed projects, and what follows from a bad rating.

`minimum`: below so many ratings no rate is shown. `mode`: 'always' (a wave is open until the
next one opens) or 'window' (for `days`). `ask_again_days`: how long a resident can answer the
second question. `signal_days`: how long network, device and copied words are kept to find
stuffing. `photos`: most beside one rating. `screening`: figures of the rule against stuffing
that differ from `ratings.screening.rules.PRESET`.
"""

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
        "praise": help_,
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

RATING_MINIMUM = 5
"""Below this many ratings no rate is shown, only the counts."""

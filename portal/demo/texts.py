"""The words of the invented county, and the slots that make each letter its own."""

import json
from pathlib import Path
from random import Random
from typing import Any

_HERE = Path(__file__).parent

VILLAGES = (
    "东庄 西岭 南坪 北塘 上湾 下洋 后坑 前林",
    "溪口 桥头 大垄 小源 石壁 竹坑 枫树 杨柳",
)
TIMES = ["上个月", "这半个月", "最近一周", "这两天", "入夏以来", "前几天", "连续三天", "月初"]
DAYS = ["周一", "周二", "周三", "周四", "周五", "周六", "周日", "昨天"]
HOURS = ["七点半", "八点", "三点", "五点多", "十点左右"]


def read(name: str) -> Any:
    """Return one of the data files beside this module."""
    return json.loads((_HERE / f"{name}.json").read_text(encoding="utf-8"))


def slots(rng: Random, town: str, project: str) -> dict[str, str]:
    """Draw what a letter speaks of. Numbers look right and belong to nobody."""
    return {
        "town": town,
        "village": rng.choice(" ".join(VILLAGES).split()) + "村",
        "project": project,
        "time": rng.choice(TIMES),
        "day": rng.choice(DAYS),
        "hour": rng.choice(HOURS),
        "plate": f"X{rng.randrange(1000, 10_000)}",
        "phone": f"138000000{rng.randrange(10, 100)}",
        "idcard": "350799199001010000",
    }

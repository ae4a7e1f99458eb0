"""Published facts that do not agree with each other. Pure; nothing is corrected."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from portal.imports.fields import dated
from portal.imports.flags import Doubt, contradiction, unclear
from portal.imports.quantities import rate
from portal.language import N_
from portal.text import folded

_START = re.compile(r"开工|动工|启动")
_END = re.compile(r"完工|竣工|建成|完成|投用|投入使用")


def shown(value: Decimal) -> str:
    """Return a number without useless zeros, for a message."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def rate_differs(done: Decimal | None, target: Decimal | None, percent: Decimal | None):
    """Return a doubt when `done` of `target` is not the published percent, to its last digit."""
    if done is None or not target or percent is None:
        return None
    computed = rate(done, target)
    exponent = percent.as_tuple().exponent
    digits = min(-exponent, 6) if isinstance(exponent, int) and exponent < 0 else 0
    if abs(computed - percent) <= Decimal(1).scaleb(-digits):
        return None
    return contradiction(
        N_("按完成数和目标数算得%(computed)s%%，表中写%(percent)s%%"),
        computed=shown(round(computed, 2)),
        percent=shown(percent),
    )


def counts_starts(name: str, content: str) -> bool:
    """Say whether a promise is kept when work begins («开工建设…»), by its own words."""
    text = folded(name + content)
    return bool(_START.search(text)) and not _END.search(text)


def month_of(header_text: str) -> int | None:
    """Return the month up to which a progress column speaks («1-11月推进情况»), if it says."""
    month = dated(header_text)[1]
    return month if 1 <= month <= 12 else None


def behind_time(percent: Decimal | None, month: int | None) -> Doubt | None:
    """Return a doubt when a project is called on schedule below the month's share of the year."""
    if percent is None or month is None or percent >= rate(Decimal(month), Decimal(12)):
        return None
    return unclear(
        N_("写达序，百分比%(percent)s%%却低于按月平均的%(linear)s%%"),
        percent=shown(percent),
        linear=shown(round(rate(Decimal(month), Decimal(12)), 1)),
    )


def span_is_turned(start: date | None, due: date | None) -> bool:
    """Say whether a start lies after its end."""
    return start is not None and due is not None and start > due


def sum_differs(parts: Sequence[Decimal], total: Decimal) -> Doubt | None:
    """Return a doubt when the parts do not add up to the published total."""
    if sum(parts) == total:
        return None
    message = N_("合计写%(total)s，各行相加是%(sum)s")
    return contradiction(message, total=shown(total), sum=shown(sum(parts, Decimal(0))))


def odd_votes(sums: dict[int, int]) -> dict[int, Doubt]:
    """Return row -> doubt for rows whose votes do not add up to what most rows add up to."""
    counted = Counter(sums.values()).most_common(1)
    if not counted or counted[0][1] * 2 <= len(sums) or len(sums) < 3:
        return {}
    usual = counted[0][0]
    message = N_("票数合计%(sum)s，多数行是%(usual)s")
    return {
        n: contradiction(message, sum=total, usual=usual)
        for n, total in sums.items()
        if total != usual
    }


def count_differs(text: str, found: int) -> Doubt | None:
    """Return a doubt when a cell such as «民生实事(3个)» names another number of projects."""
    numbers = re.findall(r"(?<!\d)(\d{1,4})(?=[个项件)]|$)", folded(text))
    if len(numbers) != 1 or int(numbers[0]) == found:
        return None
    return contradiction(
        N_("写明%(stated)s个项目，表中有%(found)s个"), stated=int(numbers[0]), found=found
    )


def prose_differs(text: str) -> Doubt | None:
    """Return a doubt when a text above the table does not add up: «共10项，教育局4项、…5项»."""
    bare = folded(text)
    total = re.search(r"共(?:计|有)?(\d{1,4})[项个件]", bare)
    parts = [int(n) for n in re.findall(r"[局委办街镇乡院司](\d{1,4})[项个件]", bare)]
    if not total or len(parts) < 2 or sum(parts) == int(total[1]):
        return None
    message = N_("表上方的文字写共%(total)s项，各单位相加是%(sum)s项")
    return contradiction(message, total=int(total[1]), sum=sum(parts))

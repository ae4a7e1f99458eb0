"""Finding the flat, room or door where somebody lives.

A road, a housing estate and a village stay: without them nobody knows which place a letter
speaks of. What leads to one door goes: building, unit and room together (3栋2单元501室), a unit
or a door in a village (5组23号), the parts in digits after an estate (阳光小区5-2-301). A road
with its number goes only where the letter says that somebody lives there (家住人民路88号).

Left alone are a building or a floor by itself (12号楼前, 3号楼5楼) and offices: rooms of public
buildings, or rooms that are called an office, a counter, a ward, a class.
"""

import re
from collections.abc import Iterator

from portal.redaction.kinds import Kind
from portal.redaction.reading import Span

_NUMBER = "(?:[0-9]{1,4}|[一二三四五六七八九十百零〇]{1,4})"
_GAP = r"[ \-·/]{0,2}"
_BUILDING = rf"(?:(?:{_NUMBER}|[A-Z]|[甲乙丙丁东西南北])(?:号?楼|#楼?|[栋幢座]))"
_DOOR = rf"(?:{_NUMBER}(?:附{_NUMBER})?号(?:院|附{_NUMBER}号?)?)"
_UNIT = rf"(?:(?:{_NUMBER}|[甲乙丙丁东西中A-F])(?:单元|门洞?))"
_FLOOR = rf"(?:{_NUMBER}[楼层])"
_SIDE = "(?:[东西南北中左右][边侧面]?[户室门])"
_COUNTED = "户人元米㎡平年月日天个名次吨家岁辆套时分秒亩万余多%:/起条件盏棵只台"
_ROOM = (
    rf"(?:{_FLOOR}?{_SIDE}|[A-Z]?[0-9]{{2,4}}(?:号?房|室|铺)|[0-9]{{3,5}}号?(?![0-9{_COUNTED}]|\.[0-9])"
    rf"|[A-Z]-?[0-9]{{3,4}}(?![0-9])|[零〇一二三四五六七八九]{{3,4}}(?:号?房|[室户])?(?![百千万]))"
)
_UNIT_ROOM = rf"(?:(?<=单元)(?:[0-9]{{1,4}}|{_NUMBER})[户号室])"
_PARTS = r"[0-9]{1,3}[A-Z]?-(?:[0-9]{1,2}-)?[0-9]{3,4}(?:室|号|户)?(?![0-9\-])"

_FLAT = re.compile(
    rf"(?<![0-9A-Za-z.\-〔])(?:{_DOOR}{_GAP})?(?:"
    rf"{_BUILDING}{_GAP}(?:{_UNIT}{_GAP})?(?:{_UNIT_ROOM}|{_ROOM})"
    rf"|{_UNIT}{_GAP}(?:{_UNIT_ROOM}|{_ROOM})"
    rf"|(?:{_BUILDING}|(?<=号)){_GAP}{_UNIT}{_GAP}{_FLOOR}?"
    rf"|{_BUILDING}{_GAP}{_FLOOR}{_SIDE}"
    rf"|[0-9]{{1,3}}[栋幢座#]-?{_PARTS})"
)
"""From the road's number or the building down to the room, as far as it is written."""

_UNIT_ONLY = re.compile(r".*(?:单元|门洞?)(?:[^室户]{0,4}[楼层])?", re.S)
_FAULT = re.compile(
    r" ?的?(?:门口|[前后旁下]|楼[道梯下顶前后]|电梯|顶楼|屋[顶面]|外墙|下水|化粪|排污|雨[水污]|管道"
    r"|水管|单元门|大门|门禁|对讲|消防|墙|[之与和到至])"
)
"""After a unit without a room: a place of a fault, known to all who pass."""

_VILLAGE = re.compile(
    rf"(?:{_NUMBER}(?:村民)?[组队社]{_GAP}{_NUMBER}号|(?<=[村屯湾庄寨])(?:[0-9]{{1,4}})号"
    rf"(?:附{_NUMBER}号?)?)"
    r"(?![井桥线变台电杆楼路院机泵闸渠点站文门库坝塘地矿洞隧标公告厂车令区会线学卫馆])"
)
_ESTATE = re.compile(
    r"(?:小区|公寓|宿舍|[苑园城府村庭湾轩里郡邸居院楼座栋幢#]|[一二三四五]期) ?"
    rf"({_PARTS})"
)
_HOME = re.compile(
    r"(?:家住|住在|现住|居住|[我现]住(?!院)|住于|住址|我家在|家在|户籍地?|户口所在地|家庭地址|住所)"
    rf"[^\n,。;!?()\[\]\0]{{0,20}}?(?<![月0-9])((?:{_NUMBER}组)?{_NUMBER}(?:附{_NUMBER})?号(?:附{_NUMBER}号?)?"
    rf"(?![楼线公路桥站文])|{_PARTS})"
)
"""Words for living somewhere, then a door in the same clause."""

_OFFICE_BEFORE = re.compile(
    r"(?:中心|大厅|医院|学校|政府|法院|检察院|办公楼|行政楼|教学楼|门诊部?|住院部|[局委厅馆]|车站"
    r"|宾馆|酒店|商场)[的在 ]{0,2}$"
)
_OFFICE_BEHIND = re.compile(
    r" ?(?:号|室)?(?:的)?(?:办公|窗口|会议|教室|病房|诊室|包厢|病床|窗|床|柜台|考场|班)"
)


_NEXT_DOOR = re.compile(
    rf"(?:楼[上下]|隔壁|对门|邻居) ?(?:的|是)?([0-9]{{3,4}}室?)(?![0-9{_COUNTED}]|\.[0-9])"
)
"""The neighbour's room, without the building."""

_LIVES = re.compile(r"(?:家住|住在|现住|住址|我住|家在)[^\n,。;!?\0]{0,16}$")


def houses(text: str) -> Iterator[Span]:
    """Find flats, rooms and doors."""
    end = 0
    found = [(*m.span(), m) for m in _FLAT.finditer(text) if _is_home(text, m)]
    found += [(*m.span(), m) for m in _VILLAGE.finditer(text)]
    found += [(*m.span(1), m) for m in _ESTATE.finditer(text)]
    found += [(*m.span(1), m) for m in _HOME.finditer(text)]
    found += [(*m.span(1), m) for m in _NEXT_DOOR.finditer(text)]
    for start, stop, _match in sorted(found, key=lambda f: (f[0], -f[1])):
        if start >= end:
            end = stop
            yield start, stop, Kind.HOUSE


def _is_home(text: str, match: re.Match[str]) -> bool:
    """Tell a home from an office and from a place where something is broken."""
    start, end = match.span()
    lives = _LIVES.search(text, max(0, start - 20), start)
    is_office = not lives and _OFFICE_BEFORE.search(text[max(0, start - 8) : start])
    if is_office or _OFFICE_BEHIND.match(text, end):
        return False
    only_unit = _UNIT_ONLY.fullmatch(match.group())
    return not (only_unit and _FAULT.match(text, end))

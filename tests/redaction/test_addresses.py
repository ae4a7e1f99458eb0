"""A flat, a room, a door is found; roads, buildings and offices are left alone."""

import pytest

from portal.redaction import Kind, apply, propose

HOMES = [
    ("住3栋2单元501室", "3栋2单元501室"),
    ("阳光花园3栋2单元501漏水", "3栋2单元501"),
    ("３号楼２单元５０１", "３号楼２单元５０１"),
    ("三栋二单元五零一室", "三栋二单元五零一室"),
    ("12号楼1502", "12号楼1502"),
    ("3#楼2单元502", "3#楼2单元502"),
    ("A座1203室", "A座1203室"),
    ("2单元602的狗", "2单元602"),
    ("5栋1单元3楼东户", "5栋1单元3楼东户"),
    ("人民路88号3单元", "88号3单元"),
    ("人民路88号3单元502室", "88号3单元502室"),
    ("解放路16号2栋1单元302室", "16号2栋1单元302室"),
    ("阳光小区5-2-301", "5-2-301"),
    ("丽景苑12-1502", "12-1502"),
    ("杏花村5组23号", "5组23号"),
    ("柳树村12号", "12号"),
    ("家住东风路23号", "23号"),
    ("住址：东风路23号附3号", "23号附3号"),
    ("3栋2单元经常停水", "3栋2单元"),
    ("楼上601室半夜剁骨头", "601室"),
    ("家住进修学校1栋402", "1栋402"),
    ("I live in B座1906. Thanks", "B座1906"),
]
PUBLIC_PLACES = [
    "人民路88号县图书馆",
    "12号楼前的井盖坏了",
    "3号楼5楼漏水",
    "3栋和5栋之间",
    "3栋2单元门口积水",
    "5号楼的老人要走300米",
    "政务服务中心三楼305室",
    "县行政中心2号楼305",
    "教学楼3栋201教室",
    "小区一梯六户",
    "3栋120户居民",
    "2号楼2025年交付",
    "李村3号井、2号变压器、5组8号电杆",
    "5组至8组约1.2公里",
    "我住院3号出院",
    "住在这里从5月3号开始",
    "203路、K2路、2号线",
    "项目编号QH2025-0138",
    "13-2-501",
    "楼上120户都停水",
    "进修学校1栋402教室",
]


@pytest.mark.parametrize(("text", "found"), HOMES)
def test_what_leads_to_one_door_is_found(text, found):
    assert [(p.text, p.kind) for p in propose(text)] == [(found, Kind.HOUSE)]


@pytest.mark.parametrize("text", PUBLIC_PLACES)
def test_a_place_that_is_nobodys_home_is_left_alone(text):
    assert propose(text) == []


def test_the_estate_and_the_road_stay_so_that_one_still_knows_where():
    text = "人民路88号3单元502室，阳光小区5-2-301"
    assert apply(text, propose(text)) == "人民路[住址已隐去]，阳光小区[住址已隐去]"

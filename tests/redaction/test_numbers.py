"""Numbers written to get past a filter, accounts, passports, and numbers over two lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.redaction import Kind, propose

FOUND = [
    ("一三八、零零零零、一二三四", Kind.PHONE, "一三八、零零零零、一二三四"),
    ("电话138，0000，1234", Kind.PHONE, "138，0000，1234"),
    ("138/0000/1234", Kind.PHONE, "138/0000/1234"),
    ("138~0000~1234", Kind.PHONE, "138~0000~1234"),
    ("138oooo1234", Kind.PHONE, "138oooo1234"),
    ("138\n0000\n1234", Kind.PHONE, "138\n0000\n1234"),
    ("电话1380000\r\n1234", Kind.PHONE, "1380000\r\n1234"),
    (
        "1\u200b3\u200c8\u200d0\ufeff000\u20601234",
        Kind.PHONE,
        "1\u200b3\u200c8\u200d0\ufeff000\u20601234",
    ),
    ("座机五五五零一二三", Kind.PHONE, "五五五零一二三"),
    ("没人接就打5550123", Kind.PHONE, "5550123"),
    ("四三零一九九一九九零零三零七零零一八", Kind.ID_CARD, "四三零一九九一九九零零三零七零零一八"),
    ("430199199003\n070018", Kind.ID_CARD, "430199199003\n070018"),
    ("43019919900307001Ⅹ", Kind.ID_CARD, "43019919900307001Ⅹ"),
    ("残疾证43019919900307001X43", Kind.ID_CARD, "43019919900307001X43"),
    ("皖A一二三四五", Kind.PLATE, "皖A一二三四五"),
    ("皖A 12 345", Kind.PLATE, "皖A 12 345"),
    ("皖 A 1 2 3 4 5", Kind.PLATE, "皖 A 1 2 3 4 5"),
    ("皖A·D·12345", Kind.PLATE, "皖A·D·12345"),
    ("皖A\u200b12\u200b345", Kind.PLATE, "皖A\u200b12\u200b345"),
    ("WJ皖1234X", Kind.PLATE, "WJ皖1234X"),
    ("电动车牌照：青禾012345", Kind.PLATE, "青禾012345"),
    ("abc(at)qq.com", Kind.EMAIL, "abc(at)qq.com"),
    ("abc#163.com", Kind.EMAIL, "abc#163.com"),
    ("QQ：10002000", Kind.ACCOUNT, "10002000"),
    ("加扣扣1000 2000", Kind.ACCOUNT, "1000 2000"),
    ("微信号：zhangsan", Kind.ACCOUNT, "zhangsan"),
    ("加微信abc_123", Kind.ACCOUNT, "abc_123"),
    ("VX: lw-2020", Kind.ACCOUNT, "lw-2020"),
    ("护照EA0001234", Kind.PASSPORT, "EA0001234"),
    ("港澳通行证号：C00001234", Kind.PASSPORT, "C00001234"),
]
FOUND += [
    ("手机1380 0001 234", Kind.PHONE, "1380 0001 234"),
    ("请回电5550-123", Kind.PHONE, "5550-123"),
    ("卡号是6200000000000000001", Kind.BANK_CARD, "6200000000000000001"),
    ("一卡通6200000000000000001", Kind.BANK_CARD, "6200000000000000001"),
    ("补贴打到6200 0000 0000 0000 001", Kind.BANK_CARD, "6200 0000 0000 0000 001"),
    ("粤Z·F23港", Kind.PLATE, "粤Z·F23港"),
]
LEFT_ALONE = [
    "微信公众号qinghe_2026",
    "微信WeChat扫一扫",
    "微信支付88元",
    "（2025）京民初123号",
    "青建罚〔2026〕8号",
    "1、路灯138盏\n2、井盖20个",
    "2023\n2024\n2025\n2026",
    "统一社会信用代码91340000000000000X",
    "邮编242300",
    "一三五七八",
    "2025/3/15-2025/4/15",
    "打供水服务热线0743-5550123",
    "预约电话0743-5550123（预约服务热线）永远占线",
    "河长牌上的监督电话是0743-5550123",
    "派出所电话0743-5550110没人接",
]


@pytest.mark.parametrize(("text", "kind", "found"), FOUND)
def test_a_number_is_found_however_it_is_hidden(text, kind, found):
    assert [(p.text, p.kind) for p in propose(text)] == [(found, kind)]


def test_a_room_in_brackets_is_no_part_of_the_number_behind_it():
    text = "王晓敏（9栋1单元1501）138-0000-1234；覃志远"
    assert "138-0000-1234" in [p.text for p in propose(text)]


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_public_accounts_documents_and_lists_are_left_alone(text):
    assert propose(text) == []


@given(st.text("138 -\n\u200b0零一，王局长村民3栋2单元501室@a.皖A微信", max_size=60))
def test_whatever_the_text_offsets_are_those_of_the_original(text):
    proposals = propose(text)
    ends = [0, *(p.end for p in proposals)]
    assert all(end <= p.start < p.end for end, p in zip(ends, proposals, strict=False))
    assert all(text[p.start : p.end] == p.text for p in proposals)

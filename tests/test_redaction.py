"""Personal data is found however it is written; public numbers, sums and dates are not."""

import random
import time

import pytest

from portal.redaction import KIND_LABELS, MASKS, Kind, Proposal, apply, propose

MOBILE = [
    ("我的手机是13812345678，请回电", "13812345678"),
    ("手机：138 1234 5678", "138 1234 5678"),
    ("138-1234-5678", "138-1234-5678"),
    ("138—1234—5678", "138—1234—5678"),
    ("138.1234.5678", "138.1234.5678"),
    ("138-1234 5678", "138-1234 5678"),
    ("1381234-5678", "1381234-5678"),
    ("138 12345678", "138 12345678"),
    ("138(1234)5678", "138(1234)5678"),
    ("1 3 8 1 2 3 4 5 6 7 8", "1 3 8 1 2 3 4 5 6 7 8"),
    ("138\u200b1234\u200b5678", "138\u200b1234\u200b5678"),
    ("电话１３８１２３４５６７８", "１３８１２３４５６７８"),
    ("+86 138 1234 5678", "+86 138 1234 5678"),
    ("（+86）13812345678", "（+86）13812345678"),
    ("8613812345678", "8613812345678"),
    ("0086-13812345678", "0086-13812345678"),
    ("013812345678", "013812345678"),
    ("一三八一二三四五六七八", "一三八一二三四五六七八"),
    ("幺三八零零幺三八零零零", "幺三八零零幺三八零零零"),
    ("一三八 〇〇一三 八〇〇〇", "一三八 〇〇一三 八〇〇〇"),
    ("一3八0零1三8零0零", "一3八0零1三8零0零"),
    ("①③⑧⓪⓪①③⑧⓪⓪⓪", "①③⑧⓪⓪①③⑧⓪⓪⓪"),
    ("电话13812-345678", "13812-345678"),
    ("手机号138123456782014年5月30日", "13812345678"),
    ("王某138123456782014年5月30日", "13812345678"),
    ("1381234567813912345678", "1381234567813912345678"),
]
LANDLINE = [
    ("0731-85551234", "0731-85551234"),
    ("（0731）85551234", "（0731）85551234"),
    ("(0731)8555 1234", "(0731)8555 1234"),
    ("07358555123", "07358555123"),
    ("010-62345678", "010-62345678"),
    ("01062345678", "01062345678"),
    ("0735-8555123转801", "0735-8555123转801"),
    ("0735-8555123-12", "0735-8555123-12"),
    ("０７３６-８５５５１２３", "０７３６-８５５５１２３"),
    ("+86-731-85551234", "+86-731-85551234"),
    ("电话8555123", "8555123"),
    ("座机：8555 1234", "8555 1234"),
    ("请拨打8555123", "8555123"),
    ("联系村口小店（8555123）", "8555123"),
]
ID_CARD = [
    ("110101199003071234", "110101199003071234"),
    ("身份证11010119900307123X。", "11010119900307123X"),
    ("11010119900307123x", "11010119900307123x"),
    ("１１０１０１１９９００３０７１２３Ｘ", "１１０１０１１９９００３０７１２３Ｘ"),
    ("110101 19900307 1234", "110101 19900307 1234"),
    ("110101-19900307-123X", "110101-19900307-123X"),
    ("旧证430122850712123", "430122850712123"),
    ("430122 850712 123", "430122 850712 123"),
    ("身份证号码：123456789012345678", "123456789012345678"),
]
PLATE = [
    ("车皖A12345停在路口", "皖A12345"),
    ("皖A·12345", "皖A·12345"),
    ("皖A 12345", "皖A 12345"),
    ("皖A-12345", "皖A-12345"),
    ("皖Ａ１２３４５", "皖Ａ１２３４５"),
    ("皖a12b45", "皖a12b45"),
    ("皖AD12345", "皖AD12345"),
    ("皖A12345D", "皖A12345D"),
    ("皖A1234警", "皖A1234警"),
    ("皖A1234学", "皖A1234学"),
    ("皖A1234挂", "皖A1234挂"),
    ("粤Z·1234港", "粤Z·1234港"),
    ("粤Z1234澳", "粤Z1234澳"),
    ("车牌号：A12345", "A12345"),
    ("浙 A D 1 2 3 4 5 停在门口", "浙 A D 1 2 3 4 5"),
    ("浙A-F-A-1-2-3-4", "浙A-F-A-1-2-3-4"),
    ("浙 A 1 2 3 4 5 D", "浙 A 1 2 3 4 5 D"),
]
EMAIL = [
    ("写信给zhang.san@example.com。", "zhang.san@example.com"),
    ("13812345678@example.com", "13812345678@example.com"),
    ("ａｂｃ＠example．com", "ａｂｃ＠example．com"),
    ("abc @ example.com", "abc @ example.com"),
    ("abc@example。com", "abc@example。com"),
]
BANK_CARD = [
    ("4111111111111111", "4111111111111111"),
    ("4111 1111 1111 1111", "4111 1111 1111 1111"),
    ("4111-1111-1111-1111", "4111-1111-1111-1111"),
    ("6228480402564890018", "6228480402564890018"),
    ("6228 4804 0256 4890 018", "6228 4804 0256 4890 018"),
    ("卡号6222021234567890123", "6222021234567890123"),
]
POSITIVE = [
    (text, found, kind)
    for kind, examples in (
        (Kind.PHONE, MOBILE + LANDLINE),
        (Kind.ID_CARD, ID_CARD),
        (Kind.PLATE, PLATE),
        (Kind.EMAIL, EMAIL),
        (Kind.BANK_CARD, BANK_CARD),
    )
    for text, found in examples
]

NEGATIVE = [
    "",
    "请拨打12345反映",
    "110、119、120、122",
    "拨打12315投诉，或12369、12319",
    "400-820-8820",
    "电话4008208820",
    "电话400-1234-567",
    "800-820-8820",
    "银行客服95588和10086",
    "拨打1008611",
    "业务咨询电话0731-12333",
    "补偿1360000元",
    "总投资13600000000元",
    "总投资13812345678.00 元",
    "合同金额：13812345678",
    "12,345,678.90元",
    "电话费1234567元",
    "价格12345678元",
    "18000-200000元之间",
    "15000-20000-30000",
    "2026-11-23",
    "20261123",
    "联系20261123",
    "2026年11月23日",
    "2026-11-23 09:30:15",
    "150 2026-11-23",
    "20260101-20261231",
    "1998-2003年",
    "来电2019-2020年",
    "二〇二六年十一月二十三日",
    "一百三十八万一千二百元",
    "青政发〔2026〕12号",
    "20261123-482173",
    "电话查询受理编号20261123-482173",
    "GB18485-2001",
    "K12+300至K15+800",
    "建筑面积120.5平方米",
    "13-2-501",
    "35.6%",
    "高铁宁G1234次",
    "皖ABCDE街",
    "@某某",
    "a@b",
    "经度113.12345678，纬度28.12345678",
    "编号1234567890123456",
    "4111111111111112",
    "第12345678号",
]


@pytest.mark.parametrize(("text", "found", "kind"), POSITIVE)
def test_personal_data_is_proposed_with_its_kind_and_its_whole_length(text, found, kind):
    proposals = propose(text)
    assert [(p.text, p.kind) for p in proposals] == [(found, kind)]
    assert proposals[0].mask == MASKS[kind]
    assert text[proposals[0].start : proposals[0].end] == found


@pytest.mark.parametrize("text", NEGATIVE)
def test_public_numbers_sums_dates_and_references_are_left_alone(text):
    assert propose(text) == []


def test_a_list_of_local_numbers_is_announced_only_once():
    text = "咨询电话：8555123、8555124或8555125"
    assert apply(text, propose(text)) == ("咨询电话：[电话已隐去]、[电话已隐去]或[电话已隐去]")


def test_a_letter_with_everything_keeps_all_but_the_personal_data():
    text = (
        "本人张某（身份证110101199003071234）于2026-11-23驾驶皖A12345路过K12+300，"
        "请致电138 1234 5678或写信至zs@example.com，赔款3600元打入卡号4111111111111111。"
    )
    assert apply(text, propose(text)) == (
        "本人[姓名已隐去]（身份证[身份证号已隐去]）于2026-11-23驾驶[车牌已隐去]路过K12+300，"
        "请致电[电话已隐去]或写信至[邮箱已隐去]，赔款3600元打入卡号[银行卡号已隐去]。"
    )


def test_numbers_written_without_a_gap_do_not_hide_each_other():
    text = "身份证11010119900307123413812345678"
    assert apply(text, propose(text)) == "身份证[身份证号已隐去]"


def test_every_kind_has_a_label_and_a_mask_that_shows_no_digit():
    assert set(KIND_LABELS) == set(MASKS) == set(Kind)
    assert not any(c.isdigit() for mask in MASKS.values() for c in mask)


def test_masks_are_not_taken_for_personal_data_or_for_an_announcement():
    assert all(propose(f"{mask}8555123 {mask}A12345") == [] for mask in MASKS.values())


def test_only_the_chosen_proposals_are_masked_in_whatever_order_they_come():
    text = "13812345678，皖A12345，13912345678"
    first, _plate, last = propose(text)
    assert apply(text, [last, first]) == "[电话已隐去]，皖A12345，[电话已隐去]"
    assert apply(text, []) == text


def test_a_proposal_made_for_another_wording_is_refused():
    proposals = propose("电话13812345678")
    with pytest.raises(ValueError, match="does not fit"):
        apply("我的电话13812345678", proposals)


def test_overlapping_proposals_are_refused():
    one = Proposal(0, 3, Kind.PHONE, "123", "*")
    other = Proposal(2, 4, Kind.PHONE, "34", "*")
    with pytest.raises(ValueError, match="does not fit"):
        apply("12345", [one, other])


FRAGMENTS = [found for _text, found, _kind in POSITIVE] + NEGATIVE
FRAGMENTS += ["电话", "手机：", "卡号", "身份证", "车牌", "0731-", "+86", "86", "(", ")", "X"]
FRAGMENTS += ["王", "局长", "村民", "李四", "、", "我叫", "某", "栋", "单元", "501室", "小区", "号"]
FRAGMENTS += ["微信", "QQ", "abc_1", "护照", "家住", "男", "\u200b", "\n", "敬礼", "张建国"]
FRAGMENTS += [" ", "-", "、", "，", ".", "。", "@", "元", "万", "一三八", "1", "0", "[", "]"]


@pytest.mark.parametrize("seed", range(40))
def test_in_any_text_offsets_fit_nothing_overlaps_and_masking_twice_changes_nothing(seed):
    chance = random.Random(seed)  # noqa: S311 - reproducible texts, no secret
    for _ in range(50):
        text = "".join(chance.choices(FRAGMENTS, k=chance.randint(1, 12)))
        proposals = propose(text)
        ends = [0, *(p.end for p in proposals)]
        assert all(end <= p.start < p.end for end, p in zip(ends, proposals, strict=False))
        assert all(text[p.start : p.end] == p.text for p in proposals)
        masked = apply(text, proposals)
        assert propose(masked) == [], text


SHORT, LONG = 5_000, 20_000
HOSTILE = ["1", "1 ", "1-", "138 ", "13812345678", "13812345678 ", "电话1234567 ", "0731-", "+86"]
HOSTILE += ["86 ", "400-", "4111 ", "4111111111111111", "110101199003071234", "一三八", "①"]
HOSTILE += [
    "1\n",
    "皖A 1 ",
    "局长",
    "王局长",
    "我叫王",
    "村民王",
    "王大、",
    "某",
    "家住",
    "家住1",
    "3栋",
]
HOSTILE += [
    "3栋2单元501",
    "1-1-",
    "小区1-",
    "一",
    "1组1号",
    "微信a",
    "qq1 ",
    "\u200b",
    "敬礼\n",
    "王",
]
HOSTILE += ["a", "@", "a@", "a@a.", "a.", "皖A", "皖A1234 ", "车牌", "电话", "(", "1().", "0"]


@pytest.mark.parametrize("piece", HOSTILE)
def test_time_grows_no_faster_than_a_hostile_text(piece):
    # Four times the text: 4 when time is in proportion, 16 when it is not.
    assert seconds(piece, LONG) < 8 * seconds(piece, SHORT) + 0.002


@pytest.mark.parametrize("piece", ["1 ", "0.", "5 ", "(1", "一 "])
def test_a_list_of_single_digits_costs_little_more_than_words(piece):
    # About seven times as much when each digit is asked for each kind of number, three when not.
    assert seconds(piece, LONG) < 5 * seconds("路口的井盖坏了，", LONG)


def seconds(piece: str, length: int) -> float:
    """The shortest of three runs, in processor time."""
    text = (piece * length)[:length]
    found = []
    for _ in range(3):
        start = time.process_time()
        propose(text)
        found.append(time.process_time() - start)
    return min(found)

"""What accuses somebody waits for a person; what is merely broken does not."""

import pytest

from portal.cases.accusing import accuses

ORDINARY = [
    "路灯坏了，供电局不来修",
    "自来水公司三天没来修水管",
    "村委会门口的路坑坑洼洼，镇政府一直没修",
    "城管局说归交通局管，交通局说归城管局管，路灯没人修",
    "学校门口堵车，希望交警早晚高峰指挥",
    "小区物业乱收费，不给发票",
    "请城管局管管烧烤摊",
    "局长您好，路灯不亮",
    "供水公司水费为什么这么贵",
    "打人的是邻居，派出所已处理",
    "路坏了，交通局说没有钱修",
    "村委会收了卫生费也没人打扫",
    "社区工作人员说收不到钱",
    "感谢供水公司的王队长冒雨抢修，从不收钱",
]
ACCUSING = [
    "供电局不作为",
    "交通局王局长收了施工队的钱",
    "城管队员打人",
    "窗口工作人员态度恶劣",
    "村主任威胁我不让上访",
    "镇政府乱收费",
    "派出所民警打了我",
    "卫生院院长收红包",
    "水利局科长索要好处",
    "股长要我交三千块才给盖章",
    "学校校长体罚学生",
    "被城管打了",
    "村支书优亲厚友",
    "供水公司乱收费",
    "住建局包庇开发商",
    "扶贫款被挪用补贴",
]


@pytest.mark.parametrize("text", ORDINARY)
def test_what_should_be_done_accuses_nobody(text):
    assert not accuses(text)


@pytest.mark.parametrize("text", ACCUSING)
def test_what_somebody_is_said_to_have_done_does(text):
    assert accuses(text)
    assert accuses(f"路灯不亮。{text}。请处理。")

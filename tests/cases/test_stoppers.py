"""Stoppers send emergencies and other offices' matters on, and leave complaints alone."""

import re
from time import perf_counter

import pytest

from portal.cases.stoppers import ALL, stoppers
from portal.county.taxonomy import Severity, Stopper, matters

CALL = [
    ("隔壁楼着火了，火很大", "fire"),
    ("现在小区车棚起火，浓烟滚滚", "fire"),
    ("山上着火了快来人", "fire"),
    ("楼下电表箱正在冒烟", "fire"),
    ("配电房冒烟，还有火花", "fire"),
    ("加油站旁边发生爆炸了", "fire"),
    ("楼道里煤气泄漏，味道很重", "gas"),
    ("家里闻到很浓的燃气味", "gas"),
    ("天然气管道被挖断正在漏气", "gas"),
    ("从昨天开始煤气就漏气，一直没人来修", "gas"),
    ("路边有老人晕倒了，没人敢扶", "medical"),
    ("我爸突然昏迷不省人事怎么办", "medical"),
    ("工友触电了，叫不醒", "medical"),
    ("幼儿园十几个孩子食物中毒，都在吐", "medical"),
    ("邻居喝农药了，救命", "medical"),
    ("有孩子掉进河里了", "drowning"),
    ("水库有人溺水，快救人", "drowning"),
    ("小孩掉进没盖的井里了", "drowning"),
    ("楼下有人打架，还拿着刀", "violence"),
    ("有人持刀砍人", "violence"),
    ("隔壁男的正在打老婆，孩子哭得厉害", "violence"),
    ("工地上两拨人正在斗殴", "violence"),
    ("有人入室抢劫", "violence"),
    ("有个女的站在楼顶要跳楼", "suicide"),
    ("我不想活了，欠的钱还不上", "suicide"),
    ("他发消息说要自杀", "suicide"),
    ("国道上发生车祸，有人受伤", "crash"),
    ("路口刚刚撞车了，堵了一大片", "crash"),
    ("货车翻车了，司机卡在里面", "crash"),
    ("刚才路口两车相撞有人受伤", "crash"),
    ("我家孩子走失了，五岁，穿红衣服", "missing"),
    ("老人走丢两个小时了", "missing"),
    ("我们被困在电梯里了", "trapped"),
    ("3号楼电梯困人，里面有孩子", "trapped"),
    ("高压线断了掉在路上", "power-line-down"),
    ("电线杆倒了，电线垂到地面", "power-line-down"),
    ("对面楼五楼冒浓烟", "fire"),
    ("电瓶车在楼道里烧起来了", "fire"),
    ("饭店煤气罐漏气了，嘶嘶响", "gas"),
    ("同事从架子上摔下来，流了好多血", "medical"),
    ("有人倒在地上，喊不应", "medical"),
    ("孩子掉水里了快来人啊", "drowning"),
    ("两伙人在烧烤摊打起来了", "violence"),
    ("老公又打我，我躲在卫生间里", "violence"),
    ("家里进小偷了，人还在屋里", "violence"),
    ("工地塌了，埋了人", "rescue"),
    ("山洪把房子冲了", "rescue"),
    ("老人和孩子困在屋顶", "rescue"),
    ("我想死，谁能帮帮我", "suicide"),
    ("楼上有人要往下跳", "suicide"),
    ("路口电动车和汽车撞了，人躺在地上", "medical"),
    ("面包车撞到护栏翻了", "crash"),
    ("我妈有老年痴呆，早上出门到现在没回来", "missing"),
    ("电梯卡在七楼，里面有人出不来", "trapped"),
    ("给骗子转了两万块，能追回来吗", "fraud"),
    ("刚才被骗转账三万元", "fraud"),
    ("冒充公检法让我把钱转走了", "fraud"),
]

ELSEWHERE = [
    ("法院判决一年了，对方还不还钱", "court"),
    ("我已经向法院起诉，什么时候开庭", "court"),
    ("申请强制执行没有结果，执行局不接电话", "court"),
    ("对一审判决书不服怎么上诉", "court"),
    ("劳动仲裁已经开庭，公司没来人", "arbitration"),
    ("想问申请劳动仲裁去哪里", "arbitration"),
    ("对城管局的处罚不服，要申请行政复议", "reconsideration"),
    ("行政复议决定书还没有收到", "reconsideration"),
    ("我申请公开征地批文和补偿方案的信息", "disclosure"),
    ("向你局提出政府信息公开申请", "disclosure"),
    ("举报村支书贪污扶贫款", "discipline"),
    ("镇里干部收受红包", "discipline"),
    ("村主任优亲厚友，低保都给亲戚", "discipline"),
    ("书记套取危房改造补贴", "discipline"),
    ("派出所的人吃拿卡要", "discipline"),
    ("我要办理营业执照", "counter"),
    ("身份证丢了，想补办", "counter"),
    ("申请低保，请批准", "counter"),
    ("我想申请公租房，家里三口人", "counter"),
    ("怎么办理居住证", "counter"),
    ("想给孩子上户口，怎么办", "counter"),
]

NOTHING = [
    "消防通道被堵，物业不管",
    "楼道堆满杂物，有火灾隐患",
    "飞线充电极易引发火灾，请整治",
    "担心哪天着火没人跑得出来",
    "万一起火消防车进不来",
    "去年车棚着火以后一直没修",
    "火灾报警器坏了半年",
    "希望多开展火灾演练",
    "楼下大火锅店油烟扰民",
    "村民焚烧秸秆，浓烟呛人",
    "工厂烟囱冒黑烟",
    "新开的餐馆生意红火了，停车更难",
    "家里燃气安检多年没人来",
    "天然气什么时候通到我们村",
    "燃气管道老化，怕漏气",
    "防止煤气泄漏的报警器在哪里领",
    "煤气罐车停在小区门口，有泄漏风险",
    "水管漏了三天，地下室全是水",
    "热水器打不着火",
    "110报警没人管，请公安局说明",
    "打了120一个小时救护车才到",
    "上周我妈晕倒，救护车走错路",
    "我父亲昏迷住院三个月，医保报销太少",
    "夏天工地没有防暑，容易晕倒",
    "希望学校加强防溺水教育",
    "水库边没有警示牌，孩子容易落水",
    "河边护栏坏了，怕有人掉进河里",
    "夜市经常有人打架，希望加强巡逻",
    "各部门文件打架，群众无所适从",
    "去年邻居打架，派出所至今没有结论",
    "商场跳楼价促销喇叭太吵",
    "这个路口经常发生车祸，建议装红绿灯",
    "弯道太急，容易翻车",
    "交通事故责任认定拖了两个月",
    "前年的车祸赔偿一直没谈成",
    "广场上有很多走失的猫狗",
    "给老人发防走失手环，建议推广",
    "电梯三天两头坏，上个月还困过人",
    "电梯老旧，担心被困在电梯里",
    "电线私拉乱接，挂得太低",
    "建议开展防电信诈骗宣传",
    "法院门口的路坑坑洼洼",
    "人民法院旁边的公厕太脏",
    "再不解决我就起诉你们",
    "国家强制执行标准是什么意思",
    "村务公开栏半年没更新",
    "希望政府信息公开更及时",
    "书记热线打不通",
    "村干部很负责，表扬",
    "物业挪用维修资金",
    "举报电话没人接",
    "营业执照办了三个月还没下来，窗口一直推",
    "申请低保被取消，不知道原因",
    "窗口办理身份证的人态度很差",
    "残疾证办理跑了五趟，每次说材料不齐",
    "房产证一直办不下来",
    "低保名额不公，有房有车的也吃低保",
    "路灯不亮，晚上走路害怕",
    "公交车半小时一班，太慢了",
    "学校门口堵车严重",
    "自来水发黄",
    "垃圾没人清运",
    "暖气不热，老人受不了",
    "拖欠农民工工资",
    "护栏被车撞了没人修",
    "路灯杆被货车撞倒了",
    "儿子打工三年没回家，想申请探亲补助",
    "树倒在地上两天了，没人清理",
    "去年山洪冲毁的便桥还没重建",
    "只许州官放火，不许百姓点灯",
    "物业这是绑架消费",
    "院里几次起火，消防车都进不来",
    "校园里发生过打架事件",
    "两所学校差距太大，火炬学校没有操场",
    "昨晚被困电梯里，物业半小时才来",
    "谢谢消防队员，火灾后第二天就来帮我们清理",
    "已经扑灭的火灾现场没人清理",
    "没有发生火灾，请放心",
    "如果发生煤气泄漏应该打哪个电话",
]


def codes(text, own=None):
    return [s.code for s in stoppers(text, own)]


@pytest.mark.parametrize(("text", "code"), CALL)
def test_an_emergency_is_sent_to_the_telephone(text, code):
    found = stoppers(text)
    assert found[0].code == code
    assert found[0].severity is Severity.CALL_NOW
    assert re.fullmatch(r"\d{3,5}", found[0].phone)


@pytest.mark.parametrize(("text", "code"), ELSEWHERE)
def test_what_others_decide_is_sent_there(text, code):
    assert codes(text) == [code]


@pytest.mark.parametrize("text", NOTHING)
def test_a_complaint_is_left_alone(text):
    assert codes(text) == []


def test_the_set_of_sentences_is_large_enough_to_mean_something():
    assert len(CALL) + len(ELSEWHERE) >= 50
    assert len(NOTHING) >= 60
    assert {code for _, code in CALL + ELSEWHERE} == {s.code for s in ALL} - {"other-county"}


def test_every_stopper_keeps_the_letter_and_says_where_to_go():
    own = [m.stopper.code for m in matters() if m.stopper]
    assert len({s.code for s in ALL}) == len(ALL)
    assert not {s.code for s in ALL if s.severity is Severity.CALL_NOW and not s.phone}
    assert all("提交" in s.advice for s in ALL)
    assert own


def test_several_are_given_the_urgent_first():
    text = "法院判决了他不还钱，现在他持刀砍人，还放火，房子着火了"
    assert codes(text) == ["fire", "violence", "court"]


def test_the_stopper_of_the_category_is_added_once():
    own = Stopper("power-line", "停电", "打95598，也可以继续提交。", "95598")
    assert codes("小区停电了", own) == ["power-line"]
    assert codes("房子着火了", own) == ["fire", "power-line"]
    again = next(s for s in ALL if s.code == "fire")
    assert codes("房子着火了", again) == ["fire"]


def test_an_urgent_stopper_of_the_category_stands_before_the_others():
    own = Stopper("gas-smell", "燃气", "打119，也可以继续提交。", "119", Severity.CALL_NOW)
    assert codes("怎么办理居住证", own) == ["gas-smell", "counter"]


@pytest.mark.parametrize("text", ["", " ", "\n\n", "？？", "火", "a" * 50])
def test_nothing_comes_of_nothing(text):
    assert codes(text) == []


def test_width_blanks_and_line_breaks_make_no_difference():
    assert codes("楼 下 着 火 了 ！") == ["fire"]
    assert codes("楼下\n着火了") == ["fire"]
    assert codes("房子\u200b着火了") == ["fire"]


def test_what_was_feared_in_one_sentence_does_not_excuse_the_next():
    assert codes("早就担心飞线充电会着火。现在车棚真的着火了") == ["fire"]


def test_a_long_letter_is_the_story_of_an_emergency_unless_it_says_now():
    story = "我们小区的消防栓没有水，反映给物业，物业说归开发商管，开发商说早就移交了。" * 6
    assert codes(story + "车棚着火，烧了十几辆车。") == []
    assert codes(story + "现在车棚着火了！") == ["fire"]


@pytest.mark.parametrize(
    ("text", "county", "expected"),
    [
        ("我住在白云县，那边的路坏了", "青禾县", ["other-county"]),
        ("我家在江西的丰水县，工资没有发", "青禾县", ["other-county"]),
        ("我住在青禾县城关镇", "青禾县", []),
        ("户口在白云县，现在住在青禾县", "青禾县", []),
        ("我住在我们县城南边", "青禾县", []),
        ("在本县上学，老家在白云县", "青禾县", []),
        ("在全县推广这个办法", "青禾县", []),
        ("住在县医院旁边", "青禾县", []),
        ("我住在白云县，那边的路坏了", "", []),
    ],
)
def test_the_matter_of_another_county_is_seen_where_it_is_named(text, county, expected):
    assert [s.code for s in stoppers(text, county=county)] == expected


@pytest.mark.parametrize("unit", ["着火", "法院", "我要申请", "煤气", "如果担心着火，", "在县"])
def test_time_grows_in_proportion_to_the_length(unit):
    def seconds(n):
        text = unit * n
        began = perf_counter()
        stoppers(text, county="青禾县")
        return perf_counter() - began

    seconds(100)
    small = min(seconds(1_000) for _ in range(3))
    assert min(seconds(8_000) for _ in range(3)) < 8 * 4 * small + 0.01

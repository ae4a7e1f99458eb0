"""Likely duplicates are found in other words, and another matter nearby is not one."""

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.cases.similarity import AT_LEAST, Candidate, Draft, Match, likely, similarity


def draft(title, body="", **known):
    return Draft(title=title, body=body, **known)


def case(title, body="", reference="20260101-000001", **known):
    return Candidate(reference=reference, title=title, body=body, **known)


SAME = [
    ("文化路路灯不亮", "文化路的路灯坏了好几天，晚上一片漆黑"),
    ("文化路从邮局到三中一段路灯全灭", "三中门口文化路晚上没有路灯照明"),
    ("阳光小区停水", "阳光小区从早上开始没水，什么时候恢复"),
    ("阳光花园又停水了，没有通知", "阳光花园二期停水一天，物业也不知道原因"),
    ("人民路自来水管爆裂", "人民路十字路口水管漏水，水流了一整天"),
    ("第二小学校门口堵车", "二小上下学时间门口堵得走不动，建议交警来疏导，第二小学家长"),
    ("幸福小区3号楼电梯坏了", "幸福小区3号楼电梯停运一周，老人下不了楼"),
    ("和平街垃圾没人清运", "和平街垃圾桶满了三天没人收，臭味很大"),
    ("青石镇卫生院没有医生", "青石镇卫生院下午没人看病，医生都不在"),
    ("柳塘村水渠堵塞，浇不上水", "柳塘村的水渠淤堵，稻田旱了"),
    ("滨河公园健身器材损坏", "滨河公园的健身器材断了，孩子容易受伤"),
    ("建设路井盖缺失", "建设路中间一个井盖没了，用树枝挡着"),
    ("广场舞太吵", "人民广场每天晚上跳广场舞音响太大，睡不着"),
    ("4路公交车等太久", "4路公交一个小时才来一趟，末班车六点就没了"),
    ("金域华府延期交房", "金域华府楼盘逾期一年没有交房，开发商不给说法"),
    ("县医院停车难", "县医院停车场进不去，看病找不到停车位"),
    ("老旧小区改造外墙漏雨", "纺织厂家属院旧改以后外墙渗漏，屋里下雨"),
    ("烧烤店油烟扰民", "东关街烧烤摊的油烟直往楼上灌，开不了窗"),
    ("城东工地夜间施工", "城东安置房工地半夜还在施工，噪声太大"),
    ("拖欠农民工工资", "在高铁站项目干活，包工头拖欠工资五个月没发"),
    ("河里有黑臭水体", "南河的水又黑又臭，河道两边排污口没封"),
    ("新华路积水严重", "新华路一下雨就积水，排水管网堵了，车都熄火"),
    ("小区充电桩不够", "翠湖小区充电桩太少，电动车没处充电"),
    ("学校食堂饭菜有虫", "实验中学食堂的饭菜里吃出虫子"),
    ("东湖社区健身步道塌了一块", "东湖社区步道塌陷，散步的人容易掉进去"),
    ("中医院门口斑马线看不清", "中医院门前的斑马线磨没了，过马路很危险"),
    ("锦绣苑暖气不热", "锦绣苑12栋供暖温度只有15度，老人冻感冒了"),
    ("白云镇中心小学厕所太旧", "白云镇中心小学的厕所是旱厕，孩子不敢去，希望改造"),
    ("河口村自来水浑浊", "河口村自来水发黄发浑，不能喝"),
    ("光明路施工围挡占了半条路", "光明路修路围挡三个月不见人施工，只剩一条道"),
    ("东门菜市场污水横流", "东门市场卖鱼的把污水倒在路上，又腥又滑"),
    ("老年食堂关门了", "桂花社区老年食堂停业两个月，老人没地方吃饭"),
    ("翠竹园物业不修电梯", "翠竹园电梯停运半个月，物业说没钱修"),
    ("和谐路违停严重", "和谐路两边停满车，公交都过不去，没有人贴条"),
    ("狗叫扰民", "凤凰城楼上养了三条狗，半夜狗叫，影响休息"),
    ("县城到梅岭乡班车取消", "去梅岭乡的客运班车没了，老人看病进不了城"),
    ("医保异地报销太慢", "异地就医报销材料交了三个月，钱还没到"),
    ("学校附近网吧接纳未成年人", "育才中学旁边网吧让初中生进去上网"),
    ("石桥镇石场扬尘", "石桥镇采石场灰尘太大，庄稼都白了"),
    ("荷花池公园灯坏了", "荷花池公园里照明灯一半不亮，晚上散步看不见"),
    ("种粮补贴没发", "黄田镇今年的种粮补贴还没打到卡里"),
    ("楼上往下扔东西", "阳光水岸5栋有人高空抛物，玻璃瓶砸下来"),
    ("县二中补课收费", "县二中老师周末有偿补课，一次收两百"),
    ("厂子晚上排黑烟", "工业园化工厂夜里偷排，冒黑烟，刺鼻"),
]
"""Pairs of letters about one matter; only how they say it differs."""

OTHER = [
    ("文化路路灯不亮", "建设路路灯不亮"),
    ("文化路路灯不亮", "文化路井盖丢失"),
    ("阳光小区停水", "阳光小区停电"),
    ("阳光小区停水", "和谐家园停水了，没有通知"),
    ("幸福小区3号楼电梯坏了", "幸福小区物业费涨价不合理"),
    ("第二小学校门口堵车", "第二小学食堂太贵"),
    ("县医院停车难", "县医院医生态度恶劣"),
    ("和平街垃圾没人清运", "柳塘村垃圾没人清运"),
    ("青石镇卫生院没有医生", "青石镇敬老院没有空调"),
    ("4路公交车等太久", "7路公交车司机态度差"),
    ("金域华府延期交房", "金域华府噪声扰民"),
    ("人民路自来水管爆裂", "人民路占道经营严重"),
    ("广场舞太吵", "工地夜间施工太吵"),
    ("滨河公园健身器材损坏", "滨河公园厕所太脏"),
    ("柳塘村水渠堵塞，浇不上水", "柳塘村村道坑洼"),
    ("新华路积水严重", "新华路红绿灯时间太短"),
    ("请问低保怎么申请", "请问公租房怎么申请"),
    ("希望领导尽快解决我们的问题，谢谢", "希望有关部门尽快处理此事，谢谢领导"),
    ("拖欠农民工工资", "退休养老金少发两个月"),
    ("小区充电桩不够", "小区门禁坏了没人修"),
    ("学校食堂饭菜有虫", "学校操场塑胶跑道有味道"),
    ("建设路井盖缺失", "建设路公交站台没有座椅"),
    ("城东工地夜间施工", "城东市场消防通道堵塞"),
    ("烧烤店油烟扰民", "棋牌室夜里扰民"),
    ("东湖社区健身步道塌了一块", "东湖社区老年活动室不开门"),
    ("中医院门口斑马线看不清", "中医院挂号排队时间太长"),
    ("锦绣苑暖气不热", "锦绣苑车位费涨价"),
    ("白云镇中心小学厕所太旧", "白云镇中心小学没有校车"),
    ("河口村自来水浑浊", "河口村手机信号差"),
    ("光明路施工围挡占了半条路", "解放路施工围挡占了半条路"),
    ("东门菜市场污水横流", "西门菜市场缺斤少两"),
    ("老年食堂关门了", "学校食堂不卫生"),
    ("翠竹园物业不修电梯", "翠竹园物业保安态度差"),
    ("和谐路违停严重", "和谐路摆摊占道"),
    ("狗叫扰民", "广场舞扰民"),
    ("县城到梅岭乡班车取消", "县城到松山乡公路塌方"),
    ("医保异地报销太慢", "养老金认证太麻烦"),
    ("学校附近网吧接纳未成年人", "学校附近流动摊贩卖三无食品"),
    ("石桥镇石场扬尘", "石桥镇卫生院没有药"),
    ("荷花池公园灯坏了", "荷花池公园荷花死了没人管"),
    ("种粮补贴没发", "农机补贴怎么申请"),
    ("楼上往下扔东西", "楼下堆满杂物"),
    ("县二中补课收费", "县二中食堂饭贵"),
    ("厂子晚上排黑烟", "村里烧秸秆冒烟"),
]
"""Pairs that share a place, a subject or set phrases, and are about different matters."""


def score(pair, **known):
    one, other = pair
    return similarity(draft(one, **known), case(other, **known))


def found(pairs):
    """Return the pairs that are taken for one matter without any field to go by."""
    return [pair for pair in pairs if score(pair) >= AT_LEAST]


def test_of_the_same_matters_at_least_nine_in_ten_are_found():
    hits = found(SAME)
    assert len(hits) / len(SAME) >= 0.9, set(SAME) - set(hits)


def test_of_what_is_found_at_least_nine_in_ten_are_the_same_matter():
    hits, false = found(SAME), found(OTHER)
    assert len(hits) / (len(hits) + len(false)) >= 0.9, false


def test_there_are_enough_pairs_to_say_so():
    assert min(len(SAME), len(OTHER)) >= 40


def test_a_letter_is_its_own_duplicate():
    for one, other in SAME:
        assert score((one, one)) == pytest.approx(1.0, abs=0.2)
        assert score((other, other)) >= 0.8


def test_project_category_and_place_each_speak_for_one_matter():
    one, other = draft("路面坏了"), case("坑太多了，车过不去")
    plain = similarity(one, other)
    for known in ({"project_id": 7}, {"category_code": "works.road"}, {"place": "文化路"}):
        assert score((one.title, other.title), **known) > plain


def test_fields_alone_never_make_a_duplicate():
    known = {"project_id": 7, "category_code": "works.road", "place": "文化路", "town": "a"}
    assert score(("路面坏了", "希望增加座椅"), **known) < AT_LEAST


def test_another_town_speaks_against_it():
    near = similarity(draft("路灯不亮", town="a"), case("路灯不亮了", town="a"))
    far = similarity(draft("路灯不亮", town="a"), case("路灯不亮了", town="b"))
    assert far < near


def test_another_building_number_speaks_against_it():
    same = score(("幸福小区3号楼电梯坏了", "幸福小区3号楼的电梯又坏了"))
    other = score(("幸福小区3号楼电梯坏了", "幸福小区5号楼的电梯又坏了"))
    assert other < same


def test_the_best_come_first_and_no_more_than_asked():
    others = [
        case("文化路井盖丢失", reference="a"),
        case("文化路的路灯坏了，一片漆黑", reference="b"),
        case("文化路路灯不亮", reference="c"),
        case("文化路路灯又不亮了", reference="d"),
        case("文化路邮局门口路灯不亮", reference="e"),
        case("幼儿园学费太贵", reference="f"),
    ]
    matches = likely(draft("文化路路灯不亮"), others)
    assert matches[0].reference == "c"
    assert len(matches) == 3
    assert {m.reference for m in matches} <= {"b", "c", "d", "e"}
    assert [m.score for m in matches] == sorted((m.score for m in matches), reverse=True)
    assert len(likely(draft("文化路路灯不亮"), others, most=1)) == 1
    assert likely(draft("文化路路灯不亮"), others, at_least=1.01) == []


def test_equals_come_in_the_order_of_their_references_whatever_order_they_came_in():
    others = [case("文化路路灯不亮", reference=r) for r in "cab"]
    expected = [m.reference for m in likely(draft("文化路路灯不亮"), others)]
    assert expected == ["a", "b", "c"]
    assert likely(draft("文化路路灯不亮"), others[::-1]) == likely(draft("文化路路灯不亮"), others)


def test_what_all_candidates_say_tells_them_apart_less():
    street = [
        case(f"文化路改造工程{w}", reference=w) for w in ("噪声", "扬尘", "围挡", "工期", "绿化")
    ]
    match = likely(draft("文化路改造工程扬尘太大"), street, at_least=0)
    assert match[0].reference == "扬尘"
    assert match[0].score > 1.2 * match[1].score


@pytest.mark.parametrize("text", ["", "  ", "？", "好", "谢谢", "希望领导尽快解决问题"])
def test_a_draft_that_says_nothing_has_no_duplicates(text):
    assert likely(draft(text), [case("文化路路灯不亮"), case(text), case("")]) == []


def test_no_candidates_give_no_matches():
    assert likely(draft("文化路路灯不亮"), []) == []


def test_a_match_tells_reference_and_score():
    assert likely(draft("文化路路灯不亮"), [case("文化路路灯不亮")])[0] == Match(
        "20260101-000001", pytest.approx(1.0)
    )


LETTER = st.text("文化路建设路灯不亮停水电阳光小区3号楼的了，。 a1", max_size=60)


@given(LETTER, LETTER, LETTER, LETTER)
def test_a_score_is_a_share_and_the_same_every_time(title, body, other_title, other_body):
    one, other = draft(title, body), case(other_title, other_body)
    first = similarity(one, other)
    assert 0 <= first <= 1
    assert similarity(one, other) == first


def test_two_hundred_candidates_are_compared_while_somebody_types():
    sentences = [other for _, other in SAME + OTHER]
    others = [
        case(
            sentences[n % len(sentences)],
            "。".join(sentences[(n + k) % len(sentences)] for k in range(12)),
            reference=f"{n:03}",
        )
        for n in range(200)
    ]
    mine = draft("文化路路灯不亮", "。".join(sentences[:12]))

    def seconds():
        began = perf_counter()
        likely(mine, others)
        return perf_counter() - began

    seconds()
    assert min(seconds() for _ in range(5)) < 0.02

"""The extra questions of the preset, each asked where a department would have to call back."""

from portal.county.matters.kinds import Question, QuestionKind
from portal.language import N_


def _choice(key: str, label: str, *choices: str, required: bool = False) -> Question:
    return Question(key, label, QuestionKind.CHOICE, choices, required)


def _date(key: str, label: str) -> Question:
    return Question(key, label, QuestionKind.DATE)


SINCE = _date("since", N_("从哪一天开始的？"))
HAPPENED_ON = _date("happened_on", N_("是哪一天的事？"))
ESTATE = Question("estate", N_("小区名称和楼栋（不必写门牌号）"), required=True)
SHOP = Question("shop", N_("店铺或企业的名称、地址"), required=True)
SITE = Question("site", N_("工地或项目的名称、位置"), required=True)
SPOT = Question("spot", N_("具体位置（路名、附近的标志物或灯杆编号）"), required=True)
SCHOOL = Question("school", N_("学校或幼儿园名称"), required=True)
HOSPITAL = Question("hospital", N_("医院、卫生院或药店名称"), required=True)
VILLAGE = Question("village", N_("哪个乡镇、哪个村？"), required=True)
LINE = Question("line", N_("线路和车站"), required=True)
EMPLOYER = Question("employer", N_("用工单位或工地名称"), required=True)

SUPPLY = _choice(
    "extent",
    N_("影响多大范围？"),
    N_("只有我一家"),
    N_("一栋楼"),
    N_("整个小区或村组"),
    N_("更大范围"),
    required=True,
)
NOTICE = _choice("notice", N_("事先接到通知了吗？"), N_("有"), N_("没有"), N_("不清楚"))
LEAK = _choice("leak_where", N_("哪里漏水？"), N_("路面"), N_("小区公共管道"), N_("家里水表附近"))
WATER_LOOK = _choice(
    "look", N_("水有什么不对？"), N_("发黄发浑"), N_("有异味"), N_("有杂质"), N_("其他")
)
HEAT = Question("degrees", N_("室内温度大约多少度？在哪个时间量的？"))
HOURS = _choice(
    "hours",
    N_("主要在什么时间？"),
    N_("白天"),
    N_("中午休息时"),
    N_("晚上十点到早上六点"),
    N_("全天"),
    required=True,
)
WORKERS = Question("workers", N_("被拖欠的人数"), required=True)
WAGES = Question("wages", N_("拖欠的月份和大约金额"))
CONTRACT = _choice("contract", N_("签了劳动合同吗？"), N_("签了"), N_("没有签"), N_("不清楚"))
FEE = Question("fee", N_("收了什么费、多少钱？"))
PAPERS = _choice("papers", N_("有小票、合同或付款记录吗？"), N_("有"), N_("没有"))
OFFICE = Question("office", N_("哪个单位、哪个窗口？"), required=True)
WHOSE = Question("whose", N_("是哪个单位的哪件事、哪项工程？"), required=True)
ELEVATOR_NO = Question("elevator_no", N_("轿厢内的电梯编号（如能看到）"))
AREA = Question("area", N_("涉及的土地或房屋在哪里？"), required=True)

"""Seeing in a draft that another number or office would help sooner. Pure.

It is said before the letter is sent and never blocks it: the words stay, and the resident may
send them all the same, because a machine that reads for a few words can be wrong. So an
emergency is believed when a clause says that it happens; what is feared, denied, practised,
long past or happens again and again is a complaint about a danger, which is ours to take.

Sources: 国办发〔2020〕53号 leaves emergencies to 110, 119, 120 and 122 and tells the hotline to
name the right channel; 信访工作条例 art. 22 and 23 do so for matters in a procedure of their own.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from portal.cases.clauses import NOW, clauses, flat, is_feared, is_past
from portal.county.taxonomy import Severity, Stopper
from portal.language import N_
from portal.text import folded


@dataclass(frozen=True)
class _Rule:
    stopper: Stopper
    says: re.Pattern[str]
    """Found in a clause, it speaks of the matter,"""
    unless: re.Pattern[str]
    """if this is not found in the same clause,"""
    unless_anywhere: re.Pattern[str]
    """nor this anywhere in the letter."""


_NEVER = r"(?!)"

_SHORT = 150
"""Characters. Who needs help now writes no more; in a longer letter an emergency is the story of
one, unless the clause says that it is now. Tried on some 3,000 letters to mayors: 2 % spoke of
an emergency by its words, under 0.1 % after this."""


def _urgent(code: str, title: str, advice: str, phone: str, says: str, unless: str) -> _Rule:
    stopper = Stopper(code, title, advice, phone, Severity.CALL_NOW)
    return _Rule(stopper, re.compile(says), re.compile(unless), re.compile(_NEVER))


def _elsewhere(
    code: str,
    title: str,
    advice: str,
    phone: str,
    says: str,
    unless: str = _NEVER,
    unless_anywhere: str = _NEVER,
) -> _Rule:
    stopper = Stopper(code, title, advice, phone, Severity.ELSEWHERE)
    return _Rule(stopper, re.compile(says), re.compile(unless), re.compile(unless_anywhere))


_SOMEBODY = "(?:孩子|小孩|儿子|女儿|老人|爷爷|奶奶|外婆|外公|父亲|母亲|妈|爸|学生|女孩|男孩)"
_PAPERS = (
    "(?:营业执照|许可证|身份证|居住证|护照|通行证|结婚证|离婚证|准生证|户口|不动产证|房产证|驾驶证"
    "|行驶证|残疾证|社保卡|老年证|优待证|低保|公租房|廉租房|临时救助|公积金)"
)

_URGENT = (
    _urgent(
        "fire",
        N_("着火、爆炸，请马上打119"),
        N_("先离开火场再打电话，说清地点和有没有人被困。脱险以后可以回来继续提交。"),
        "119",
        "着火|起火|失火|火灾|大火|火势|火很大|烧起来|放火|纵火|山火|爆炸|打火花"
        "|(?:电箱|电表箱|配电房|配电箱|插座|电线|变压器|电瓶).{0,6}(?:冒烟|冒火|火花)"
        "|(?:楼|屋|房|家里|窗|仓库).{0,6}(?:浓烟|冒烟)",
        "火锅|大火[车炬]|州官放火|官府放火|更是不堪|导致爆炸|不着火|打着火|点着火|爆炸性|信息爆炸|火灾(?:后|现场|事故|原因|损失|报警)"
        "|会(?:着火|起火|爆炸)|引(?:发|起)火灾|焚烧|秸秆|烧垃圾|烟囱|油烟|烧烤",
    ),
    _urgent(
        "gas",
        N_("煤气、燃气泄漏，请到屋外打119"),
        N_(
            "不要开关电器、不要在屋里打电话；能关阀门就关，开窗，离开后拨打119和燃气公司抢修电话。"
            "安全以后可以回来继续提交。"
        ),
        "119",
        "(?:煤气|天然气|燃气|液化气|瓦斯).{0,12}(?:泄漏|泄露|漏气|漏了|在漏)|漏(?:煤气|天然气|燃气)"
        "|(?:闻到|有|很浓|股|都是).{0,6}(?:煤气|燃气|天然气|瓦斯)味",
        "安检|收费|赔偿|检测仪|怎么处罚",
    ),
    _urgent(
        "medical",
        N_("有人危急，请马上打120"),
        N_("说清地点、症状和人数，按电话里的指导救护。平安以后可以回来继续提交。"),
        "120",
        "晕倒|昏倒|昏迷|不省人事|没有?呼吸|没了呼吸|心脏骤停|大出血|休克|抽搐|口吐白沫|叫不醒|吐血|流了?(?:好多|很多|一地|不少)血"
        "|(?:人|我|他|她|爷|奶|妈|爸)(?:躺|倒)在(?:地|路)上"
        "|触电了|(?:食物|农药|煤气|集体)中毒|喝了?农药|突发(?:心梗|脑梗|心脏病)",
        "住院|医院|呼吸机|icu|抢救无效|去世|手术|报销|出院|病房|植物人|救护车|赔偿|工伤|后遗症",
    ),
    _urgent(
        "drowning",
        N_("有人落水，请马上打119"),
        N_("不要盲目下水，找长杆、绳索、救生圈。呼救并拨打119和120。脱险以后可以回来继续提交。"),
        "119",
        "溺水|掉水里|掉(?:进|到)水|落水(?!管|口|槽|井|洞)|被(?:洪)?水冲走"
        "|掉(?:进|到|入|下).{0,8}(?:河|水库|池塘|水渠|井|湖|江|化粪池)",
        "防溺水|溺水事故|手机|钥匙|东西|石头|垃圾",
    ),
    _urgent(
        "violence",
        N_("有人行凶、打架，请马上打110"),
        N_("先到安全的地方再打电话；不便说话可以发短信到12110。平安以后可以回来继续提交。"),
        "110",
        "打架|斗殴|群殴|持刀|持械|砍人|捅人|行凶|杀人|抢劫|绑架|拿着?刀|打老婆|在打(?:人|孩子|我)"
        "|正在家暴|被家暴|家暴我|打起来了|又打我|追着打|小偷.{0,4}还在|进小偷|进贼",
        "(?:政策|文件|数据|规定|标准|口径).{0,2}打架|绑架(?:消费|勒索|了)|道德绑架|杀人不|派出所|立案|鉴定|判|赔偿|处理结果|抢劫案",
    ),
    _urgent(
        "rescue",
        N_("有人被埋、被困，请马上打119"),
        N_("退到安全的地方再打电话，说清人数和位置，不要返回。脱险以后可以回来继续提交。"),
        "119",
        "(?:埋|压)(?:了|住了?)人|人被(?:埋|压|困)|(?:山洪|洪水|泥石流|滑坡).{0,10}(?:冲|困|埋)"
        "|困在(?:屋顶|楼顶|房顶|山上|水里|水中|河中)",
        "赔偿|理赔|灾后|重建|补助",
    ),
    _urgent(
        "suicide",
        N_("有人想轻生，请马上打110"),
        N_(
            "陪着他，拨打110或120。心里难受、想找人说说，可以拨打心理援助热线12356。"
            "您遇到的难处，也可以在这里继续提交。"
        ),
        "110",
        "自杀|轻生|跳楼(?!价|机|促销|甩卖|大甩)|跳河|不想活|活不下去|不活了|割腕|寻死|我想死(?!你)|往下跳",
        "自杀式|自杀率|跳楼价|身亡|差点|个别",
    ),
    _urgent(
        "crash",
        N_("出了车祸，请马上打122"),
        N_("开双闪、人到护栏外，有人受伤同时打120。处理好以后可以回来继续提交。"),
        "122",
        "车祸|撞车|车.{0,8}(?:撞了|撞上了|撞在一起|相撞|翻了|翻进|翻到)|撞(?:了|到|伤|倒)人|翻车|追尾|发生了?(?:一起)?交通事故"
        "|(?:人|孩子|学生|我).{0,3}被.{0,6}撞(?:了|伤|倒|飞)",
        "(?:护栏|栏杆|杆|桩|墙|牌|箱|树).{0,3}被.{0,6}撞|没人修|未修|赔偿|责任认定|认定书|保险|理赔|住院|手术|伤残|法院|判|易出|隐患",
    ),
    _urgent(
        "missing",
        N_("孩子、老人走失，请马上打110"),
        N_("不必等24小时。准备近照，说清衣着和最后出现的地方。找到以后可以回来继续提交。"),
        "110",
        _SOMEBODY + ".{0,8}(?:走失|走丢|失踪|失联|不见了|找不到了)|到现在还?没回(?:来|家)|一夜没回",
        "书包|手机|钱|东西|衣服|车|补贴|名额|学籍|档案|猫|狗|资料|工作",
    ),
    _urgent(
        "trapped",
        N_("困在电梯里，请按警铃并打119"),
        N_("不要扒门，按轿厢警铃，拨打轿厢内的救援电话或119。脱困以后可以回来继续提交。"),
        "119",
        "困在.{0,4}电梯|电梯.{0,6}困(?:人|住)|困电梯|电梯卡在|有人出不来",
        "昨晚|昨天|前天|发病|次",
    ),
    _urgent(
        "power-line-down",
        N_("电线断落，请远离并打95598"),
        N_("离开落点八米以外，不要触碰，提醒他人绕行；有人触电打120。之后可以回来继续提交。"),
        "95598",
        "(?:高压线|电线|电缆).{0,4}(?:断了|断落|断裂|掉了|掉在|掉到|掉下|落在|垂到(?:地|路))"
        "|电(?:线)?杆.{0,4}(?:倒了|断了|倒在)",
        "网线|电话线",
    ),
    _urgent(
        "fraud",
        N_("刚被骗转账，请马上打110"),
        N_("越早报警越可能止付，也可以拨打反诈专线96110。报警以后可以回来继续提交。"),
        "110",
        "(?:刚|今天).{0,8}被骗|给骗子转|转给骗子|被骗.{0,6}转账|转账.{0,6}(?:被骗|给骗子)|冒充公检法|刷单被骗",
        "派出所|立案|破案",
    ),
)

_ELSEWHERE = (
    _elsewhere(
        "court",
        N_("法院在办的案件"),
        N_("裁判和执行由法院决定，请找承办法官或拨打12368。与案件无关的事可以继续提交。"),
        "12368",
        "法院.{0,12}(?:判|裁定|执行|立案|开庭|不受理|调解书|起诉|传票)|判决书|申请再审|申请强制执行|执行局"
        "|已经?起诉|正在起诉|(?:怎么|如何|已经?|要)上诉|老赖|法官",
        "法院(?:门口|旁|路|对面|附近|后面|前面|宿舍|家属院)"
        "|(?:就|再不|否则|准备|打算|只能|只好).{0,4}起诉|标准",
    ),
    _elsewhere(
        "arbitration",
        N_("劳动争议仲裁"),
        N_("仲裁由劳动人事争议仲裁院办理，可以拨打12333。欠薪等情况可以继续提交。"),
        "12333",
        "劳动仲裁|仲裁委|仲裁院|仲裁庭|申请仲裁|仲裁裁决",
        "不想仲裁|不用仲裁|不愿仲裁",
    ),
    _elsewhere(
        "reconsideration",
        N_("行政复议"),
        N_(
            "不服行政决定，可以在60日内向县司法局的行政复议机构申请，咨询电话12348。"
            "其他问题可以继续提交。"
        ),
        "12348",
        "行政复议|复议决定|申请复议",
    ),
    _elsewhere(
        "disclosure",
        N_("申请政府信息公开"),
        N_("请在县政府网站的“依申请公开”栏目提出，有法定的答复期限。其他问题可以继续提交。"),
        "",
        "信息公开申请|申请(?:政府)?信息公开|依法?申请公开"
        "|申请公开.{0,20}(?:文件|批文|方案|信息|合同|资料|台账)",
    ),
    _elsewhere(
        "discipline",
        N_("反映违纪违法，请选“举报”"),
        N_(
            "类型选“举报”，内容直接送纪检监察机关，不公开，也不会转给被举报的人或单位；"
            "也可以拨打12388。选好后继续提交。"
        ),
        "12388",
        "贪污|受贿|行贿|索贿|收受?了?(?:红包|好处|回扣)|以权谋私|优亲厚友|吃拿卡要|权钱交易|贿选"
        "|(?:书记|支书|主任|镇长|乡长|局长|科长|股长|队长|院长|校长|所长|村长|会计|干部|公务员)"
        ".{0,12}(?:挪用|套取|截留|侵吞|虚报|冒领|公款|违纪|收钱)"
        "|(?:挪用|套取|截留|侵吞|冒领).{0,6}(?:扶贫款|公款|补贴|低保|救济|集体资金|征地款|救灾)",
        "宣传|讲座|警示教育|杜绝",
    ),
    _elsewhere(
        "counter",
        N_("申请、办证，请到窗口或网上办"),
        N_(
            "到县政务服务中心、派出所或镇村便民服务点的窗口，或在政务服务网办理，"
            "比留言快。想咨询条件，或者反映办不成，可以继续提交。"
        ),
        "",
        "(?:我要|我想|想|申请|怎么|如何|怎样|哪里|在哪|去哪).{0,6}(?:办|领|申请|注销|变更|落|上|换).{0,4}"
        + _PAPERS
        + "|申请"
        + _PAPERS
        + "|"
        + _PAPERS
        + "(?:丢了|丢失|遗失|过期|到期)",
        _NEVER,
        "取消|不给|没批|不批|没下来|不下来|还没|一直|不办|拒|态度|推诿|推三|[几两三四五六七八九十0-9]+[趟次]"
        "|不齐|不公|名额|刁难|为什么|凭什么|办证?难|太慢|拖|投诉|结果|不予|举报|骗|冒领|吃低保|被退"
        "|个月|年了|收费|乱收|表扬|感谢|建议",
    ),
)

OTHER_COUNTY = Stopper(
    "other-county",
    N_("像是别的县的事"),
    N_("请向事情发生地的12345反映（在外地拨打时加区号）。如果事情发生在本县，请继续提交。"),
    "12345",
    Severity.ELSEWHERE,
)

ALL: tuple[Stopper, ...] = (*(rule.stopper for rule in _URGENT + _ELSEWHERE), OTHER_COUNTY)
"""Every stopper that a text can raise, in the order in which they are given."""

_IN_COUNTY = re.compile(
    "(?:在|于|自)([^\\W\\d_a-z]{2,6}?县)(?!城|里|委|政府|医院|级|域|区|道|中|一|二)"
)
_NOT_A_NAME = re.compile(
    "我们|咱|本|全|该|各|每|整个|这|那|我|贵|邻|外|周边|其他|他|她|哪|多|别|一个|同"
)
_OURS = re.compile("本县|我县|咱县|我们县|咱们县|全县")


def stoppers(text: str, category: Stopper | None = None, *, county: str = "") -> list[Stopper]:
    """Return where the writer of `text` may be better off, what is urgent first.

    `category` is the stopper of the chosen category, if it has one: it is given whatever the
    text says. `county` is our own name, such as 青禾县; without it no other county is seen.
    Empty for most letters. The time needed grows in proportion to the length of the text.
    """
    letter = flat(text)
    parts = tuple(clauses(letter))
    found = [*_urgent_ones(letter, parts), *_others(letter, parts)]
    if county and _is_of_another_county(parts, letter, folded(county)):
        found.append(OTHER_COUNTY)
    if category and category.code not in {s.code for s in found}:
        found.append(category)
    return sorted(found, key=lambda s: s.severity is not Severity.CALL_NOW)


def _urgent_ones(letter: str, parts: tuple[str, ...]) -> Iterator[Stopper]:
    happening = [part for part in parts if not is_feared(part) and not is_past(part)]
    if len(letter) > _SHORT:
        happening = [part for part in happening if NOW.search(part)]
    for rule in _URGENT:
        if any(rule.says.search(part) and not rule.unless.search(part) for part in happening):
            yield rule.stopper


def _others(letter: str, parts: tuple[str, ...]) -> Iterator[Stopper]:
    for rule in _ELSEWHERE:
        is_said = any(rule.says.search(part) and not rule.unless.search(part) for part in parts)
        if is_said and not rule.unless_anywhere.search(letter):
            yield rule.stopper


def _is_of_another_county(parts: tuple[str, ...], letter: str, county: str) -> bool:
    """Whether the letter says where it is, and it is never here."""
    if county in letter or _OURS.search(letter):
        return False
    named = (match[1] for part in parts for match in _IN_COUNTY.finditer(part))
    return any(not _NOT_A_NAME.match(name) for name in named)

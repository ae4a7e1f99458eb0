"""Seeing in a letter that it accuses a unit or somebody who works there. Pure.

Nobody is judged by it: such a letter waits for a person, who records whom it is about, before
it goes anywhere (信访工作条例, art. 28 and 30). So only what is said of somebody counts: that the
street light is broken and nobody came is what departments are there for.
"""

import re

from portal.cases.clauses import clauses, flat
from portal.cases.stoppers import stoppers

DISCIPLINE = "discipline"
"""The stopper of letters that belong to the discipline office."""

_PEOPLE = (
    "书记|支书|主任|[县镇乡村组局科股队院校所站处]长|会计|出纳|干部|公务员|领导|工作人员|办事员|经办人"
    "|窗口(?:人员|的人)|值班人员|管理人员|执法人员|执法队员?|城管|交警|民警|协警|辅警|网格员|稽查"
    "|收费员|抄表员|驾驶员|审核员|督查员|老师|教师|医生|护士"
)
_UNITS = (
    "[一-龥]{2}(?:局|委|所|站|大队|中队|分局)|(?:镇|乡|县|村|街道)(?:政府|委|办)|街道办|村委会?|居委会?"
    "|政府|部门|办事大厅|政务大厅|派出所|纪委|法院|检察院|(?:供水|自来水|供电|燃气|供热|热力|公交)公司"
)
_OF_PEOPLE = (
    "收(?!不|据|费)(?:了|过|受|我|他|她|人家)?.{0,4}(?:钱|好处|红包|礼金|回扣|烟酒)|索要|勒索"
    "|(?:钱|块|元|红包|烟酒).{0,3}才(?:给|肯|能|放|盖|办)"
    "|受贿|行贿|索贿|贪污|威胁|恐吓|打击报复|报复我|打人|打了?我|打伤|打骂|殴打|推搡|动手打|体罚"
    "|辱骂|骂人|骂了?我|刁难|徇私|包庇|偏袒|袒护|勾结|串通|保护伞|以权|滥用职权|假公济私|中饱私囊|优亲厚友"
    "|吃拿卡要|挪用|克扣|截留|侵吞|私分|虚报|冒领|吃空饷|公车私用|公款|泄露|走后门|酒后|喝酒上班"
    "|态度(?:极其|极|十分|非常|特别|很|太|相当)?(?:恶劣|蛮横|粗暴|嚣张|差|不好)|出言不逊|爱理不理"
)
_OF_UNITS = (
    "不作为|乱作为|慢作为|渎职|失职|懒政|滥用职权|乱收费|乱罚款|乱摊派|违规收费|私自收费|多收了?钱"
    "|暴力执法|野蛮执法|粗暴执法|弄虚作假|造假|官官相护|打击报复|以权谋私|徇私|包庇|袒护|勾结|串通"
    "|保护伞|挪用|克扣|截留|侵吞|私分|受贿|索贿|贪污|吃拿卡要|威胁|打人|刁难"
)
_BETWEEN = ".{0,14}?"

_SAYS = re.compile(
    f"(?:{_PEOPLE}){_BETWEEN}(?:{_OF_PEOPLE}|{_OF_UNITS})|(?:{_UNITS}){_BETWEEN}(?:{_OF_UNITS})"
    f"|被.{{0,8}}(?:{_PEOPLE}).{{0,4}}(?:打|骂|威胁|刁难)"
)
_PRAISES = re.compile("表扬|感谢|谢谢|拒收|没有?收|不收|从不|没有?刁难|耐心")


def accuses(text: str) -> bool:
    """Say whether a letter seems to accuse a unit, or somebody who works at one.

    What the unit should have done and has not done yet is no accusation; what somebody is
    said to have taken, or done to another, is. The time needed grows in proportion to the
    length of the text.
    """
    if any(stopper.code == DISCIPLINE for stopper in stoppers(text)):
        return True
    parts = clauses(flat(text))
    return any(_SAYS.search(part) and not _PRAISES.search(part) for part in parts)

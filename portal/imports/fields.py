"""What a column of a published table can mean, and the header texts it goes by. Pure.

Header texts are those seen in published ledgers; blanks, line breaks and dates inside a header
fold away, and full-width signs count as half-width ones.
"""

import re

from portal.language import N_

FIELDS: dict[str, str] = {
    "number": N_("序号"),
    "code": N_("项目编码"),
    "name": N_("项目名称"),
    "sub": N_("子项"),
    "content": N_("建设内容"),
    "target": N_("年度目标"),
    "unit": N_("计量单位"),
    "done": N_("已完成数量"),
    "percent": N_("完成率"),
    "progress": N_("进展情况"),
    "preparation": N_("前期手续"),
    "plan": N_("工作计划"),
    "on_schedule": N_("是否达序"),
    "reason": N_("说明（原因）"),
    "status": N_("状态"),
    "level": N_("考核层级"),
    "field": N_("领域"),
    "place": N_("建设地点"),
    "town": N_("乡镇（街道）"),
    "start": N_("开工时间"),
    "due": N_("完成时限"),
    "department": N_("牵头单位"),
    "assist": N_("配合单位"),
    "owner": N_("业主单位"),
    "leader": N_("分管领导"),
    "in_charge": N_("责任人"),
    "document": N_("文号"),
    "amount": N_("总投资"),
    "invested": N_("完成投资"),
    "fund_central": N_("中央资金"),
    "fund_province": N_("省级资金"),
    "fund_city": N_("市级资金"),
    "fund_county": N_("县级资金"),
    "fund_upper": N_("上级补助"),
    "fund_social": N_("社会资本"),
    "fund_other": N_("其他资金"),
    "count": N_("项目数量"),
    "note": N_("备注"),
    "vote_yes": N_("满意票"),
    "vote_mostly": N_("基本满意票"),
    "vote_no": N_("不满意票"),
    "area": N_("地区（横排的指标表）"),
}
"""Field -> its label. `area` says that districts run down and indicators across."""

FUNDS = tuple(key for key in FIELDS if key.startswith("fund_"))
VOTES = ("vote_yes", "vote_mostly", "vote_no")

SYNONYMS: dict[str, tuple[str, ...]] = {
    "number": ("序号", "编号", "序"),
    "code": ("项目编码", "项目编号", "编码"),
    "name": (
        "项目名称",
        "民生实事工程项目名称",
        "民生实事项目名称",
        "民生实事项目",
        "民生实事",
        "项目",
        "实事项目",
        "主要任务",
        "指标名称",
        "指标",
        "名称",
        "任务",
        "任务名称",
        "重点任务",
        "事项",
        "事项名称",
        "工程名称",
    ),
    "sub": ("子项", "子项目", "子项名称", "分项", "点位", "点位名称", "建设点位", "具体项目"),
    "content": (
        "项目内容",
        "建设内容",
        "建设规模及内容",
        "建设内容及规模",
        "主要建设内容",
        "主要内容",
        "工作任务",
        "工作内容",
        "内容和目标",
        "实施内容",
    ),
    "target": (
        "全年目标任务",
        "年度目标",
        "目标任务",
        "目标/任务",
        "全年任务目标",
        "全年目标",
        "工作目标",
        "年度目标任务",
        "目标数",
        "任务数",
        "目标",
        "数量",
    ),
    "unit": ("计量单位", "数量单位"),
    "done": (
        "已完成",
        "完成",
        "实际完成",
        "完成数",
        "完成数量",
        "已完成数",
        "已完成数量",
        "实际完成数",
        "累计完成",
        "完成量",
    ),
    "place": ("建设地点", "项目地点", "地点", "实施地点", "建设地址"),
    "town": ("乡镇", "乡镇街道", "乡镇(街道)", "镇街", "所属乡镇", "所在乡镇"),
    "field": ("领域", "类别", "项目类别", "所属领域", "项目类型"),
    "level": ("考核层级", "考核级别", "级别", "层级", "项目级别", "项目层级"),
    "start": ("开工时间", "计划开工时间", "开工日期", "动工时间"),
    "due": (
        "完成时限",
        "完成时间",
        "预计完成时间",
        "计划完成时间",
        "实施期限",
        "建设时间",
        "建设起止年限",
        "建设期限",
        "竣工时间",
        "时限要求",
    ),
    "amount": (
        "总投资",
        "投资",
        "年度投资金额",
        "项目总投资金额",
        "计划投资",
        "计划投入资金",
        "投资金额",
        "年度投资",
        "投资额",
    ),
    "invested": ("完成投资", "累计完成投资", "已完成投资", "完成投资额"),
    "department": (
        "责任单位",
        "牵头单位",
        "承办单位",
        "主办",
        "主办单位",
        "牵头部门",
        "责任部门",
    ),
    "assist": (
        "配合单位",
        "协办",
        "协办单位",
        "责任主体与协同单位",
        "协同单位",
        "配合部门",
        "政策处理单位",
    ),
    "owner": ("业主单位", "业主", "项目业主", "建设单位", "实施单位"),
    "leader": ("分管领导", "牵头领导", "分包领导", "县级领导", "包联领导", "分管县领导"),
    "in_charge": ("责任人", "项目责任人", "负责人", "项目负责人"),
    "document": ("文号", "文件号", "文件文号", "依据文件", "批复文号"),
    "progress": (
        "进展情况",
        "进展",
        "落实情况",
        "落实进展情况",
        "当前进度",
        "推进情况",
        "工作进展",
        "工程进展",
        "形象进度",
        "完成情况",
        "最新进展",
        "进度",
    ),
    "preparation": ("前期手续", "前期工作"),
    "plan": ("工作计划", "月度工作计划", "序时", "序时进度", "序时计划", "计划进度"),
    "on_schedule": ("是否达序", "达序", "是否达到序时", "是否达序时"),
    "percent": ("完成率", "完成进度", "完成比例", "完成百分比", "进度百分比", "比例"),
    "status": ("状态", "项目状态", "完成成效", "进展状态"),
    "reason": ("说明", "存在问题", "原因", "未达序原因", "滞后原因"),
    "note": ("备注", "附注"),
    "count": ("项目数量", "项目个数", "件数", "项目数"),
    "vote_yes": ("满意", "满意票"),
    "vote_mostly": ("基本满意", "基本满意票"),
    "vote_no": ("不满意", "不满意票"),
}
"""Field -> header texts. One of three signs or more counts inside a longer header too."""

AREAS = ("地区", "区域", "辖区", "区县", "县区", "县市区", "县(市、区)", "乡镇", "镇街", "市县")
"""Headers of the column of districts in a table whose indicators run across."""

_PATTERNS: tuple[tuple[str, str | None], ...] = (
    (r"实际(完成|竣工|开工|完工)(时间|日期)|投资完成率|新增投资", None),
    (r"中央.*(资金|财政|补助|投资)|资金.*中央", "fund_central"),
    (r"省(级|财政).*(资金|财政|补助|投资)|资金.*省级?$", "fund_province"),
    (r"市(级|财政).*(资金|财政|补助|投资)|资金.*市级?$", "fund_city"),
    (r"[县区](级|财政).*(资金|财政|补助|投资)|资金.*[县区]级?$", "fund_county"),
    (r"上级.*(补助|资金)|争取资金", "fund_upper"),
    (r"社会(资本|资金|投资)|自筹", "fund_social"),
    (r"其他(资金|投资)|资金.*其他", "fund_other"),
    (r"资金.*(小计|合计)$|计划.*投资$", "amount"),
    (r"计划.*形象进度", "plan"),
    (r"前期(手续|工作)", "preparation"),
    (r"基本满意", "vote_mostly"),
    (r"不满意", "vote_no"),
    (r"测评.*满意", "vote_yes"),
    (r"项目(数量|个数)", "count"),
)
"""Tried in this order before the synonyms; None means a column that is known to be none of ours."""

_DATES = re.compile(
    r"[至截止]*(20\d\d年度?)?(\d{1,2}月?(日|底|份)?[-—~至])?(\d{1,2}月)(份|底|\d{1,2}日)?"
)
_YEAR = re.compile(r"20\d\d年度?")


def bare(text: str) -> str:
    """Return a folded header text without remarks in brackets and without dates."""
    short = re.sub(r"\((?!街道|市、区).*?\)", "", text)
    return _YEAR.sub("", _DATES.sub("", short))


LONGEST = 120
"""Signs of a header text; what is longer is no header."""


def meaning(text: str, leaf: str) -> str | None:
    """Return the field that a folded header text stands for, or None.

    `text` is the whole header from top to bottom, `leaf` its lowest part alone.
    """
    if len(text) > LONGEST:
        return None
    whole, low = bare(text), bare(leaf)
    for pattern, field in _PATTERNS:
        if re.search(pattern, whole):
            return field
    if text.endswith("%") and not low.strip("%"):
        return "percent"
    for candidate in (whole, low):
        for field, words in SYNONYMS.items():
            if candidate in words:
                return field
    inside = [
        (len(word), whole.endswith(word), field)
        for field, words in SYNONYMS.items()
        for word in words
        if len(word) >= 3 and word in whole
    ]
    return max(inside, key=lambda found: found[:2])[2] if inside else None


CURRENT = 9000
"""Stands for the year of a header that names none: later than any year that is named."""


def dated(text: str) -> tuple[int, int, int]:
    """Return year, month and day that a header such as «1-11月推进情况» speaks of, for order only.

    A missing month or day is 0, a missing year is CURRENT; «最新» is later than any date.
    """
    if "最新" in text:
        return (9999, 0, 0)
    found = re.search(r"(?:(20\d\d)年)?(?:\d{1,2}月?[-—~至])?(\d{1,2})月(?:(\d{1,2})日)?", text)
    if found:
        return (int(found[1] or CURRENT), int(found[2]), int(found[3] or 0))
    year = re.search(r"20\d\d", text)
    return (int(year[0]) if year else CURRENT, 0, 0)

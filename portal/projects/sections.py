"""What staff may fill in of a project: one table that forms, review and change log read.

A section is a kind of row (items, milestones, payments, ...); a field is a public column of
it. What holds beyond the shape of a single field (a decision needs a date, a report under a
red light needs a remedy) is in `record.checks`; what a published row sets in motion is in
`record.effects`.
"""

from collections.abc import Mapping
from typing import Any

from portal.language import N_
from portal.projects import kinds
from portal.projects.fields import LONG, MIDDLE, SHORT, Field, Kind, Section
from portal.projects.funds.models import FundSource, Payment
from portal.projects.models import Decision, Item, Project, Site, StageRecord
from portal.projects.people.models import Duty
from portal.projects.quality.models import (
    Acceptance,
    Hazard,
    Honour,
    Inspection,
    Participant,
    QualityTest,
)
from portal.projects.record.models import Attachment
from portal.projects.schedule.models import Blocker, Milestone, PlanPoint, ProgressReport
from portal.projects.upkeep.models import Handover, Revisit, RevisitProblem

REFERENCES = {
    Kind.ITEM: (Item, "name"),
    Kind.SOURCE: (FundSource, "name"),
    Kind.MILESTONE: (Milestone, "name"),
    Kind.REVISIT: (Revisit, "months"),
}
"""Kinds that point at another row of the same project: its model and the field it is told by."""


def _text(name: str, label: str, *, required: bool = False, longest: int = MIDDLE, hint: str = ""):
    return Field(name, label, Kind.TEXT, required, longest, hint=hint)


def _long(name: str, label: str, *, required: bool = False, hint: str = ""):
    return Field(name, label, Kind.LONG, required, LONG, hint=hint)


def _date(name: str, label: str, *, required: bool = False, hint: str = "", is_fixed: bool = False):
    return Field(name, label, Kind.DATE, required, hint=hint, is_fixed=is_fixed)


def _choice(name: str, label: str, choices: Mapping[Any, str], hint: str = ""):
    return Field(name, label, Kind.CHOICE, True, choices=choices, hint=hint)


def _of(kind: Kind, name: str, label: str, *, required: bool = False, hint: str = ""):
    return Field(name, label, kind, required, hint=hint)


PROMISE, WORK, MONEY, QUALITY, UPKEEP = "promise", "work", "money", "quality", "upkeep"
GROUP_LABELS = {
    PROMISE: N_("承诺与责任"),
    WORK: N_("计划与进展"),
    MONEY: N_("资金"),
    QUALITY: N_("质量与安全"),
    UPKEEP: N_("管护与回头看"),
}

_DOCUMENT = _text("document_no", N_("文号"), longest=SHORT)
_REPORTABLE = {
    k: kinds.WORK_LABELS[k] for k in (kinds.ProjectStatus.PLANNED, kinds.ProjectStatus.IN_PROGRESS)
}

_ALL = (
    Section(
        "promise", N_("基本信息"), PROMISE, Project, (
            _text("name", N_("项目名称"), required=True),
            _long("content", N_("承诺内容")),
            _text("field", N_("领域"), longest=20),
            _text("place", N_("建设地点")),
            _of(Kind.TOWN, "town_code", N_("乡镇街道")),
            _choice("level", N_("项目层级"), kinds.LEVEL_NAMES),
            _choice("nature", N_("项目性质"), kinds.NATURE_LABELS,
                    hint=N_("工程建设类验收后须移交管护才算完成。")),
            _DOCUMENT,
            _of(Kind.MONEY, "amount_fen", N_("年度计划投资（万元）")),
            _date("start_on", N_("计划开工")),
            _date("due_on", N_("承诺完成"), is_fixed=True,
                  hint=N_("公布后只能通过“变更决定”调整。")),
            _of(Kind.PERCENT, "stretch_percent", N_("年末计划达到（%）"), required=True,
                hint=N_("一般为100；争取超额完成的可填120。")),
            _of(Kind.TRUTH, "is_green_channel", N_("纳入绿色通道（审批从简从快）")),
        ), "name", is_single=True,
    ),
    Section(
        "item", N_("子项"), PROMISE, Item, (
            _text("name", N_("子项名称"), required=True),
            Field("quantity", N_("目标值"), Kind.DECIMAL, is_fixed=True,
                  hint=N_("没有年度目标的留空，不计算完成率。公布后只能通过“变更决定”调整。")),
            _text("unit", N_("计量单位"), longest=20),
            _of(Kind.DECIMAL, "done", N_("完成值")),
            _of(Kind.TRUTH, "is_lower_better", N_("越低越好（如失业率）")),
            _date("due_on", N_("子项期限")),
            _text("owner", N_("业主单位")),
            _text("note", N_("说明")),
        ), "name", order=("sort_order", "id"),
    ),
    Section(
        "site", N_("点位"), PROMISE, Site, (
            Field("number", N_("点位编号"), Kind.WHOLE, True,
                  hint=N_("1、2、3……印在点位二维码上。")),
            _text("name", N_("点位名称"), required=True),
            _text("address", N_("地址")),
            _of(Kind.TOWN, "town_code", N_("乡镇街道")),
            Field("latitude", N_("纬度"), Kind.DECIMAL, decimals=6, hint=N_("北纬，如29.123456。")),
            Field("longitude", N_("经度"), Kind.DECIMAL, decimals=6,
                  hint=N_("东经，如120.123456。")),
            _choice("status", N_("状态"), kinds.WORK_LABELS),
            _of(Kind.PERCENT, "percent", N_("完成百分比")),
            _text("note", N_("说明")),
        ), "name", order=("number", "id"),
    ),
    Section(
        "stage", N_("阶段"), PROMISE, StageRecord, (
            _choice("stage", N_("阶段"), kinds.STAGE_LABELS),
            _date("reached_on", N_("日期"), required=True),
            _DOCUMENT,
            _text("note", N_("说明")),
        ), "stage", order=("reached_on", "id"),
    ),
    Section(
        "decision", N_("变更决定"), PROMISE, Decision, (
            _choice("kind", N_("决定事项"), kinds.DECISION_LABELS),
            _text("decided_by", N_("决定机关"), required=True),
            _text("document_no", N_("决定文号"), required=True, longest=SHORT),
            _date("decided_on", N_("决定日期"), required=True),
            _long("reason", N_("理由"), required=True),
            _date("due_after", N_("调整后的完成日期"), hint=N_("只在调整完成时间时填写。")),
            _of(Kind.ITEM, "item_id", N_("调整目标的子项"), hint=N_("只在调整目标时填写。")),
            _of(Kind.DECIMAL, "quantity_after", N_("调整后的目标值")),
        ), "document_no", order=("decided_on", "id"), is_added_only=True,
    ),
    Section(
        "duty", N_("责任链"), PROMISE, Duty, (
            _choice("role", N_("责任"), kinds.DUTY_LABELS),
            _of(Kind.LEADER, "leader_id", N_("县级领导"), hint=N_("分包县级领导填写。")),
            _of(Kind.DEPARTMENT, "department_id", N_("单位"), hint=N_("牵头、配合单位填写。")),
            _text("name", N_("姓名"), longest=20, hint=N_("第一责任人、具体负责人填写。")),
            _text("post", N_("职务"), longest=40),
            _date("from_on", N_("起"), required=True),
            _date("until_on", N_("止"), hint=N_("仍在任的留空。")),
        ), "role", order=("from_on", "id"),
    ),
    Section(
        "plan", N_("序时计划"), WORK, PlanPoint, (
            _date("by_on", N_("截止日"), required=True, hint=N_("月末或季末。")),
            _of(Kind.PERCENT, "percent", N_("计划累计完成（%）"), required=True),
        ), "by_on", order=("by_on",),
    ),
    Section(
        "milestone", N_("节点任务"), WORK, Milestone, (
            _text("name", N_("任务"), required=True),
            _of(Kind.MILESTONE, "parent_id", N_("上级任务")),
            _choice("grain", N_("分解"), kinds.GRAIN_LABELS),
            _date("planned_on", N_("计划完成"), required=True),
            _date("actual_on", N_("实际完成")),
            _text("person", N_("责任人"), required=True, longest=20),
            _text("post", N_("岗位"), required=True, longest=40),
        ), "name", order=("planned_on", "id"),
    ),
    Section(
        "report", N_("进展填报"), WORK, ProgressReport, (
            _date("as_of", N_("截至日期"), required=True),
            _choice("status", N_("状态"), _REPORTABLE,
                    hint=N_("完工由“验收”登记，暂停、终止由“变更决定”登记。")),
            _of(Kind.PERCENT, "percent", N_("完成百分比"),
                hint=N_("留空时按各子项完成量平均计算。")),
            _of(Kind.MONEY, "invested_fen", N_("累计完成投资（万元）")),
            _long("narrative", N_("进展情况"), required=True),
            _long("problems", N_("存在问题")),
            _long("next_step", N_("下一步")),
            _long("cause", N_("滞后原因"), hint=N_("滞后时必填（一项目一策）。")),
            _long("measure", N_("整改措施"), hint=N_("滞后时必填。")),
            _date("new_date", N_("追上计划的日期"),
                  hint=N_("滞后时必填；不改变对外承诺的完成日期。")),
        ), "as_of", order=("as_of", "id"), is_added_only=True,
    ),
    Section(
        "blocker", N_("堵点难点"), WORK, Blocker, (
            _choice("kind", N_("类别"), kinds.BLOCKER_LABELS),
            _long("description", N_("情况"), required=True),
            _of(Kind.DEPARTMENT, "department_id", N_("牵头解决单位"), required=True),
            _of(Kind.DEPARTMENTS, "assistants", N_("配合单位")),
            _date("raised_on", N_("提出日期"), required=True),
            _date("due_on", N_("解决期限"), required=True),
            _date("resolved_on", N_("解决日期")),
            _long("resolution", N_("解决情况")),
        ), "description", order=("raised_on", "id"),
    ),
    Section(
        "fund", N_("资金来源"), MONEY, FundSource, (
            _choice("kind", N_("来源"), kinds.FUND_LABELS),
            _text("name", N_("资金名称"), required=True, longest=SHORT),
            _of(Kind.MONEY, "approved_fen", N_("批复（万元）"), required=True),
            _of(Kind.MONEY, "in_place_fen", N_("到位（万元）"), required=True),
            _date("due_on", N_("应到位日期")),
            _DOCUMENT,
        ), "kind",
    ),
    Section(
        "payment", N_("资金拨付"), MONEY, Payment, (
            _of(Kind.SOURCE, "source_id", N_("从哪项资金")),
            _of(Kind.MONEY, "amount_fen", N_("金额（万元）"), required=True),
            _text("purpose", N_("用途"), required=True),
            _text("payee", N_("收款单位"), longest=SHORT),
            _date("due_on", N_("应付日期")),
            _date("paid_on", N_("拨付日期"), hint=N_("尚未拨付的留空。")),
            _DOCUMENT,
        ), "purpose",
    ),
    Section(
        "participant", N_("参建单位"), QUALITY, Participant, (
            _choice("role", N_("角色"), kinds.PARTICIPANT_LABELS),
            _text("name", N_("单位名称"), required=True),
            _text("credit_code", N_("统一社会信用代码"), longest=18),
            _text("person", N_("项目负责人"), longest=20),
            _text("scope", N_("承担内容")),
        ), "name",
    ),
    Section(
        "inspection", N_("检查"), QUALITY, Inspection, (
            _choice("kind", N_("方式"), kinds.INSPECTION_LABELS),
            _date("inspected_on", N_("日期"), required=True),
            _text("by", N_("检查单位"), required=True),
            _choice("result", N_("结果"), kinds.RESULT_LABELS),
            _long("finding", N_("发现的情况")),
        ), "inspected_on", order=("inspected_on", "id"),
    ),
    Section(
        "hazard", N_("安全隐患"), QUALITY, Hazard, (
            _choice("level", N_("等级"), kinds.HAZARD_LABELS),
            _long("description", N_("隐患"), required=True),
            _date("found_on", N_("发现日期"), required=True),
            _date("fix_by", N_("整改期限"), required=True),
            _date("fixed_on", N_("整改完成")),
            _text("fix_note", N_("整改情况")),
        ), "description", order=("found_on", "id"),
    ),
    Section(
        "test", N_("第三方检测"), QUALITY, QualityTest, (
            _text("agency", N_("检测机构"), required=True),
            _date("tested_on", N_("日期"), required=True),
            _text("subject", N_("检测内容"), required=True),
            _choice("result", N_("结果"), kinds.RESULT_LABELS),
            _text("document_no", N_("报告编号"), longest=SHORT),
        ), "subject", order=("tested_on", "id"),
    ),
    Section(
        "acceptance", N_("验收"), QUALITY, Acceptance, (
            _date("accepted_on", N_("日期"), required=True),
            _text("by", N_("验收单位"), required=True),
            _text("standard", N_("验收标准"), required=True),
            _choice("result", N_("结果"), kinds.RESULT_LABELS),
            _of(Kind.TRUTH, "is_final", N_("整个项目的竣工验收")),
            _DOCUMENT,
            _text("note", N_("说明")),
        ), "accepted_on", order=("accepted_on", "id"),
    ),
    Section(
        "honour", N_("荣誉"), QUALITY, Honour, (
            _choice("kind", N_("类别"), kinds.HONOUR_LABELS),
            _text("title", N_("荣誉名称"), required=True),
            _text("awarded_by", N_("授予单位"), required=True),
            _date("awarded_on", N_("日期"), required=True),
            _DOCUMENT,
        ), "title", order=("awarded_on", "id"),
    ),
    Section(
        "handover", N_("移交管护"), UPKEEP, Handover, (
            _date("handed_over_on", N_("移交日期"), required=True),
            _text("body", N_("管护主体"), required=True),
            _text("funding", N_("管护资金"), required=True, hint=N_("每年多少、从哪里来。")),
            _long("rules", N_("管护制度"), required=True,
                  hint=N_("谁巡查、多久一次、坏了多久修好。")),
            _text("phone", N_("报修电话"), required=True, longest=30),
            _text("operator", N_("社会力量运营方")),
            _DOCUMENT,
        ), "body", is_single=True,
    ),
    Section(
        "revisit", N_("回头看"), UPKEEP, Revisit, (
            Field("months", N_("完成后第几个月"), Kind.WHOLE, True),
            _date("due_on", N_("应开展日期"), required=True),
            _date("done_on", N_("开展日期")),
            _text("by", N_("检查单位")),
            _of(Kind.CHECKLIST, "checklist", N_("检查清单")),
            Field("score", N_("评分（0至100）"), Kind.WHOLE),
            _long("summary", N_("看到的情况")),
        ), "months", order=("months",),
    ),
    Section(
        "problem", N_("回头看问题"), UPKEEP, RevisitProblem, (
            Field("revisit_id", N_("哪一次回头看"), Kind.REVISIT, True),
            _long("description", N_("问题"), required=True),
            _of(Kind.DEPARTMENT, "department_id", N_("整改单位"), required=True),
            _date("found_on", N_("发现日期"), required=True),
            _date("due_on", N_("整改期限"), required=True),
            _date("fixed_on", N_("整改完成")),
            _text("fix_note", N_("整改情况")),
        ), "description", order=("found_on", "id"),
    ),
    Section(
        "photo", N_("照片"), WORK, Attachment, (
            Field("file_id", N_("照片文件"), Kind.PHOTO, True, is_fixed=True,
                  hint=N_("JPG、PNG或WebP；拍摄位置等信息会自动去除。")),
            _text("description", N_("照片内容（替代文字）"), required=True,
                  hint=N_("说明照片上有什么，供看不到照片的人使用。")),
            _choice("phase", N_("拍摄阶段"), kinds.PHASE_LABELS),
            _date("taken_on", N_("拍摄日期")),
            _of(Kind.REVISIT, "revisit_id", N_("属于哪次回头看")),
        ), "description", order=("taken_on", "id"), always={"kind": kinds.FileKind.PHOTO},
    ),
    Section(
        "document", N_("文件"), PROMISE, Attachment, (
            Field("file_id", N_("PDF文件"), Kind.DOCUMENT, True, is_fixed=True,
                  hint=N_("文件属性、脚本和附件会自动去除。")),
            _text("description", N_("文件标题"), required=True),
            _date("taken_on", N_("文件日期")),
        ), "description", order=("taken_on", "id"), always={"kind": kinds.FileKind.DOCUMENT},
    ),
)  # fmt: skip

SECTIONS: dict[str, Section] = {section.key: section for section in _ALL}

OWN = "project"
"""Section under which the log keeps what follows on the project's own columns."""

OWN_FIELDS = (
    _choice("status", N_("状态"), kinds.WORK_LABELS),
    _choice("stage", N_("阶段"), kinds.STAGE_LABELS),
    _of(Kind.PERCENT, "percent", N_("完成百分比")),
    _long("progress_text", N_("进展情况")),
    _date("reported_on", N_("填报截至")),
    _of(Kind.MONEY, "invested_fen", N_("累计完成投资（万元）")),
    _date("due_on", N_("承诺完成")),
    _date("promised_on", N_("最初承诺")),
    _date("completed_on", N_("验收日期")),
    _date("handed_over_on", N_("移交日期")),
    _of(Kind.LEADER, "leader_id", N_("分包县级领导")),
    _of(Kind.DEPARTMENT, "department_id", N_("牵头单位")),
    _text("number", N_("序号")),
    _text("department_text", N_("责任单位（原文）")),
    _text("amount_text", N_("投资（原文）")),
    _text("due_text", N_("完成时限（原文）")),
)
"""Public columns of a project that follow from its rows."""

"""The vocabularies of projects: kinds, stages and roles, each with its words. Pure."""

from enum import StrEnum

from portal.language import N_


class ProjectStatus(StrEnum):
    """How far the work is, as its department reports it."""

    PLANNED = "planned"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    PAUSED = "paused"
    STOPPED = "stopped"


WORK_LABELS = {
    ProjectStatus.PLANNED: N_("未开工"),
    ProjectStatus.IN_PROGRESS: N_("实施中"),
    ProjectStatus.COMPLETED: N_("已完工验收"),
    ProjectStatus.PAUSED: N_("已暂停"),
    ProjectStatus.STOPPED: N_("已终止"),
}


class Level(StrEnum):
    """Who set the promise and assesses it."""

    COUNTY = "county"
    CITY = "city"
    PROVINCE = "province"


LEVEL_NAMES = {
    Level.COUNTY: N_("县定"),
    Level.CITY: N_("市考核"),
    Level.PROVINCE: N_("省考核"),
}


class Nature(StrEnum):
    """What kind of promise it is; only works are handed over for upkeep."""

    WORKS = "works"
    SERVICE = "service"
    POLICY = "policy"


NATURE_LABELS = {
    Nature.WORKS: N_("工程建设"),
    Nature.SERVICE: N_("服务供给"),
    Nature.POLICY: N_("政策提标"),
}


class Stage(StrEnum):
    """The stages a promise goes through, in this order."""

    COLLECTION = "collection"
    CANDIDATE = "candidate"
    VOTE = "vote"
    LIST = "list"
    WORK = "work"
    ACCEPTANCE = "acceptance"
    NOTICE = "notice"
    EVALUATION = "evaluation"
    UPKEEP = "upkeep"


STAGE_LABELS = {
    Stage.COLLECTION: N_("征集"),
    Stage.CANDIDATE: N_("候选"),
    Stage.VOTE: N_("票决"),
    Stage.LIST: N_("清单"),
    Stage.WORK: N_("实施"),
    Stage.ACCEPTANCE: N_("验收"),
    Stage.NOTICE: N_("公示"),
    Stage.EVALUATION: N_("评议"),
    Stage.UPKEEP: N_("管护"),
}


class DecisionKind(StrEnum):
    """What a decision changes."""

    DATE = "date"
    TARGET = "target"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"


DECISION_LABELS = {
    DecisionKind.DATE: N_("调整完成时间"),
    DecisionKind.TARGET: N_("调整目标"),
    DecisionKind.PAUSE: N_("暂停"),
    DecisionKind.RESUME: N_("恢复实施"),
    DecisionKind.STOP: N_("终止"),
}


class DutyRole(StrEnum):
    """In what capacity somebody answers for a project."""

    COUNTY_LEADER = "county_leader"
    FIRST = "first"
    IN_CHARGE = "in_charge"
    LEAD = "lead"
    ASSIST = "assist"


DUTY_LABELS = {
    DutyRole.COUNTY_LEADER: N_("分包县级领导"),
    DutyRole.FIRST: N_("第一责任人"),
    DutyRole.IN_CHARGE: N_("具体负责人"),
    DutyRole.LEAD: N_("牵头单位"),
    DutyRole.ASSIST: N_("配合单位"),
}


class Grain(StrEnum):
    """How finely a milestone is dated."""

    MONTH = "month"
    WEEK = "week"
    DAY = "day"


GRAIN_LABELS = {Grain.MONTH: N_("到月"), Grain.WEEK: N_("到周"), Grain.DAY: N_("到天")}


class BlockerKind(StrEnum):
    """What holds a project up (堵点难点)."""

    LAND = "land"
    FUNDS = "funds"
    APPROVAL = "approval"
    OTHER = "other"


BLOCKER_LABELS = {
    BlockerKind.LAND: N_("用地"),
    BlockerKind.FUNDS: N_("资金"),
    BlockerKind.APPROVAL: N_("审批"),
    BlockerKind.OTHER: N_("其他"),
}


class FundKind(StrEnum):
    """Where money comes from."""

    CENTRAL = "central"
    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    UPPER = "upper"
    SOCIAL = "social"
    OTHER = "other"


FUND_LABELS = {
    FundKind.CENTRAL: N_("中央财政"),
    FundKind.PROVINCE: N_("省级财政"),
    FundKind.CITY: N_("市级财政"),
    FundKind.COUNTY: N_("县级财政"),
    FundKind.UPPER: N_("上级补助"),
    FundKind.SOCIAL: N_("社会资本"),
    FundKind.OTHER: N_("其他资金"),
}


class ParticipantRole(StrEnum):
    """What a company did, for tracing quality back to it (质量追溯)."""

    BUILDER = "builder"
    DESIGNER = "designer"
    SURVEYOR = "surveyor"
    SUPERVISOR = "supervisor"
    TESTER = "tester"
    SUPPLIER = "supplier"


PARTICIPANT_LABELS = {
    ParticipantRole.BUILDER: N_("施工"),
    ParticipantRole.DESIGNER: N_("设计"),
    ParticipantRole.SURVEYOR: N_("勘察"),
    ParticipantRole.SUPERVISOR: N_("监理"),
    ParticipantRole.TESTER: N_("检测"),
    ParticipantRole.SUPPLIER: N_("材料供应"),
}


class InspectionKind(StrEnum):
    """How an inspection came about."""

    ROUTINE = "routine"
    RANDOM = "random"
    OPEN = "open"
    COVERT = "covert"


INSPECTION_LABELS = {
    InspectionKind.ROUTINE: N_("定期检查"),
    InspectionKind.RANDOM: N_("随机抽查"),
    InspectionKind.OPEN: N_("明察"),
    InspectionKind.COVERT: N_("暗访"),
}


class HazardLevel(StrEnum):
    """How grave a hazard is."""

    GENERAL = "general"
    MAJOR = "major"


HAZARD_LABELS = {HazardLevel.GENERAL: N_("一般隐患"), HazardLevel.MAJOR: N_("重大隐患")}


class Result(StrEnum):
    """The outcome of an inspection, a test or an acceptance."""

    PASSED = "passed"
    CONDITIONAL = "conditional"
    FAILED = "failed"


RESULT_LABELS = {
    Result.PASSED: N_("合格"),
    Result.CONDITIONAL: N_("整改后合格"),
    Result.FAILED: N_("不合格"),
}


class HonourKind(StrEnum):
    """What a project was honoured as."""

    QUALITY = "quality"
    SAFETY = "safety"
    CLEAN = "clean"
    HEART = "heart"
    OTHER = "other"


HONOUR_LABELS = {
    HonourKind.QUALITY: N_("优质工程"),
    HonourKind.SAFETY: N_("安全工程"),
    HonourKind.CLEAN: N_("廉洁工程"),
    HonourKind.HEART: N_("民心工程"),
    HonourKind.OTHER: N_("其他荣誉"),
}


class FileKind(StrEnum):
    """What is attached."""

    PHOTO = "photo"
    DOCUMENT = "document"


class Phase(StrEnum):
    """When a photo was taken, so that before and after can be compared."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"


PHASE_LABELS = {Phase.BEFORE: N_("施工前"), Phase.DURING: N_("施工中"), Phase.AFTER: N_("完工后")}

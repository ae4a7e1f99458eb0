"""The words of ratings: levels, dimensions, reasons, channels, standings. Pure.

Source of the five exact words and of what counts as a bad rating: 国办发〔2019〕51号 and its
provincial rules (差评 = 不满意 and 非常不满意).
"""

from enum import StrEnum

from portal.language import N_

LEVEL_LABELS = {
    5: N_("非常满意"),
    4: N_("满意"),
    3: N_("基本满意"),
    2: N_("不满意"),
    1: N_("非常不满意"),
}

BAD = 2
"""This level and the one below are bad ratings (差评)."""


class Dimension(StrEnum):
    """What of a project can be rated beside the whole; each is optional."""

    USEFUL = "useful"
    QUALITY = "quality"
    CONVENIENT = "convenient"
    UPKEEP = "upkeep"
    OPEN = "open"


DIMENSION_LABELS = {
    Dimension.USEFUL: N_("实用"),
    Dimension.QUALITY: N_("质量"),
    Dimension.CONVENIENT: N_("便利"),
    Dimension.UPKEEP: N_("管护"),
    Dimension.OPEN: N_("公开透明"),
}

DIMENSION_HINTS = {
    Dimension.USEFUL: N_("用得上，解决了问题"),
    Dimension.QUALITY: N_("建得好，没有毛病"),
    Dimension.CONVENIENT: N_("去得方便，用得方便"),
    Dimension.UPKEEP: N_("坏了有人修，平时有人管"),
    Dimension.OPEN: N_("进度、花钱、结果说得清楚"),
}


class Reason(StrEnum):
    """Why a rating is bad; offered as a list (武汉: 差评附原因清单)."""

    NOT_DONE = "not_done"
    DEFECT = "defect"
    NOT_USED = "not_used"
    FAR = "far"
    NO_UPKEEP = "no_upkeep"
    NUISANCE = "nuisance"
    FEES = "fees"
    NOT_TOLD = "not_told"
    ATTITUDE = "attitude"
    OTHER = "other"


REASON_LABELS = {
    Reason.NOT_DONE: N_("没有完全建成"),
    Reason.DEFECT: N_("质量有问题"),
    Reason.NOT_USED: N_("建好了没有用起来"),
    Reason.FAR: N_("不方便使用"),
    Reason.NO_UPKEEP: N_("坏了没人管"),
    Reason.NUISANCE: N_("影响周边生活"),
    Reason.FEES: N_("收费不合理"),
    Reason.NOT_TOLD: N_("情况不公开、不了解"),
    Reason.ATTITUDE: N_("服务态度不好"),
    Reason.OTHER: N_("其他"),
}


class Channel(StrEnum):
    """How a rating came; kept apart in the figures."""

    WEB = "web"
    QR = "qr"
    PHONE = "phone"
    VISIT = "visit"


CHANNEL_LABELS = {
    Channel.WEB: N_("网上"),
    Channel.QR: N_("现场扫码"),
    Channel.PHONE: N_("电话回访"),
    Channel.VISIT: N_("入户走访"),
}

STAFF_CHANNELS = (Channel.PHONE, Channel.VISIT)
"""Entered by staff for a resident, and marked so."""


class Proof(StrEnum):
    """How it is known that one resident stands behind a rating."""

    VERIFIED = "verified"
    STAFF = "staff"
    NONE = "none"


PROOF_LABELS = {
    Proof.VERIFIED: N_("已验证居民"),
    Proof.STAFF: N_("工作人员登记"),
    Proof.NONE: N_("未验证"),
}
"""Verified: by a one-time code or the identity service. The headline figure is of these."""


class Standing(StrEnum):
    """Whether a rating counts."""

    COUNTED = "counted"
    SET_ASIDE = "set_aside"
    REJECTED = "rejected"
    ERASED = "erased"


STANDING_LABELS = {
    Standing.COUNTED: N_("计入"),
    Standing.SET_ASIDE: N_("暂不计入"),
    Standing.REJECTED: N_("不计入"),
    Standing.ERASED: N_("居民已删除"),
}


class Doubt(StrEnum):
    """Why a rating was set aside; these classes are public."""

    STAFF = "staff"
    CONTRACTOR = "contractor"
    DEVICE = "device"
    NETWORK = "network"
    PACE = "pace"
    UNIFORM = "uniform"
    TEXT = "text"
    SPEED = "speed"
    APPEAL = "appeal"


DOUBT_LABELS = {
    Doubt.STAFF: N_("责任单位工作人员"),
    Doubt.CONTRACTOR: N_("参建单位人员"),
    Doubt.DEVICE: N_("同一设备评价过多"),
    Doubt.NETWORK: N_("同一网络集中评价"),
    Doubt.PACE: N_("短时间集中评价"),
    Doubt.UNIFORM: N_("成批评价完全相同"),
    Doubt.TEXT: N_("成批文字相同"),
    Doubt.SPEED: N_("提交速度不像真人"),
    Doubt.APPEAL: N_("申诉成立"),
}


class WaveKind(StrEnum):
    """What a wave of ratings follows."""

    COMPLETION = "completion"
    REVISIT = "revisit"
    EXTRA = "extra"


WAVE_LABELS = {
    WaveKind.COMPLETION: N_("完成验收后"),
    WaveKind.REVISIT: N_("回头看"),
    WaveKind.EXTRA: N_("专项评价"),
}

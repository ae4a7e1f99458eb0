"""The words of a case: its kind, how it came, the reasons of refusal, the resident's verdict."""

from dataclasses import dataclass
from enum import StrEnum

from portal.language import N_


class Kind(StrEnum):
    """What a resident wants (诉求类型)."""

    COMPLAINT = "complaint"
    SUGGESTION = "suggestion"
    INQUIRY = "inquiry"
    HELP = "help"
    REPORT = "report"
    PRAISE = "praise"
    FOLLOW_UP = "follow_up"


KIND_LABELS = {
    Kind.COMPLAINT: N_("投诉"),
    Kind.SUGGESTION: N_("建议"),
    Kind.INQUIRY: N_("咨询"),
    Kind.HELP: N_("求助"),
    Kind.REPORT: N_("举报"),
    Kind.PRAISE: N_("表扬"),
    Kind.FOLLOW_UP: N_("差评跟进"),
}

KIND_HINTS = {
    Kind.COMPLAINT: N_("工程、服务或管护出了问题"),
    Kind.SUGGESTION: N_("希望怎样改进"),
    Kind.INQUIRY: N_("想了解政策或进展"),
    Kind.HELP: N_("生活中遇到困难"),
    Kind.REPORT: N_("公职人员违纪违法，或资金被挤占挪用；直接送纪检监察机关，永不公开"),
    Kind.PRAISE: N_("做得好，值得肯定"),
}

OWN_KINDS = tuple(kind for kind in Kind if kind is not Kind.FOLLOW_UP)
"""What somebody can hand in; the follow-up of a rating is opened by the portal itself."""

OPEN_KINDS = tuple(kind for kind in Kind if kind is not Kind.REPORT)
"""What can ever be public. A report of wrongdoing cannot (信访工作条例, art. 30)."""


class Channel(StrEnum):
    """How a case came (来源渠道)."""

    WEB = "web"
    PHONE = "phone"
    WALK_IN = "walk_in"
    PAPER = "paper"
    INTERNAL = "internal"


CHANNEL_LABELS = {
    Channel.WEB: N_("网上"),
    Channel.PHONE: N_("电话"),
    Channel.WALK_IN: N_("来访"),
    Channel.PAPER: N_("来信"),
    Channel.INTERNAL: N_("平台生成"),
}

STAFF_CHANNELS = (Channel.PHONE, Channel.WALK_IN, Channel.PAPER)
"""How a case comes that staff enter for a resident."""


class TargetKind(StrEnum):
    """Who or what a case complains about (被反映对象)."""

    DEPARTMENT = "department"
    PERSON = "person"
    CONTRACTOR = "contractor"


TARGET_LABELS = {
    TargetKind.DEPARTMENT: N_("单位"),
    TargetKind.PERSON: N_("工作人员"),
    TargetKind.CONTRACTOR: N_("施工、供应或服务企业"),
}

CONFLICTING = frozenset({TargetKind.DEPARTMENT, TargetKind.PERSON})
"""Targets that have desks here: a case about one is never public and never reaches it.
A contractor has none; what is said of it can be published once its name is redacted."""


class AppealKind(StrEnum):
    """What a resident appeals against."""

    REFUSAL = "refusal"
    WITHHOLDING = "withholding"
    REDACTION = "redaction"


APPEAL_LABELS = {
    AppealKind.REFUSAL: N_("不予受理"),
    AppealKind.WITHHOLDING: N_("不公开"),
    AppealKind.REDACTION: N_("公开文本的改动"),
}


class Resolved(StrEnum):
    """The resident's own word on whether the matter is solved."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


RESOLVED_LABELS = {
    Resolved.YES: N_("已解决"),
    Resolved.PARTLY: N_("部分解决"),
    Resolved.NO: N_("未解决"),
}


class Adoption(StrEnum):
    """What became of a suggestion (建议采纳情况)."""

    ADOPTED = "adopted"
    PARTLY = "partly"
    DECLINED = "declined"


ADOPTION_LABELS = {
    Adoption.ADOPTED: N_("采纳"),
    Adoption.PARTLY: N_("部分采纳"),
    Adoption.DECLINED: N_("未采纳"),
}

ADOPTION_TONES = {Adoption.ADOPTED: "done", Adoption.PARTLY: "info", Adoption.DECLINED: "hold"}
"""Shapes that stand beside the words."""


WITHHOLD_REASONS: dict[str, str] = {
    "privacy": N_("去掉个人信息后仍能认出当事人或他人"),
    "secret": N_("涉及国家秘密或商业秘密"),
    "minors": N_("涉及未成年人或特殊困难群众，公开可能造成伤害"),
    "unverified": N_("指向特定对象，尚未核实"),
    "investigation": N_("正在调查处理，公开可能影响办理"),
    "insulting": N_("含有辱骂、人身攻击的内容，无法只隐去部分文字"),
    "irrelevant": N_("广告或与办理事项无关"),
    "other": N_("其他原因"),
}
"""Why a case is not shown to everybody. The public ledger counts them. Source: 政府信息公开条例,
art. 14 to 16; 个人信息保护法, art. 25 and 28."""


@dataclass(frozen=True)
class RejectReason:
    """Why a case is not taken, and where the resident can go instead."""

    label: str
    instead: str


REJECT_REASONS: dict[str, RejectReason] = {
    "elsewhere": RejectReason(
        N_("不属于本县管辖"), N_("请向事情发生地的政府或当地12345热线反映。")
    ),
    "other-power": RejectReason(
        N_("属于人大、政协、法院、检察院、部队等其他机关的事项"),
        N_("请直接向该机关反映，可拨打12345询问联系方式。"),
    ),
    "emergency": RejectReason(
        N_("属于110、119、120、122紧急事项"),
        N_("情况紧急请立即拨打110、119、120或122。"),
    ),
    "in-procedure": RejectReason(
        N_("已进入诉讼、仲裁、行政复议、纪检监察、信访或信息公开程序"),
        N_("请向正在办理的机关查询进展和结果。"),
    ),
    "petition-ended": RejectReason(
        N_("信访事项已经终结"), N_("如有新的事实和理由，请向县信访局提出。")
    ),
    "repeated": RejectReason(
        N_("同一事项正在办理或已经答复，没有新的事实"),
        N_("请用原来的受理编号和查询码查看进展；有新情况可在新的诉求中写明。"),
    ),
    "secret": RejectReason(
        N_("涉及国家秘密、商业秘密或他人隐私"),
        N_("请勿在网上提交，可携带材料到县信访接待大厅当面反映。"),
    ),
    "unlawful": RejectReason(
        N_("内容违法、捏造事实或侮辱诽谤他人"),
        N_("请只反映事实本身，去掉攻击他人的内容后可以重新提交。"),
    ),
    "unclear": RejectReason(
        N_("内容不具体，无法办理，也联系不上"),
        N_("请补充时间、地点和经过后重新提交，或拨打12345由话务员协助填写。"),
    ),
    "advertising": RejectReason(
        N_("广告或与公共服务无关"),
        N_(
            "商业广告请自行联系媒体或广告经营单位；属于公共服务的问题，请写明事项后重新提交，"
            "或拨打12345。"
        ),
    ),
    "counter": RejectReason(
        N_("应当到窗口申请办理的许可、登记等事项"),
        N_("请到县政务服务中心窗口或政务服务网申请。"),
    ),
}
"""The fixed list. Source: published refusal lists of county mailboxes; that each refusal names
where to go follows 信访工作条例 art. 23."""

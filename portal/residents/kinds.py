"""How residents verify themselves, and what may stand in the way of a code."""

from enum import StrEnum

from portal.language import N_


class Method(StrEnum):
    """How a resident was verified."""

    SMS = "sms"
    EMAIL = "email"
    IDENTITY = "identity"


METHOD_LABELS = {
    Method.SMS: N_("手机验证码"),
    Method.EMAIL: N_("邮箱验证码"),
    Method.IDENTITY: N_("统一身份认证"),
}


class Problem(StrEnum):
    """Why a code does not verify."""

    WRONG = "wrong"
    SPENT = "spent"
    EXPIRED = "expired"
    USED = "used"


PROBLEM_LABELS = {
    Problem.WRONG: N_("验证码不正确，请核对后再试。"),
    Problem.SPENT: N_("验证码输错次数太多，已经作废，请重新获取。"),
    Problem.EXPIRED: N_("验证码已过期，请重新获取。"),
    Problem.USED: N_("这个验证码已经用过，请重新获取。"),
}

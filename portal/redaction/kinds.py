"""What sorts of personal data are found, what they are called, what stands in their place."""

from enum import StrEnum

from portal.language import N_


class Kind(StrEnum):
    """What sort of personal data was found."""

    PHONE = "phone"
    ID_CARD = "id_card"
    PLATE = "plate"
    EMAIL = "email"
    BANK_CARD = "bank_card"
    ACCOUNT = "account"
    HOUSE = "house"
    NAME = "name"
    PASSPORT = "passport"


KIND_LABELS = {
    Kind.PHONE: N_("手机或电话号码"),
    Kind.ID_CARD: N_("身份证号"),
    Kind.PLATE: N_("车牌号"),
    Kind.EMAIL: N_("电子邮箱"),
    Kind.BANK_CARD: N_("银行卡号"),
    Kind.ACCOUNT: N_("微信或QQ号"),
    Kind.HOUSE: N_("门牌或房号"),
    Kind.NAME: N_("姓名"),
    Kind.PASSPORT: N_("护照或通行证号"),
}
"""What the moderator reads beside a proposal."""

MASKS = {
    Kind.PHONE: N_("[电话已隐去]"),
    Kind.ID_CARD: N_("[身份证号已隐去]"),
    Kind.PLATE: N_("[车牌已隐去]"),
    Kind.EMAIL: N_("[邮箱已隐去]"),
    Kind.BANK_CARD: N_("[银行卡号已隐去]"),
    Kind.ACCOUNT: N_("[账号已隐去]"),
    Kind.HOUSE: N_("[住址已隐去]"),
    Kind.NAME: N_("[姓名已隐去]"),
    Kind.PASSPORT: N_("[证件号已隐去]"),
}
"""What stands in the published letter. No digit is kept: three first and four last digits
of a mobile number leave 10,000 candidates, few enough for a neighbour to try. The masks
become part of a Chinese text: they are stored as they are, never translated."""

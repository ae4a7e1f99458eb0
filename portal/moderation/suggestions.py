"""Personal data to mask in a text, as the moderators' pages ask for it."""

from portal.cases.masking import Found, mask

__all__ = ["Found", "mask"]

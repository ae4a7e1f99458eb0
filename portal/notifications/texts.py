"""What the messages say. Chinese only: a message has no page whose language it could follow."""

TEXTS: dict[str, tuple[str, str]] = {
    "case_answered": (
        "您的诉求 %(reference)s 已有答复",
        "您提交的诉求 %(reference)s 已有答复。请用受理编号和查询码在网站“查询进度”中查看并评价。",
    ),
    "case_rejected": (
        "您的诉求 %(reference)s 的审核结果",
        "您提交的诉求 %(reference)s 未予受理，原因和可以去的渠道请在网站“查询进度”中查看。",
    ),
}
"""kind -> (subject, text)"""

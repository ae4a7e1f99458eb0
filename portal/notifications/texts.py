"""What the messages say. Chinese only: a message has no page whose language it could follow."""

from flask import current_app

TEXTS: dict[str, tuple[str, str]] = {
    "case_answered": (
        "您的诉求 %(reference)s 已有答复",
        "您提交的诉求 %(reference)s 已有答复。请用受理编号和查询码在网站“查询进度”中查看并评价。",
    ),
    "case_rejected": (
        "您的诉求 %(reference)s 的审核结果",
        "您提交的诉求 %(reference)s 未予受理，原因和可以去的渠道请在网站“查询进度”中查看。",
    ),
    "case_redacted": (
        "您的诉求 %(reference)s 公开的文字有改动",
        "您同意公开的诉求 %(reference)s，公开的文字与您写的不完全相同。改了什么、为什么，"
        "请在网站“查询进度”中查看；不同意可以申诉一次。",
    ),
    "case_withheld": (
        "您的诉求 %(reference)s 不公开",
        "您同意公开的诉求 %(reference)s，审核后决定不公开，办理和答复不受影响。"
        "原因请在网站“查询进度”中查看；不同意可以申诉一次。",
    ),
    "case_file": (
        "您的诉求 %(reference)s 所附的照片或文件已审核",
        "您的诉求 %(reference)s 所附的照片或文件已审核。哪些公开、哪些遮盖后公开或不公开、为什么，"
        "请在网站“查询进度”中查看。",
    ),
    "case_merged": (
        "您的诉求 %(reference)s 并案办理",
        "您提交的诉求 %(reference)s 与反映同一事项的另一件诉求一并办理、一并答复。"
        "受理编号和查询码不变，答复同样发给您，由您自己评价。请在网站“查询进度”中查看。",
    ),
    "case_split": (
        "您的来信 %(reference)s 分开办理",
        "您的来信 %(reference)s 包含几个事项，分成 %(parts)s 件办理。用原来的受理编号和查询码，"
        "在网站“查询进度”中可以看到每一件的进展和答复。",
    ),
    "question_replied": (
        "您的追问 %(reference)s 已有答复",
        "您对诉求 %(reference)s 的追问已有答复，请在网站“查询进度”中查看。",
    ),
    "appeal_decided": (
        "您的申诉 %(reference)s 已有结果",
        "您就诉求 %(reference)s 提出的申诉已由另一位审核员处理，结果请在网站“查询进度”中查看。",
    ),
    "joined_answered": (
        "您加入的诉求 %(reference)s 已有答复",
        "您加入的公开诉求 %(reference)s 已有答复，请在网站“办理公开”中查看。",
    ),
    "joined_answered_unseen": (
        "您加入的诉求 %(reference)s 已有答复",
        "您加入的诉求 %(reference)s 已有答复。这件诉求不再公开办理，答复不能在网站上查看；"
        "如问题仍在，请另行提交。",
    ),
    "joined_ended": (
        "您加入的诉求 %(reference)s 不再公开办理",
        "您加入的诉求 %(reference)s 不再公开办理，网站上不能再查看。如问题仍在，请另行提交。",
    ),
    "joined_merged": (
        "您加入的诉求 %(reference)s 并案办理",
        "您加入的诉求 %(reference)s 与反映同一事项的另一件诉求一并办理、一并答复，"
        "有答复时通知您，不必另行提交。",
    ),
    # The subject is what a log shows: the code stands in the text alone.
    "one_time_code": (
        "民生实事评价验证码",
        "验证码 %(code)s，%(minutes)s 分钟内有效，以最后收到的一条为准。请勿告诉他人；"
        "不是您本人操作，请忽略。",
    ),
    "rating_invited": (
        "请您评价“%(project)s”",
        "您关注或反映过的民生项目“%(project)s”已经可以评价，请打开%(address)s说说您的感受。评价自愿。",
    ),
    "rating_asked_again": (
        "“%(project)s”有了处理结果，请您再次评价",
        "您评价过的民生项目“%(project)s”，责任单位已反馈处理结果。"
        "请打开%(address)s再次评价，以您最后一次评价为准。",
    ),
}
"""kind -> (subject, text). `code` and `minutes` are added by the worker and never stored;
`address` is what `place` returns."""

NOWHERE = "民生实事网站"
"""Said where the portal does not know its own address."""


def place(path: str) -> str:
    """Return where a message sends people: PUBLIC_URL and the path, blanks around it.

    A worker has no request that would tell the address; without the setting it is said in words.
    """
    base = current_app.config["PUBLIC_URL"]
    return f" {base}{path} " if base else NOWHERE

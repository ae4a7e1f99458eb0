"""What an act has done, in words for who did it: with which case, and for whom."""

from flask_babel import gettext as _

from portal.cases.models import Case
from portal.cases.workflow import Action
from portal.clock import local_day
from portal.language import N_

DONE: dict[Action, str] = {
    Action.CLASSIFY: N_("已修改类型和类别：%(reference)s"),
    Action.TARGET: N_("已登记被反映对象：%(reference)s"),
    Action.ASSIGN: N_("已派给%(unit)s：%(reference)s"),
    Action.REASSIGN: N_("已改派给%(unit)s：%(reference)s"),
    Action.REJECT: N_("已决定不予受理：%(reference)s"),
    Action.REDACT: N_("已保存公开文本：%(reference)s"),
    Action.PUBLISH: N_("已公开：%(reference)s"),
    Action.WITHHOLD: N_("已决定不公开：%(reference)s"),
    Action.MERGE: N_("已并入主件：%(reference)s"),
    Action.SEND_BACK: N_("已发回%(unit)s重办：%(reference)s"),
    Action.CLOSE: N_("已发布答复并办结：%(reference)s"),
    Action.RELEASE: N_("已发布追问答复：%(reference)s"),
    Action.SIGN: N_("已签收：%(reference)s"),
    Action.RETURN: N_("已退回：%(reference)s"),
    Action.DISPUTE: N_("已请督查室裁定：%(reference)s"),
    Action.EXTEND: N_("已延期至%(day)s：%(reference)s"),
    Action.ASK_ASSIST: N_("已请%(helper)s协办：%(reference)s"),
    Action.END_ASSIST: N_("已结束协办：%(reference)s"),
    Action.ANSWER: N_("已提交答复，等待审核：%(reference)s"),
    Action.CONCLUDE: N_("已答复举报人并办结：%(reference)s"),
    Action.REPLY: N_("已提交追问答复，等待审核：%(reference)s"),
}
"""Acts of moderators and departments."""


def told(case: Case, act: Action) -> str:
    """Return what `act`, the last on this case, has done. Raises KeyError for others' acts."""
    return _(
        DONE[act],
        reference=case.reference,
        unit=case.department.name if case.department else "",
        helper=case.assists[-1].department.name if case.assists else "",
        day=local_day(case.due_at),
    )

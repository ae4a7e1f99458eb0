"""What the writer of a case and the public may see of its history. Pure; allow-lists only.

Internal notes and routing remarks need not be public (政府信息公开条例 art. 16); the writer is
told every step, and the words that are meant for the writer.
"""

from dataclasses import dataclass

from portal.cases.workflow import Action
from portal.language import N_


@dataclass(frozen=True)
class Step:
    """How a step reads, and who sees the words given with it."""

    label: str
    for_public: bool = False
    note_for_writer: bool = False


SUBMIT = "submit"

STEPS: dict[str, Step] = {
    SUBMIT: Step(N_("居民提交"), for_public=True),
    Action.TARGET: Step(N_("登记被反映对象，其单位和本人回避")),
    Action.RECUSE: Step(N_("被反映单位回避，收回重派")),
    Action.ASSIGN: Step(N_("审核受理，派给承办单位"), for_public=True),
    Action.DISPATCH: Step(N_("系统按规则派给承办单位"), for_public=True),
    Action.REASSIGN: Step(N_("改派给另一承办单位"), for_public=True),
    Action.REJECT: Step(N_("审核后不予受理"), note_for_writer=True),
    Action.REDACT: Step(N_("审核员整理公开的文字"), note_for_writer=True),
    Action.PUBLISH: Step(N_("审核后公开"), for_public=True, note_for_writer=True),
    Action.WITHHOLD: Step(N_("审核后不公开"), note_for_writer=True),
    Action.PUBLISH_FILE: Step(N_("审核后公开一个附件"), note_for_writer=True),
    Action.WITHHOLD_FILE: Step(N_("审核后不公开一个附件"), note_for_writer=True),
    Action.MERGE: Step(N_("与同一事项的诉求并案办理"), for_public=True),
    Action.UNMERGE: Step(N_("取消并案，单独办理"), for_public=True),
    Action.SET_APART: Step(N_("取消并案，单独办理"), for_public=True),
    Action.CLOSE_ALONG: Step(N_("随主件答复，办结"), for_public=True),
    Action.SPLIT: Step(N_("来信包含几个事项，拆分办理"), for_public=True),
    Action.UNDO: Step(N_("审核员撤销上一步操作")),
    Action.SIGN: Step(N_("承办单位签收，开始办理"), for_public=True),
    Action.RETURN: Step(N_("承办单位退回，重新派单"), for_public=True),
    Action.DISPUTE: Step(N_("承办单位再次退回，由督查室裁定"), for_public=True),
    Action.RULE: Step(N_("督查室裁定承办单位"), for_public=True),
    Action.OWN: Step(N_("承办单位逾期未退，确认为首办单位"), for_public=True),
    Action.EXTEND: Step(N_("延长办理时限"), for_public=True, note_for_writer=True),
    Action.ASK_ASSIST: Step(N_("请其他单位协办"), for_public=True),
    Action.ASSIST: Step(N_("协办单位提交意见"), for_public=True),
    Action.ANSWER: Step(N_("承办单位提交答复，等待审核"), for_public=True),
    Action.CONCLUDE: Step(N_("承办单位答复，办结")),
    Action.SEND_BACK: Step(N_("答复未通过审核，发回重办"), for_public=True),
    Action.CLOSE: Step(N_("答复发布，办结"), for_public=True, note_for_writer=True),
    Action.VERDICT: Step(N_("居民评价办理结果"), for_public=True, note_for_writer=True),
    Action.REOPEN: Step(N_("居民认为未解决，重新办理"), for_public=True, note_for_writer=True),
    Action.ASK: Step(N_("居民追问"), for_public=True, note_for_writer=True),
    Action.REPLY: Step(N_("承办单位提交追问答复，等待审核"), for_public=True),
    Action.RELEASE: Step(N_("追问答复发布"), for_public=True),
    Action.APPEAL: Step(N_("居民申诉"), note_for_writer=True),
    Action.RECONSIDER: Step(N_("申诉成立，恢复审核"), note_for_writer=True),
    Action.GRANT: Step(N_("申诉成立"), note_for_writer=True),
    Action.DENY: Step(N_("申诉后维持原决定"), note_for_writer=True),
    Action.WITHDRAW: Step(N_("居民撤回"), note_for_writer=True),
}
"""A step that is not listed is shown to staff alone."""


@dataclass(frozen=True)
class Shown:
    """May this audience see the step, and the words with it?"""

    step: Step
    note: bool


def for_writer(action: str) -> Shown | None:
    """Return how the writer sees a step, or None."""
    step = STEPS.get(action)
    return Shown(step, step.note_for_writer) if step else None


def for_public(action: str) -> Shown | None:
    """Return how the public sees a step, or None; the public never sees notes."""
    step = STEPS.get(action)
    return Shown(step, note=False) if step and step.for_public else None

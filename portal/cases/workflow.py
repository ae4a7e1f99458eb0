"""The life of a case, as a table. Read it top to bottom as the specification.

The table draws the buttons (`available`), refuses the act (`check`) and drives the tests.
Three axes are kept apart: the work state below, the visibility, and the resident's verdict.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from portal.errors import Invalid, WrongState
from portal.language import N_
from portal.security import Actor, Permission, ensure, permits


class State(StrEnum):
    """How far the work on a case is."""

    SUBMITTED = "submitted"
    REJECTED = "rejected"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    ANSWERED = "answered"
    DISPUTED = "disputed"
    MERGED = "merged"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


STATE_LABELS = {
    State.SUBMITTED: N_("待审核"),
    State.REJECTED: N_("不予受理"),
    State.ASSIGNED: N_("已派单"),
    State.IN_PROGRESS: N_("办理中"),
    State.ANSWERED: N_("答复待审核"),
    State.DISPUTED: N_("待裁定承办单位"),
    State.MERGED: N_("已并案办理"),
    State.CLOSED: N_("已办结"),
    State.WITHDRAWN: N_("已撤回"),
}

STATE_TONES = {
    State.SUBMITTED: "plain",
    State.REJECTED: "hold",
    State.ASSIGNED: "info",
    State.IN_PROGRESS: "ontime",
    State.ANSWERED: "info",
    State.DISPUTED: "late",
    State.MERGED: "info",
    State.CLOSED: "done",
    State.WITHDRAWN: "hold",
}

OPEN = frozenset(State) - {State.REJECTED, State.CLOSED, State.WITHDRAWN}
"""States in which somebody still owes the resident something."""

AT_DEPARTMENT = frozenset({State.ASSIGNED, State.IN_PROGRESS})
"""States in which it is the department's turn."""


class Visibility(StrEnum):
    """Whether the public may see the case."""

    PRIVATE = "private"
    PUBLIC = "public"
    WITHHELD = "withheld"


VISIBILITY_LABELS = {
    Visibility.PRIVATE: N_("未公开"),
    Visibility.PUBLIC: N_("已公开"),
    Visibility.WITHHELD: N_("不公开"),
}


class Action(StrEnum):
    """What can happen to a case; the value is the word in addresses."""

    CLASSIFY = "classify"
    TARGET = "target"
    ASSIGN = "assign"
    DISPATCH = "dispatch"
    REASSIGN = "reassign"
    RECUSE = "recuse"
    REJECT = "reject"
    REDACT = "redact"
    PUBLISH = "publish"
    WITHHOLD = "withhold"
    PUBLISH_FILE = "publish-file"
    WITHHOLD_FILE = "withhold-file"
    MERGE = "merge"
    UNMERGE = "unmerge"
    SET_APART = "set-apart"
    CLOSE_ALONG = "close-along"
    SPLIT = "split"
    UNDO = "undo"
    SEND_BACK = "send-back"
    CLOSE = "close"
    SIGN = "sign"
    RETURN = "return"
    DISPUTE = "dispute"
    RULE = "rule"
    OWN = "own"
    EXTEND = "extend"
    ASK_ASSIST = "ask-assist"
    END_ASSIST = "end-assist"
    ASSIST = "assist"
    ANSWER = "answer"
    CONCLUDE = "conclude"
    VERDICT = "verdict"
    REOPEN = "reopen"
    ASK = "ask"
    REPLY = "reply"
    RELEASE = "release"
    APPEAL = "appeal"
    RECONSIDER = "reconsider"
    GRANT = "grant"
    DENY = "deny"
    WITHDRAW = "withdraw"


ACTION_LABELS = {
    Action.CLASSIFY: N_("修改类型和类别"),
    Action.TARGET: N_("登记被反映对象"),
    Action.ASSIGN: N_("派单"),
    Action.DISPATCH: N_("自动派单"),
    Action.REASSIGN: N_("改派"),
    Action.RECUSE: N_("回避收回"),
    Action.REJECT: N_("不予受理"),
    Action.REDACT: N_("保存公开文本"),
    Action.PUBLISH: N_("公开"),
    Action.WITHHOLD: N_("不公开"),
    Action.PUBLISH_FILE: N_("公开附件"),
    Action.WITHHOLD_FILE: N_("不公开附件"),
    Action.MERGE: N_("并案"),
    Action.UNMERGE: N_("取消并案"),
    Action.SET_APART: N_("取消并案"),
    Action.CLOSE_ALONG: N_("随主件办结"),
    Action.SPLIT: N_("拆分"),
    Action.UNDO: N_("撤销操作"),
    Action.SEND_BACK: N_("发回重办"),
    Action.CLOSE: N_("发布答复并办结"),
    Action.SIGN: N_("签收"),
    Action.RETURN: N_("退回"),
    Action.DISPUTE: N_("再次退回，请督查室裁定"),
    Action.RULE: N_("裁定承办单位"),
    Action.OWN: N_("逾期未退，确认首办"),
    Action.EXTEND: N_("延期"),
    Action.ASK_ASSIST: N_("请单位协办"),
    Action.END_ASSIST: N_("结束协办"),
    Action.ASSIST: N_("提交协办意见"),
    Action.ANSWER: N_("提交答复"),
    Action.CONCLUDE: N_("答复举报人并办结"),
    Action.VERDICT: N_("评价办理结果"),
    Action.REOPEN: N_("要求重办"),
    Action.ASK: N_("追问"),
    Action.REPLY: N_("答复追问"),
    Action.RELEASE: N_("发布追问答复"),
    Action.APPEAL: N_("申诉"),
    Action.RECONSIDER: N_("申诉成立，恢复审核"),
    Action.GRANT: N_("申诉成立"),
    Action.DENY: N_("维持原决定"),
    Action.WITHDRAW: N_("撤回"),
}


@dataclass(frozen=True)
class Transition:
    """One row of the table."""

    sources: frozenset[State]
    target: State | None
    """None: the work state stays as it is."""
    permission: Permission
    needs_note: bool = False
    unless: str | None = None
    """Name of a truth of the case that rules the act out, such as `was_reopened`."""


def _from(*sources: State) -> frozenset[State]:
    return frozenset(sources)


S, P = State, Permission
_NOT_WITHDRAWN = frozenset(State) - {S.WITHDRAWN}
_NOT_REFUSED = _NOT_WITHDRAWN - {S.REJECTED}
_WITH_SOMEBODY = AT_DEPARTMENT | {S.ANSWERED, S.DISPUTED}

TRANSITIONS: dict[Action, Transition] = {
    # The moderator screens, routes and publishes.
    Action.CLASSIFY: Transition(_from(S.SUBMITTED), None, P.CASE_MODERATE),
    Action.TARGET: Transition(_NOT_WITHDRAWN, None, P.CASE_MODERATE),
    Action.ASSIGN: Transition(_from(S.SUBMITTED), S.ASSIGNED, P.CASE_MODERATE),
    Action.DISPATCH: Transition(_from(S.SUBMITTED), S.ASSIGNED, P.CASE_AUTOMATE),
    Action.REASSIGN: Transition(
        AT_DEPARTMENT, S.ASSIGNED, P.CASE_MODERATE, needs_note=True, unless="may_not_reassign"
    ),
    Action.RECUSE: Transition(_WITH_SOMEBODY, S.SUBMITTED, P.CASE_AUTOMATE, needs_note=True),
    Action.REJECT: Transition(
        _from(S.SUBMITTED), S.REJECTED, P.CASE_MODERATE, unless="has_children"
    ),
    Action.REDACT: Transition(_NOT_WITHDRAWN, None, P.CASE_MODERATE),
    Action.PUBLISH: Transition(
        _NOT_REFUSED, None, P.CASE_MODERATE, unless="has_nothing_to_publish"
    ),
    Action.WITHHOLD: Transition(
        _NOT_WITHDRAWN, None, P.CASE_MODERATE, needs_note=True, unless="is_withheld"
    ),
    Action.PUBLISH_FILE: Transition(_NOT_REFUSED, None, P.CASE_MODERATE),
    Action.WITHHOLD_FILE: Transition(frozenset(State), None, P.CASE_MODERATE, needs_note=True),
    Action.MERGE: Transition(
        _from(S.SUBMITTED, S.ASSIGNED), S.MERGED, P.CASE_MODERATE, unless="stands_alone"
    ),
    Action.UNMERGE: Transition(_from(S.MERGED), S.SUBMITTED, P.CASE_MODERATE, needs_note=True),
    Action.SET_APART: Transition(_from(S.MERGED), S.SUBMITTED, P.CASE_AUTOMATE),
    Action.CLOSE_ALONG: Transition(_from(S.MERGED), S.CLOSED, P.CASE_AUTOMATE),
    Action.SPLIT: Transition(_from(S.SUBMITTED), None, P.CASE_MODERATE),
    Action.UNDO: Transition(frozenset(State), None, P.CASE_MODERATE),
    Action.SEND_BACK: Transition(
        _from(S.ANSWERED), S.IN_PROGRESS, P.CASE_MODERATE, needs_note=True
    ),
    Action.CLOSE: Transition(_from(S.ANSWERED), S.CLOSED, P.CASE_MODERATE),
    # The department works.
    Action.SIGN: Transition(_from(S.ASSIGNED), S.IN_PROGRESS, P.CASE_HANDLE),
    Action.RETURN: Transition(
        _from(S.ASSIGNED), S.SUBMITTED, P.CASE_HANDLE, needs_note=True, unless="may_not_return"
    ),
    Action.DISPUTE: Transition(
        _from(S.ASSIGNED), S.DISPUTED, P.CASE_HANDLE, needs_note=True, unless="may_not_dispute"
    ),
    Action.RULE: Transition(_from(S.DISPUTED), S.ASSIGNED, P.CASE_RULE, needs_note=True),
    Action.OWN: Transition(_from(S.ASSIGNED), None, P.CASE_AUTOMATE, unless="is_owned"),
    Action.EXTEND: Transition(
        _from(S.IN_PROGRESS), None, P.CASE_HANDLE, needs_note=True, unless="was_extended"
    ),
    Action.ASK_ASSIST: Transition(
        AT_DEPARTMENT, None, P.CASE_LEAD, needs_note=True, unless="is_confidential"
    ),
    Action.END_ASSIST: Transition(AT_DEPARTMENT, None, P.CASE_LEAD, needs_note=True),
    Action.ASSIST: Transition(AT_DEPARTMENT, None, P.CASE_ASSIST, needs_note=True),
    Action.ANSWER: Transition(
        _from(S.IN_PROGRESS), S.ANSWERED, P.CASE_HANDLE, needs_note=True, unless="is_confidential"
    ),
    Action.CONCLUDE: Transition(
        _from(S.IN_PROGRESS), S.CLOSED, P.CASE_HANDLE, needs_note=True, unless="is_not_confidential"
    ),
    # The resident judges, asks once more, objects.
    Action.VERDICT: Transition(_from(S.CLOSED), None, P.CASE_OWN, unless="has_verdict"),
    Action.REOPEN: Transition(
        _from(S.CLOSED), S.ASSIGNED, P.CASE_OWN, needs_note=True, unless="was_reopened"
    ),
    Action.ASK: Transition(_from(S.CLOSED), None, P.CASE_OWN, needs_note=True, unless="was_asked"),
    Action.REPLY: Transition(
        _WITH_SOMEBODY | {S.CLOSED},
        None,
        P.CASE_HANDLE,
        needs_note=True,
        unless="has_no_open_question",
    ),
    Action.RELEASE: Transition(
        _NOT_WITHDRAWN, None, P.CASE_MODERATE, unless="has_no_waiting_reply"
    ),
    Action.APPEAL: Transition(
        _NOT_WITHDRAWN, None, P.CASE_OWN, needs_note=True, unless="may_not_appeal"
    ),
    Action.RECONSIDER: Transition(
        _from(S.REJECTED),
        S.SUBMITTED,
        P.CASE_MODERATE,
        needs_note=True,
        unless="has_no_refusal_appeal",
    ),
    Action.GRANT: Transition(
        _NOT_WITHDRAWN, None, P.CASE_MODERATE, needs_note=True, unless="has_no_text_appeal"
    ),
    Action.DENY: Transition(
        _NOT_WITHDRAWN, None, P.CASE_MODERATE, needs_note=True, unless="has_no_open_appeal"
    ),
    Action.WITHDRAW: Transition(
        _from(S.SUBMITTED, S.ASSIGNED), S.WITHDRAWN, P.CASE_OWN, unless="was_begun"
    ),
}

UNDOABLE = frozenset(
    {
        Action.CLASSIFY,
        Action.ASSIGN,
        Action.REASSIGN,
        Action.REJECT,
        Action.REDACT,
        Action.PUBLISH,
        Action.WITHHOLD,
        Action.MERGE,
    }
)
"""Acts of a moderator that nobody outside has heard of within a minute."""


def check(case: Any, action: Action, actor: Actor, note: str) -> Transition:
    """Return the row of the table, or raise why the act may not happen.

    Raises NotAllowed (wrong person), WrongState (wrong moment), Invalid (no reason given).
    """
    row = TRANSITIONS[action]
    ensure(actor, row.permission, case)
    if case.state not in row.sources or (row.unless and getattr(case, row.unless)):
        raise WrongState(N_("这件诉求现在的状态不能进行这项操作，可能刚被其他人处理过。"))
    if row.needs_note and not note.strip():
        raise Invalid(N_("请填写说明。"))
    return row


def available(case: Any, actor: Actor) -> list[Action]:
    """Return the acts to offer as buttons, in the table's order."""
    return [
        action
        for action, row in TRANSITIONS.items()
        if case.state in row.sources
        and not (row.unless and getattr(case, row.unless))
        and permits(actor, row.permission, case)
    ]

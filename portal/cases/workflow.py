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
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


STATE_LABELS = {
    State.SUBMITTED: N_("待审核"),
    State.REJECTED: N_("不予受理"),
    State.ASSIGNED: N_("已派单"),
    State.IN_PROGRESS: N_("办理中"),
    State.ANSWERED: N_("答复待审核"),
    State.CLOSED: N_("已办结"),
    State.WITHDRAWN: N_("已撤回"),
}

STATE_TONES = {
    State.SUBMITTED: "plain",
    State.REJECTED: "hold",
    State.ASSIGNED: "info",
    State.IN_PROGRESS: "ontime",
    State.ANSWERED: "info",
    State.CLOSED: "done",
    State.WITHDRAWN: "hold",
}

OPEN = frozenset({State.SUBMITTED, State.ASSIGNED, State.IN_PROGRESS, State.ANSWERED})
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

    ASSIGN = "assign"
    REASSIGN = "reassign"
    REJECT = "reject"
    REDACT = "redact"
    PUBLISH = "publish"
    WITHHOLD = "withhold"
    SEND_BACK = "send-back"
    CLOSE = "close"
    SIGN = "sign"
    RETURN = "return"
    EXTEND = "extend"
    ANSWER = "answer"
    VERDICT = "verdict"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"


ACTION_LABELS = {
    Action.ASSIGN: N_("派单"),
    Action.REASSIGN: N_("改派"),
    Action.REJECT: N_("不予受理"),
    Action.REDACT: N_("保存公开文本"),
    Action.PUBLISH: N_("公开"),
    Action.WITHHOLD: N_("不公开"),
    Action.SEND_BACK: N_("发回重办"),
    Action.CLOSE: N_("发布答复并办结"),
    Action.SIGN: N_("签收"),
    Action.RETURN: N_("退回"),
    Action.EXTEND: N_("延期"),
    Action.ANSWER: N_("提交答复"),
    Action.VERDICT: N_("评价办理结果"),
    Action.REOPEN: N_("要求重办"),
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

TRANSITIONS: dict[Action, Transition] = {
    # The moderator screens, routes and publishes.
    Action.ASSIGN: Transition(_from(S.SUBMITTED), S.ASSIGNED, P.CASE_MODERATE),
    Action.REASSIGN: Transition(_from(S.ASSIGNED), S.ASSIGNED, P.CASE_MODERATE, needs_note=True),
    Action.REJECT: Transition(_from(S.SUBMITTED), S.REJECTED, P.CASE_MODERATE),
    Action.REDACT: Transition(_NOT_WITHDRAWN, None, P.CASE_MODERATE),
    Action.PUBLISH: Transition(
        _NOT_REFUSED, None, P.CASE_MODERATE, unless="has_nothing_to_publish"
    ),
    Action.WITHHOLD: Transition(
        _NOT_WITHDRAWN, None, P.CASE_MODERATE, needs_note=True, unless="is_withheld"
    ),
    Action.SEND_BACK: Transition(
        _from(S.ANSWERED), S.IN_PROGRESS, P.CASE_MODERATE, needs_note=True
    ),
    Action.CLOSE: Transition(_from(S.ANSWERED), S.CLOSED, P.CASE_MODERATE),
    # The department works.
    Action.SIGN: Transition(_from(S.ASSIGNED), S.IN_PROGRESS, P.CASE_HANDLE),
    Action.RETURN: Transition(_from(S.ASSIGNED), S.SUBMITTED, P.CASE_HANDLE, needs_note=True),
    Action.EXTEND: Transition(
        _from(S.IN_PROGRESS), None, P.CASE_HANDLE, needs_note=True, unless="was_extended"
    ),
    Action.ANSWER: Transition(_from(S.IN_PROGRESS), S.ANSWERED, P.CASE_HANDLE, needs_note=True),
    # The resident judges.
    Action.VERDICT: Transition(_from(S.CLOSED), None, P.CASE_OWN, unless="has_verdict"),
    Action.REOPEN: Transition(
        _from(S.CLOSED), S.ASSIGNED, P.CASE_OWN, needs_note=True, unless="was_reopened"
    ),
    Action.WITHDRAW: Transition(_from(S.SUBMITTED, S.ASSIGNED), S.WITHDRAWN, P.CASE_OWN),
}


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

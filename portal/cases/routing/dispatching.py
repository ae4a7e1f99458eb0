"""What the worker does with cases that have just come in: suggest, and send what is sure.

A county decides from which confidence on, and for which kinds, a case goes out without a
person (`auto_confidence`, `auto_kinds`; 0: none). It goes out in the portal's own name, with
confidence and reasons on record; publication still waits for a person, and nothing is ever
refused by a machine (个人信息保护法, art. 24). Each case is a transaction of its own.
"""

import logging
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from portal.cases.accusing import accuses
from portal.cases.actions import dispatch
from portal.cases.kinds import Channel, Kind
from portal.cases.models import Case
from portal.cases.parts import CaseSuggestion
from portal.cases.routing.suggestions import Advice, keep, keep_none
from portal.cases.visibility import SUBMIT
from portal.cases.workflow import State
from portal.clock import local_day
from portal.county.queries import intake
from portal.db import separate_transaction
from portal.errors import PortalError

log = logging.getLogger("portal.routing")

AT_ONCE = 50
"""Cases that one round looks at; the next round goes on."""

CONDUCT = "conduct"
"""The group of categories about how offices and their people behave (政务服务与作风)."""

TOO_GRAVE = 3
"""Risk from which on a person looks at a case before anybody else: danger to life."""


def suggest_waiting(at: datetime, limit: int = AT_ONCE) -> int:
    """Store a suggestion for each case that has none yet, and send out what is sure enough.

    Returns how many have one now. A case that cannot be worked out is logged and gets an empty
    suggestion: it waits for a person and holds nobody up.
    """
    with separate_transaction() as s:
        waiting = list(s.scalars(_waiting(limit)))
    return sum(_looked_at(ident, at) for ident in waiting)


def send_if_sure(s: Session, case: Case, advice: Advice, at: datetime) -> bool:
    """Send the case out by the county's rule, where it is sure enough; say whether it went."""
    if not advice.suggested or not may_go_alone(s, case, at):
        return False
    best = advice.suggested[0]
    wanted = intake(s, local_day(at))["auto_confidence"]
    if 100 * best.share < wanted:
        return False
    dispatch(
        s,
        case,
        best.department,
        at=at,
        rule="confidence",
        confidence=round(best.share, 4),
        wanted=wanted / 100,
        reasons=[reason.text % reason.params for reason in best.reasons],
        model=advice.model_id,
    )
    log.info("case %s sent to %s at %.2f", case.reference, best.department.code, best.share)
    return True


def may_go_alone(s: Session, case: Case, at: datetime) -> bool:
    """Say whether the county's rule lets such a case go out without a person.

    Never one that is grave, or about a department or its people, by what is on record, by its
    category or by its words, or that staff made of other cases, or that anybody has done
    anything with since it came: it is in somebody's hands.
    """
    rules = intake(s, local_day(at))
    return (
        rules["auto_confidence"] > 0
        and case.kind.value in rules["auto_kinds"]
        and case.kind is not Kind.REPORT
        and case.state is State.SUBMITTED
        and case.risk < TOO_GRAVE
        and not case.is_conflicted
        and CONDUCT not in _filed(case)
        and case.channel is not Channel.INTERNAL
        and [event.action for event in case.events] == [SUBMIT]
        and not accuses(f"{case.title}\n{case.body}")
    )


def _filed(case: Case) -> set[str | None]:
    """Return the codes of the category and of its group, where the case is filed under one."""
    return {case.category.code, case.category.parent_code} if case.category else set()


def _waiting(limit: int):
    """The cases without a suggestion, the gravest first."""
    has_one = exists().where(CaseSuggestion.case_id == Case.id)
    return (
        select(Case.id)
        .where(Case.state == State.SUBMITTED, Case.kind != Kind.REPORT, ~has_one)
        .order_by(Case.risk.desc(), Case.submitted_at, Case.id)
        .limit(limit)
    )


def _looked_at(ident: int, at: datetime) -> bool:
    try:
        with separate_transaction() as s:
            _suggest(s, ident, at)
    except PortalError as refusal:  # somebody acts on it now: the next round looks again
        log.info("case %s was changed meanwhile: %s", ident, refusal)
        return False
    except Exception:
        log.exception("no suggestion for case %s; the others are not held up", ident)
        return _given_up(ident, at)
    return True


def _suggest(s: Session, ident: int, at: datetime) -> None:
    case = s.get_one(Case, ident, with_for_update=True)
    if case.state is State.SUBMITTED and case.suggestion is None:
        send_if_sure(s, case, keep(s, case, at), at)


def _given_up(ident: int, at: datetime) -> bool:
    try:
        with separate_transaction() as s:
            keep_none(s, s.get_one(Case, ident), at)
    except Exception:
        log.exception("case %s has no suggestion and is tried again", ident)
        return False
    return True

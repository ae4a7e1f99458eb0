"""What the worker looks after: nobody keeps a case that turns out to be about them.

A case names people as its writer knew them. Accounts are opened and renamed later, people move,
companies become units of the register; the case then lies where it must not (信访工作条例,
art. 28 and 30). Names are opened in memory and stand in no log. Each case is a transaction of
its own.
"""

import logging
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased, selectinload

from portal.cases.merging import set_apart
from portal.cases.models import Case
from portal.cases.parts import CaseAssist
from portal.cases.targets import TAKEN_BACK, look_again, unknown
from portal.db import separate_transaction
from portal.errors import PortalError

log = logging.getLogger("portal.cases")


def recuse_anew(at: datetime) -> int:
    """Hide cases from whom they are about by now, and take them back; return how many changed.

    What was merged with such a case is set apart from it.
    """
    with separate_transaction() as s:
        wanted = sorted({*unknown(s), *_untold(s), *_misplaced(s)})
    return sum(_looked_at(ident, at) for ident in wanted)


def _looked_at(ident: int, at: datetime) -> bool:
    try:
        with separate_transaction() as s:
            case = s.get_one(Case, ident, with_for_update=True)
            _set_apart(s, case, at)
            return look_again(s, case, at)
    except PortalError as refusal:  # somebody acts on it now: the next round looks again
        log.info("case %s was changed meanwhile: %s", ident, refusal)
        return False


def _set_apart(s: Session, case: Case, at: datetime) -> None:
    """End what is merged with the case or its letters: others would read it through that."""
    one: Case | None = case
    while one is not None:
        set_apart(s, one.parent or one, at=at)
        one = one.origin


def _untold(s: Session) -> Iterator[int]:
    """The letters that do not know yet that a part of theirs is about somebody."""
    part = aliased(Case)
    letters = select(Case.id).join(part, part.origin_id == Case.id)
    yield from s.scalars(letters.where(part.is_conflicted, Case.is_conflicted.is_(False)))


def _misplaced(s: Session) -> Iterator[int]:
    """The cases that a department has in its hands, or helps with, that must recuse itself."""
    held = (
        select(Case)
        .where(Case.is_conflicted, Case.state.in_(TAKEN_BACK))
        .options(
            selectinload(Case.targets),
            selectinload(Case.split_off).selectinload(Case.targets),
            selectinload(Case.assists).joinedload(CaseAssist.department),
        )
    )
    for case in s.scalars(held):
        helping = {task.department_id for task in case.assists if task.is_open}
        if case.conflicting & {case.department_id, *helping}:
            yield case.id

"""Who the writer is: hidden from whoever handles the case, shown for a reason that is written down.

Sources: 信访工作条例, art. 30 (no leak to the accused); 个人信息保护法, art. 51 (access rights);
GB/T 33358-2016 (confidential handling).
"""

from datetime import datetime

from sqlalchemy.orm import Session

from portal.audit.actions import record
from portal.cases.contacts import Contact, unseal_contact
from portal.cases.models import Case
from portal.cases.parts import ContactView
from portal.errors import Invalid
from portal.language import N_
from portal.security import Actor, Permission, ensure, permits

SHORTEST_REASON = 4
"""Characters of a reason below which it says nothing."""


def reveal_contact(s: Session, case: Case, *, actor: Actor, at: datetime, note: str) -> Contact:
    """Show how to reach the writer to somebody who says why; every look is on record.

    The writer reads that it happened, in which office and why; the inspectors also by whom. The
    reason stands there alone: the audit trail, which more people read, says that it happened.
    Raises NotAllowed for staff who do not work on the case, Invalid without a reason.
    """
    if not permits(actor, Permission.CASE_MODERATE, case):
        ensure(actor, Permission.CASE_HANDLE, case)
    if len(note.strip()) < SHORTEST_REASON:
        raise Invalid(N_("请写明查看联系方式的原因。"))
    case.views.append(
        ContactView(
            at=at,
            actor=actor.name,
            role=actor.role.value,
            department_id=actor.department_id,
            reason=note.strip(),
        )
    )
    record(s, actor=actor, act="case:reveal", subject=f"case:{case.reference}", at=at)
    s.flush()
    return unseal_contact(case)

"""Keeping the register of county leaders."""

import re
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit.actions import record
from portal.errors import Invalid
from portal.language import N_
from portal.projects.people.models import Leader
from portal.security import Actor, Permission, ensure

CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,29}")


def create(
    s: Session, *, code: str, name: str, post: str, sort_order: int, actor: Actor, at: datetime
) -> Leader:
    """Put a county leader on record. Raises NotAllowed, and Invalid for a code that is taken."""
    ensure(actor, Permission.DEPARTMENT_MANAGE)
    if not CODE.fullmatch(code) or code == "new":
        raise Invalid(N_("代码只能用小写字母、数字和横线，最多30个。"), fields=("code",))
    if s.scalar(select(Leader.id).where(Leader.code == code)):
        raise Invalid(N_("代码“%(code)s”已被使用。"), fields=("code",), code=code)
    leader = Leader(code=code, name=name, post=post, sort_order=sort_order, is_active=True)
    s.add(leader)
    s.flush()
    record(
        s,
        actor=actor,
        act="leader:create",
        subject=f"leader:{code}",
        at=at,
        name=name,
        post=post,
    )
    return leader


def change(
    s: Session,
    leader: Leader,
    *,
    name: str,
    post: str,
    sort_order: int,
    is_active: bool,
    actor: Actor,
    at: datetime,
) -> None:
    """Change a leader, or note that the office was left; the audit trail keeps what was.

    Projects keep their leaders: who takes over is a new duty, published like any other.
    Raises NotAllowed.
    """
    ensure(actor, Permission.DEPARTMENT_MANAGE)
    columns = ("name", "post", "sort_order", "is_active")
    before = {column: getattr(leader, column) for column in columns}
    leader.name, leader.post, leader.sort_order = name, post, sort_order
    leader.is_active = is_active
    s.flush()
    subject = f"leader:{leader.code}"
    record(s, actor=actor, act="leader:change", subject=subject, at=at, before=before)

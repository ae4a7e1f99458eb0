"""Keeping the register of departments."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit.actions import record
from portal.departments.models import Department, DepartmentAlias, DepartmentDuty
from portal.errors import Invalid
from portal.language import N_
from portal.security import Actor


def create(
    s: Session,
    *,
    code: str,
    name: str,
    aliases: Iterable[str],
    duties: Iterable[str],
    phone: str,
    sort_order: int,
    actor: Actor,
    at: datetime,
) -> Department:
    """Put a department on record. Raises Invalid when its code or a name is taken."""
    if s.scalar(select(Department.id).where(Department.code == code)):
        raise Invalid(N_("代码“%(code)s”已被使用。"), code=code)
    department = Department(code=code, sort_order=sort_order, is_active=True, name="", phone="")
    _fill(s, department, name=name, aliases=aliases, duties=duties, phone=phone)
    s.add(department)
    s.flush()
    record(s, actor=actor, act="department:create", subject=f"department:{code}", at=at, name=name)
    return department


def change(
    s: Session,
    department: Department,
    *,
    name: str,
    aliases: Iterable[str],
    duties: Iterable[str],
    phone: str,
    is_active: bool,
    actor: Actor,
    at: datetime,
) -> None:
    """Change a department; the audit trail keeps what it was. Raises Invalid as `create`."""
    before = {
        "name": department.name,
        "phone": department.phone,
        "is_active": department.is_active,
        "aliases": [a.name for a in department.aliases],
        "duties": [d.word for d in department.duties],
    }
    _fill(s, department, name=name, aliases=aliases, duties=duties, phone=phone)
    department.is_active = is_active
    s.flush()
    record(
        s,
        actor=actor,
        act="department:change",
        subject=f"department:{department.code}",
        at=at,
        before=before,
    )


def _fill(
    s: Session,
    department: Department,
    *,
    name: str,
    aliases: Iterable[str],
    duties: Iterable[str],
    phone: str,
) -> None:
    others = Department.id != department.id if department.id else True
    if s.scalar(select(Department.id).where(Department.name == name, others)):
        raise Invalid(N_("单位名称“%(name)s”已在名册中。"), name=name)
    wanted = list(dict.fromkeys(aliases))
    taken = s.scalar(
        select(DepartmentAlias.name).where(
            DepartmentAlias.name.in_(wanted),
            DepartmentAlias.department_id != department.id if department.id else True,
        )
    )
    if taken:
        raise Invalid(N_("别名“%(name)s”已属于另一个单位。"), name=taken)
    department.name, department.phone = name, phone
    kept = {alias.name: alias for alias in department.aliases}
    department.aliases = [kept.get(a) or DepartmentAlias(name=a) for a in wanted]
    words = {duty.word: duty for duty in department.duties}
    department.duties = [words.get(d) or DepartmentDuty(word=d) for d in dict.fromkeys(duties)]

"""Reading the register of departments."""

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from portal.departments.models import Department, DepartmentAlias


def active(s: Session) -> list[Department]:
    """Return the departments that may be given work, in the county's order."""
    return list(
        s.scalars(
            select(Department)
            .where(Department.is_active)
            .order_by(Department.sort_order, Department.id)
        )
    )


def whole_register(s: Session) -> list[Department]:
    """Return every department with aliases and duties, in the county's order."""
    return list(
        s.scalars(
            select(Department)
            .options(selectinload(Department.aliases), selectinload(Department.duties))
            .order_by(Department.sort_order, Department.id)
        )
    )


def by_code(s: Session, code: str) -> Department | None:
    """Return the department with this code."""
    return s.scalar(select(Department).where(Department.code == code))


def names(s: Session) -> dict[str, str]:
    """Return every name and alias with the code of the department it stands for."""
    own = s.execute(select(Department.name, Department.code)).all()
    others = s.execute(
        select(DepartmentAlias.name, Department.code).join(DepartmentAlias.department)
    ).all()
    return dict(others) | dict(own)

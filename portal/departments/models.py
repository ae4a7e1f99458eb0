"""Tables of the register of departments."""

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base


class Department(Base):
    """A unit that answers cases and leads projects (承办单位)."""

    __tablename__ = "department"
    __table_args__ = (Index(None, "sort_order", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True, comment="short stable key for addresses")
    name: Mapped[str] = mapped_column(unique=True, comment="the full official name")
    phone: Mapped[str] = mapped_column(default="", comment="public office phone, may be empty")
    sort_order: Mapped[int] = mapped_column(comment="the county's own order of units")
    is_active: Mapped[bool] = mapped_column(default=True, comment="may be given new work")

    aliases: Mapped[list["DepartmentAlias"]] = relationship(
        back_populates="department", cascade="all, delete-orphan", order_by="DepartmentAlias.id"
    )
    duties: Mapped[list["DepartmentDuty"]] = relationship(
        back_populates="department", cascade="all, delete-orphan", order_by="DepartmentDuty.id"
    )


class DepartmentAlias(Base):
    """Another name that lists and letters use for a department; never shared by two."""

    __tablename__ = "department_alias"

    id: Mapped[int] = mapped_column(primary_key=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), index=True)
    name: Mapped[str] = mapped_column(unique=True)

    department: Mapped[Department] = relationship(back_populates="aliases")


class DepartmentDuty(Base):
    """A word for what a department is in charge of (职责), used to suggest where a case goes."""

    __tablename__ = "department_duty"

    id: Mapped[int] = mapped_column(primary_key=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), index=True)
    word: Mapped[str] = mapped_column(comment="as residents write it, such as 路灯 or 低保")

    department: Mapped[Department] = relationship(back_populates="duties")

"""Tables of the taxonomy: categories are rows, not code, and are edited by the county."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.county.models import Town
from portal.db import Base
from portal.departments.models import Department


class Category(Base):
    """What a case is about (类别): a group, or a matter within one."""

    __tablename__ = "category"
    __table_args__ = (
        CheckConstraint("parent_code <> code", name="not_its_own_parent"),
        UniqueConstraint("parent_code", "name"),
        Index(None, "parent_code", "sort_order"),
    )

    code: Mapped[str] = mapped_column(primary_key=True, comment="short stable key")
    parent_code: Mapped[str | None] = mapped_column(
        ForeignKey("category.code"), comment="the group it belongs to; empty for a group"
    )
    name: Mapped[str] = mapped_column()
    department_id: Mapped[int | None] = mapped_column(
        ForeignKey("department.id"), index=True, comment="usually in charge; may be empty"
    )
    sort_order: Mapped[int] = mapped_column()
    is_active: Mapped[bool] = mapped_column(comment="offered to residents and staff")
    words: Mapped[list[str]] = mapped_column(JSON, comment="what residents call it")
    questions: Mapped[list[dict[str, Any]]] = mapped_column(
        JSON, comment="asked in addition: key, label, kind (text, choice, date), choices, required"
    )
    stopper: Mapped[dict[str, str]] = mapped_column(
        JSON, comment="where to go instead: code, title, advice, phone, severity; empty for none"
    )

    department: Mapped[Department | None] = relationship()
    parent: Mapped["Category | None"] = relationship(remote_side=[code], back_populates="children")
    children: Mapped[list["Category"]] = relationship(
        back_populates="parent", order_by="Category.sort_order, Category.code"
    )
    routes: Mapped[list["CategoryRoute"]] = relationship(
        back_populates="category", order_by="CategoryRoute.valid_from, CategoryRoute.id"
    )

    @property
    def full_name(self) -> str:
        """The group's name before its own."""
        return f"{self.parent.name} · {self.name}" if self.parent else self.name


class CategoryRoute(Base):
    """Which department is in charge of a matter from a day on, in one town or in all."""

    __tablename__ = "category_route"
    __table_args__ = (UniqueConstraint("category_code", "town_code", "valid_from"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    category_code: Mapped[str] = mapped_column(ForeignKey("category.code"))
    town_code: Mapped[str | None] = mapped_column(
        ForeignKey("town.code"), comment="empty: wherever no town has its own"
    )
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), index=True)
    valid_from: Mapped[date] = mapped_column(comment="first day on which it holds")

    category: Mapped[Category] = relationship(back_populates="routes")
    department: Mapped[Department] = relationship()
    town: Mapped[Town | None] = relationship()

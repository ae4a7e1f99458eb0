"""Tables of the county's own settings, calendar and towns."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base


class Setting(Base):
    """One setting of the county from a day on; what held before stays on record."""

    __tablename__ = "county_setting"
    __table_args__ = (UniqueConstraint("key", "valid_from"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(
        comment="'profile', 'deadlines', 'lights', 'upkeep', 'ratings' or 'intake'"
    )
    valid_from: Mapped[date] = mapped_column(comment="first day on which it holds")
    value: Mapped[dict[str, Any]] = mapped_column(JSON, comment="see county.presets")
    basis: Mapped[str] = mapped_column(comment="the document it rests on")


class CalendarDay(Base):
    """A day that this county works otherwise than `presets.national_calendar` has it."""

    __tablename__ = "calendar_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    is_working: Mapped[bool] = mapped_column(comment="whether offices work on it")
    name: Mapped[str] = mapped_column(comment="what the day is")
    basis: Mapped[str] = mapped_column(comment="the notice that set it")


class Town(Base):
    """A town, township or sub-district (乡镇、街道) of the county."""

    __tablename__ = "town"

    code: Mapped[str] = mapped_column(primary_key=True, comment="short stable key for addresses")
    name: Mapped[str] = mapped_column(unique=True)
    sort_order: Mapped[int] = mapped_column(comment="the county's own order of towns")

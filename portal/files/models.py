"""The table of kept files. Bytes live in the database: nothing may assume a local disk."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base


class MediaType(StrEnum):
    """What is ever kept, whatever came."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    PDF = "application/pdf"


class StoredFile(Base):
    """One remade file. Who shows it, under which name and to whom, is said where it is used."""

    __tablename__ = "stored_file"
    __table_args__ = (
        CheckConstraint("length(sha256) = 64", name="sha256_is_whole"),
        CheckConstraint("size > 0", name="nothing_empty_is_kept"),
        CheckConstraint("(width IS NULL) = (height IS NULL)", name="both_edges_or_none"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, comment="number of the file")
    sha256: Mapped[str] = mapped_column(unique=True, comment="SHA-256 of data, 64 hex digits")
    media_type: Mapped[MediaType] = mapped_column(comment="what data is, told by content")
    size: Mapped[int] = mapped_column(comment="length of data, bytes")
    width: Mapped[int | None] = mapped_column(comment="of a photo, pixels")
    height: Mapped[int | None] = mapped_column(comment="of a photo, pixels")
    data: Mapped[bytes] = mapped_column(
        LargeBinary, deferred=True, comment="the remade file; read only when it is sent"
    )
    created_at: Mapped[datetime] = mapped_column(comment="when it was first kept")

    @property
    def is_photo(self) -> bool:
        """Whether it is shown on the page rather than downloaded."""
        return self.width is not None

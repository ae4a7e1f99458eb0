"""Table of files that were uploaded and are looked at before anything is imported."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base
from portal.projects.models import ImportBatch


class UploadState(StrEnum):
    """What became of an upload."""

    OPEN = "open"
    IMPORTED = "imported"
    DROPPED = "dropped"


class ImportUpload(Base):
    """One uploaded table with what a person made of it, until it is imported or dropped.

    The cells go when it is: what was imported is kept as rows of the projects it made.
    """

    __tablename__ = "import_upload"
    __table_args__ = (Index(None, "state", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column()
    actor: Mapped[str] = mapped_column(comment="user name of who uploaded it")
    year: Mapped[int] = mapped_column(comment="the year the list is of")
    as_of: Mapped[date | None] = mapped_column(
        comment="the day the table speaks of, where a person said so"
    )
    file_name: Mapped[str] = mapped_column()
    file_hash: Mapped[str] = mapped_column(comment="SHA-256 of the file, hex")
    rows: Mapped[list[list[str]]] = mapped_column(JSON, comment="the cells, row by row")
    merged: Mapped[list[list[int]]] = mapped_column(
        JSON, comment="cells (row, column) that only repeat a merged cell"
    )
    others: Mapped[list[str]] = mapped_column(JSON, comment="names of sheets that were not read")
    header: Mapped[dict[str, Any] | None] = mapped_column(
        JSON(none_as_null=True),
        comment="first and last row and the columns, where a person corrected them",
    )
    left_out: Mapped[list[int]] = mapped_column(
        JSON, comment="first rows (from 1) of projects that a person does not want imported"
    )
    state: Mapped[UploadState] = mapped_column()
    batch_id: Mapped[int | None] = mapped_column(
        ForeignKey("import_batch.id"), comment="what it became; empty when it changed nothing"
    )
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}

    batch: Mapped[ImportBatch | None] = relationship()

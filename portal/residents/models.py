"""Tables of verified residents and of the codes they verify themselves with."""

from datetime import datetime

from sqlalchemy import Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base
from portal.residents.kinds import Method


class Resident(Base):
    """One verified resident: a pseudonym, and the contact only where an answer is wanted."""

    __tablename__ = "resident"

    id: Mapped[int] = mapped_column(primary_key=True)
    pseudonym: Mapped[str] = mapped_column(
        unique=True, comment="keyed index of the contact or of the identity, 64 hex digits"
    )
    method: Mapped[Method] = mapped_column(comment="how verified last")
    contact: Mapped[bytes | None] = mapped_column(
        LargeBinary, comment="sealed phone or e-mail; only if the resident wants an answer"
    )
    cookie_key: Mapped[str] = mapped_column(
        comment="what a signed cookie must name; drawn anew to sign every browser out"
    )
    verified_at: Mapped[datetime] = mapped_column(comment="last verified")


class CodeChallenge(Base):
    """A one-time code that was sent; the code itself is derived and stored nowhere."""

    __tablename__ = "code_challenge"
    __table_args__ = (Index(None, "expires_at"),)

    token: Mapped[str] = mapped_column(primary_key=True, comment="random, known to the browser")
    method: Mapped[Method] = mapped_column()
    pseudonym: Mapped[str] = mapped_column(index=True, comment="whom it verifies")
    contact: Mapped[bytes] = mapped_column(LargeBinary, comment="sealed; where the code is sent")
    attempts: Mapped[int] = mapped_column(comment="wrong codes so far")
    sent_at: Mapped[datetime] = mapped_column()
    expires_at: Mapped[datetime] = mapped_column()
    used_at: Mapped[datetime | None] = mapped_column(comment="verified; a code works once")

"""The table of learned models. The newest is used; earlier ones stay, to compare."""

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base


class RoutingModel(Base):
    """A model learned from this county's own moderated cases, as plain arrays."""

    __tablename__ = "routing_model"

    id: Mapped[int] = mapped_column(primary_key=True)
    trained_at: Mapped[datetime] = mapped_column()
    examples: Mapped[int] = mapped_column(comment="cases it learned from")
    labels: Mapped[int] = mapped_column(comment="departments it can tell apart")
    accuracy: Mapped[float] = mapped_column(comment="cross-validated, 0 to 1")
    threshold: Mapped[float] = mapped_column(
        comment="confidence from which it was right as often as wanted, 0 to 1"
    )
    coverage: Mapped[float] = mapped_column(comment="share of cases at or above the threshold")
    sha256: Mapped[str] = mapped_column(comment="of data, 64 hex digits; checked before use")
    data: Mapped[bytes] = mapped_column(
        LargeBinary, deferred=True, comment="routing.classifier.Classifier.to_bytes"
    )

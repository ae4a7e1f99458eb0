"""The staff side of ratings: every module of the room, so that its doors are known."""

from portal.appraisal import (
    appeals,
    ballots,
    comments,
    contacts,
    doubts,
    entry,
    followups,
    oversight,
    waves,
)
from portal.appraisal.blueprint import bp

__all__ = [
    "appeals",
    "ballots",
    "bp",
    "comments",
    "contacts",
    "doubts",
    "entry",
    "followups",
    "oversight",
    "waves",
]

"""Gathers the doors of the room: importing it hangs them all on the blueprint."""

from portal.moderation import (
    appeals,
    bulk,
    case,
    case_files,
    categories,
    clusters,
    entry,
    merging,
    notes,
    onward,
    phrases,
    presence,
    queue,
    saved,
    splitting,
    undoing,
    workload,
)
from portal.moderation.blueprint import bp

__all__ = [
    "appeals",
    "bp",
    "bulk",
    "case",
    "case_files",
    "categories",
    "clusters",
    "entry",
    "merging",
    "notes",
    "onward",
    "phrases",
    "presence",
    "queue",
    "saved",
    "splitting",
    "undoing",
    "workload",
]

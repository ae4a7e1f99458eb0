"""Gathers the doors of the room: importing it hangs them all on the blueprint."""

from portal.desk import assisting, attachments, case, queue
from portal.desk.blueprint import bp

__all__ = ["assisting", "attachments", "bp", "case", "queue"]

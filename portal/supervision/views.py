"""Gathers the doors of the room: importing it hangs them all on the blueprint."""

from portal.supervision import cases, disputes, returned, trail
from portal.supervision.blueprint import bp

__all__ = ["bp", "cases", "disputes", "returned", "trail"]

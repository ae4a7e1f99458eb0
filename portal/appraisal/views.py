"""The staff side of ratings: every module of the room, so that its doors are known."""

from portal.appraisal.blueprint import bp

__all__ = ["bp"]

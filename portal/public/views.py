"""The public room's blueprint; its doors stand in the modules beside this one."""

from portal.public import (
    attachments,
    changes,
    feedback,
    funds,
    home,
    lists,
    places,
    posters,
    project,
    ratings,
    tracking,
    wall,
    years,
)
from portal.public.blueprint import bp

__all__ = [
    "attachments",
    "bp",
    "changes",
    "feedback",
    "funds",
    "home",
    "lists",
    "places",
    "posters",
    "project",
    "ratings",
    "tracking",
    "wall",
    "years",
]

"""The public room's blueprint; its doors stand in the modules beside this one."""

from portal.public import (
    attachments,
    ballots,
    changes,
    feedback,
    funds,
    home,
    lists,
    outbox,
    places,
    posters,
    project,
    ratings,
    tracking,
    verify,
    wall,
    years,
)
from portal.public.blueprint import bp

__all__ = [
    "attachments",
    "ballots",
    "bp",
    "changes",
    "feedback",
    "funds",
    "home",
    "lists",
    "outbox",
    "places",
    "posters",
    "project",
    "ratings",
    "tracking",
    "verify",
    "wall",
    "years",
]

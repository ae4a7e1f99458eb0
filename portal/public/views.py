"""The public room's blueprint; its doors stand in the modules beside this one."""

from portal.public import feedback, home, projects, ratings, tracking
from portal.public.blueprint import bp

__all__ = ["bp", "feedback", "home", "projects", "ratings", "tracking"]

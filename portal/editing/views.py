"""The editing room's blueprint; its doors stand in the modules beside this one."""

from portal.editing import additions, drafts, home, leaders, review, rows
from portal.editing.blueprint import bp

__all__ = ["additions", "bp", "drafts", "home", "leaders", "review", "rows"]

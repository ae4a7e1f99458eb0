"""The import room's blueprint; its doors stand in the modules beside this one."""

from portal.imports import batches, downloads, preview, sheets
from portal.imports.blueprint import bp

__all__ = ["batches", "bp", "downloads", "preview", "sheets"]

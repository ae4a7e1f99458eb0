"""The staff room's blueprint; its doors stand in the modules beside this one."""

from portal.staff import accounts, departments, signing
from portal.staff.blueprint import bp

__all__ = ["accounts", "bp", "departments", "signing"]

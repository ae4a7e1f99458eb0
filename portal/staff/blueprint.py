"""The blueprint that the staff doors are hung on."""

from flask import Blueprint

bp = Blueprint("staff", __name__, url_prefix="/staff")

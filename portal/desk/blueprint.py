"""The departments' room: its doors hang on this blueprint, a module for each kind of work."""

from flask import Blueprint

bp = Blueprint("desk", __name__, url_prefix="/desk")

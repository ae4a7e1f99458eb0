"""The moderators' room: its doors hang on this blueprint, a module for each kind of work."""

from flask import Blueprint

bp = Blueprint("moderation", __name__, url_prefix="/moderation")

"""The inspectors' room: its doors hang on this blueprint, a module for each kind of work."""

from flask import Blueprint

bp = Blueprint("supervision", __name__, url_prefix="/supervision")

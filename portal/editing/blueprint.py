"""The blueprint that the doors of this room hang on."""

from flask import Blueprint

bp = Blueprint("editing", __name__, url_prefix="/editing")

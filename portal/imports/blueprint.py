"""The blueprint that the doors of this room hang on."""

from flask import Blueprint

bp = Blueprint("imports", __name__)

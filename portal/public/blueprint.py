"""The blueprint that the public doors are hung on."""

from flask import Blueprint

bp = Blueprint("public", __name__)

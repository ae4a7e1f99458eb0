"""The staff side of ratings, as one blueprint of several modules."""

from flask import Blueprint

bp = Blueprint("appraisal", __name__, url_prefix="/appraisal")

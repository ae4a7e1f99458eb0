"""Minsheng Portal (民声): a county's livelihood projects, rated and answered in public.

The house, from the ground up; each part may import only what stands before it
(tests/test_house.py holds it to that):

ground      clock deadlines language text difference redaction errors security config db vault
            paging search limits web downloads forms
registers   audit files notifications county departments accounts residents
            projects ratings routing
the case    cases
rooms       public moderation desk supervision staff editing imports appraisal
roof        identity setup_shapes setup_cases setup demo refusals navigation migrations worker
            serve cli, and this file
"""

import os
from importlib import import_module
from pathlib import Path
from typing import Any

from flask import Flask
from jinja2 import StrictUndefined

from portal import cli, config, db, limits, navigation, refusals, web
from portal.accounts import sessions
from portal.appraisal.views import bp as appraisal
from portal.desk.views import bp as desk
from portal.editing.views import bp as editing
from portal.imports.views import bp as imports
from portal.moderation.views import bp as moderation
from portal.public.views import bp as public
from portal.staff.views import bp as staff
from portal.supervision.views import bp as supervision

ROOT = Path(__file__).parent.parent


def create_app(overrides: dict[str, Any] | None = None) -> Flask:
    """Make the application. Wires, decides nothing. Raises Refusal for unusable settings."""
    app = Flask(__name__, template_folder=ROOT / "templates", static_folder=ROOT / "static")
    app.config |= config.load(overrides)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    db.init_app(app)
    web.init_app(app)
    sessions.init_app(app)
    limits.init_app(app)
    refusals.init_app(app)
    navigation.init_app(app)
    cli.init_app(app)
    if "FLASK_RUN_FROM_CLI" not in os.environ:  # a server; commands may run without a secret
        config.check_start(app.config, demo_accounts=False)
    for room in (public, moderation, desk, supervision, staff, editing, imports, appraisal):
        app.register_blueprint(room)
    if app.config["OIDC"]:  # nothing of it is loaded where no county asked for it
        import_module("portal.identity").init_app(app)
    return app

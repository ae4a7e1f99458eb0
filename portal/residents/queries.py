"""Which ways of verification this county offers."""

from flask import current_app

from portal.notifications.senders import is_open
from portal.residents.kinds import Method


def methods() -> tuple[Method, ...]:
    """Return the methods that work with the settings of this server; empty: leave the step out."""
    offered = {
        Method.SMS: is_open("sms"),
        Method.EMAIL: is_open("email"),
        Method.IDENTITY: current_app.config["OIDC"] is not None,
    }
    wanted = current_app.config["VERIFY_BY"] or ()
    return tuple(m for m, works in offered.items() if works and m.value in wanted)

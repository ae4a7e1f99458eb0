"""Which cases this browser may open as their writer, and for how long."""

from flask import session

from portal import clock
from portal.accounts.sessions import PROOF_MINUTES
from portal.cases.models import Case


def prove(*cases: Case) -> None:
    """Let this browser open these cases for PROOF_MINUTES: it has shown that they are its own."""
    until = int(clock.now().timestamp()) + PROOF_MINUTES * 60
    proven = dict.fromkeys((case.reference for case in cases), until)
    session["proven"] = {**session.get("proven", {}), **proven}

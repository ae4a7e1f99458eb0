"""Which cases this browser may open as their writer, and for how long."""

from flask import session

from portal import clock
from portal.accounts.sessions import PROOF_MINUTES
from portal.cases.models import Case


def prove(*cases: Case) -> None:
    """Let this browser open these cases for PROOF_MINUTES: it has shown that they are its own.

    What has expired is dropped: on a shared computer the cookie would only grow.
    """
    now = int(clock.now().timestamp())
    known = {ref: until for ref, until in session.get("proven", {}).items() if until > now}
    proven = dict.fromkeys((case.reference for case in cases), now + PROOF_MINUTES * 60)
    session["proven"] = known | proven

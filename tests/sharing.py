"""Which tests run in one process: those that share something dear to make."""

import re

from xdist.scheduler import LoadScopeScheduling

_DEMO = re.compile(
    r"^tests/demo/.*\[(?=.*(?P<day>20\d\d-\d\d-\d\d))(?=.*(?P<kind>sqlite|postgresql))"
)


def shared(nodeid: str) -> str:
    """Return what a test shares: the demo county of one day and database, or only itself."""
    found = _DEMO.match(nodeid)
    return f"demo {found['kind']} {found['day']}" if found else nodeid


class Sharing(LoadScopeScheduling):
    """Hands tests that share something to one worker, all others one by one."""

    def _split_scope(self, nodeid: str) -> str:
        return shared(nodeid)

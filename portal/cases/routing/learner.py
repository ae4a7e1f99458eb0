"""Learning from time to time, in a child process: the worker waits for it no more than others.

`PORTAL_TRAIN_DAYS` says how often; 0, the default, leaves it to `moderation train` by hand.
What the child imports and needs of memory is given back when it ends.
"""

import logging
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta

from flask import current_app

from portal import config
from portal.cases.routing.learning import is_due
from portal.db import separate_transaction

log = logging.getLogger("portal.routing")

NOT_SOONER = timedelta(days=1)
"""After a training that came to nothing, as with too few cases."""

_COMMAND = (sys.executable, "-m", "flask", "--app", "wsgi", "moderation", "train")


def start() -> subprocess.Popen:
    """Start a training beside this process."""
    return subprocess.Popen(  # noqa: S603 - our own command, no shell
        _COMMAND, cwd=config.ROOT, env=dict(os.environ), stdout=subprocess.DEVNULL
    )


class Learner:
    """Starts a training when it is time, one at a time."""

    def __init__(self, start: Callable[[], subprocess.Popen] = start) -> None:
        """`start` is what starts the child process."""
        self._start = start
        self._child: subprocess.Popen | None = None
        self._tried: datetime | None = None

    def look(self, at: datetime) -> None:
        """Start a training when one is due, and take note of one that has ended."""
        if self._child is not None:
            if self._child.poll() is None:
                return
            log.info("the training ended with %s", self._child.returncode)
            self._child = None
        if self._tried is not None and at - self._tried < NOT_SOONER:
            return
        with separate_transaction() as s:
            is_time = is_due(s, current_app.config["TRAIN_DAYS"], at)
        if is_time:
            self._tried, self._child = at, self._start()

    def stop(self) -> None:
        """End a training that runs; the model of before stays in use."""
        if self._child is not None and self._child.poll() is None:
            self._child.terminate()
            self._child.wait()

"""What the domain raises. The web decides how it looks.

A message is a Simplified Chinese text marked with `N_`; its parameters travel beside it,
so that it can be shown in the visitor's language.
"""

from typing import Any

from portal.language import N_


class PortalError(Exception):
    """A refusal with a reason that a person can read."""

    status = 500

    def __init__(self, message: str = "", **params: Any) -> None:
        super().__init__(message)
        self.message = message
        self.params = params

    def __str__(self) -> str:
        """The reason in Chinese, for the command line and the log."""
        return self.message % self.params if self.params else self.message


class NotSignedIn(PortalError):
    """The door is for staff and nobody is signed in."""

    status = 401


class NotAllowed(PortalError):
    """The actor is known and may not do this."""

    status = 403


class WrongState(PortalError):
    """The thing has moved on since the page was opened."""

    status = 409


class Outdated(WrongState):
    """Somebody else acted after the page was opened; `changes` says what they did."""

    def __init__(self, changes: list[Any]) -> None:
        super().__init__(N_("您打开页面之后，这件诉求已有新的办理记录。您的操作没有执行。"))
        self.changes = changes


class Gone(PortalError):
    """A one-time thing that was used or has run out."""

    status = 410


class Invalid(PortalError):
    """The input is well formed and still cannot be accepted."""

    status = 422


class Refusal(PortalError):
    """The portal will not start like this; one sentence says why."""

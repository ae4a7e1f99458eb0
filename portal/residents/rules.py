"""What a contact is, how it is shown, and how long a code lives. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.residents.kinds import Method, Problem
from portal.text import clean, folded

CODE_DIGITS = 6
"""Length of a one-time code; guesses are limited per code and codes per contact."""

CODE_LIFETIME = timedelta(minutes=10)
"""How long a code verifies; what is stored of it is deleted afterwards."""

RESEND_AFTER = timedelta(seconds=60)
"""How long the same browser waits before it may ask for another code."""

MAX_TRIES = 5
"""Wrong codes after which the right one is refused as well."""

_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_COUNTRY = re.compile(r"(?:\+|00)?86(?=1[3-9][0-9]{9}$)")
_DASHES = re.compile(r"[-\u2010-\u2015\u2212]")
# One plain mailbox and nothing else: a comma or a bracket would let one mailbox appear under
# many names, or make a mail server read two addresses.
_MAILBOX = re.compile(r"[a-z0-9!#$%&'*/=?^_`{|}~+-]+(\.[a-z0-9!#$%&'*/=?^_`{|}~+-]+)*")
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")
_LONGEST_MAILBOX, _LONGEST = 64, 120
_DOTLESS = ("gmail.com", "googlemail.com")


@dataclass(frozen=True)
class Contact:
    """A mobile number or an e-mail address in its one normal form."""

    method: Method
    address: str

    @property
    def person(self) -> str:
        """What the pseudonym is drawn from.

        Mail to `name+anything@host` reaches `name@host`: one mailbox is one person. At Gmail
        dots make no difference either (support.google.com/mail/answer/7436150).
        """
        if self.method is Method.SMS:
            return self.address
        mailbox, _, host = self.address.partition("@")
        mailbox = mailbox.partition("+")[0] or mailbox
        if host in _DOTLESS:
            mailbox, host = mailbox.replace(".", ""), _DOTLESS[0]
        return f"{mailbox}@{host}"


def read(text: str | None) -> Contact | None:
    """Return the contact that was typed, or None when it is neither mobile nor e-mail."""
    typed = folded(clean(text))
    if "@" in typed:
        return Contact(Method.EMAIL, typed.lower()) if _is_email(typed.lower()) else None
    number = _COUNTRY.sub("", _DASHES.sub("", typed), count=1)
    return Contact(Method.SMS, number) if _MOBILE.fullmatch(number) else None


def mask(address: str) -> str:
    """Return a contact as it may be shown: '138****34' or 'z***@host'."""
    mailbox, at, host = address.partition("@")
    if at:
        return f"{mailbox[:1]}***@{host}"
    return f"{address[:3]}****{address[-2:]}"


def problem(
    *, attempts: int, expires_at: datetime, used_at: datetime | None, at: datetime
) -> Problem | None:
    """Say why no code at all would verify any more, or None while the right one does."""
    if used_at is not None:
        return Problem.USED
    if at >= expires_at:
        return Problem.EXPIRED
    return Problem.SPENT if attempts >= MAX_TRIES else None


def may_resend(sent_at: datetime, at: datetime) -> bool:
    """Say whether another code may be sent after one that was sent at `sent_at`."""
    return at >= sent_at + RESEND_AFTER


def _is_email(address: str) -> bool:
    mailbox, _, host = address.partition("@")
    return (
        len(address) <= _LONGEST
        and len(mailbox) <= _LONGEST_MAILBOX
        and _MAILBOX.fullmatch(mailbox) is not None
        and _HOST.fullmatch(host) is not None
    )

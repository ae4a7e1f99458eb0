"""Hashing staff passwords with argon2id.

A hash takes a noticeable fraction of a second by design: compute it before the write lock.
"""

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import CHEAPEST, RFC_9106_LOW_MEMORY
from flask import current_app

from portal.errors import Invalid
from portal.language import N_

MINIMUM_LENGTH = 10
"""Fewest characters of a staff password."""

MAXIMUM_LENGTH = 200
"""Longest password that is hashed; more would only burn our time."""


def hash_password(password: str) -> str:
    """Return the argon2id hash. Raises Invalid when the password is too short or long."""
    if not MINIMUM_LENGTH <= len(password) <= MAXIMUM_LENGTH:
        raise Invalid(
            N_("密码须为 %(least)s 至 %(most)s 个字符。"),
            least=MINIMUM_LENGTH,
            most=MAXIMUM_LENGTH,
        )
    return hash_any(password)


def hash_any(password: str) -> str:
    """Return the argon2id hash of a password of any length, as demo sign-ins may have."""
    return _hasher().hash(password[:MAXIMUM_LENGTH])


def verify_password(password_hash: str | None, password: str) -> bool:
    """Say whether `password` is right; takes as long when there is no such account."""
    try:
        _hasher().verify(password_hash or _decoy(), password[:MAXIMUM_LENGTH])
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def _hasher() -> PasswordHasher:
    profile = CHEAPEST if current_app.config["CHEAP_PASSWORDS"] else RFC_9106_LOW_MEMORY
    return PasswordHasher.from_parameters(profile)


@lru_cache(maxsize=1)
def _decoy() -> str:
    return _hasher().hash("nobody has this password")

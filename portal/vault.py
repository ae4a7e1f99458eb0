"""Personal data at rest: sealed with a key that never enters the database.

A phone number is guessable, so a plain hash of it would be as good as the number itself.
Values are encrypted with AES-GCM bound to the place they stand in (table, row, column), so
that a ciphertext copied to another row does not open there. What must be found again is
found by a keyed index (HMAC-SHA-256). All keys are derived from `SECRET_KEY` by HKDF.
Source of the duty: Personal Information Protection Law art. 51 (encryption, de-identification).
"""

import base64
import binascii
import hmac
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

from portal.errors import Invalid, Refusal
from portal.language import N_

_NONCE = 12  # bytes, as AES-GCM wants


def seal(place: str, text: str) -> bytes:
    """Encrypt `text` for `place` ("table:row:column")."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(_key("seal")).encrypt(nonce, text.encode(), place.encode())


def unseal(place: str, sealed: bytes) -> str:
    """Decrypt what was sealed for `place`. Raises Invalid for another place or another key."""
    nonce, body = sealed[:_NONCE], sealed[_NONCE:]
    try:
        return AESGCM(_key("seal")).decrypt(nonce, body, place.encode()).decode()
    except InvalidTag as error:
        raise Invalid(N_("加密数据打不开：PORTAL_SECRET_KEY 与保存时不同。")) from error


def index(purpose: str, text: str) -> str:
    """Return the keyed index of `text`: equal texts give equal indexes, 64 hex digits."""
    return hmac.new(_key(f"index:{purpose}"), text.encode(), "sha256").hexdigest()


def digits(purpose: str, text: str, count: int) -> str:
    """Return `count` decimal digits that only this key can derive from `text`."""
    number = int.from_bytes(hmac.digest(_key(f"digits:{purpose}"), text.encode(), "sha256"), "big")
    return str(number % 10**count).zfill(count)


def token(purpose: str, text: str) -> str:
    """Return `text` as an address may carry it: not to be read, guessed or changed.

    Equal texts give equal tokens (AES-SIV, RFC 5297), so that a page has one address.
    """
    sealed = AESSIV(_key("token")).encrypt(text.encode(), [purpose.encode()])
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def read_token(purpose: str, found: str) -> str:
    """Return the text of a token of this purpose. Raises ValueError for anything else."""
    try:
        sealed = base64.b64decode(found + "=" * (-len(found) % 4), altchars=b"-_", validate=True)
        return AESSIV(_key("token")).decrypt(sealed, [purpose.encode()]).decode()
    except (binascii.Error, InvalidTag) as error:
        raise ValueError(found) from error


def same(one: str, other: str) -> bool:
    """Compare two secrets without telling by time where they differ."""
    return hmac.compare_digest(one.encode(), other.encode())


def _key(purpose: str) -> bytes:
    secret = current_app.config["SECRET_KEY"]
    if not secret:
        raise Refusal(N_("没有设置 PORTAL_SECRET_KEY，无法读写加密数据。"))
    return _derive(secret, purpose)


@lru_cache(maxsize=64)
def _derive(secret: str, purpose: str) -> bytes:
    info = f"minsheng-portal:{purpose}".encode()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(secret.encode())

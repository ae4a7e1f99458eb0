"""Handing a kept file to a browser, so that it can do nothing there but be seen."""

import re
from urllib.parse import quote

from flask import Response, request

from portal.files.models import MediaType, StoredFile
from portal.text import clean

ENDINGS = {MediaType.JPEG: ".jpg", MediaType.PNG: ".png", MediaType.PDF: ".pdf"}

_NO_NAME = re.compile(r'[\\/:*?"<>|;%\s]+')
"""What some system, or the header itself, does not take in the name of a file."""


def send(file: StoredFile, name: str, *, is_public: bool = True) -> Response:
    """Answer the request with `file`, called `name` (its ending is added).

    Whoever calls this has checked that the visitor may see it. What is public may be kept for
    a year by anybody, since other bytes would have another address; what is not (a photo
    awaiting review) only by this browser, asking each time. A browser that has the file gets
    304, and its bytes are not read.
    """
    response = Response(mimetype=file.media_type)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Content-Disposition"] = _disposition(file, name)
    response.headers["Cache-Control"] = (
        "public, max-age=31536000, immutable" if is_public else "private, no-cache"
    )
    response.set_etag(file.sha256)
    response.make_conditional(request)
    if response.status_code == 200:
        response.set_data(file.data)
    return response


def _disposition(file: StoredFile, name: str) -> str:
    """Photos are seen in the page, documents are saved; the name is spelt as in RFC 6266."""
    ending = ENDINGS[file.media_type]
    whole = _NO_NAME.sub("_", clean(name)).removesuffix(ending).strip("._")[:80] + ending
    manner = "inline" if file.is_photo else "attachment"
    plain = whole if whole.isascii() and whole != ending else f"file{file.id}{ending}"
    encoded = quote(whole if whole != ending else plain, safe="")
    return f"{manner}; filename=\"{plain}\"; filename*=UTF-8''{encoded}"

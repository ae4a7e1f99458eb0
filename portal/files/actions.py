"""Taking an untrusted file in: remade in a process of its own, then kept once."""

import contextlib
import hashlib
import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.db import added
from portal.errors import Invalid
from portal.files.models import MediaType, StoredFile
from portal.language import N_

LARGEST = 20_000_000
"""Largest file that is looked at, and largest that is kept, bytes."""

TIMEOUT = 30
"""Seconds that remaking one file may take."""

PROGRAM = Path(__file__).with_name("refine.py")

REASONS = {
    "empty": N_("文件是空的，请重新选择。"),
    "large": N_("文件太大，最大 %(most)s MB，请缩小后再上传。"),
    "kind": N_("只能上传 JPEG、PNG、WebP 照片或 PDF 文件。"),
    "heic": N_("暂不能打开 HEIC 照片，请先转存为 JPEG 再上传。"),
    "photo": N_("这里只能上传 JPEG、PNG 或 WebP 照片。"),
    "document": N_("这里只能上传 PDF 文件。"),
    "pixels": N_("照片的像素太多，请缩小后再上传。"),
    "pages": N_("PDF 超过 200 页，请拆分后再上传。"),
    "encrypted": N_("PDF 设有密码或加密限制，请去掉后再上传。"),
    "complex": N_("文件过于复杂，无法处理，请换一个文件。"),
    "broken": N_("文件已损坏，无法打开，请换一个文件。"),
}

_log = logging.getLogger("portal.files")
_turns = threading.BoundedSemaphore(2)  # files remade at once by one server process


class Kind(StrEnum):
    """What a field of a form takes."""

    PHOTO = "photo"
    DOCUMENT = "document"


@dataclass(frozen=True)
class Accepted:
    """A remade file that may be kept."""

    data: bytes = field(repr=False)
    media_type: MediaType
    width: int | None
    height: int | None

    @property
    def sha256(self) -> str:
        """The name of the bytes, 64 hex digits."""
        return hashlib.sha256(self.data).hexdigest()


def accept(data: bytes, kinds: Collection[Kind] = tuple(Kind)) -> Accepted:
    """Remake an untrusted file of one of `kinds`; what it is is told by its content.

    Takes up to TIMEOUT seconds, so call it BEFORE db.transaction(): inside, it would hold
    SQLite's only write lock all that time, and every other writer would wait.
    Photos lose all metadata, stand upright and have at most 1600 pixels an edge; documents lose
    everything but what their pages show, an electronic signature included (its seal stays).
    Raises Invalid with one sentence for whatever cannot be kept.
    """
    if not data:
        raise _refused("empty")
    if len(data) > LARGEST:
        raise _refused("large")
    kind = _kind(data)
    if kind not in kinds:
        raise _refused(next(iter(kinds)) if len(kinds) == 1 else "kind")
    return remade(data, kind)


def remade(data: bytes, kind: Kind, *orders: str) -> Accepted:
    """Let the bounded program make a file anew; `orders` are what refine.py says of them.

    Takes up to TIMEOUT seconds. Raises Invalid with one sentence when nothing comes out.
    """
    with _turns:
        answer = _answer(data, [kind, *orders])
    return _understood(answer)


def store(s: Session, accepted: Accepted, *, at: datetime) -> StoredFile:
    """Keep a file; the same bytes are one row, however often and at once they come."""
    same = select(StoredFile).where(StoredFile.sha256 == accepted.sha256)
    same = same.with_for_update(read=True, key_share=True)  # nobody discards it meanwhile
    if found := s.scalar(same):
        return found
    row = StoredFile(
        sha256=accepted.sha256,
        media_type=accepted.media_type,
        size=len(accepted.data),
        width=accepted.width,
        height=accepted.height,
        data=accepted.data,
        created_at=at,
    )
    return row if added(s, row) else s.scalars(same).one()


def discard(s: Session, idents: Collection[int]) -> int:
    """Delete those of these files that no row refers to; return how many went.

    The same bytes are one file wherever they are shown, so a foreign key from anywhere keeps
    it. What only names a file in words (a draft of a project) is for the caller to leave out.
    """
    return sum(_discarded(s, ident) for ident in sorted(set(idents)))


def _discarded(s: Session, ident: int) -> bool:
    try:
        with s.begin_nested():
            gone = s.execute(delete(StoredFile).where(StoredFile.id == ident))
    except IntegrityError:
        return False
    return bool(gone.rowcount)


def _refused(reason: str) -> Invalid:
    return Invalid(REASONS[reason], most=LARGEST // 1_000_000)


def _kind(data: bytes) -> Kind:
    """Tell by the first bytes what claims to be where. Raises Invalid for anything else."""
    is_webp = data.startswith(b"RIFF") and data[8:12] == b"WEBP"
    if is_webp or data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")):
        return Kind.PHOTO
    if data[:1024].lstrip(b"\xef\xbb\xbf\0 \t\r\n").startswith(b"%PDF-"):
        return Kind.DOCUMENT
    is_heic = data[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftyphevc")
    raise _refused("heic" if is_heic else "kind")


def _answer(data: bytes, orders: list[str]) -> bytes:
    """Return what the program wrote, of which too much is cut off.

    The program gets no setting of the portal, since the secret is one of them, and it goes
    with all it may have started, when its time is over or as soon as it has answered.
    """
    surroundings = {k: v for k, v in os.environ.items() if k == "LD_LIBRARY_PATH"}
    with tempfile.TemporaryFile() as source:
        source.write(data)
        source.seek(0)
        with subprocess.Popen(  # noqa: S603 - our own program on a file, no shell
            [sys.executable, "-I", str(PROGRAM), *orders],
            stdin=source,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env=surroundings,
        ) as child:
            timer = threading.Timer(TIMEOUT, _end, [child.pid])
            timer.start()
            try:
                return child.stdout.read(LARGEST + 10_000) if child.stdout else b""
            finally:
                timer.cancel()
                timer.join()
                _end(child.pid)


def _end(group: int) -> None:
    """Kill the program and all it started. It was not waited for yet: the number is still its."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def _understood(answer: bytes) -> Accepted:
    """Return the remade file. Raises Invalid with the reason why there is none."""
    line, _, body = answer.partition(b"\n")
    try:
        header = json.loads(line)
        if "error" in header:
            raise _refused(header["error"])
        if len(body) > LARGEST:
            raise _refused("large")
        if header["size"] == len(body):
            kind = MediaType(header["media_type"])
            return Accepted(body, kind, header["width"], header["height"])
    except (ValueError, KeyError, TypeError):
        pass  # killed by a limit before it had answered
    _log.warning("a file could not be remade within the limits")
    raise _refused("complex")

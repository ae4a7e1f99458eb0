"""What would have been sent, kept where a demo or a test can read it; never in production.

Every message is a file of its own that only the owner of the data directory may read. Files,
because a code may stand in a message and codes never enter the database; one each, because
the worker writes while several web processes read, and a file that is put in place whole
needs no lock.
"""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from flask import current_app

KEPT = 50
"""How many messages are kept; older ones are deleted."""


@dataclass(frozen=True)
class Letter:
    """One message that did not leave."""

    at: datetime
    address: str
    subject: str
    text: str


def is_kept() -> bool:
    """Say whether messages are kept at all: in a demo and in tests."""
    return current_app.config["MODE"] in ("demo", "test")


def keep(letter: Letter) -> None:
    """Keep a message, and delete the ones that are too many."""
    folder = _folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"{letter.at:%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}"
    facts = json.dumps(asdict(letter) | {"at": letter.at.isoformat()}, ensure_ascii=False)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with os.fdopen(os.open(folder / f"{name}.new", flags, 0o600), "w", encoding="utf-8") as file:
        file.write(facts)
    (folder / f"{name}.new").rename(folder / f"{name}.json")
    for path in _newest_first()[KEPT:]:
        path.unlink(missing_ok=True)


def letters() -> list[Letter]:
    """Return the kept messages, newest first."""
    found = []
    for path in _newest_first()[:KEPT]:
        try:
            facts = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:  # deleted as too many after we listed it
            continue
        found.append(Letter(**facts | {"at": datetime.fromisoformat(facts["at"])}))
    return found


def _newest_first() -> list[Path]:
    return sorted(_folder().glob("*.json"), reverse=True)


def _folder() -> Path:
    return Path(current_app.config["DATA_DIR"]) / "outbox"

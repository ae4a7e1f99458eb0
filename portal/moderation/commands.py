"""`flask --app wsgi moderation ...`: what the moderators' machinery makes of a text."""

import json
from typing import BinaryIO

import click
from flask.cli import AppGroup

from portal.redaction import propose

group = AppGroup("moderation", help="What is proposed to moderators.")


@group.command("redact")
@click.argument("file", type=click.File("rb"))
def redact_command(file: BinaryIO) -> None:
    """Print as JSON which personal data would be proposed for masking in FILE (- for stdin).

    The text is UTF-8; `start` and `end` (excluded) count its characters. Nothing is stored.
    """
    try:
        text = file.read().decode("utf-8")
    except UnicodeDecodeError as error:
        raise click.BadParameter(
            f"不是 UTF-8 文本（第 {error.start + 1} 个字节）。", param_hint="FILE"
        ) from error
    found = [{"start": p.start, "end": p.end, "kind": p.kind.value} for p in propose(text)]
    click.echo(json.dumps(found))

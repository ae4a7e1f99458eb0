"""`flask --app wsgi projects`: import a list, undo an import, export a year's list."""

import hashlib
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from portal import clock, db
from portal.errors import Invalid, PortalError
from portal.imports.actions import Source, import_reading
from portal.imports.engine import read
from portal.imports.export import ledger_book
from portal.imports.outcome import Outcome
from portal.imports.reading import read_table
from portal.imports.registers import registers
from portal.imports.undo import undo
from portal.imports.uploads import shown_name
from portal.language import N_
from portal.projects.models import ImportBatch
from portal.security import SYSTEM

group = AppGroup("projects", help="The lists of projects.")

YEAR = click.IntRange(2000, 2100)


class _DryRun(Exception):
    """Undoes what a dry run has done."""


def refusing(command: Callable[..., None]) -> Callable[..., None]:
    """Let a refusal end the command with one sentence and code 2."""

    @wraps(command)
    def careful(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except PortalError as refusal:
            click.echo(str(refusal), err=True)
            sys.exit(2)

    return careful


@group.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--year", type=YEAR, required=True, help="year of the list")
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    help="day the figures speak of; else as headers or title have it, else today",
)
@click.option("--dry-run", is_flag=True, help="report, and change nothing")
@click.option("--json", "as_json", is_flag=True, help="print the report as JSON")
@refusing
def import_command(
    file: Path, year: int, as_of: datetime | None, dry_run: bool, as_json: bool
) -> None:
    """Read a published list of projects or a table of their progress (CSV, XLSX, XLS)."""
    outcome = _run(file, year, as_of.date() if as_of else None, dry_run)
    if as_json:
        click.echo(json.dumps(asdict(outcome), ensure_ascii=False))
    else:
        _print(outcome, dry_run)


def _run(file: Path, year: int, as_of: date | None, dry_run: bool) -> Outcome:
    table = read_table(file)
    source = Source(shown_name(file.name), hashlib.sha256(file.read_bytes()).hexdigest())
    known = registers(db.session())
    reading = read(table, year, known, today=clock.today(), as_of=as_of)
    outcome = None
    try:
        with db.transaction() as s:
            outcome = import_reading(s, reading, known, source, actor=SYSTEM, at=clock.now())
            if dry_run:
                outcome.batch = None
                raise _DryRun
    except _DryRun:
        pass
    return outcome


def _print(outcome: Outcome, dry_run: bool) -> None:
    if dry_run:
        click.echo("试运行，没有写入。")
    click.echo(
        f"读取 {outcome.rows} 行：新增 {outcome.imported}，更新 {outcome.updated}，"
        f"跳过 {outcome.skipped}，提示 {len(outcome.flags)} 处。新增项目 {outcome.projects} 个。"
    )
    if outcome.batch is not None:
        click.echo(f"批次号 {outcome.batch}，撤销用 projects undo {outcome.batch}。")
    for flag in outcome.flags:
        column = f"“{flag['column']}”列" if flag["column"] else ""
        click.echo(f"  第 {flag['row']} 行 {column} {flag['message']}")


@group.command("undo")
@click.argument("batch", type=click.IntRange(1, 2**31 - 1))
@refusing
def undo_command(batch: int) -> None:
    """Take an import back, as long as nothing has come of it."""
    with db.transaction() as s:
        found = s.get(ImportBatch, batch, with_for_update=True)
        if found is None:
            raise Invalid(N_("没有批次号为%(batch)s的导入。"), batch=batch)
        withdrawn, restored = undo(s, found, actor=SYSTEM, at=clock.now())
    click.echo(f"已撤销：撤下项目 {withdrawn} 个，恢复项目 {restored} 个。")


@group.command("export")
@click.argument("year", type=YEAR)
@click.argument("file", type=click.Path(path_type=Path))
@refusing
def export_command(year: int, file: Path) -> None:
    """Write a year's list as an XLSX workbook that can be imported again."""
    body, n = ledger_book(db.session(), year, clock.today())
    if not n:
        raise Invalid(N_("%(year)s年没有项目。"), year=year)
    try:
        file.write_bytes(body)
    except OSError as error:
        raise Invalid(N_("不能写入文件“%(name)s”。"), name=file.name) from error
    click.echo(f"已导出 {n} 个项目。")

"""`flask --app wsgi projects import FILE --year YYYY`."""

import hashlib
import json
import sys
from dataclasses import asdict
from pathlib import Path

import click
from flask.cli import AppGroup

from portal import clock, db
from portal.county.queries import towns
from portal.departments.queries import names
from portal.errors import PortalError
from portal.imports.actions import Outcome, import_ledger
from portal.imports.ledger import parse
from portal.imports.reading import read_table
from portal.security import SYSTEM

group = AppGroup("projects", help="The lists of projects.")


class _DryRun(Exception):
    """Undoes what a dry run has done."""


@group.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--year", type=click.IntRange(2000, 2100), required=True, help="year of the list")
@click.option("--dry-run", is_flag=True, help="report, and change nothing")
@click.option("--json", "as_json", is_flag=True, help="print the report as JSON")
def import_command(file: Path, year: int, dry_run: bool, as_json: bool) -> None:
    """Read a published list of projects (CSV, XLSX, XLS)."""
    try:
        outcome = _run(file, year, dry_run)
    except PortalError as refusal:
        click.echo(str(refusal), err=True)
        sys.exit(2)
    if as_json:
        click.echo(json.dumps(asdict(outcome), ensure_ascii=False))
    else:
        _print(outcome, dry_run)


def _run(file: Path, year: int, dry_run: bool) -> Outcome:
    table = read_table(file)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    s = db.session()
    ledger = parse(table.rows, year, names(s), {t.name: t.code for t in towns(s)})
    outcome = None
    try:
        with db.transaction() as s:
            outcome = import_ledger(
                s,
                ledger,
                year=year,
                file_name=file.name,
                file_hash=digest,
                actor=SYSTEM,
                at=clock.now(),
            )
            if dry_run:
                raise _DryRun
    except _DryRun:
        pass
    return outcome


def _print(outcome: Outcome, dry_run: bool) -> None:
    if dry_run:
        click.echo("试运行，没有写入。")
    click.echo(
        f"读取 {outcome.rows} 行：新增 {outcome.imported}，更新 {outcome.updated}，"
        f"跳过 {outcome.skipped}，提示 {len(outcome.flags)} 处。"
    )
    for flag in outcome.flags:
        column = f"“{flag['column']}”列" if flag["column"] else ""
        click.echo(f"  第 {flag['row']} 行 {column} {flag['message']}")

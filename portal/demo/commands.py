"""`flask --app wsgi demo ...`, and what the server does with the demo county at its start."""

import json
import secrets
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from portal import clock, config, db
from portal.accounts.models import Account
from portal.accounts.passwords import hash_any, verify_password
from portal.demo.actions import Counts, is_empty, load
from portal.errors import Refusal
from portal.language import N_

group = AppGroup("demo", help="The invented county.")


@group.command("load")
def load_command() -> None:
    """Fill an empty database with the invented county."""
    try:
        counts = fill(current_app._get_current_object())
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(
        f"已载入青禾县：项目 {counts.projects}，诉求件 {counts.cases}，"
        f"评价 {counts.ratings}，账号 {counts.accounts}。"
    )


@group.command("accounts")
@click.option("--json", "as_json", is_flag=True, help="print JSON")
def accounts_command(as_json: bool) -> None:
    """List the demo sign-ins."""
    rows = accounts()
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        click.echo(f"{row['username']:<22} {row['role']:<10} {row['department'] or ''}")


def accounts() -> list[dict[str, Any]]:
    """Return the demo sign-ins that can be used."""
    found = db.session().scalars(
        select(Account)
        .where(Account.is_demo, Account.is_active)
        .options(joinedload(Account.department))
        .order_by(Account.id)
    )
    return [
        {
            "username": a.username,
            "role": a.role.value,
            "department": a.department.code if a.department else None,
        }
        for a in found
    ]


def fill(app: Flask) -> Counts:
    """Load the county. Raises Refusal in production or when the database holds something."""
    if app.config["MODE"] == "production" and config.is_production_named():
        raise Refusal(N_("正式环境不能载入演示数据。"))
    if not is_empty(db.session()):
        raise Refusal(N_("数据库里已有数据，没有载入演示数据。"))
    _have_secrets(app)
    hashed = hash_any(app.config["DEMO_PASSWORD"])
    with db.transaction() as s:
        return load(s, day=clock.today(), at=clock.now(), password_hash=hashed)


def prepare(app: Flask) -> None:
    """At the start of a demo server: load an empty database, keep the password as set."""
    _have_secrets(app)
    if is_empty(db.session()):
        click.echo("正在载入演示县数据 …")
        fill(app)
        return
    password = app.config["DEMO_PASSWORD"]
    one = db.session().scalar(select(Account).where(Account.is_demo).limit(1))
    if one is not None and not verify_password(one.password_hash, password):
        hashed = hash_any(password)
        with db.transaction() as s:
            s.execute(update(Account).where(Account.is_demo).values(password_hash=hashed))


def _have_secrets(app: Flask) -> None:
    """Make and keep the secrets that a demo needs and nobody has set."""
    if not app.config["SECRET_KEY"]:
        app.config["SECRET_KEY"] = config.keep(app.config, "secret_key", secrets.token_urlsafe(48))
    password = config.kept_demo_password(app.config)
    app.config["DEMO_PASSWORD"] = password or config.keep(
        app.config, "demo_password", secrets.token_urlsafe(9)
    )

"""The commands of the portal: `flask --app wsgi <group> <command>`."""

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from portal import clock, db, migrations, serve, worker
from portal.accounts import actions as accounts
from portal.accounts.passwords import hash_password
from portal.demo.commands import group as demo_group
from portal.departments.queries import by_code
from portal.errors import Invalid, PortalError
from portal.imports.commands import group as projects_group
from portal.language import N_
from portal.moderation.commands import group as moderation_group
from portal.ratings.commands import group as ratings_group
from portal.security import STAFF_ROLES, SYSTEM, Role
from portal.setup import group as county_group

db_group = AppGroup("db", help="The database's shape.")
accounts_group = AppGroup("accounts", help="Staff accounts.")

GROUPS = (
    db_group,
    accounts_group,
    county_group,
    demo_group,
    projects_group,
    ratings_group,
    moderation_group,
)


def init_app(app: Flask) -> None:
    """Offer the commands on this app."""
    for command in (serve_command, work_command):
        app.cli.add_command(command)
    for group in GROUPS:
        app.cli.add_command(group)


@click.command("serve")
def serve_command() -> None:
    """Start everything: database, demo county in demo mode, worker, web."""
    serve.run(current_app._get_current_object())


@click.command("work")
def work_command() -> None:
    """Send what waits in the outbox until told to stop."""
    worker.run()


@db_group.command("upgrade")
def upgrade() -> None:
    """Bring the database to the newest shape."""
    migrations.upgrade(current_app.extensions["engine"])


@db_group.command("check")
def check() -> None:
    """Exit 1 when database and models differ."""
    found = migrations.differences(current_app.extensions["engine"])
    if found:
        raise click.ClickException(found)
    click.echo("数据库与程序一致。")


@db_group.command("revision")
@click.argument("message")
def revision(message: str) -> None:
    """Write a migration from the difference between models and database."""
    migrations.revise(current_app.extensions["engine"], message)


@accounts_group.command("create")
@click.argument("username")
@click.option("--role", type=click.Choice([r.value for r in STAFF_ROLES]), required=True)
@click.option("--department", help="code of the department, for officers")
@click.option("--name", default="", help="full name shown to colleagues")
@click.option("--password", envvar="PORTAL_NEW_PASSWORD", help="asked for when it is left out")
def create_account(
    username: str, role: str, department: str | None, name: str, password: str | None
) -> None:
    """Create a staff account."""
    password = password or click.prompt("密码", hide_input=True, confirmation_prompt="再输入一次")
    try:
        hashed = hash_password(password)
        with db.transaction() as s:
            found = by_code(s, department) if department else None
            if department and found is None:
                raise Invalid(N_("没有代码为“%(code)s”的承办单位。"), code=department)
            accounts.create(
                s,
                username=username,
                full_name=name,
                role=Role(role),
                department=found,
                password_hash=hashed,
                actor=SYSTEM,
                at=clock.now(),
            )
    except PortalError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"账号 {username} 已建立。")

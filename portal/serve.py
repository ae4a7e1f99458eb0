"""Starting the whole portal with one command: database, demo county, worker, web."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
from flask import Flask
from sqlalchemy import select

from portal import config, db, migrations
from portal.accounts.models import Account
from portal.demo import commands as demo
from portal.errors import Refusal

_COMMAND = [sys.executable, "-m", "flask", "--app", "wsgi"]


def has_demo_accounts() -> bool:
    """Say whether a demo sign-in could be used."""
    open_ones = select(Account.id).where(Account.is_demo, Account.is_active)
    return db.session().scalar(open_ones.limit(1)) is not None


def prepare(app: Flask) -> None:
    """Bring the database to shape and, in demo mode, fill it. Raises Refusal."""
    config.check_start(app.config, demo_accounts=False)
    migrations.upgrade(app.extensions["engine"])
    config.check_start(app.config, has_demo_accounts())
    if app.config["MODE"] == "demo":
        demo.prepare(app)


def run(app: Flask) -> None:
    """Serve until told to stop; the worker is started anew when it falls."""
    try:
        prepare(app)
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    _announce(app)
    web = _start([sys.executable, "-m", "gunicorn", "-c", _conf(), "wsgi:app"])
    worker = _start([*_COMMAND, "work"])
    signal.signal(signal.SIGTERM, lambda *_: web.terminate())
    try:
        while web.poll() is None:
            if worker.poll() is not None:
                worker = _start([*_COMMAND, "work"])
            time.sleep(0.5)
    except KeyboardInterrupt:
        web.terminate()
    finally:
        worker.terminate()
        web.wait()
        worker.wait()
    sys.exit(max(web.returncode, 0))


def _conf() -> str:
    return str(Path(__file__).with_name("gunicorn_conf.py"))


def _start(command: list[str]) -> subprocess.Popen:
    return subprocess.Popen(command, cwd=config.ROOT, env=dict(os.environ))  # noqa: S603


def _announce(app: Flask) -> None:
    click.echo(f"民声 Minsheng Portal: http://{app.config['HOST']}:{app.config['PORT']}")
    if app.config["MODE"] == "demo":
        password = config.kept_demo_password(app.config)
        click.echo(f"演示登录 demo sign-ins (/staff/sign-in), 密码 password: {password}")
        for row in demo.accounts()[:8]:
            department = row["department"] or ""
            click.echo(f"  {row['username']:<18} {row['role']:<10} {department}")
        click.echo("  更多 more: flask --app wsgi demo accounts")
    click.echo("Ctrl+C 停止 stops")

"""The commands that operators and outside clients rely on."""

import json

from sqlalchemy import select

from portal.accounts.models import Account
from portal.accounts.passwords import verify_password
from portal.db import session
from tests import factories


def test_an_account_is_created_from_the_command_line(app, write):
    write(lambda s: factories.department(s, "县教育局", code="edu"))
    run = app.test_cli_runner().invoke
    words = ["accounts", "create", "wang", "--role", "officer", "--department", "edu"]
    done = run(args=[*words, "--password", "long enough password"])
    assert done.exit_code == 0, done.output
    with app.app_context():
        found = session().scalar(select(Account).where(Account.username == "wang"))
        assert verify_password(found.password_hash, "long enough password")
        assert found.department.code == "edu"
    assert run(args=[*words, "--password", "long enough password"]).exit_code == 1
    assert run(args=["accounts", "create", "li", "--role", "officer", "--password", "x"]).exit_code


def test_the_database_can_be_checked(app):
    # On a connection of its own: the migrations have run when the app under test was made.
    assert app.test_cli_runner().invoke(args=["db", "check"]).exit_code == 0


def test_the_demo_county_is_loaded_once_and_lists_its_sign_ins(app):
    run = app.test_cli_runner().invoke
    app.config["DEMO_PASSWORD"] = "short"
    try:
        assert run(args=["demo", "load"]).exit_code == 0
        again = run(args=["demo", "load"])
        listed = json.loads(run(args=["demo", "accounts", "--json"]).output)
    finally:
        app.config["DEMO_PASSWORD"] = ""
    assert again.exit_code == 1
    assert "已有数据" in again.output
    assert {tuple(row) for row in listed} == {("username", "role", "department")}
    assert {row["role"] for row in listed} == {"admin", "moderator", "officer", "inspector"}
    assert all(bool(row["department"]) is (row["role"] == "officer") for row in listed)

"""`flask projects import`: what it prints, how it exits, and that twice changes nothing."""

import json
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from portal import clock
from portal.db import session
from portal.projects.models import ImportBatch, Project, ProjectSource
from portal.projects.schedule.models import Standing
from tests import factories

LEDGER = Path(__file__).parent / "ledgers" / "monthly.csv"


@pytest.fixture
def run(app):
    """Run the command; return its exit code and what it printed."""

    def run(*words: object):
        runner = app.test_cli_runner()
        result = runner.invoke(args=["projects", "import", *map(str, words)])
        return result.exit_code, result.output

    return run


def count(app, entity) -> int:
    with app.app_context():
        return session().scalar(select(func.count()).select_from(entity))


def test_a_ledger_becomes_public_pages(app, client, run, write):
    write(lambda s: factories.department(s, "县教育局", code="edu"))
    code, output = run(LEDGER, "--year", 2026, "--json")
    report = json.loads(output)
    assert code == 0
    keys = ["rows", "imported", "updated", "skipped", "flags", "projects", "batch"]
    assert list(report) == keys
    assert (report["projects"], report["batch"]) == (count(app, Project), 1)
    assert (report["rows"], report["imported"], report["skipped"]) == (6, 4, 2)
    assert all(set(flag) == {"row", "column", "message"} for flag in report["flags"])
    page = client.get("/projects?year=2026&department=edu")
    assert "新建公办幼儿园3所" in page.text
    detail = client.get("/projects/2026-01")
    assert "1,360.5 万元" in detail.text
    assert "2026-12-31" in detail.text


def test_the_same_file_twice_changes_nothing(app, run):
    run(LEDGER, "--year", 2026)
    before = [count(app, entity) for entity in (Project, ProjectSource, ImportBatch)]
    with app.app_context():
        times = session().scalars(select(Project.updated_at)).all()
    _code, output = run(LEDGER, "--year", 2026, "--json")
    report = json.loads(output)
    assert (report["imported"], report["updated"]) == (0, 0)
    assert [count(app, entity) for entity in (Project, ProjectSource, ImportBatch)] == before
    with app.app_context():
        assert session().scalars(select(Project.updated_at)).all() == times


def test_a_newer_report_updates_and_keeps_the_older_text(app, run, tmp_path):
    run(LEDGER, "--year", 2026)
    newer = tmp_path / "october.csv"
    newer.write_text(LEDGER.read_text().replace("88%(河口点推进缓慢)", "95%"))
    _code, output = run(newer, "--year", 2026, "--json")
    report = json.loads(output)
    assert (report["imported"], report["updated"]) == (0, 1)
    with app.app_context():
        project = session().scalar(select(Project).where(Project.code == "2026-01"))
        assert project.percent == 95
        texts = [source.cells["进展情况"] for source in project.sources]
    assert texts == ["88%(河口点推进缓慢)", "95%"]


def test_a_dry_run_reports_and_writes_nothing(app, run):
    code, output = run(LEDGER, "--year", 2026, "--dry-run", "--json")
    assert code == 0
    assert json.loads(output)["imported"] == 4
    assert count(app, Project) == 0


def test_what_cannot_be_read_ends_with_one_sentence_and_code_2(run, tmp_path):
    broken = tmp_path / "list.xlsx"
    broken.write_bytes(b"PK\x03\x04 nothing")
    for path in (broken, tmp_path / "nowhere.csv", LEDGER.with_name("no_projects.csv")):
        code, output = run(path, "--year", 2026, "--json")
        assert code == 2
        assert len(output.strip().splitlines()) == 1


def test_the_day_that_figures_speak_of_can_be_said(app, run):
    assert run(LEDGER, "--year", 2026, "--as-of", "2026-09-15")[0] == 0
    with app.app_context():
        project = session().scalar(select(Project).where(Project.code == "2026-01"))
        assert project.reported_on == date(2026, 9, 15)
    for day in ("2999-01-01", "1999-01-01", "2026-13-01", "soon"):
        assert run(LEDGER, "--year", 2026, "--as-of", day)[0] == 2


def test_without_it_the_title_says_the_day(app, run):
    run(LEDGER, "--year", 2026)
    with app.app_context():
        days = set(session().scalars(select(Project.reported_on)))
    assert days == {min(date(2026, 9, 30), clock.today())}


def test_a_batch_is_taken_back_by_its_number_once(app, run):
    report = json.loads(run(LEDGER, "--year", 2026, "--json")[1])
    runner = app.test_cli_runner()
    done = runner.invoke(args=["projects", "undo", str(report["batch"])])
    assert (done.exit_code, "撤下项目" in done.output) == (0, True)
    assert count(app, Standing) == 0
    for number in (report["batch"], 4040):
        again = runner.invoke(args=["projects", "undo", str(number)])
        assert again.exit_code == 2
        assert len(again.output.strip().splitlines()) == 1


def test_what_cannot_be_exported_ends_with_one_sentence_and_code_2(app, run, tmp_path):
    runner = app.test_cli_runner()
    for words in (["2031", str(tmp_path / "a.xlsx")], ["2026", str(tmp_path / "no" / "a.xlsx")]):
        if words[0] == "2026":
            run(LEDGER, "--year", 2026)
        result = runner.invoke(args=["projects", "export", *words])
        assert result.exit_code == 2
        assert len(result.output.strip().splitlines()) == 1


def test_an_absurd_year_is_refused(run):
    assert run(LEDGER, "--year", 26)[0] == 2

"""`moderation redact` tells clients which personal data is proposed, as JSON."""

import json

import pytest

from portal import create_app
from tests.conftest import settings


@pytest.fixture
def run(tmp_path):
    """Run the commands on an app whose database does not exist."""
    nowhere = settings("postgresql://nobody@127.0.0.1:1/nothing", tmp_path)
    return create_app(nowhere).test_cli_runner().invoke


def test_proposals_come_as_offsets_in_characters_and_without_a_database(run):
    text = "联系人：李四\r\n电话：138 0000 1234"
    done = run(args=["moderation", "redact", "-"], input=text.encode())
    assert done.exit_code == 0
    found = json.loads(done.stdout)
    assert [set(one) for one in found] == [{"start", "end", "kind"}] * 2
    assert [(text[p["start"] : p["end"]], p["kind"]) for p in found] == [
        ("李四", "name"),
        ("138 0000 1234", "phone"),
    ]


def test_a_text_without_personal_data_gives_an_empty_list(run, tmp_path):
    letter = tmp_path / "letter.txt"
    letter.write_text("路灯坏了，请拨打12345。", encoding="utf-8")
    done = run(args=["moderation", "redact", str(letter)])
    assert (done.exit_code, json.loads(done.stdout)) == (0, [])


def test_a_missing_file_is_told(run):
    done = run(args=["moderation", "redact", "no-such-letter.txt"])
    assert done.exit_code == 2
    assert "no-such-letter.txt" in done.output


def test_a_text_that_is_not_utf_8_is_told(run):
    done = run(args=["moderation", "redact", "-"], input="电话".encode("gb18030"))
    assert done.exit_code == 2
    assert "UTF-8" in done.output

"""A number too long to be read is no number, and breaks no page."""

import pytest

LONG = "9" * 5000
"""More digits than Python reads (4,300)."""


@pytest.mark.parametrize(
    "path",
    ["/projects?year=", "/ratings?year=", "/feedback/ledger?year=", "/projects?year=0000"],
)
def test_a_page_asked_for_an_endless_year_is_shown(client, path):
    assert client.get(path + LONG).status_code == 200


@pytest.mark.parametrize("path", ["/years/", "/ballots/", "/feedback/files/"])
def test_there_is_no_page_of_an_endless_number(client, path):
    assert client.get(path + LONG).status_code == 404

"""The receipt belongs to who sent the letter, also where the computer belongs to everybody."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal import clock
from portal.cases.intake import code_of
from portal.cases.models import Case
from portal.db import session
from tests.public.test_intake import send


@pytest.fixture
def sent(app, client):
    answer = send(client)
    assert answer.status_code == 303
    with app.app_context():
        case = session().scalars(select(Case)).one()
        return answer.location, code_of(case)


def test_it_shows_the_code_to_the_browser_that_sent_the_letter_and_to_no_other(app, client, sent):
    address, code = sent
    for _again in range(2):
        page = client.get(address)
        assert code in page.text
        assert page.headers["Cache-Control"] == "no-store"
    assert app.test_client().get(address).location == "/track"


def test_an_hour_later_it_is_closed_and_the_cookie_never_held_the_code(client, sent, monkeypatch):
    address, code = sent
    with client.session_transaction() as cookie:
        assert code not in str(dict(cookie))
    later = clock.now() + timedelta(hours=1, seconds=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert client.get(address).location == "/track"

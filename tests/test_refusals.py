"""A page for every refusal, in both languages, that says what to do next."""

import pytest
from flask import g, session

from portal import refusals
from portal.errors import Gone, Invalid, NotAllowed, WrongState
from portal.language import N_
from portal.security import RESIDENT


@pytest.mark.parametrize("status", sorted(refusals.WORDS))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_refusal_has_its_page(app, status, language):

    with app.test_request_context("/"):
        session["language"] = language
        g.actor = RESIDENT
        page = refusals._page(status)
    text = page.get_data(as_text=True)
    words = refusals.WORDS[status]
    assert page.status_code == status
    assert page.headers["Cache-Control"] == "no-store"
    assert (words.heading in text) is (language == "zh")
    assert (words.steps[0] in text) is (language == "zh")
    assert 'href="/"' in text


@pytest.mark.parametrize(
    ("error", "status"), [(NotAllowed, 403), (WrongState, 409), (Gone, 410), (Invalid, 422)]
)
def test_what_the_domain_raises_has_its_status(error, status):
    assert error.status == status
    assert str(error(N_("没有代码为“%(code)s”的承办单位。"), code="x")).count("x") == 1

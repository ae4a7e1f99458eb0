"""A page for every refusal, in both languages, that says what to do next."""

import re

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


@pytest.mark.parametrize(
    ("status", "referrer", "back"),
    [
        (409, "http://localhost/feedback?kind=help", "/feedback?kind=help"),
        (422, "http://localhost/feedback", "/feedback"),
        (405, "http://localhost/track/20260302-000001/verdict", "/track/20260302-000001"),
        (409, "http://elsewhere.example/feedback", "/track/20260302-000001"),
        (409, "http://localhost//feedback", "/track/20260302-000001"),
        (404, "http://localhost/feedback", ""),
    ],
)
def test_a_refused_act_leads_back_to_the_page_before(app, status, referrer, back):
    path = "/track/20260302-000001/verdict"
    with app.test_request_context(path, method="POST", headers={"Referer": referrer}):
        g.actor = RESIDENT
        text = refusals._page(status).get_data(as_text=True)
    found = re.search(r'href="([^"]*)">返回刚才的页面', text)
    assert (found[1] if found else "") == back

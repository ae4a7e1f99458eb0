"""The switches of language and view: where they lead, and what is written when they are pressed."""

import io
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.cases.models import Case
from portal.db import session
from tests.files import samples
from tests.public.writing import answer, at_time, letter, prove

LETTER = {
    "kind": "complaint",
    "title": "路口积水三天没人管",
    "body": "城东路口积水，一直没有人来。",
    "phone": "13800001234",
    "consent_publish": "y",
    "told": "",
}
FIRE = LETTER | {"title": "厨房着火了", "body": "家里现在着火了，快来人。"}


def back(page) -> str:
    """Return where a switch on this page leads."""
    return re.search(r'name="next" value="([^"]*)"', page.text)[1].replace("&amp;", "&")


def turned(client: FlaskClient, page) -> str:
    """Press the switch of the language and return the address of the page it leads to."""
    page = client.post(
        "/preferences", data={"language": "en", "next": back(page)}, follow_redirects=True
    )
    assert page.status_code == 200
    return page.request.path


# --- where a switch leads ----------------------------------------------------------


def test_a_switch_leads_back_to_the_page_with_all_its_address_says(client):
    path = "/feedback?kind=complaint&group=x"
    assert back(client.get(path)) == path


@pytest.mark.parametrize("came_from", ["", "/verdict", "elsewhere"])
def test_after_a_faulty_form_a_switch_leads_to_the_page_the_form_stood_on(
    client, write, monkeypatch, came_from
):
    at_time(monkeypatch)
    found = letter(write, answer)
    prove(client, found)
    referrer = {
        "": f"http://localhost{found.door}",
        "/verdict": f"http://localhost{found.door}/verdict",  # faulty twice: no page of its own
        "elsewhere": "https://elsewhere.example/track",
    }[came_from]
    page = client.post(f"{found.door}/verdict", data={}, headers={"Referer": referrer})
    assert page.status_code == 422
    assert turned(client, page) == found.door


def test_the_address_that_led_to_a_form_is_kept_with_what_it_says(client):
    page = client.post(
        "/feedback/nothing/join", headers={"Referer": "http://localhost/feedback?kind=praise"}
    )
    assert page.status_code == 404
    assert back(page) == "/feedback?kind=praise"


def test_where_no_page_stands_above_an_address_a_switch_leads_home(client):
    for path in ("/preferences/x/y", "/nowhere"):
        assert back(client.post(path)) == "/"


def test_a_form_that_stands_at_its_own_address_is_led_back_to(client):
    assert back(client.post("/track", data={"reference": "x", "code": "y"})) == "/track?"


# --- a letter in hand --------------------------------------------------------------


def holds(page, fields: dict[str, str]) -> bool:
    """Say whether a page shows all of a letter."""
    return (
        f'value="{fields["title"]}"' in page.text
        and fields["body"] in page.text
        and f'value="{fields["phone"]}"' in page.text
        and re.search(rf'value="{fields["kind"]}" checked', page.text) is not None
        and re.search(r'name="consent_publish" value="y" checked', page.text) is not None
    )


@pytest.mark.parametrize("choice", [{"view": "care"}, {"language": "en"}])
def test_a_letter_is_there_in_the_other_language_and_view_and_is_not_sent(app, client, choice):
    page = client.post("/feedback/new", data=LETTER | choice)
    assert page.status_code == 200
    assert holds(page, LETTER)
    assert "error-summary" not in page.text
    assert ('data-view="care"' in page.text) is ("view" in choice)
    assert ("Send feedback" in page.text) is ("language" in choice)
    with app.app_context():
        assert session().scalar(select(func.count(Case.id))) == 0
    shown = client.get("/").text
    assert ('data-view="care"' in shown) is ("view" in choice)
    assert client.post("/feedback/new", data=LETTER).status_code == 303


def test_nobody_is_told_off_for_a_letter_just_begun(client):
    page = client.post("/feedback/new", data={"told": "", "title": "半", "view": "care"})
    assert page.status_code == 200
    assert 'value="半"' in page.text
    assert "has-error" not in page.text


def test_what_was_told_before_sending_is_told_again_in_the_other_language(client):
    page = client.post("/feedback/new", data=FIRE)
    assert 'href="tel:119"' in page.text
    told = re.search(r'name="told"[^>]*value="([^"]*)"', page.text)[1]
    for choice in ({"language": "en"}, {"view": "care"}):
        page = client.post("/feedback/new", data=FIRE | {"told": told} | choice)
        assert 'href="tel:119"' in page.text
        assert holds(page, FIRE)
    assert client.post("/feedback/new", data=FIRE | {"told": told}).status_code == 303


def test_files_that_were_chosen_stay_with_the_letter(client):
    data = LETTER | {"submission_key": "a-key-of-the-test", "view": "care"}
    photo = (io.BytesIO(samples.saved(samples.scene())), "现场.jpg")
    page = client.post("/feedback/new", data=data | {"photos": [photo]})
    assert page.text.count('<img src="/feedback/files/') == 1


def test_a_wrong_choice_is_no_choice(client):
    page = client.post("/feedback/new", data=LETTER | {"view": "x", "language": "xx"})
    assert page.status_code == 303

"""The residents' pages: a contact, a code, a cookie, and out again."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal import clock, db
from portal.ratings.kinds import Proof
from portal.ratings.models import Rating
from portal.residents import actions, sessions
from portal.residents.models import CodeChallenge, Resident
from tests import factories

PHONE, EMAIL = "13800001234", "zhang@example.cn"


def begin(client, contact=PHONE, target="/projects", **more):
    """Ask for a code."""
    return client.post("/verify", data={"contact": contact, "next": target} | more)


def code(app, client) -> str:
    """The code that was sent to this browser."""
    with client.session_transaction() as cookie:
        token = cookie["verifying"]["token"]
    with app.app_context():
        return actions.code_of(token)


def enter(app, client, text=None):
    """Type the code."""
    return client.post("/verify/code", data={"code": text or code(app, client)})


def verified(app, contact=PHONE, **more):
    """A browser in which somebody is verified."""
    client = app.test_client()
    begin(client, contact, **more)
    assert enter(app, client).status_code == 303
    return client


def who(app, client) -> int | None:
    """The number of the resident that a browser's cookie names."""
    cookie = client.get_cookie("resident")
    headers = {"Cookie": f"resident={cookie.value}"} if cookie else {}
    with app.test_request_context("/", headers=headers):
        resident = sessions.current(db.session())
        return resident.id if resident else None


@pytest.fixture
def settings(app):
    """Settings that a test may change."""
    before = dict(app.config)
    yield app.config
    app.config.update(before)


def test_a_resident_verifies_with_a_phone_and_goes_on_to_where_they_wanted(app, client):
    assert begin(client).location == "/verify/code"
    page = client.get("/verify/code")
    assert "138****34" in page.text
    assert PHONE not in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert 'autocomplete="one-time-code"' in page.text
    assert 'inputmode="numeric"' in page.text
    answer = enter(app, client)
    assert (answer.status_code, answer.location) == (303, "/projects")
    cookie = client.get_cookie("resident")
    assert cookie.http_only
    assert cookie.same_site == "Lax"
    assert not cookie.secure
    assert cookie.max_age == 180 * 86400
    assert who(app, client) is not None
    assert "您在这台设备上已经验证" in client.get("/verify").text


def test_the_cookie_is_bound_to_the_host_where_there_is_tls(app, settings):
    settings["SESSION_COOKIE_SECURE"] = True
    with app.test_request_context("/"):
        response = app.make_response("")
        resident = Resident(id=1, cookie_key="k")
        sessions.sign_in(response, resident)
    header = response.headers["Set-Cookie"]
    assert header.startswith("__Host-resident=")
    assert all(word in header for word in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"))


def test_a_code_typed_in_full_width_verifies(app, client):
    begin(client)
    wide = "".join(chr(ord(c) + 0xFEE0) for c in code(app, client))
    assert enter(app, client, f" {wide} ").status_code == 303


def test_a_wrong_code_is_refused_counted_and_the_fifth_is_the_end(app, client):
    begin(client)
    right = code(app, client)
    wrong = "000000" if right != "000000" else "111111"
    page = enter(app, client, wrong)
    assert page.status_code == 422
    assert "还可以试 4 次" in page.text
    for _ in range(4):
        page = enter(app, client, wrong)
    assert "已经作废" in page.text
    assert enter(app, client, right).status_code == 422
    assert client.get_cookie("resident") is None


def test_an_empty_code_costs_no_try(app, client):
    begin(client)
    assert client.post("/verify/code", data={"code": ""}).status_code == 422
    with app.app_context():
        assert db.session().scalar(select(CodeChallenge.attempts)) == 0


@pytest.mark.parametrize("contact", ["", "12345", "0571-1234567", "a,b@example.cn"])
def test_what_is_no_contact_is_refused_beside_the_field(client, contact):
    page = begin(client, contact)
    assert page.status_code == 422
    assert 'class="error-summary"' in page.text
    assert 'href="#contact"' in page.text


def test_the_answer_is_the_same_for_a_known_and_an_unknown_contact(app, client):
    verified(app, EMAIL, keep="y")
    known, unknown = begin(client, EMAIL), begin(app.test_client(), "li@example.cn")
    assert (known.status_code, known.location) == (unknown.status_code, unknown.location)
    one, other = app.test_client(), app.test_client()
    begin(one, EMAIL)
    begin(other, "zhao@example.cn")
    token = re.compile(r'name="csrf_token" value="[^"]+"')
    texts = [token.sub("", c.get("/verify/code").text) for c in (one, other)]
    assert texts[0] == texts[1]


def test_no_code_without_a_beginning_and_none_after_it_was_used(app, client):
    assert client.get("/verify/code").location == "/verify"
    assert client.post("/verify/again").location == "/verify"
    begin(client)
    enter(app, client)
    assert client.get("/verify/code").location == "/verify"


def test_a_forgotten_challenge_leads_back_to_the_beginning(app, client, monkeypatch):
    begin(client)
    later = clock.now() + timedelta(minutes=10)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert "已过期" in enter(app, client).text
    with app.app_context(), db.transaction() as s:
        actions.forget_expired(s, later)
    assert enter(app, client, "123456").location == "/verify?next=/projects"
    assert "已经失效" in client.get("/verify").text


def test_another_code_is_sent_after_a_minute_and_the_first_is_void(app, client, monkeypatch):
    begin(client)
    first = code(app, client)
    assert client.post("/verify/again").location == "/verify/code"
    assert "请等 1 分钟" in client.get("/verify/code").text
    assert code(app, client) == first
    later = clock.now() + timedelta(seconds=61)
    monkeypatch.setattr(clock, "now", lambda: later)
    client.post("/verify/again")
    assert "新的验证码已经发出" in client.get("/verify/code").text
    with app.app_context():
        assert db.session().scalar(select(func.count()).select_from(CodeChallenge)) == 1
    assert enter(app, client).status_code == 303


def test_codes_for_one_contact_are_limited_however_it_is_written(app, settings):
    settings["LIMIT_CODE_CONTACT"] = "4/hour"
    spellings = [PHONE, "138-0000-1234", "+86 13800001234", "１３８００００１２３４", "86" + PHONE]
    codes = [begin(app.test_client(), text).status_code for text in spellings]
    assert codes == [303] * 4 + [429]
    assert begin(app.test_client(), "13900001234").status_code == 303


def test_sending_again_counts_for_the_same_contact(app, client, settings):
    settings["LIMIT_CODE_CONTACT"] = "3/hour"
    begin(client)
    codes = [client.post("/verify/again").status_code for _ in range(3)]
    assert codes == [303, 303, 429]
    assert begin(app.test_client()).status_code == 429


@pytest.mark.parametrize("name", ["LIMIT_CODE_BROWSER", "LIMIT_CODE_ADDRESS"])
def test_codes_are_limited_by_browser_and_by_address(client, settings, name):
    settings[name] = "2/hour"
    codes = [begin(client, f"1380000000{n}").status_code for n in range(3)]
    assert codes == [303, 303, 429]


def test_tries_are_limited_by_address(app, client, settings):
    settings["LIMIT_CODE_TRY_ADDRESS"] = "1/hour"
    begin(client)
    assert enter(app, client, "12345").status_code == 422
    assert enter(app, client).status_code == 429


@pytest.mark.parametrize("path", ["/verify/forget", "/verify/sign-out"])
def test_what_a_button_undoes_is_limited_by_browser(client, settings, path):
    settings["LIMIT_MINE_BROWSER"] = "1/hour"
    client.get("/verify")
    with client.session_transaction() as cookie:
        cookie["browser"] = "one browser"
    assert [client.post(path).status_code for _ in range(2)] == [303, 429]


def test_one_is_led_nowhere_else(app, client):
    for trick in ("https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example"):
        begin(client, target=trick)
        assert enter(app, client).location == "/"
        assert client.post("/verify/sign-out", data={"next": trick}).location == "/"


def test_a_contact_is_kept_only_on_wish_and_deleted_on_this_page(app):
    assert "没有保存" in verified(app).get("/verify").text
    client = verified(app, EMAIL, keep="y")
    page = client.get("/verify").text
    assert "z***@example.cn" in page
    assert EMAIL not in page
    assert client.post("/verify/forget").status_code == 303
    assert "没有保存" in client.get("/verify").text
    assert who(app, client) is not None


def test_a_contact_sealed_with_another_key_can_still_be_deleted(app, write):
    client = verified(app, EMAIL, keep="y")
    write(lambda s: setattr(s.scalars(select(Resident)).one(), "contact", b"x" * 60))
    assert "********" in client.get("/verify").text
    client.post("/verify/forget")
    assert "没有保存" in client.get("/verify").text


def test_signing_out_here_leaves_other_devices_alone(app):
    here, there = verified(app), verified(app)
    here.post("/verify/sign-out")
    assert here.get_cookie("resident") is None
    assert who(app, here) is None
    assert who(app, there) is not None


def test_signing_out_everywhere_reaches_every_device(app):
    here, there = verified(app), verified(app)
    here.post("/verify/sign-out", data={"everywhere": "y"})
    assert who(app, there) is None


def test_a_stranger_may_press_every_button(app, client):
    for path in ("/verify/forget", "/verify/sign-out", "/verify/again"):
        assert client.post(path, data={"everywhere": "y"}).status_code == 303


def test_a_cookie_that_was_tampered_with_is_nobodys(app):
    client = verified(app)
    whole = client.get_cookie("resident").value
    assert who(app, client) is not None
    for text in ("", "x", whole[:-1], whole[1:], whole.replace(".", ".A", 1), whole + "A"):
        client.set_cookie("resident", text)
        assert who(app, client) is None, text
    assert client.get("/verify").status_code == 200


def test_a_cookie_ends_after_its_days(app, settings, monkeypatch):
    client = verified(app)
    settings["RESIDENT_COOKIE_DAYS"] = 2
    at = clock.now()
    monkeypatch.setattr(clock, "now", lambda: at + timedelta(days=2, seconds=-2))
    assert who(app, client) is not None
    monkeypatch.setattr(clock, "now", lambda: at + timedelta(days=2))
    assert who(app, client) is None


def test_an_erased_resident_is_nobody(app, write):
    client = verified(app)
    write(lambda s: actions.erase(s, s.scalars(select(Resident)).one(), at=clock.now()))
    assert who(app, client) is None


def test_a_county_without_any_sender_says_so(app, client, settings):
    settings["MODE"] = "production"
    page = client.get("/verify").text
    assert "本县尚未开通身份验证" in page
    assert 'name="contact"' not in page
    assert begin(client).status_code == 422


def test_the_field_is_named_after_what_can_be_reached(app, client, settings):
    assert ">手机号或邮箱" in client.get("/verify").text
    settings["MODE"], settings["SENDER"] = "production", "smtp"
    assert ">邮箱" in client.get("/verify").text
    page = begin(client, PHONE)
    assert page.status_code == 422
    assert "本县尚未开通短信验证码" in page.text
    assert begin(client, EMAIL).status_code == 303


def test_no_page_of_verification_breaks_on_absurd_input(client):
    for n, text in enumerate(("\0", "%00", "'", "🚰", "a" * 5000, "{{7*7}}")):
        assert client.get("/verify", query_string={"next": text}).status_code == 200
        assert begin(client, text, text).status_code == 422
        begin(client, f"1380000000{n}")
        assert client.post("/verify/code", data={"code": text}).status_code == 422
        client.post("/verify/sign-out", data={"next": text})


def test_what_was_said_before_counts_as_verified_afterwards(app, client, write):
    code_of_project = write(lambda s: factories.project(s).code)
    client.post(f"/projects/{code_of_project}/rate", data={"level": "2"})
    begin(client)
    wrong = "000000" if code(app, client) != "000000" else "111111"
    enter(app, client, wrong)
    with app.app_context():
        assert db.session().scalars(select(Rating)).one().proof is Proof.NONE
    enter(app, client)
    with app.app_context():
        rating = db.session().scalars(select(Rating)).one()
        assert (rating.level, rating.proof) == (2, Proof.VERIFIED)
        assert rating.rater == db.session().scalars(select(Resident)).one().pseudonym


def at_once(app, contacts, type_it) -> list[int]:
    """Let several browsers type at the same moment."""
    browsers = []
    for contact in contacts:
        browsers.append(app.test_client())
        begin(browsers[-1], contact)
    typed = [code(app, client) for client in browsers]
    with ThreadPoolExecutor(len(browsers)) as threads:
        return list(threads.map(type_it, browsers, typed))


def count(app, entity) -> int:
    with app.app_context():
        return db.session().scalar(select(func.count()).select_from(entity))


def test_two_codes_of_one_contact_at_once_make_one_resident(own_app):
    own_app.config["LIMIT_CODE_CONTACT"] = "100/hour"
    codes = at_once(own_app, [PHONE] * 6, lambda c, text: enter(own_app, c, text).status_code)
    assert codes == [303] * 6
    assert count(own_app, Resident) == 1


def test_one_code_typed_many_times_at_once_verifies_once(own_app):
    first = own_app.test_client()
    begin(first)
    text = code(own_app, first)
    browsers = [own_app.test_client() for _ in range(6)]
    for browser in browsers:
        browser.set_cookie("portal", first.get_cookie("portal").value)
    with ThreadPoolExecutor(6) as threads:
        codes = list(threads.map(lambda c: enter(own_app, c, text).status_code, browsers))
    assert sorted(codes) == [303] + [422] * 5
    assert count(own_app, Resident) == 1


def test_wrong_codes_at_once_are_counted_exactly(own_app):
    first = own_app.test_client()
    begin(first)
    right = code(own_app, first)
    wrong = "000000" if right != "000000" else "111111"
    browsers = [own_app.test_client() for _ in range(8)]
    for browser in browsers:
        browser.set_cookie("portal", first.get_cookie("portal").value)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda c: enter(own_app, c, wrong), browsers))
    with own_app.app_context():
        assert db.session().scalar(select(CodeChallenge.attempts)) == 5
    assert enter(own_app, first, right).status_code == 422


def test_a_county_may_leave_a_way_of_verifying_out(client, app, monkeypatch):
    monkeypatch.setitem(app.config, "VERIFY_BY", ["sms"])
    page = client.post("/verify", data={"contact": "someone@example.com"})
    assert page.status_code == 422
    assert "本县尚未开通邮箱验证码" in page.text
    assert client.post("/verify", data={"contact": "13800001234"}).status_code == 303

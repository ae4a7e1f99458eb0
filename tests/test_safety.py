"""Closed by default: forged forms, wrong sizes, cookies, headers, sign-in, refusals."""

import base64
import json
import re
import sys
from urllib.parse import quote

import pytest

from portal import config, create_app
from portal.errors import Refusal
from portal.security import Role
from tests import factories
from tests.conftest import settings

ERROR_HEADINGS = {
    400: "页面已过期或请求不完整",
    403: "没有权限",
    404: "找不到这个页面",
    405: "不能这样打开",
    413: "内容太大",
}


@pytest.fixture
def guarded(app):
    """The app with its guard against forged forms switched on."""
    app.config["WTF_CSRF_ENABLED"] = True
    yield app
    app.config["WTF_CSRF_ENABLED"] = False


def test_a_forged_form_is_refused_and_what_was_written_is_shown(guarded):
    text = "这是一封写了很久的信，不能因为页面过期就丢掉。"
    page = guarded.test_client().post("/feedback/new", data={"body": text})
    assert page.status_code == 400
    assert ERROR_HEADINGS[400] in page.text
    assert text in page.text


def test_every_post_is_guarded_against_forgery(guarded):
    client = guarded.test_client()
    posts = [r for r in guarded.url_map.iter_rules() if "POST" in r.methods]
    assert len(posts) > 15
    for rule in posts:
        path = re.sub(r"<int[^>]+>", "1", rule.rule)
        path = re.sub(r"<any\(([a-z]+)[^>]*>", r"\1", path)
        path = re.sub(r"<[^>]+>", "x", path)
        assert client.post(path).status_code == 400, rule.rule


def test_every_page_carries_the_strict_headers(client):
    for path in ("/", "/static/css/base.css", "/nowhere", "/feedback/new"):
        with client.get(path) as page:
            headers = page.headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "data:" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_staff_pages_are_not_stored(sign_in):
    assert sign_in(Role.INSPECTOR).get("/supervision/").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_refusals_speak_the_visitors_language(client, language):
    with client.session_transaction() as cookie:
        cookie["language"] = language
    page = client.get("/nowhere")
    assert page.status_code == 404
    wanted = ERROR_HEADINGS[404] if language == "zh" else "Page not found"
    assert wanted in page.text


def test_a_wrong_method_and_a_huge_body_have_pages_of_their_own(app, client):
    assert ERROR_HEADINGS[405] in client.put("/feedback/new").text
    huge = client.post("/feedback/new", data={"body": "长" * 500_000})
    assert huge.status_code == 413
    assert ERROR_HEADINGS[413] in huge.text


def test_a_fault_of_ours_is_a_page_that_says_so(app, client, monkeypatch):
    def broken(*_args):
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(sys.modules["portal.public.home"], "figure_of_year", broken)
    page = client.get("/")
    assert page.status_code == 500
    assert "系统出错了" in page.text
    assert "on purpose" not in page.text


def test_preferences_are_remembered_and_lead_nowhere_else(client):
    page = client.post(
        "/preferences", data={"language": "en", "view": "care", "next": "/projects?"}
    )
    assert page.location == "/projects"
    shown = client.get("/")
    assert 'lang="en"' in shown.text
    assert 'data-view="care"' in shown.text
    for trick in ("https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example"):
        assert client.post("/preferences", data={"next": trick}).location == "/"


def test_an_english_browser_is_answered_in_english_and_a_chinese_one_in_chinese(client):
    for header, lang in (
        ("en-GB,en", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"),
        ("fr", "zh-Hans"),
    ):
        page = client.get("/", headers={"Accept-Language": header})
        assert f'<html lang="{lang}"' in page.text, header


class TestSignIn:
    """Signing in, being signed out, and what a session may not outlive."""

    @pytest.fixture(autouse=True)
    def _people(self, write):
        write(lambda s: factories.account(s, "someone", Role.INSPECTOR))

    def enter(self, client, password=factories.PASSWORD, **more):
        data = {"username": "Someone", "password": password}
        return client.post("/staff/sign-in", data=data, **more)

    def test_the_right_password_opens_the_own_room(self, client):
        assert self.enter(client).location == "/supervision/"
        cookie = client.get_cookie("staff")
        assert cookie.http_only
        assert cookie.same_site == "Lax"

    def test_a_wrong_password_and_a_wrong_name_read_the_same(self, client):
        one = self.enter(client, "wrong password")
        other = client.post("/staff/sign-in", data={"username": "nobody", "password": "x"})
        assert one.status_code == other.status_code == 422
        assert "用户名或密码不正确" in one.text
        assert "用户名或密码不正确" in other.text

    def test_one_is_led_on_to_where_one_wanted_and_only_here(self, client):
        page = client.post(
            "/staff/sign-in?next=/supervision/audit",
            data={"username": "someone", "password": factories.PASSWORD},
        )
        assert page.location == "/supervision/audit"
        trick = client.post(
            "/staff/sign-in?next=//elsewhere.example",
            data={"username": "someone", "password": factories.PASSWORD},
        )
        assert trick.location == "/supervision/"

    def test_signing_out_ends_the_session_for_good(self, client):
        self.enter(client)
        token = client.get_cookie("staff").value
        client.post("/staff/sign-out")
        client.set_cookie("staff", token)
        assert client.get("/supervision/").status_code == 302

    def test_a_closed_account_is_out_at_once(self, client, sign_in):
        self.enter(client)
        admin = sign_in(Role.ADMIN)
        assert admin.post("/staff/accounts/someone/close").status_code == 303
        assert client.get("/supervision/").status_code == 302
        assert self.enter(client).status_code == 422

    def test_a_revoked_session_is_out_at_once(self, client, sign_in):
        self.enter(client)
        admin = sign_in(Role.ADMIN)
        page = admin.get("/staff/accounts/someone").text
        path = re.search(r'action="(/staff/accounts/someone/sessions/\d+/end)"', page)[1]
        admin.post(path)
        assert client.get("/supervision/").status_code == 302

    def test_an_idle_session_ends(self, app, client):
        self.enter(client)
        app.config["STAFF_IDLE_MINUTES"] = -1
        try:
            assert client.get("/supervision/").status_code == 302
        finally:
            app.config["STAFF_IDLE_MINUTES"] = 60

    def test_the_last_administrator_cannot_be_closed(self, sign_in):
        admin = sign_in(Role.ADMIN, username="only-admin")
        assert admin.post("/staff/accounts/only-admin/close").status_code == 422

    def test_guessing_is_stopped(self, app, client):
        app.config["LIMIT_SIGN_IN_USERNAME"] = "3/hour"
        try:
            for _ in range(3):
                assert self.enter(client, "wrong password").status_code == 422
            assert self.enter(client).status_code == 429
        finally:
            app.config["LIMIT_SIGN_IN_USERNAME"] = "20/10 minutes"


def test_production_refuses_an_unsafe_start(tmp_path, monkeypatch):
    monkeypatch.delenv("PORTAL_SECRET_KEY", raising=False)
    facts = settings("sqlite://", tmp_path) | {"MODE": "production", "DEMO_PASSWORD": ""}
    with pytest.raises(Refusal, match="PORTAL_SECRET_KEY"):
        create_app(facts)
    monkeypatch.setenv("PORTAL_SECRET_KEY", "s" * 40)
    with pytest.raises(Refusal, match="演示"):
        create_app(facts | {"DEMO_PASSWORD": "demo"})
    with pytest.raises(Refusal, match="演示"):
        config.check_start(facts, demo_accounts=True)
    assert create_app(facts).config["SESSION_COOKIE_SECURE"] is True


def test_an_unreadable_setting_is_named(monkeypatch):
    monkeypatch.setenv("PORTAL_WORKERS", "many")
    with pytest.raises(Refusal, match="PORTAL_WORKERS"):
        config.load()


def cursor(values: list) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


BAD_CURSORS = [
    "x",
    "====",
    cursor([]),
    cursor([1]),
    cursor(["2026-01-01", 1, 2]),
    cursor([2**80, 2**80, 2**80]),
    cursor(["0001-01-01T00:00:00+14:00", 1]),
    cursor(["2026-01-01T00:00:00+00:00", 2**70]),
    cursor(["a\0", "b"]),
    cursor([True, None]),
    cursor([{"a": 1}, []]),
]


@pytest.mark.parametrize("after", BAD_CURSORS)
def test_a_made_up_page_address_is_refused_and_breaks_nothing(client, after):
    for path in ("/projects", "/feedback"):
        assert client.get(path, query_string={"after": after}).status_code in (200, 422)


ABSURD = ["\0", "%00", "'", "%", "_", "\\", "🚰", "\ud7ff", "a" * 5000, "../../etc", "{{7*7}}"]


@pytest.mark.parametrize("text", ABSURD)
def test_absurd_input_never_breaks_a_page(client, sign_in, text):
    moderator = sign_in(Role.MODERATOR)
    for path in ("/projects", "/feedback", "/moderation/"):
        names = ("q", "year", "status", "department", "town", "kind", "state", "show", "act")
        query = dict.fromkeys(names, text)
        assert moderator.get(path, query_string=query).status_code in (200, 422)
    quoted = quote(text, safe="")
    for path in ("/projects/", "/feedback/", "/track/", "/feedback/receipt/"):
        assert client.get(path + quoted).status_code in (302, 404), path
    data = {"reference": text, "code": text}
    assert client.post("/track", data=data).status_code == 422
    data = {"username": text, "password": text}
    assert client.post("/staff/sign-in", data=data).status_code == 422
    fields = ("kind", "project", "category", "title", "body", "name", "phone", "email")
    form = dict.fromkeys([*fields, "consent_publish", "submission_key"], text)
    assert client.post("/feedback/new", data=form).status_code == 422


def test_an_absurd_number_in_an_address_is_not_found(sign_in):
    moderator = sign_in(Role.MODERATOR)
    for number in (0, 2**31, 10**30):
        address = f"/appraisal/comments/ratings/{number}/publish"
        assert moderator.post(address).status_code == 404
        assert moderator.post(f"/appraisal/doubts/{number}/decide").status_code == 404
        assert moderator.post(f"/staff/sessions/{number}/end").status_code == 404

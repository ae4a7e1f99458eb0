"""How codes and invitations leave: by gateway, by mail, or into the demo's mailbox."""

import json
import logging
import smtplib
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from sqlalchemy import select

from portal import clock, config, worker
from portal.db import session
from portal.errors import Refusal
from portal.notifications import development, senders
from portal.notifications.actions import queue
from portal.notifications.models import Message
from portal.notifications.texts import TEXTS
from portal.residents import actions
from portal.residents.kinds import Method
from portal.residents.models import CodeChallenge
from portal.residents.queries import methods
from portal.residents.rules import CODE_LIFETIME

PHONE, EMAIL = "13800001234", "zhang@example.cn"


@pytest.fixture
def settings(app, tmp_path):
    """Settings that a test may change, on a data directory of its own."""
    before = dict(app.config)
    app.config["DATA_DIR"] = str(tmp_path)
    yield app.config
    app.config.update(before)


class Gateway(BaseHTTPRequestHandler):
    """A text-message gateway that notes what it is given."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.append((self.path, self.headers["Authorization"], json.loads(body)))
        self.send_response(self.server.status)
        if self.server.status == 302:
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST  # noqa: N815 - as http.server calls it

    def log_message(self, *_words):
        """Say nothing."""


@pytest.fixture
def gateway(settings):
    """A gateway that the app is set to use."""
    with HTTPServer(("127.0.0.1", 0), Gateway) as server:
        server.taken, server.status = [], 200
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        settings["SMS_SENDER"], settings["SMS_TOKEN"] = "http", "the token"
        settings["SMS_URL"] = f"http://127.0.0.1:{server.server_port}/send"
        yield server
        server.shutdown()
        thread.join()


def ask(write, contact=PHONE) -> str:
    """Ask for a code; return its token."""
    return write(lambda s: actions.send_code(s, contact, at=clock.now()).token)


def run(app) -> None:
    with app.app_context():
        worker.run_once()


def message(app) -> Message:
    with app.app_context():
        return session().scalar(select(Message))


def test_a_code_goes_to_the_gateway(app, write, gateway):
    token = ask(write)
    run(app)
    ((path, authorization, body),) = gateway.taken
    with app.app_context():
        code = actions.code_of(token)
    assert path == "/send"
    assert authorization == "Bearer the token"
    assert body["to"] == PHONE
    assert code in body["text"]
    assert "10 分钟" in body["text"]
    assert message(app).done_at is not None
    with app.app_context():
        assert development.letters() == []


@pytest.mark.parametrize("status", [302, 403, 500])
def test_a_gateway_that_refuses_is_asked_again_later(app, write, gateway, status):
    gateway.status = status
    ask(write)
    run(app)
    assert message(app).done_at is None
    assert str(status) in message(app).last_error
    assert PHONE not in message(app).last_error
    assert [path for path, *_more in gateway.taken] == ["/send"]


def test_a_gateway_that_is_away_is_asked_again_later(app, write, gateway):
    app.config["SMS_URL"] = "http://127.0.0.1:9/"
    ask(write)
    run(app)
    assert message(app).done_at is None
    assert "URLError" in message(app).last_error


def test_a_refused_mail_leaves_no_address_in_the_record(app, write, settings, monkeypatch):
    class Server:
        def __init__(self, *_words, **_more):
            pass

        def __enter__(self):
            return self

        def __exit__(self, *_words):
            return None

        def send_message(self, mail):
            raise smtplib.SMTPRecipientsRefused({mail["To"]: (550, b"no such box")})

    monkeypatch.setattr(smtplib, "SMTP", Server)
    settings["SENDER"] = "smtp"
    ask(write, EMAIL)
    run(app)
    assert message(app).done_at is None
    assert "550" in message(app).last_error
    assert EMAIL not in message(app).last_error


def test_the_demo_shows_a_code_to_the_page_and_not_to_the_log(app, write, settings, caplog):
    caplog.set_level(logging.INFO)
    token = ask(write)
    run(app)
    with app.app_context():
        code = actions.code_of(token)
        (letter,) = development.letters()
    assert letter.address == PHONE
    assert code in letter.text
    assert "message to …1234" in caplog.text
    assert code not in caplog.text
    page = app.test_client().get("/outbox")
    assert code in page.text
    assert "138****34" in page.text
    assert PHONE not in page.text
    assert "演示" in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_the_mailbox_is_the_owners_and_keeps_the_last_fifty(app, settings, tmp_path):
    with app.app_context():
        for n in range(development.KEPT + 3):
            senders.send(PHONE, f"subject {n}", "text")
        subjects = [letter.subject for letter in development.letters()]
    assert subjects == [f"subject {n}" for n in range(development.KEPT + 2, 2, -1)]
    folder = tmp_path / "outbox"
    assert folder.stat().st_mode & 0o077 == 0
    files = list(folder.iterdir())
    assert len(files) == development.KEPT
    assert not [path for path in files if path.stat().st_mode & 0o077]


def test_production_has_no_such_mailbox(app, settings, tmp_path):
    settings["MODE"] = "production"
    with app.app_context():
        senders.send(EMAIL, "subject", "text")
    assert app.test_client().get("/outbox").status_code == 404
    assert not (tmp_path / "outbox").exists()


def test_only_what_has_a_sender_is_offered(app, settings):
    def offered(**some):
        settings.update(some)
        with app.app_context():
            return methods()

    assert offered() == (Method.SMS, Method.EMAIL)
    assert offered(MODE="production") == ()
    assert offered(SENDER="smtp") == (Method.EMAIL,)
    assert offered(SMS_SENDER="http") == (Method.SMS, Method.EMAIL)
    provider = config.provider("https://us:secret@id.example.cn")
    assert offered(OIDC=provider) == (Method.SMS, Method.EMAIL, Method.IDENTITY)


def test_an_invitation_goes_to_a_kept_contact_and_to_no_forgotten_one(app, write, monkeypatch):
    sent = []
    monkeypatch.setattr(worker, "send", lambda *words: sent.append(words))

    def invite(s):
        at = clock.now()
        resident = actions.verify_identity(s, "https://id.example.cn", "1", at=at)
        forgotten = actions.verify_identity(s, "https://id.example.cn", "2", at=at)
        actions.keep_contact(s, resident, EMAIL, at=at)
        for one in (resident, forgotten):
            recipient = f"resident:{one.id}"
            words = {"project": "城东供水", "address": "https://m.example.cn/p"}
            queue(s, "rating_invited", recipient, dedup_key=recipient, at=at, **words)

    write(invite)
    run(app)
    ((address, subject, text),) = sent
    assert address == EMAIL
    assert "城东供水" in subject
    assert "https://m.example.cn/p" in text
    with app.app_context():
        assert all(m.done_at for m in session().scalars(select(Message)))


def test_the_subject_which_is_logged_never_holds_a_code():
    assert all("%(code)" not in subject for subject, _text in TEXTS.values())


def test_the_worker_forgets_old_challenges(app, write, monkeypatch):
    ask(write)
    later = clock.now() + CODE_LIFETIME
    monkeypatch.setattr(clock, "now", lambda: later)
    with app.app_context():
        worker.tidy()
        assert session().scalar(select(CodeChallenge)) is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SMS_SENDER", "smoke"),
        ("SENDER", "pigeon"),
        ("SMS_URL", "http://gateway.example.cn/send"),
        ("SMS_URL", "ftp://gateway.example.cn/send"),
        ("OIDC", "https://id.example.cn"),
        ("OIDC", "https://us@id.example.cn"),
        ("OIDC", "http://us:secret@id.example.cn"),
        ("OIDC", "us:secret"),
    ],
)
def test_an_unusable_setting_is_named_and_not_repeated(monkeypatch, name, value):
    monkeypatch.setenv(f"PORTAL_{name}", value)
    with pytest.raises(Refusal, match=f"PORTAL_{name}") as refusal:
        config.load({"DATA_DIR": ".", "DATABASE_URL": "sqlite://", "SECRET_KEY": "s"})
    assert value not in str(refusal.value)


def test_a_gateway_without_an_address_is_refused(monkeypatch):
    monkeypatch.setenv("PORTAL_SMS_SENDER", "http")
    with pytest.raises(Refusal, match="PORTAL_SMS_URL"):
        config.load()
    monkeypatch.setenv("PORTAL_SMS_URL", "https://gateway.example.cn/send")
    facts = {"DATABASE_URL": "sqlite://", "SECRET_KEY": "s"}
    assert config.load(facts)["SMS_URL"] == "https://gateway.example.cn/send"

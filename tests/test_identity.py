"""The identity service: not loaded unless wanted; nothing that it says is taken on trust."""

import hmac
import html
import json
import os
import re
import subprocess
import sys
from base64 import urlsafe_b64encode
from pathlib import Path
from urllib.parse import quote

import pytest
from joserfc.jwk import OctKey, RSAKey
from sqlalchemy import select

from portal import clock, config, create_app, db, vault
from portal.ratings.kinds import Proof
from portal.ratings.models import Rating
from portal.residents import sessions
from portal.residents.kinds import Method
from portal.residents.models import Resident
from tests import factories
from tests.conftest import settings
from tests.residents.provider import CLIENT, HOUR, SECRET, Provider

TOP = Path(__file__).parent.parent


@pytest.fixture
def provider():
    """A provider on this machine."""
    provider = Provider()
    yield provider
    provider.close()


@pytest.fixture
def known_app(app, provider, tmp_path):
    """The app with the identity service switched on, on the test's database."""
    url = provider.issuer.replace("://", f"://{CLIENT}:{quote(SECRET, safe='')}@")
    facts = settings("sqlite://", tmp_path) | {"OIDC": config.provider(url)}
    known = create_app(facts)
    known.extensions["engine"].dispose()
    known.extensions |= {name: app.extensions[name] for name in ("engine", "db")}
    return known


@pytest.fixture
def visitor(known_app):
    """A browser on that app."""
    return known_app.test_client()


def leave(client, target="/projects") -> str:
    """Press the button; return the address at the provider."""
    page = client.post("/identity/start", data={"next": target})
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    return html.unescape(re.search(r'content="0; url=([^"]+)"', page.text)[1])


def residents(app) -> list[Resident]:
    with app.app_context():
        return list(db.session().scalars(select(Resident)))


def refused(app, client, path, status, words):
    """The way back ends on a page that says so, and nobody is verified."""
    page = client.get(path)
    assert page.status_code == status
    assert words in page.text
    assert "回到验证页" in page.text
    assert client.get_cookie("resident") is None
    assert residents(app) == []


UNPROVEN = "没有通过检查"


def test_a_resident_comes_back_verified(known_app, visitor, provider):
    answer = visitor.get(provider.consent(leave(visitor)))
    assert (answer.status_code, answer.location) == (303, "/projects")
    (resident,) = residents(known_app)
    assert resident.method is Method.IDENTITY
    assert resident.contact is None
    with known_app.app_context():
        assert resident.pseudonym == vault.index("resident", f"{provider.issuer} 4711")
    cookie = visitor.get_cookie("resident").value
    with known_app.test_request_context("/", headers={"Cookie": f"resident={cookie}"}):
        assert sessions.current(db.session()).id == resident.id


def test_the_same_person_is_the_same_resident(known_app, provider):
    for _ in range(2):
        browser = known_app.test_client()
        browser.get(provider.consent(leave(browser)))
    assert len(residents(known_app)) == 1
    provider.claims = {"sub": "4712"}
    other = known_app.test_client()
    other.get(provider.consent(leave(other)))
    assert len(residents(known_app)) == 2


def test_what_was_said_before_counts_as_verified_afterwards(known_app, visitor, provider, write):
    code = write(lambda s: factories.project(s).code)
    visitor.post(f"/projects/{code}/rate", data={"level": "2"})
    visitor.get(provider.consent(leave(visitor)))
    with known_app.app_context():
        assert db.session().scalars(select(Rating)).one().proof is Proof.VERIFIED


def test_nothing_is_asked_of_the_provider_before_somebody_comes(visitor, provider):
    page = visitor.get("/verify")
    assert 'action="/identity/start"' in page.text
    assert provider.asked == []


def test_one_is_led_nowhere_else(visitor, provider):
    assert visitor.get(provider.consent(leave(visitor, "//elsewhere.example"))).location == "/"


def test_the_way_back_is_the_public_address(known_app, visitor, provider):
    known_app.config["PUBLIC_URL"] = "https://m.example.cn"
    assert "redirect_uri=https%3A%2F%2Fm.example.cn%2Fidentity%2Fback" in leave(visitor)


def test_a_resident_who_refuses_is_told_so(known_app, visitor, provider):
    refused(known_app, visitor, provider.deny(leave(visitor)), 403, "没有同意")


def test_a_provider_in_trouble_is_told_so(known_app, visitor, provider):
    path = provider.deny(leave(visitor), "temporarily_unavailable")
    refused(known_app, visitor, path, 503, "暂时没有应答")


def test_a_state_is_used_once(known_app, visitor, provider):
    path = provider.consent(leave(visitor))
    assert visitor.get(path).status_code == 303
    visitor.delete_cookie("resident")
    again = visitor.get(path)
    assert again.status_code == 400
    assert "已经用过" in again.text
    assert visitor.get_cookie("resident") is None


def test_a_state_of_another_browser_is_refused(known_app, visitor, provider):
    path = provider.consent(leave(known_app.test_client()))
    leave(visitor)
    refused(known_app, visitor, path, 400, "已经用过")


@pytest.mark.parametrize("query", ["", "?code=x", "?code=x&state=made-up", "?state=&code="])
def test_a_way_back_without_a_way_there_is_refused(known_app, visitor, query):
    refused(known_app, visitor, f"/identity/back{query}", 400, "已经用过")


def test_a_made_up_code_is_refused(known_app, visitor, provider):
    path = re.sub(r"code=[^&]+", "code=made-up", provider.consent(leave(visitor)))
    refused(known_app, visitor, path, 400, UNPROVEN)


def test_a_token_signed_by_another_key_is_refused(known_app, visitor, provider):
    provider.signing_key = RSAKey.generate_key(2048, {"kid": "one"})
    refused(known_app, visitor, provider.consent(leave(visitor)), 400, UNPROVEN)


def encoded(raw: bytes) -> str:
    """Base64 as tokens have it."""
    return urlsafe_b64encode(raw).decode().rstrip("=")


@pytest.mark.parametrize("offered", [["RS256"], ["HS256"], ["HS256", "RS256", "none"]])
@pytest.mark.parametrize("alg", ["HS256", "none"])
def test_a_token_that_anybody_could_sign_is_refused(
    known_app, visitor, provider, monkeypatch, offered, alg
):
    """The public key taken for a shared secret, or no signature at all."""
    whole = Provider.id_token

    def forged(self, nonce):
        header = encoded(json.dumps({"alg": alg, "kid": "one"}).encode())
        body = f"{header}.{whole(self, nonce).split('.')[1]}"
        secret = self.key.as_pem(private=False)
        signature = hmac.digest(secret, body.encode(), "sha256") if alg == "HS256" else b""
        return f"{body}.{encoded(signature)}"

    monkeypatch.setattr(Provider, "id_token", forged)
    provider.metadata = {"id_token_signing_alg_values_supported": offered}
    refused(known_app, visitor, provider.consent(leave(visitor)), 400, UNPROVEN)


def test_a_token_signed_with_our_own_secret_is_refused(known_app, visitor, provider):
    provider.metadata = {"id_token_signing_alg_values_supported": ["HS256"]}
    provider.signing_key = provider.key = OctKey.import_key(SECRET * 3)
    provider.header = {"alg": "HS256"}
    refused(known_app, visitor, provider.consent(leave(visitor)), 400, UNPROVEN)


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "of another"},
        {"nonce": None},
        {"iss": "https://elsewhere.example"},
        {"iss": None},
        {"aud": "another client"},
        {"aud": "another client", "azp": CLIENT},
        {"aud": ["another client"]},
        {"aud": None},
        {"aud": [CLIENT, "another client"], "azp": "another client"},
        {"exp": 1},
        {"exp": None},
        {"exp": "soon"},
        {"sub": None},
        {"sub": ""},
        {"sub": 4711},
        {"sub": "s" * 256},
    ],
    ids=str,
)
def test_a_token_that_says_something_else_is_refused(known_app, visitor, provider, claims):
    provider.claims = claims
    refused(known_app, visitor, provider.consent(leave(visitor)), 400, UNPROVEN)


def test_an_old_token_is_refused(known_app, visitor, provider):
    now = int(clock.now().timestamp())
    provider.claims = {"iat": now - 2 * HOUR, "exp": now - HOUR}
    refused(known_app, visitor, provider.consent(leave(visitor)), 400, UNPROVEN)


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"access_token": "access", "token_type": "Bearer"},
        {"access_token": "access", "token_type": "Bearer", "id_token": "x.y"},
        {"access_token": "access", "token_type": "Bearer", "id_token": 7},
        {"error": "invalid_grant"},
    ],
    ids=str,
)
def test_an_answer_without_a_token_is_refused(known_app, visitor, provider, answer):
    provider.answer = answer
    refused(known_app, visitor, provider.consent(leave(visitor)), 400, UNPROVEN)


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://elsewhere.example"},
        {"token_endpoint": None},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": "file:///etc/passwd"},
    ],
    ids=str,
)
def test_a_provider_that_says_strange_things_of_itself_is_not_visited(
    known_app, visitor, provider, metadata
):
    provider.metadata = metadata
    page = visitor.post("/identity/start")
    assert page.status_code == 400
    assert UNPROVEN in page.text
    provider.metadata = {}
    assert leave(visitor)


def test_a_provider_that_is_away_is_told_so_and_found_again(known_app, visitor, provider):
    provider.is_away = True
    page = visitor.post("/identity/start")
    assert page.status_code == 503
    assert "暂时没有应答" in page.text
    provider.is_away = False
    assert visitor.get(provider.consent(leave(visitor))).status_code == 303


def test_a_provider_that_falls_silent_in_the_middle_is_told_so(known_app, visitor, provider):
    path = provider.consent(leave(visitor))
    provider.is_away = True
    refused(known_app, visitor, path, 503, "暂时没有应答")


def test_keys_that_changed_are_asked_for_anew(known_app, visitor, provider):
    visitor.get(provider.consent(leave(visitor)))
    provider.key = provider.signing_key = RSAKey.generate_key(2048, {"kid": "two"})
    provider.header = {"alg": "RS256", "kid": "two"}
    assert visitor.get(provider.consent(leave(visitor))).status_code == 303


def test_keys_without_a_name_that_changed_are_found_at_the_second_try(known_app, visitor, provider):
    def renew():
        provider.key = provider.signing_key = RSAKey.generate_key(2048)

    provider.header = {"alg": "RS256"}
    renew()
    assert visitor.get(provider.consent(leave(visitor))).status_code == 303
    renew()
    assert visitor.get(provider.consent(leave(visitor))).status_code == 400
    assert visitor.get(provider.consent(leave(visitor))).status_code == 303


def test_many_beginnings_leave_a_small_cookie(visitor):
    for _ in range(20):
        leave(visitor)
    assert len(visitor.get_cookie("portal").value) < 2000


def test_both_doors_are_guarded_and_limited(known_app, visitor, provider):
    for name in ("identity.start", "identity.back"):
        assert hasattr(known_app.view_functions[name], "permission")
    assert visitor.get("/identity/start").status_code == 405
    known_app.config["WTF_CSRF_ENABLED"] = True
    assert visitor.post("/identity/start").status_code == 400
    known_app.config["WTF_CSRF_ENABLED"] = False
    known_app.config["LIMIT_IDENTITY_ADDRESS"] = "2/hour"
    assert [visitor.get("/identity/back").status_code for _ in range(3)] == [400, 400, 429]


def test_a_secret_is_not_shown_by_chance():
    found = config.provider("https://us:the%2Fsecret@id.example.cn:8443/realms/county/")
    assert found.issuer == "https://id.example.cn:8443/realms/county/"
    assert (found.client_id, found.client_secret) == ("us", "the/secret")
    assert "the/secret" not in repr(found)


def loaded(tmp_path, **env) -> str:
    """Which modules of the identity service a process with these settings has loaded."""
    script = (
        "import sys; from portal import create_app; create_app();"
        "print([m for m in ('portal.identity', 'authlib', 'joserfc', 'requests')"
        " if m in sys.modules])"
    )
    clean = {k: v for k, v in os.environ.items() if not k.startswith("PORTAL_")}
    facts = {"PORTAL_MODE": "test", "PORTAL_DATA_DIR": str(tmp_path), "PORTAL_SECRET_KEY": "s" * 40}
    return subprocess.run(
        [sys.executable, "-c", script],
        cwd=TOP,
        env=clean | facts | env,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()


def test_nothing_of_it_is_loaded_unless_it_is_wanted(tmp_path):
    assert loaded(tmp_path) == "[]"
    wanted = loaded(tmp_path, PORTAL_OIDC="https://us:secret@id.example.cn")
    assert "portal.identity" in wanted
    assert "authlib" in wanted


def test_without_it_there_are_no_such_doors(client):
    assert client.get("/identity/back").status_code == 404
    assert client.post("/identity/start").status_code == 404
    assert "统一身份认证" not in client.get("/verify").text

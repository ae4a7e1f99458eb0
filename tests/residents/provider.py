"""A small OpenID Connect provider on this machine, with a key of its own, that can also cheat."""

import base64
import hashlib
import json
import secrets
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

from portal import clock

CLIENT, SECRET = "portal", "a secret/with:marks"
HOUR = 3600
KEY = RSAKey.generate_key(2048, {"kid": "one"})


class Provider:
    """The provider; a test may change what it says before the resident goes there."""

    def __init__(self) -> None:
        """Listen on a free port; nothing is promised yet."""
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self.server.provider = self
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()
        self.issuer = f"http://127.0.0.1:{self.server.server_port}/realm"
        self.key = self.signing_key = KEY
        self.claims: dict[str, object] = {}
        self.header: dict[str, object] = {"alg": "RS256", "kid": "one"}
        self.metadata: dict[str, object] = {}
        self.answer: dict[str, object] | None = None
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: list[str] = []
        self.is_away = False

    def close(self) -> None:
        """Stop listening."""
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def consent(self, url: str) -> str:
        """Sign in as the resident does there; return the path that leads back."""
        asked = dict(parse_qsl(urlsplit(url).query))
        assert url.startswith(f"{self.issuer}/authorize?")
        assert asked["client_id"] == CLIENT
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(8)
        self.codes[code] = asked
        return self._back(asked, code=code)

    def deny(self, url: str, error: str = "access_denied") -> str:
        """Refuse there; return the path that leads back."""
        return self._back(dict(parse_qsl(urlsplit(url).query)), error=error)

    def _back(self, asked: dict[str, str], **words: str) -> str:
        path = urlsplit(asked["redirect_uri"]).path
        return f"{path}?{urlencode(words | {'state': asked['state']})}"

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, object]]:
        """Answer a code as RFC 6749 and RFC 7636 want it."""
        asked = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        who = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        if who != f"{CLIENT}:{SECRET}":
            return 401, {"error": "invalid_client"}
        if asked is None or asked["redirect_uri"] != form.get("redirect_uri"):
            return 400, {"error": "invalid_grant"}
        if asked["code_challenge"] != challenge:
            return 400, {"error": "invalid_grant"}
        if self.answer is not None:
            return 200, self.answer
        return 200, {
            "access_token": "access",
            "token_type": "Bearer",
            "expires_in": HOUR,
            "id_token": self.id_token(asked["nonce"]),
        }

    def id_token(self, nonce: str) -> str:
        """Return the signed token, with the claims that the test wants otherwise."""
        now = int(clock.now().timestamp())
        claims = {
            "iss": self.issuer,
            "sub": "4711",
            "aud": CLIENT,
            "iat": now,
            "exp": now + HOUR,
            "nonce": nonce,
        }
        kept = {k: v for k, v in (claims | self.claims).items() if v is not None}
        return jwt.encode(self.header, kept, self.signing_key, algorithms=[self.header["alg"]])

    def facts(self) -> dict[str, object]:
        """Return what the provider says of itself."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "id_token_signing_alg_values_supported": ["RS256"],
        } | self.metadata


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        provider = self.server.provider
        provider.asked.append(self.path)
        public = {"keys": [provider.key.as_dict(private=False)]}
        pages = {
            "/realm/.well-known/openid-configuration": provider.facts(),
            "/realm/keys": public,
        }
        self._say(200 if self.path in pages else 404, pages.get(self.path, {}))

    def do_POST(self) -> None:
        text = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(text).items()}
        self._say(*self.server.provider.token(form, self.headers.get("Authorization", "")))

    def _say(self, status: int, facts: dict[str, object]) -> None:
        body = json.dumps(facts).encode()
        self.send_response(503 if self.server.provider.is_away else status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        """Say nothing."""

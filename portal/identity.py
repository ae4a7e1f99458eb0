"""统一身份认证: residents verified by an OpenID Connect identity service.

Only imported when PORTAL_OIDC is set, and with it the library that speaks the protocol:
authorization code flow with PKCE, state and nonce; the ID token's signature, issuer, audience
and times are checked by Authlib. Nothing is asked of the service before the first resident
comes. Source: OpenID Connect Core 1.0, 3.1; RFC 7636.
"""

import logging
from urllib.parse import urlsplit

from authlib.integrations.flask_client import OAuth, OAuthError
from authlib.integrations.flask_client.apps import FlaskOAuth2App
from flask import Blueprint, Flask, Response, current_app, request, session, url_for
from joserfc.errors import JoseError
from requests import RequestException

from portal import clock, db
from portal.language import N_
from portal.limits import by_address, limited
from portal.public.posters import public_address
from portal.public.verify import claim_said, welcome
from portal.residents.actions import verify_identity
from portal.security import Permission
from portal.web import own_path, page, requires

log = logging.getLogger("portal.identity")

NAME = "identity"

TIMEOUT = 10
"""Seconds the service may take over one answer."""

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Signatures with a private key of the service; none that our own secret or nothing could make."""

ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")

LONGEST_SUBJECT = 255
"""Source: OpenID Connect Core 1.0, 2 (`sub`)."""

UNREADABLE = (JoseError, ValueError, LookupError, TypeError, AttributeError, RuntimeError)
"""What Authlib raises for a token that is not right, and for answers of another shape."""

FAILURES = {
    "denied": (403, N_("您没有同意，或统一身份认证没有通过。没有保存任何信息。")),
    "state": (400, N_("这次认证等得太久，或已经用过，请重新开始。")),
    "down": (503, N_("统一身份认证平台暂时没有应答，请稍后再试，或用其他方式验证。")),
    "token": (400, N_("统一身份认证平台的答复没有通过检查，没有采用。请重新开始。")),
}
"""What went wrong -> the status and what the page says."""

bp = Blueprint(NAME, __name__, url_prefix="/identity")


class Refused(Exception):
    """The service's answer was not accepted; `why` is one of FAILURES."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def init_app(app: Flask) -> None:
    """Open the two doors of this app and register the service; asks nothing of it."""
    provider = app.config["OIDC"]
    oauth = OAuth(app)
    oauth.register(
        NAME,
        client_id=provider.client_id,
        client_secret=provider.client_secret,
        server_metadata_url=f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid",
            "code_challenge_method": "S256",
            "default_timeout": TIMEOUT,
        },
    )
    app.extensions[NAME] = oauth
    app.register_blueprint(bp)


@bp.post("/start")
@requires(Permission.PUBLIC)
@limited("LIMIT_IDENTITY_ADDRESS", by_address)
def start():
    """Lead to the service.

    By a page, not by a redirect: our policy lets no form end up at another site.
    """
    _forget_begun()
    try:
        client = _client()
        back = public_address(url_for(".back"))
        url = client.authorize_redirect(back).location
    except Exception as error:
        return _failed(_why(error), error)
    session["identity_next"] = own_path(request.form.get("next", ""), url_for("public.home"))
    return _unstored(page("public/verify_leave.html", url=url, host=urlsplit(url).hostname))


@bp.get("/back")
@requires(Permission.PUBLIC)
@limited("LIMIT_IDENTITY_ADDRESS", by_address, method="GET")
def back():
    """Take the resident back from the service."""
    target = session.get("identity_next", "")
    try:
        subject = _subject()
    except Exception as error:
        return _failed(_why(error), error)
    finally:
        _forget_begun()
    with db.transaction() as s:
        issuer = current_app.config["OIDC"].issuer
        resident = verify_identity(s, issuer, subject, at=clock.now())
        claimed = claim_said(s, resident)
    return welcome(resident, target, claimed)


def _client() -> FlaskOAuth2App:
    """Return the client, after a look at what the service says of itself. Raises Refused."""
    client = current_app.extensions[NAME].create_client(NAME)
    issuer = current_app.config["OIDC"].issuer
    facts = client.load_server_metadata()
    schemes = ("https://",) if issuer.startswith("https://") else ("https://", "http://")
    is_safe = all(str(facts.get(name, "")).startswith(schemes) for name in ENDPOINTS)
    if facts.get("issuer") != issuer or not is_safe:
        _forget_service(client)
        raise Refused("token")
    offered = facts.get("id_token_signing_alg_values_supported") or []
    accepted = [name for name in offered if name in ALGORITHMS]
    facts["id_token_signing_alg_values_supported"] = accepted or ["RS256"]
    return client


def _subject() -> str:
    """Return whom the service vouches for. Raises Refused and what Authlib raises."""
    client = _client()
    wanted = {"iss": current_app.config["OIDC"].issuer, "aud": client.client_id}
    try:
        token = client.authorize_access_token(
            claims_options={k: {"essential": True, "value": v} for k, v in wanted.items()}
        )
    except UNREADABLE:
        _forget_service(client)  # its keys may have changed: the next try asks anew
        raise
    subject = (token.get("userinfo") or {}).get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
        raise Refused("token")
    return subject


def _forget_service(client: FlaskOAuth2App) -> None:
    client.server_metadata.clear()


def _forget_begun() -> None:
    """One way to the service per browser: each weighs on a cookie of limited size."""
    for key in [k for k in session if k.startswith(f"_state_{NAME}_")] + ["identity_next"]:
        session.pop(key, None)


def _why(error: Exception) -> str:
    """Return which of FAILURES an error is; what is none of them passes through."""
    if isinstance(error, Refused):
        return error.why
    if isinstance(error, OAuthError):
        known = {
            "access_denied": "denied",
            "mismatching_state": "state",
            "server_error": "down",
            "temporarily_unavailable": "down",
        }
        return known.get(error.error, "token")
    if isinstance(error, RequestException):  # before ValueError, which some of them are as well
        return "down"
    if isinstance(error, UNREADABLE):
        return "token"
    raise error


def _failed(why: str, error: Exception) -> Response:
    log.warning("identity: %s", why, exc_info=error if why == "token" else None)
    status, message = FAILURES[why]
    return _unstored(page("public/verify_failed.html", status, message=message))


def _unstored(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response

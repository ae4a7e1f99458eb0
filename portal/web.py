"""Where Flask meets the domain: the guard on each door, the headers on each page."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import wraps
from typing import Any
from urllib.parse import quote, urlsplit

from flask import Flask, Response, abort, current_app, g, render_template, request, session
from flask_babel import Babel, gettext, refresh
from flask_wtf import CSRFProtect
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup
from werkzeug.middleware.proxy_fix import ProxyFix

from portal import clock
from portal.config import SETTINGS
from portal.errors import NotSignedIn
from portal.security import Permission, ensure, permits

LANGUAGES = {"zh": "zh_Hans_CN", "en": "en"}
"""What visitors choose -> the catalogue's name. A Chinese browser must be offered 'zh-CN'
and 'zh': offered 'zh-Hans' it would be answered in English."""

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
"""What a workbook is called among machines."""

VIEWS = ("standard", "care")
"""标准版 and 关怀版 (large type, more contrast, bigger targets)."""

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}

csrf = CSRFProtect()
babel = Babel()


def requires(permission: Permission) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Guard a view, and mark it so that the test of routes can see the guard."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if not permits(g.actor, permission) and not g.actor.is_staff:
                raise NotSignedIn
            ensure(g.actor, permission)
            return view(*args, **kwargs)

        guarded.permission = permission
        return guarded

    return decorate


def uploads(setting: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let a view take larger requests than others: as many bytes as `setting` says.

    Raises KeyError, when the module is imported, for a setting that does not exist.
    """
    SETTINGS[setting]

    def mark(view: Callable[..., Any]) -> Callable[..., Any]:
        view.uploads = setting
        return view

    return mark


def page(template: str, status: int = 200, **context: Any) -> Response:
    """Render a page with a status; staff pages and pages with secrets are never stored."""
    response = current_app.make_response((render_template(template, **context), status))
    if g.actor.is_staff:
        response.headers["Cache-Control"] = "no-store"
    return response


def download(name: str, body: bytes, kind: str) -> Response:
    """Hand over a file to be saved under `name`, made for this one request."""
    response = current_app.response_class(body, content_type=kind)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def language() -> str:
    """Return 'zh' or 'en': what the visitor chose, else what the browser prefers."""
    if session.get("language") in LANGUAGES:
        return session["language"]
    best = request.accept_languages.best_match(["zh-CN", "zh", "en"], default="zh-CN")
    return "en" if best == "en" else "zh"


def view_mode() -> str:
    """Return 'standard' or 'care', as the visitor chose."""
    return session["view"] if session.get("view") in VIEWS else "standard"


def choose() -> bool:
    """Remember the language and the view that a form names; say whether it named one."""
    offered = {"language": LANGUAGES, "view": VIEWS}
    named = {name: request.form.get(name) for name in offered}
    chosen = {name: value for name, value in named.items() if value in offered[name]}
    if chosen:
        session.update(chosen)
        refresh()  # what is said from here on is said in the language just chosen
    return bool(chosen)


def here() -> str:
    """Return an address that shows this page again.

    What a form was sent to often only takes forms. The page that the form stood on does, or the
    nearest above its address: that of a case, where `/track/<reference>/verdict` was sent.
    """
    if request.method in ("GET", "HEAD"):
        return request.full_path
    return next(filter(_opens, [request.full_path, *_around()]), "/")


def before() -> str:
    """Return the address of the page of this site that the request came from, or of the nearest
    above what was asked for; nothing where neither opens."""
    ours = (own_path(path, "") for path in _around())
    return next((path for path in ours if path and _opens(path)), "")


def _around() -> list[str]:
    """Return the page before this one, if it is one of ours, then those above, nearest first."""
    back = urlsplit(request.referrer or "")
    ours = [f"{back.path}?{back.query}".removesuffix("?")] if back.netloc == request.host else []
    return ours + [request.path.rsplit("/", n)[0] for n in range(1, request.path.count("/"))]


def _opens(path: str) -> bool:
    """Say whether an address of this site can be asked for."""
    adapter = current_app.create_url_adapter(request)
    return adapter is not None and adapter.test(path.partition("?")[0], "GET")


def own_path(target: str, otherwise: str) -> str:
    """Return `target` when it is a path of this site, else `otherwise`."""
    parts = urlsplit(target)
    is_ours = target.startswith("/") and not target.startswith(("//", "/\\"))
    if not is_ours or parts.scheme or parts.netloc or "\n" in target:
        return otherwise
    return target.removesuffix("?")


_MOST_DIGITS = 20
"""Digits of a number in an address; Python refuses to read one of thousands."""


def arg_int(name: str, least: int, most: int) -> int | None:
    """Return a whole number of the query string, or None when it is missing or absurd."""
    text = request.args.get(name, "")
    is_number = text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
    return int(text) if is_number and least <= int(text) <= most else None


def arg_text(name: str, longest: int = 60) -> str | None:
    """Return a text of the query string, cut to `longest`, or None when it is empty."""
    return request.args.get(name, "").replace("\x00", "").strip()[:longest] or None


def init_app(app: Flask) -> None:
    """Give `app` its guard against forgery, its languages, its headers and its formats."""
    app.before_request(_allow_uploads)  # first: the guard against forgery reads the form
    csrf.init_app(app)
    babel.init_app(app, locale_selector=lambda: LANGUAGES[language()])
    if app.config["PROXIES"]:
        n = app.config["PROXIES"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=n)
    app.before_request(_refuse_absurd_paths)
    app.after_request(_add_headers)
    app.context_processor(_context)
    app.add_template_global(csrf_field)
    app.add_template_filter(local_time)
    app.add_template_filter(local_date)
    app.add_template_filter(money)
    app.add_template_filter(labelled)
    app.add_template_filter(pairs)


def csrf_field() -> Markup:
    """Return the hidden field that proves a form came from this site; it has no id."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())


def local_time(moment: datetime | None) -> str:
    """Show a moment as the county's wall clock tells it, to the minute."""
    return moment.astimezone(clock.ZONE).strftime("%Y-%m-%d %H:%M") if moment else ""


def local_date(moment: datetime | None) -> str:
    """Show the day of a moment in the county."""
    return clock.local_day(moment).isoformat() if moment else ""


def money(fen: int | None) -> str:
    """Show an amount kept in 分 as exact 万元, without idle zeros."""
    if fen is None:
        return ""
    whole, rest = divmod(fen, 1_000_000)
    decimals = f"{rest:06d}".rstrip("0")
    return f"{whole:,}" + (f".{decimals}" if decimals else "")


def labelled(labels: Mapping[str, str]) -> list[tuple[str, str]]:
    """Turn a mapping from values to marked texts into the options of a select."""
    return [(str(value), gettext(label)) for value, label in labels.items()]


def pairs(items: Iterable[Any], value: str = "", label: str = "") -> list[tuple[str, str]]:
    """Turn things into the options of a select, by two of their attributes or as they are."""
    return [
        (str(getattr(i, value) if value else i), str(getattr(i, label) if label else i))
        for i in items
    ]


def _allow_uploads() -> None:
    """Raise the limit of this one request where its view is marked with `uploads`.

    A form without files stays small: unlike one with files it is read into memory as a whole.
    """
    view = current_app.view_functions.get(request.endpoint or "")
    setting = getattr(view, "uploads", None)
    if setting and request.mimetype == "multipart/form-data":
        request.max_content_length = current_app.config[setting]


def _refuse_absurd_paths() -> None:
    """PostgreSQL has no way to even look for a text with a NUL in it."""
    if "\0" in request.path:
        abort(404)


def _context() -> dict[str, Any]:
    chosen = language()
    return {
        "language": chosen,
        "html_lang": "zh-Hans" if chosen == "zh" else "en",
        "view_mode": view_mode(),
        "here": here(),
        "actor": g.actor,
    }


def _add_headers(response: Response) -> Response:
    if session.modified:
        session.permanent = True  # choices and the browser's random name outlive the window
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if current_app.config["SESSION_COOKIE_SECURE"]:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    if request.endpoint != "static" and "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "private, no-cache"
    return response

"""Every setting: its default, how it is read, and what it means.

Each is overridden by the environment variable of the same name with `PORTAL_` before it.
What a county decides (deadlines, names, holidays) is data in the database, not a setting.
"""

import os
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from portal.errors import Refusal
from portal.language import N_

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Setting:
    """One setting: the default as it would be written in the environment."""

    default: str
    read: Callable[[str], Any]
    meaning: str


def _words(text: str) -> list[str] | None:
    return [word.strip() for word in text.split(",") if word.strip()] or None


def _address(text: str) -> str:
    """Read an address without its last slash. Raises ValueError for what is none."""
    if text and not text.startswith(("http://", "https://")):
        raise ValueError(text)
    return text.rstrip("/")


def _protected(text: str) -> str:
    """Read an https:// address, or http:// on this machine. Raises ValueError for others."""
    parts = urlsplit(text)
    is_local = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost")
    if text and not (parts.hostname and (parts.scheme == "https" or is_local)):
        raise ValueError(text)
    return text


@dataclass(frozen=True)
class Provider:
    """An OpenID Connect identity service, and who we are to it."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)


def provider(text: str) -> Provider | None:
    """Read 'https://client_id:client_secret@issuer/path', or None for nothing.

    Raises ValueError for anything else. Marks with a meaning of their own in an address
    (: / @ %) are written as %3A %2F %40 %25 in the id and the secret.
    """
    if not text:
        return None
    parts = urlsplit(_protected(text))
    if not parts.username or not parts.password or parts.query or parts.fragment:
        raise ValueError("no client")
    issuer = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    return Provider(issuer, unquote(parts.username), unquote(parts.password))


def _one_of(*values: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in values:
            raise ValueError(text)
        return text

    return read


SETTINGS: dict[str, Setting] = {
    "MODE": Setting("production", str, "production, demo (`make run`) or test"),
    "DATA_DIR": Setting(".data", str, "directory of the database file, keys and logs"),
    "DATABASE_URL": Setting("", str, "SQLAlchemy URL; empty: SQLite in DATA_DIR"),
    "SECRET_KEY": Setting("", str, "secret of cookies and sealed data, 32+ random characters"),
    "DEMO_PASSWORD": Setting("", str, "password of every demo sign-in; empty: a generated one"),
    "HOST": Setting("127.0.0.1", str, "address that `serve` listens on"),
    "PORT": Setting("8000", int, "port that `serve` listens on"),
    "WORKERS": Setting("2", int, "web worker processes"),
    "THREADS": Setting("4", int, "threads in each web worker"),
    "PROXIES": Setting("0", int, "trusted reverse proxies in front"),
    "TRUSTED_HOSTS": Setting("", _words, "host names answered to, by comma; empty: all"),
    "PUBLIC_URL": Setting(
        "", _address, "where residents reach the site, for QR codes; empty: as it was asked for"
    ),
    "MAX_CONTENT_LENGTH": Setting("1000000", int, "largest request without files, bytes"),
    "MAX_PHOTO_UPLOAD": Setting("30000000", int, "largest request with photos, bytes"),
    "MAX_FEEDBACK_UPLOAD": Setting("60000000", int, "largest request with a case's files, bytes"),
    "MAX_DOCUMENT_UPLOAD": Setting("20000000", int, "largest request with documents, bytes"),
    "MAX_WORKBOOK_UPLOAD": Setting("20000000", int, "largest request with a workbook, bytes"),
    "MAX_FORM_MEMORY_SIZE": Setting("500000", int, "largest form field, bytes"),
    "MAX_FORM_PARTS": Setting("200", int, "most fields in one form"),
    "STAFF_IDLE_MINUTES": Setting("60", int, "idle minutes after which staff are signed out"),
    "STAFF_SESSION_HOURS": Setting("10", int, "hours after which staff sign in anew"),
    "LIMIT_FEEDBACK_CONTACT": Setting("20/day", str, "cases per phone or e-mail"),
    "LIMIT_FEEDBACK_BROWSER": Setting("120/hour", str, "times a case's form is sent, per browser"),
    "LIMIT_FEEDBACK_ADDRESS": Setting("6000/hour", str, "the same per network address"),
    "LIMIT_FEEDBACK_FILES": Setting(
        "2000/hour", str, "megabytes of files of cases per address, each file at least one"
    ),
    "LIMIT_JOIN_CONTACT": Setting("20/day", str, "cases joined per phone or e-mail"),
    "LIMIT_JOIN_BROWSER": Setting("60/hour", str, "cases joined per browser"),
    "LIMIT_JOIN_ADDRESS": Setting("1500/hour", str, "cases joined per network address"),
    "LIMIT_RATING_BROWSER": Setting("120/hour", str, "ratings per browser"),
    "LIMIT_RATING_ADDRESS": Setting("3000/hour", str, "ratings per network address"),
    "LIMIT_MINE_BROWSER": Setting("60/hour", str, "changes of one's own ratings per browser"),
    "LIMIT_TRACK_REFERENCE": Setting("20/hour", str, "look-ups per reference"),
    "LIMIT_TRACK_ADDRESS": Setting("2000/hour", str, "look-ups per network address"),
    "LIMIT_VERDICT_BROWSER": Setting("60/hour", str, "verdicts and withdrawals per browser"),
    "LIMIT_CODE_CONTACT": Setting("5/hour;15/day", str, "one-time codes per phone or e-mail"),
    "LIMIT_CODE_BROWSER": Setting("20/hour", str, "one-time codes per browser"),
    "LIMIT_CODE_ADDRESS": Setting("300/hour", str, "one-time codes per network address"),
    "LIMIT_CODE_TRY_ADDRESS": Setting("1500/hour", str, "codes tried per network address"),
    "LIMIT_IDENTITY_ADDRESS": Setting("1500/hour", str, "ways to the identity service and back"),
    "LIMIT_SIGN_IN_USERNAME": Setting("20/10 minutes", str, "sign-in attempts per user name"),
    "LIMIT_SIGN_IN_ADDRESS": Setting("300/10 minutes", str, "sign-in attempts per address"),
    "LIMIT_DOWNLOAD_ADDRESS": Setting("600/hour", str, "workbooks and tables per address"),
    "LIMIT_PREFERENCES_ADDRESS": Setting("6000/hour", str, "changes of language or view"),
    "TRAIN_DAYS": Setting("0", int, "days after which routing learns anew by itself; 0: never"),
    "VERIFY_BY": Setting(
        "sms,email,identity", _words, "ways that verify a resident, of those that are set up"
    ),
    "RESIDENT_COOKIE_DAYS": Setting("180", int, "days a verified resident is known to a browser"),
    "SENDER": Setting("log", _one_of("log", "smtp"), "how e-mails leave: log or smtp"),
    "SMTP_HOST": Setting("127.0.0.1", str, "mail server"),
    "SMTP_PORT": Setting("25", int, "mail server's port"),
    "SMTP_USER": Setting("", str, "mail user; empty: no sign-in"),
    "SMTP_PASSWORD": Setting("", str, "mail password"),
    "SMTP_FROM": Setting("portal@localhost", str, "sender's address"),
    "SMS_SENDER": Setting("log", _one_of("log", "http"), "how text messages leave: log or http"),
    "SMS_URL": Setting("", _protected, 'gateway that takes a POST of {"to", "text"} as JSON'),
    "SMS_TOKEN": Setting("", str, "bearer token of the gateway"),
    "OIDC": Setting(
        "", provider, "identity service: https://client_id:client_secret@issuer; empty: off"
    ),
    "CHEAP_PASSWORDS": Setting("", bool, "weak, fast password hashing: for tests only"),
}


def load(overrides: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return all settings from the environment, `overrides` last. Raises Refusal."""
    config: dict[str, Any] = {}
    for name, setting in SETTINGS.items():
        text = os.environ.get(f"PORTAL_{name}") or (
            os.environ.get(name) if name == "PORT" else None
        )
        try:
            config[name] = setting.read(text or setting.default)
        except ValueError as error:
            raise Refusal(N_("设置 PORTAL_%(name)s 的值无效。"), name=name) from error
    config |= overrides or {}
    if config["MODE"] not in ("production", "demo", "test"):
        raise Refusal(N_("PORTAL_MODE 只能是 production、demo 或 test。"))
    if config["SMS_SENDER"] == "http" and not config["SMS_URL"]:
        raise Refusal(N_("PORTAL_SMS_SENDER 为 http 时，必须设置 PORTAL_SMS_URL。"))
    data = Path(config["DATA_DIR"])
    config["DATA_DIR"] = str(data if data.is_absolute() else ROOT / data)
    config["DATABASE_URL"] = _database_url(config)
    config["SECRET_KEY"] = config["SECRET_KEY"] or _kept(config, "secret_key")
    return config | _cookies(config)


def check_start(config: Mapping[str, Any], demo_accounts: bool) -> None:
    """Raise Refusal when a production server would start unsafely."""
    if config["MODE"] != "production":
        return
    if not os.environ.get("PORTAL_SECRET_KEY"):
        raise Refusal(N_("正式环境必须设置 PORTAL_SECRET_KEY，服务没有启动。"))
    if len(config["SECRET_KEY"]) < 32:
        raise Refusal(N_("PORTAL_SECRET_KEY 至少需要 32 个字符，服务没有启动。"))
    if config["DEMO_PASSWORD"] or demo_accounts:
        raise Refusal(N_("正式环境不能使用演示密码或演示账号，服务没有启动。"))


def is_production_named() -> bool:
    """Say whether the environment itself asks for production, rather than the default."""
    return os.environ.get("PORTAL_MODE") == "production"


def keep(config: Mapping[str, Any], name: str, text: str) -> str:
    """Write a secret into the data directory, for its owner only, and return it."""
    path = Path(config["DATA_DIR"]) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    with os.fdopen(os.open(path, flags, stat.S_IRUSR | stat.S_IWUSR), "w") as file:
        file.write(text)
    return text


def _kept(config: Mapping[str, Any], name: str) -> str:
    path = Path(config["DATA_DIR"]) / name
    return path.read_text().strip() if path.is_file() else ""


def kept_demo_password(config: Mapping[str, Any]) -> str:
    """Return the demo password from the environment or the data directory, or ''."""
    return config["DEMO_PASSWORD"] or _kept(config, "demo_password")


def _database_url(config: Mapping[str, Any]) -> str:
    url = config["DATABASE_URL"]
    if not url:
        Path(config["DATA_DIR"]).mkdir(parents=True, exist_ok=True)
        return f"sqlite:///{Path(config['DATA_DIR']) / 'portal.sqlite'}"
    scheme, _, rest = url.partition("://")
    if scheme in ("postgres", "postgresql"):
        return f"postgresql+psycopg://{rest}"
    return url


def _cookies(config: Mapping[str, Any]) -> dict[str, Any]:
    is_production = config["MODE"] == "production"
    return {
        "SESSION_COOKIE_NAME": "__Host-portal" if is_production else "portal",
        "SESSION_COOKIE_SECURE": is_production,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_PATH": "/",
        "WTF_CSRF_TIME_LIMIT": None,  # a letter may take an hour; the token ends with the session
        "BABEL_DEFAULT_LOCALE": "zh_Hans_CN",
        "BABEL_DEFAULT_TIMEZONE": "Asia/Shanghai",
        "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "portal" / "translations"),
        "RATELIMIT_STORAGE_URI": "portal://",
        "RATELIMIT_STRATEGY": "fixed-window",
    }

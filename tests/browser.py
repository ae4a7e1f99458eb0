"""Finding a real Chromium, and installing one where the machine has none."""

import os
import shutil
import subprocess
import sys

ARGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]

HELP = (
    "The browser tests need Chromium: set PORTAL_BROWSER to its program, or install it "
    "(Debian: apt-get install chromium fonts-noto-cjk; elsewhere: "
    ".venv/bin/playwright install --with-deps --only-shell chromium)."
)


def launch_args() -> dict[str, object]:
    """Return what Playwright starts the browser with. Raises RuntimeError when none is found."""
    args = [*ARGS, "--no-sandbox"] if os.geteuid() == 0 else ARGS
    path = _find() or _install()
    return {"args": args} | ({"executable_path": path} if path else {})


def _find() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("PORTAL_BROWSER") or next(filter(None, map(shutil.which, names)), None)


def _install() -> str | None:
    """Return the installed program, or None where Playwright brought its own."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        packages = ["chromium", "fonts-noto-cjk"]
        subprocess.run(["apt-get", "update", "-qq"], env=env, check=False)
        subprocess.run(["apt-get", "install", "-y", "-qq", *packages], env=env, check=False)
        if found := _find():
            return found
    command = [sys.executable, "-m", "playwright", "install", "--only-shell", "chromium"]
    if subprocess.run(command, check=False).returncode:
        raise RuntimeError(HELP)
    return None

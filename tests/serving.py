"""A real server for tests: the same command as `make run`, on a free port."""

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

TOP = Path(__file__).parent.parent
PASSWORD = "demo password of the tests"


class Server:
    """One running portal with its worker, in a process group of its own."""

    def __init__(self, data_dir: Path, **env: str) -> None:
        """Start it on an empty or an existing data directory and wait until it answers."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.env = {
            **{k: v for k, v in os.environ.items() if not k.startswith("PORTAL_")},
            "PORTAL_MODE": "demo",
            "PORTAL_PORT": str(port),
            "PORTAL_DATA_DIR": str(data_dir),
            "PORTAL_DEMO_PASSWORD": PASSWORD,
            "PORTAL_CHEAP_PASSWORDS": "yes",
            **env,
        }
        self.log = (data_dir / "server.log").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", "serve"],
            cwd=TOP,
            env=self.env,
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )
        self._wait(data_dir)

    def _wait(self, data_dir: Path) -> None:
        for _ in range(900):
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=2):  # noqa: S310
                    return
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.1)
        raise RuntimeError((data_dir / "server.log").read_text())

    def kill(self) -> None:
        """End every process of it at once, without a word."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.log.close()

    def stop(self) -> None:
        """Ask it to end, as an operator would."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.log.close()

    def flask(self, *command: str) -> str:
        """Run a command of the portal on the same data and return what it prints."""
        return subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", *command],
            cwd=TOP,
            env=self.env,
            capture_output=True,
            text=True,
            check=True,
        ).stdout


def copy_of_county(basetemp: Path, folder: Path) -> None:
    """Put a data directory with the demo county at `folder`, loading it if nobody has yet.

    Processes of one test run share the directory above their own (pytest-xdist).
    """
    place = basetemp.parent if "PYTEST_XDIST_WORKER" in os.environ else basetemp
    county = place / "county"
    with (place / "county.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not county.exists():
            loading = place / "county.loading"
            loading.mkdir()
            Server(loading).stop()
            loading.rename(county)
    shutil.copytree(county, folder)

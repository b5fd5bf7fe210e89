"""A demo on a site of its own, in a folder that goes away: for the browser tests and the screenshots.

The site's clock is set to the demo's open day, so that a test or a picture made at night shows the same
morning as one made at noon.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tools import pseudo
from tools.demo_cast_types import Cast
from tools.provide import chromium

ROOT = Path(__file__).parents[1]
HOST = "127.0.0.1"
PLAY_SECONDS_MAX = 300
START_SECONDS_MAX = 60
STOP_SECONDS_MAX = 10
CHROMIUM_ARGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_PLAY = """
import json, sys
from dure.cli.database import make_ready
make_ready(lambda words: print(words, file=sys.stderr))
from tools.demo_cast import cast
print(json.dumps(cast(country_code=sys.argv[1], people_count=int(sys.argv[2]), seed=int(sys.argv[3]))))
"""


@dataclass(frozen=True, slots=True)
class DemoSite:
    """A site that answers at ``address`` (no slash at its end), who can be what there, and the file it stores in."""

    address: str
    cast: Cast
    database: Path


def browser_path() -> str:
    """The machine's Chromium; without one nothing here can work, and it says so."""
    found = chromium()
    if found is None:
        raise SystemExit("No Chromium on this machine: run `python -m tools.provide chromium` first.")
    return found


@contextmanager
def demo_site(
    *, country_code: str = "KR", people_count: int, seed: int = 1, with_pseudo: bool = False
) -> Iterator[DemoSite]:
    """Play a demo in a temporary data folder and serve it on a free port until the block ends.

    ``with_pseudo``: also in the language that nobody speaks (tools.pseudo).
    """
    with tempfile.TemporaryDirectory(prefix="dure-site-", ignore_cleanup_errors=True) as home:
        environment = {**os.environ, "DURE_HOME": home, "DJANGO_SETTINGS_MODULE": "dure.config.settings"}
        # People who come along are covered, so that a captain may take them in.
        environment["DURE_WALK_IN_COVER"] = "policy of the demo"
        # Whatever database the tests run on, this site has its own.
        environment.pop("DATABASE_URL", None)
        # The processes that the site starts (a match, a list read in) find its settings wherever they run.
        environment["PYTHONPATH"] = str(ROOT)
        cast = _played(environment, country_code, people_count, seed)
        if with_pseudo:
            pseudo.write(Path(home) / "pseudo")
            environment["DJANGO_SETTINGS_MODULE"] = "tools.pseudo_settings"
            environment["DURE_PSEUDO"] = str(Path(home) / "pseudo")
        with _served(environment, Path(home) / "server.log") as address:
            yield DemoSite(address, cast, Path(home) / "dure.sqlite3")


def _played(environment: dict[str, str], country_code: str, people_count: int, seed: int) -> Cast:
    command = [sys.executable, "-c", _PLAY, country_code, str(people_count), str(seed)]
    done = subprocess.run(
        command,
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PLAY_SECONDS_MAX,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"The demo could not be played:\n{done.stderr}")
    cast: Cast = json.loads(done.stdout)
    return cast


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind((HOST, 0))
        port: int = trial.getsockname()[1]
    return port


@contextmanager
def _served(environment: dict[str, str], log: Path) -> Iterator[str]:
    port = _free_port()
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port)),
        *("--workers", "1", "--blocking-threads", "16", "--no-ws", "tools.demo_clock:application"),
    ]
    with log.open("w") as told:
        server = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=told, stderr=subprocess.STDOUT)
        try:
            address = f"http://{HOST}:{port}"
            _wait_for(address, server, log)
            yield address
        finally:
            server.terminate()
            try:
                server.wait(STOP_SECONDS_MAX)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < end:
        if server.poll() is not None:
            break
        try:
            with urlopen(f"{address}/", timeout=5) as answer:  # noqa: S310  our own http address
                if answer.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError(f"The site did not answer at {address}:\n{log.read_text()}")

"""Run a command with DATABASE_URL naming a real PostgreSQL: the one in DURE_TEST_POSTGRES, or an own one
that is started in a temporary folder, listens on a socket there, and is removed afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from tools.provide import postgres_bin

# Durability is PostgreSQL's to test, not ours: a test database may die with the machine.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "200",
}
SAFE_SETTINGS = ("listen_addresses", "max_connections")


def _as_other() -> list[str]:
    """PostgreSQL refuses to run as root: the command's prefix that makes it somebody else's."""
    if os.geteuid() != 0:
        return []
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
    sys.exit("with_postgres: there is no user (postgres, nobody) that the server could run as.")


@contextmanager
def server(*, durable: bool = False) -> Iterator[str]:
    """Start a server of our own; gives its DATABASE_URL. ``durable``: with PostgreSQL's own settings, to measure it."""
    programs = postgres_bin()
    if programs is None:
        sys.exit("with_postgres: no PostgreSQL here; run `python -m tools.provide postgres` first.")
    prefix = _as_other()
    # A socket's path may be about 100 bytes long, so the folder can't lie in the checkout.
    folder = Path(tempfile.mkdtemp(prefix="dure-pg-", dir="/tmp"))
    if prefix:
        owner = int(prefix[1].removeprefix("--reuid="))
        os.chown(folder, owner, -1)
    data = folder / "data"
    quiet = {"stdout": subprocess.DEVNULL, "cwd": folder}
    initdb = [
        str(programs / "initdb"),
        "-D",
        str(data),
        "-U",
        "dure",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C",
    ]
    subprocess.run([*prefix, *initdb], check=True, **quiet)  # type: ignore[call-overload]  # shared keywords
    settings = {name: SETTINGS[name] for name in SAFE_SETTINGS} if durable else SETTINGS
    options = " ".join(f"-c {name}={value!r}" for name, value in settings.items())
    control = [str(programs / "pg_ctl"), "-D", str(data), "-l", str(folder / "log"), "-w"]
    start = [*prefix, *control, "-o", f"-k {folder} {options}", "start"]
    if subprocess.run(start, check=False, **quiet).returncode:  # type: ignore[call-overload]
        sys.exit(f"with_postgres: the server did not start:\n{(folder / 'log').read_text()}")
    try:
        yield f"postgresql://dure@{quote(str(folder), safe='')}/postgres"
    finally:
        subprocess.run([*prefix, *control, "-m", "immediate", "stop"], check=False, **quiet)  # type: ignore[call-overload]
        shutil.rmtree(folder, ignore_errors=True)


def restart(url: str) -> None:
    """Restart the server that ``server`` gave under ``url``, as an upgrade does at night: every line to it breaks."""
    folder = unquote(urlsplit(url).hostname or "")
    control = [
        str((postgres_bin() or Path()) / "pg_ctl"),
        "-D",
        f"{folder}/data",
        "-l",
        f"{folder}/log",
        "-w",
    ]
    subprocess.run(
        [*_as_other(), *control, "-m", "fast", "restart"], check=True, stdout=subprocess.DEVNULL, cwd=folder
    )


def main() -> int:
    command = sys.argv[1:]
    if not command:
        sys.exit("with_postgres: name the command to run.")
    given = os.environ.get("DURE_TEST_POSTGRES")
    if given:
        return subprocess.run(command, env={**os.environ, "DATABASE_URL": given}, check=False).returncode
    with server() as url:
        return subprocess.run(command, env={**os.environ, "DATABASE_URL": url}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())

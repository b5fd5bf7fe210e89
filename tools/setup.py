"""Make .venv from the hash-locked requirements. Standard library only: nothing is installed yet."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
READY = VENV / "ready"


def fail(sentence: str) -> None:
    print(f"setup: {sentence}", file=sys.stderr)
    raise SystemExit(1)


def run(*command: str | Path) -> bool:
    return subprocess.run([str(part) for part in command], check=False).returncode == 0


def apt_prefix() -> list[str] | None:
    """What comes before apt-get where packages may be installed without asking anybody, as in tools/provide.py."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return []
    asked = shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    return ["sudo", "-n"] if asked and asked.returncode == 0 else None


def make_venv() -> None:
    shutil.rmtree(VENV, ignore_errors=True)
    if run(sys.executable, "-m", "venv", VENV):
        return
    # Debian ships python3 without the module that makes environments.
    prefix = apt_prefix()
    if prefix is not None:
        print("setup: python3 can't make environments yet; installing python3-venv", flush=True)
        if run(*prefix, "apt-get", "update", "-q") and run(
            *prefix, "apt-get", "install", "-qy", "python3-venv"
        ):
            shutil.rmtree(VENV, ignore_errors=True)
            if run(sys.executable, "-m", "venv", VENV):
                return
    fail("python3 can't make a virtual environment here. Install its venv module (Debian: python3-venv).")


def main() -> None:
    if len(sys.argv) > 1:  # asked for help, it must not begin to make .venv anew
        fail("it takes no arguments: it makes .venv, anew where that is not whole.")
    if sys.version_info < (3, 11):  # noqa: UP036  this file is run by whatever python3 there is
        fail(f"Dure needs Python 3.11 or newer; python3 is {sys.version.split()[0]}.")
    python = VENV / "bin" / "python"
    if not READY.exists():
        print("setup: making .venv", flush=True)
        make_venv()
    print("setup: installing the locked packages (about a minute the first time)", flush=True)
    pip = (python, "-m", "pip", "install", "-q", "--disable-pip-version-check")
    if not run(*pip, "--require-hashes", "-r", ROOT / "requirements" / "dev.lock"):
        fail("the locked packages could not be installed; the lines above say which and why.")
    if not run(*pip, "--no-deps", "--no-build-isolation", "-e", ROOT):
        fail("Dure itself could not be installed; the lines above say why.")
    print("setup: compiling the loops of the match (half a minute)", flush=True)
    if not run(python, "-m", "tools.compile_match"):
        fail("the match could not be compiled; the lines above say why.")
    READY.touch()
    print("setup: ready", flush=True)


if __name__ == "__main__":
    main()

"""A data folder with a village in it, and processes that record into a copy of it under strace."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
DATABASE = "dure.sqlite3"
# Where SQLite writes; the wal index (-shm) is rebuilt from the log and is not a place of its own.
WRITTEN = (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-journal")
TIMEOUT_S = 120


@dataclass
class Told:
    """What a recorder said before it ended: its promises, and how it ended."""

    acknowledged: dict[int, tuple[int, str]] = field(default_factory=dict)  # number: index, leaf hash
    signed: dict[int, str] = field(default_factory=dict)  # size: root
    refused: list[str] = field(default_factory=list)
    broke: list[str] = field(default_factory=list)
    is_over: bool = False

    def hear(self, line: str) -> None:
        word, _, rest = line.partition(" ")
        parts = rest.split()
        if word == "ack":
            self.acknowledged[int(parts[0])] = (int(parts[1]), parts[2])
        elif word == "signed":
            self.signed[int(parts[0])] = parts[1]
        elif word == "refused":
            self.refused.append(rest)
        elif word == "broke":
            self.broke.append(rest)
        elif word == "over":
            self.is_over = True


def environment(home: Path) -> dict[str, str]:
    """The program's own settings, on ``home``."""
    kept = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "DURE_HOME"}}
    return {**kept, "DURE_HOME": str(home), "DJANGO_SETTINGS_MODULE": "dure.config.settings"}


def run(
    home: Path, program: str, *arguments: object, given: str = "", under: Sequence[str] = ()
) -> subprocess.CompletedProcess[str]:
    """Run ``python -m PROGRAM ARGUMENTS`` on ``home``; ``under``: a command before it."""
    return subprocess.run(
        [*under, sys.executable, "-m", program, *map(str, arguments)],
        input=given,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment(home),
        timeout=TIMEOUT_S,
        check=False,
    )


def heard(done: subprocess.CompletedProcess[str]) -> Told:
    """What a recorder said; whatever ended it but a signal is something that broke."""
    told = Told()
    for line in done.stdout.splitlines():
        told.hear(line)
    if not told.is_over and done.returncode > 0 and "Traceback" in done.stderr:
        told.broke.append(done.stderr[-2000:])
    return told


def injecting(home: Path, fault: str, files: Sequence[str] = WRITTEN) -> list[str]:
    """strace that injects ``fault`` (``SYSCALLS:signal=…:when=N`` or ``SYSCALLS:error=…``) on ``files`` of ``home``."""
    return [*tracing(home, fault.partition(":")[0], files), "-e", f"inject={fault}"]


def tracing(home: Path, calls: str, files: Sequence[str] = WRITTEN, log: str = os.devnull) -> list[str]:
    """strace that writes every one of ``calls`` on ``files`` of ``home`` down in ``log``."""
    paths = [part for name in files for part in ("-P", str(home / name))]
    return ["strace", "-f", "-qq", "-e", "signal=none", "-o", log, "-e", f"trace={calls}", *paths]


def copied(home: Path, to: Path) -> Path:
    """A copy of a prepared data folder, so that each fault meets the same state."""
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(home, to)
    return to

"""A data folder with a village in it, and processes that record into a copy of it under strace."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
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


def _wait_until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + TIMEOUT_S
    while not is_so():
        assert time.monotonic() < end, "it never came about"
        time.sleep(0.005)


class Runs:
    """Runs on one data folder, each forked from a process that has the program loaded (tests.faults.template)."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self._prepared = folder / "prepared"
        self._work = folder / "work"
        self._work.mkdir()
        self._template = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.template"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=environment(self.home),
        )

    def keep(self) -> None:
        """What stands now is what every run begins with."""
        shutil.copytree(self.home, self._prepared)

    def begin(self) -> Path:
        """The data folder as it was kept, so that each fault meets the same state."""
        shutil.rmtree(self.home, ignore_errors=True)
        shutil.copytree(self._prepared, self.home)
        return self.home

    def run(
        self, program: str, *arguments: object, given: str = "", under: Sequence[str] = ()
    ) -> subprocess.CompletedProcess[str]:
        """As ``python -m PROGRAM ARGUMENTS`` would; ``under``: strace and its options, which takes hold of it."""
        files = {name: self._work / name for name in ("given", "out", "err")}
        for name, file in files.items():
            file.write_text(given if name == "given" else "")
        asked = {"program": program, "arguments": [str(one) for one in arguments], "waits": bool(under)}
        self._tell({**asked, **{name: str(file) for name, file in files.items()}})
        pid = int(self._hear())
        killer = threading.Timer(TIMEOUT_S, os.kill, (pid, signal.SIGKILL))
        killer.start()
        tracer = self._traced(pid, under) if under else None
        code = int(self._hear())
        killer.cancel()
        if tracer is not None:
            tracer.wait(TIMEOUT_S)
        return subprocess.CompletedProcess(program, code, files["out"].read_text(), files["err"].read_text())

    def _tell(self, asked: dict[str, object]) -> None:
        assert self._template.stdin is not None
        self._template.stdin.write(json.dumps(asked) + "\n")
        self._template.stdin.flush()

    def _hear(self) -> str:
        assert self._template.stdout is not None
        line = self._template.stdout.readline()
        assert line, "the template died"
        return line

    @staticmethod
    def _traced(pid: int, under: Sequence[str]) -> subprocess.Popen[bytes]:
        """Continue a run that waits, once strace has hold of it."""
        status = Path(f"/proc/{pid}/status")
        # Continued before it has stopped it would stop for good.
        _wait_until(lambda: "State:\tT" in status.read_text())
        tracer = subprocess.Popen([*under, "-p", str(pid)])
        _wait_until(lambda: "TracerPid:\t0\n" not in status.read_text() or tracer.poll() is not None)
        assert tracer.poll() is None, "strace took no hold"
        os.kill(pid, signal.SIGCONT)
        return tracer

    def close(self) -> None:
        assert self._template.stdin is not None
        self._template.stdin.close()
        self._template.wait(TIMEOUT_S)


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

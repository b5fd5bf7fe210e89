"""The caller's side of a big question: a process that answers, is watched while it works, and is ended at need."""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Any, Final, Self

import msgspec

from dure.analytics.errors import QuestionTooLong
from dure.analytics.types import Answer, Compared, Difference, Rollup
from dure.kernel.must import Broken
from dure.kernel.refusals import Refusal

MEMORY_MB: Final = 700
THREADS: Final = 2
SECONDS_MAX: Final = 3_600
START_SECONDS_MAX: Final = 120
# What the process is begun with. Columns come and go by the megabyte in each thread: from the system's allocator, with
# two heaps for all threads, they take a seventh less memory, and a tenth less time, than from Arrow's own.
ENVIRONMENT: Final = {"ARROW_DEFAULT_MEMORY_POOL": "system", "MALLOC_ARENA_MAX": "2"}
# How often whoever watches may say that the work is to stop.
_LOOK_SECONDS: Final = 0.2
_READ_BYTES: Final = 1 << 20
# Scratch folders are called so, then comes the id of the process that asks.
_FOLDER: Final = "dure-analytics-"

Watch = Callable[[int, int], None]


def _unwatched(done: int, total: int) -> None:
    """Nobody looks on."""


class Analyst:
    """Answers questions over Parquet files, one after the other, in one process within ``memory_mb``.

    ``with Analyst() as analyst:`` starts it and ends it. A process that dies, or says what no question asked, raises
    Broken with its last words; what it refuses is raised as that refusal. Whatever goes wrong, it is killed and its
    scratch folder deleted.
    """

    def __init__(self, *, engine: str = "duckdb", memory_mb: int = MEMORY_MB, threads: int = THREADS) -> None:
        self._how = {"engine": engine, "memory_mb": memory_mb, "threads": threads}
        self._count = 0
        self._heard = b""

    def __enter__(self) -> Self:
        _clear_after_the_dead()
        self._folder = tempfile.TemporaryDirectory(prefix=f"{_FOLDER}{os.getpid()}-")
        scratch = Path(self._folder.name)
        self._last_words = (scratch / "last-words.txt").open("wb+")
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "dure.analytics.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._last_words,
                cwd=scratch,
                env=os.environ | ENVIRONMENT,
                bufsize=0,
            )
            self._send({**self._how, "scratch": str(scratch)})
            self._hear(_unwatched, START_SECONDS_MAX)
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    @property
    def scratch(self) -> Path:
        """A folder that lasts as long as the process."""
        return Path(self._folder.name)

    def kill(self) -> None:
        """End the process at once and delete what it set aside. Doing so twice changes nothing."""
        if hasattr(self, "_process"):
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    pipe.close()
        self._last_words.close()
        self._folder.cleanup()

    def ask(
        self, what: str, *, watch: Watch = _unwatched, seconds_max: float = SECONDS_MAX, **facts: object
    ) -> dict[str, Any]:
        """Ask a question of ``dure.analytics.worker.QUESTIONS`` by name; paths and days are handed over as they are.

        ``watch`` is called at least five times a second with how much is done, of how much (0: nobody knows yet); what
        it raises ends the process. Refuses with QuestionTooLong, and with what the worker refuses.
        """
        self._count += 1
        try:
            self._send(
                {"id": self._count, "ask": what, **{name: _plain(fact) for name, fact in facts.items()}}
            )
            return self._hear(watch, seconds_max)
        except Refusal as refusal:
            if refusal.code == QuestionTooLong.code:
                self.kill()
            raise
        except BaseException:
            self.kill()
            raise

    def table(
        self, what: str, *, watch: Watch = _unwatched, seconds_max: float = SECONDS_MAX, **facts: object
    ) -> Answer:
        """As :meth:`ask`, for questions that are answered by a table."""
        found = self.ask(what, watch=watch, seconds_max=seconds_max, **facts)
        return Answer(
            columns=tuple(found["columns"]),
            rows=tuple(_typed(found["columns"], row) for row in found["rows"]),
            peak_rss_bytes=found["peak_rss_bytes"],
        )

    def compare(
        self,
        entries: Sequence[Path],
        *,
        stored: Sequence[Path],
        campaign: int | None = None,
        watch: Watch = _unwatched,
    ) -> Compared:
        """Sum the files ``entries``, in the order of the log, and compare with the rollups in the files ``stored``."""
        found = self.ask("compare", watch=watch, entries=entries, stored=stored, campaign=campaign)
        return Compared(
            entry_count=found["entry_count"],
            cell_count=found["cell_count"],
            difference_count=found["difference_count"],
            differences=tuple(_difference(row) for row in found["differences"]),
            peak_rss_bytes=found["peak_rss_bytes"],
        )

    def _send(self, facts: dict[str, object]) -> None:
        pipe = self._process.stdin
        line = json.dumps(facts).encode() + b"\n"
        try:
            if pipe is not None:
                pipe.write(line)
        except BrokenPipeError:
            self._died()

    def _hear(self, watch: Watch, seconds_max: float) -> dict[str, Any]:
        """The answer to the last question."""
        ends_at = monotonic() + seconds_max
        done, total = 0, 0
        while True:
            while b"\n" in self._heard:
                line, self._heard = self._heard.split(b"\n", 1)
                said = _understood(line)
                if "progress" in said:
                    done, total = said["progress"]
                    continue
                if said.get("id") != self._count:
                    raise Broken("the analytics process answered what nobody asked")
                if "refused" in said:
                    raise Refusal.known[said["refused"]](**said["facts"])
                answer: dict[str, Any] = said["answer"]
                return answer
            watch(done, total)
            if monotonic() > ends_at:
                raise QuestionTooLong(seconds=round(seconds_max))
            self._read()

    def _read(self) -> None:
        pipe = self._process.stdout
        if pipe is None or not select.select([pipe], [], [], _LOOK_SECONDS)[0]:
            return
        heard = os.read(pipe.fileno(), _READ_BYTES)
        if not heard:
            self._died()
        self._heard += heard

    def _died(self) -> None:
        code = self._process.wait()
        self._last_words.seek(0)
        words = self._last_words.read().decode("utf-8", "replace").strip().splitlines()[-1:] or ["nothing"]
        raise Broken(f"the analytics process ended with {code} and said: {words[0]}")


def _clear_after_the_dead() -> None:
    """Delete the scratch folders of processes of this user that were killed: they had no chance to."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_FOLDER}[0-9]*-*"):
        pid = folder.name.removeprefix(_FOLDER).split("-", 1)[0]
        with suppress(FileNotFoundError):
            if pid.isdecimal() and folder.lstat().st_uid == os.geteuid() and _is_dead(int(pid)):
                shutil.rmtree(folder, ignore_errors=True)


def _is_dead(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except (PermissionError, OverflowError):
        pass  # somebody else's, or no process's id at all
    return False


def _understood(line: bytes) -> dict[str, Any]:
    try:
        said = msgspec.json.decode(line)
    except msgspec.DecodeError as error:
        raise Broken(f"the analytics process said what is no answer: {line[:80]!r}") from error
    if not isinstance(said, dict) or not ({"progress", "refused", "answer"} & said.keys()):
        raise Broken(f"the analytics process said what is no answer: {line[:80]!r}")
    return said


def _plain(fact: object) -> object:
    if isinstance(fact, Path):
        return str(fact.resolve())
    if isinstance(fact, date):
        return fact.isoformat()
    if isinstance(fact, (list, tuple, set, frozenset)):
        return [_plain(one) for one in fact]
    return fact


def _typed(columns: Sequence[str], row: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(
        date.fromisoformat(value) if name == "work_day" else value
        for name, value in zip(columns, row, strict=True)
    )


def _difference(row: Sequence[Any]) -> Difference:
    """From a row of ``dure.analytics.compare``: the cell, then the stored sums, then those recomputed."""
    cell = (*row[:4], date.fromisoformat(row[4]))
    stored, recomputed = row[5:11], row[11:17]
    return Difference(
        None if stored[0] is None else Rollup(*cell, *stored),
        Rollup(*cell, *recomputed) if any(recomputed) else None,
    )

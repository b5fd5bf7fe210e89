"""Big questions in a process of their own: their memory is given back whole, and can't take the server down.

``python -m dure.analytics.worker`` reads JSON objects from standard input, one a line. The first says how to work:
``engine``, ``memory_mb``, ``threads``, ``scratch`` (a folder). Each further one is a question: ``id``, ``ask`` (a
name of QUESTIONS) and its facts. Of an answer there may be ``progress`` lines, then one with ``id`` and either
``answer``, or ``refused`` (a code) with ``facts``. Callers use ``dure.analytics.analyst``.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

import duckdb
import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
from ibis import Table

from dure.analytics import questions
from dure.analytics.compare import Batch, compare
from dure.analytics.engines import DuckDB, Engine, open_engine, peak_rss_bytes
from dure.analytics.entries import SCHEMA
from dure.analytics.errors import FilesUnreadable, MemoryTooSmall
from dure.analytics.gathering import EntryFile, FileBatch, compare_files
from dure.analytics.rollups import CELL, SUMS
from dure.kernel.must import must
from dure.kernel.refusals import Refusal

Facts = dict[str, Any]
# Files of entries that are summed together: some twenty days of a nation; fewer in a table of our own, one a thread.
_BATCH_BYTES: Final = 500_000_000
_TABLE_BYTES: Final = 200_000_000
# Questions that are kept put together.
_PREPARED_MAX: Final = 200
# How Spark names a file that is torn or isn't Parquet.
_SPARK_UNREADABLE: Final = ("FAILED_READ_FILE", "CANNOT_READ_FILE", "is not a Parquet file")


class Worker:
    """Answers one question after the other with one engine."""

    def __init__(
        self, engine: Engine, scratch: Path, tell: Callable[[Facts], None], threads: int = 1
    ) -> None:
        self._engine = engine
        self._threads = threads
        self._scratch = scratch
        self._tell = tell
        self._prepared: dict[str, tuple[list[str], Callable[[], Sequence[Sequence[Any]]]]] = {}

    def answer(self, asked: Facts) -> Facts:
        """The answer to a question, as JSON knows it."""
        self._asked = asked
        answer = QUESTIONS[asked["ask"]](self)
        return {**answer, "peak_rss_bytes": peak_rss_bytes() + self._engine.peak_rss_bytes()}

    def compare(self) -> Facts:
        """``entries``, in the order of the log, and ``stored``: files; ``campaign`` or null for all."""
        entries, stored = ([Path(name) for name in self._asked[what]] for what in ("entries", "stored"))
        scratch = self._scratch / f"compare-{self._asked['id']}"

        def advance(done: int, total: int) -> None:
            self._tell({"progress": [done, total]})

        if isinstance(self._engine, DuckDB):
            found = compare_files(
                self._engine,
                [
                    FileBatch([EntryFile(path) for path in files], first_day)
                    for files, first_day in _batches(entries, _TABLE_BYTES)
                ],
                stored,
                scratch,
                campaign=self._asked["campaign"],
                threads=self._threads,
                advance=advance,
            )
        else:
            batches = [
                Batch(self._entries(files), first_day) for files, first_day in _batches(entries, _BATCH_BYTES)
            ]
            found = compare(self._engine, batches, self._rollups(stored), scratch, advance)
        return {
            "entry_count": found.entry_count,
            "cell_count": found.cell_count,
            "difference_count": found.difference_count,
            "differences": found.differences,
        }

    def people(self) -> Facts:
        """``entries``: files; ``campaign``; ``above``: file of areas and what they lie in, or null."""
        above = self._asked["above"]
        entries = self._entries([Path(name) for name in self._asked["entries"]])
        seen = self._scratch / f"seen-{self._asked['id']}"
        # Set aside, since it is asked three times.
        self._engine.write(questions.seen(entries), seen)
        areas = self._engine.read([Path(above)]) if above else None
        people = questions.people(self._engine.read([seen]), areas)
        return {"columns": list(people.columns), "rows": self._engine.rows(people)}

    def totals(self) -> Facts:
        """``rollups``: files; ``until``: a day or null. The totals are written into the new folder ``to``."""
        until = self._asked["until"]
        summed = questions.totals(self._of_campaign(), date.fromisoformat(until) if until else None)
        self._engine.write(summed.order_by(*questions.PLACE), Path(self._asked["to"]))
        return {"columns": [], "rows": []}

    def totals_by(self) -> Facts:
        """``totals``: files; ``level``: campaign, area or team."""
        level = self._asked["level"]
        return self._table("totals_by", lambda: questions.totals_by(level, self._read("totals")))

    def top_teams(self) -> Facts:
        """``totals``: files; ``indicator``; ``count_max``."""
        indicator, count_max = self._asked["indicator"], self._asked["count_max"]
        return self._table(
            "top_teams", lambda: questions.top_teams(self._read("totals"), indicator, count_max)
        )

    def pace(self) -> Facts:
        """``rollups``: files; ``areas``, ``teams``: ids or null for all."""
        areas, teams = self._asked["areas"], self._asked["teams"]
        return self._table("pace", lambda: questions.pace(self._of_campaign(), areas=areas, teams=teams))

    def completeness(self) -> Facts:
        """``rollups``: files; ``first_day``, ``last_day``; ``plan``: file of teams and days, or null for the usual."""
        return self._table("completeness", lambda: questions.completeness(*self._expected_and_reported()))

    def silent_teams(self) -> Facts:
        """As completeness."""
        return self._table("silent_teams", lambda: questions.silent_teams(*self._expected_and_reported()))

    def _expected_and_reported(self) -> tuple[Table, Table]:
        days = (date.fromisoformat(self._asked["first_day"]), date.fromisoformat(self._asked["last_day"]))
        sums = self._of_campaign()
        if self._asked["plan"]:
            expected = questions.planned(self._engine.read([Path(self._asked["plan"])]), *days)
        else:
            expected = questions.usual(sums, *days)
        return expected, questions.reporting(sums, *days)

    def _entries(self, files: Sequence[Path]) -> Table:
        entries = _with(self._engine.read(files), SCHEMA.names, files)
        campaign = self._asked["campaign"]
        return entries if campaign is None else entries.filter(entries.campaign == campaign)

    def _rollups(self, files: Sequence[str | Path]) -> Table:
        paths = [Path(name) for name in files]
        return _with(self._engine.read(paths), (*CELL, *SUMS), paths)

    def _of_campaign(self) -> Table:
        sums = self._rollups(self._asked["rollups"])
        return sums.filter(sums.campaign == self._asked["campaign"])

    def _read(self, what: str) -> Table:
        return self._engine.read([Path(name) for name in self._asked[what]])

    def _table(self, name: str, expression: Callable[[], Table]) -> Facts:
        """The rows of ``expression``, which is put together once for each question."""
        asked = json.dumps([name, {fact: self._asked[fact] for fact in sorted(self._asked) if fact != "id"}])
        if asked not in self._prepared:
            if len(self._prepared) >= _PREPARED_MAX:
                self._prepared.clear()
            table = expression()
            self._prepared[asked] = (list(table.columns), self._engine.prepared(table))
        columns, rows = self._prepared[asked]
        return {"columns": columns, "rows": rows()}


QUESTIONS: Final[dict[str, Callable[[Worker], Facts]]] = {
    "compare": Worker.compare,
    "people": Worker.people,
    "totals": Worker.totals,
    "totals_by": Worker.totals_by,
    "top_teams": Worker.top_teams,
    "pace": Worker.pace,
    "completeness": Worker.completeness,
    "silent_teams": Worker.silent_teams,
}


def _with(table: Table, columns: Sequence[str], files: Sequence[Path]) -> Table:
    missing = [name for name in columns if name not in table.columns]
    if missing:
        raise FilesUnreadable(why=f"{files[0].name} and those beside it lack the column {missing[0]}")
    return table.select(*columns)


def _batches(files: Sequence[Path], bytes_max: int) -> list[tuple[list[Path], date]]:
    """The files in their order, together as long as they are small, with the last day of work in the first of them."""
    batches: list[tuple[list[Path], date]] = []
    held = bytes_max
    for path in files:
        size = path.stat().st_size
        if held + size > bytes_max:
            batches.append(([], _last_day(path)))
            held = 0
        batches[-1][0].append(path)
        held += size
    return batches


def _last_day(path: Path) -> date:
    """From the file's footer; a file without entries tells nothing."""
    try:
        facts = pq.ParquetFile(path).metadata
    except (pa.ArrowInvalid, OSError) as error:
        raise FilesUnreadable(why=f"{path.name}: {error}") from error
    column = facts.schema.names.index("work_day") if "work_day" in facts.schema.names else None
    if column is None:
        raise FilesUnreadable(why=f"{path.name} lacks the column work_day")
    groups = [facts.row_group(number).column(column).statistics for number in range(facts.num_row_groups)]
    return max((group.max for group in groups if group is not None and group.has_min_max), default=date.min)


def _refusal(error: Exception, memory_mb: int) -> Refusal | None:
    """The refusal that an engine's complaint amounts to; None: the program is wrong."""
    if isinstance(error, Refusal):
        return error
    first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    if isinstance(error, duckdb.OutOfMemoryException):
        return MemoryTooSmall(memory_mb=memory_mb, why=first)
    unreadable = (
        *(duckdb.IOException, duckdb.InvalidInputException),
        *(FileNotFoundError, NotADirectoryError, PermissionError),
    )
    if isinstance(error, unreadable) or any(word in str(error) for word in _SPARK_UNREADABLE):
        return FilesUnreadable(why=first)
    return None


def _work() -> None:
    # What libraries and Java print must not come between the answers.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    def tell(facts: Facts) -> None:
        answers.write(msgspec.json.encode(facts) + b"\n")  # days as they are written: 2026-10-05
        answers.flush()

    how = json.loads(sys.stdin.readline())
    scratch, memory_mb = Path(how["scratch"]), int(how["memory_mb"])
    try:
        engine = open_engine(how["engine"], scratch=scratch, memory_mb=memory_mb, threads=how["threads"])
    except Refusal as refusal:
        tell({"id": 0, "refused": refusal.code, "facts": refusal.facts})
        return
    tell({"id": 0, "answer": {}})
    worker = Worker(engine, scratch, tell, how["threads"])
    for line in sys.stdin:
        asked = json.loads(line)
        must(asked["ask"] in QUESTIONS, "only known questions are asked")
        try:
            tell({"id": asked["id"], "answer": worker.answer(asked)})
        except Exception as error:
            said_no = _refusal(error, memory_mb)
            if said_no is None:
                raise
            tell({"id": asked["id"], "refused": said_no.code, "facts": said_no.facts})
    engine.close()


if __name__ == "__main__":
    _work()

"""Pieces of a people file made ready to be stored: here, and for a long file in a process beside this one.

Reading, checking and sealing take about as long as the database takes to write, and Python runs one thread of a
process at a time: in a thread of the process that stores they only take turns. Beside it they take the other core.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Final, TypeAlias

import polars as pl

from dure.base.beside import Beside
from dure.base.errors import WriterBusy
from dure.movement.people import actions as people
from dure.movement.people.actions import Prepared
from dure.operations.imports.person_cells import PersonCells
from dure.operations.imports.plain_people import Plain, PlainPeople

# Some forty thousand people. A process beside takes a second of processor time before it is of any use.
BESIDE_FROM_BYTES: Final = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True, eq=False)
class MadePiece:
    """``people`` are those of ``plain`` as they are stored; None where rows have to be looked at one by one."""

    plain: Plain
    people: Prepared | None


class Maker:
    """Makes pieces ready without the database; what it has read it keeps, since rows repeat each other."""

    def __init__(self, cells: PersonCells, path: Path, now: datetime) -> None:
        self._cells = cells
        self._now = now
        self._plain = PlainPeople(cells, path)

    def make(self, frame: pl.DataFrame) -> MadePiece:
        """What is plainly good; two rows with one id are a matter of which comes first, so of rows."""
        plain = self._plain.columns(frame)
        if plain.columns is None:
            return MadePiece(plain, None)
        areas = self._cells.towns.by_id
        made = people.prepare_columns(columns=plain.columns, areas=areas, now=self._now)
        # Who stores them needs the people, not the cells that they were made of.
        return MadePiece(Plain(None, plain.rows, plain.left), made)


Asked: TypeAlias = "Maker | pl.DataFrame"


class Bench:
    """The process beside: keeps the maker that it is sent first, and makes the pieces that come after."""

    def __init__(self) -> None:
        self._maker: Maker | None = None

    def carry_out(self, jobs: list[Asked]) -> list[MadePiece | None]:
        return [self._made(job) for job in jobs]

    def _made(self, job: Asked) -> MadePiece | None:
        if isinstance(job, Maker):
            self._maker = job
        elif self._maker is not None:
            return self._maker.make(job)
        return None


class Making:
    """Makes pieces, beside this process while one is up there and otherwise here. Asked by one thread."""

    def __init__(self, maker: Maker, *, beside: bool) -> None:
        self._maker = maker
        self._is_wanted = beside
        self._beside: Beside[Asked, MadePiece | None] = Beside("dure.operations.imports.making_beside")
        self._starter = ThreadPoolExecutor(1, "making")
        self._up: Future[object] | None = None

    def __enter__(self) -> Making:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._starter.shutdown()  # the line isn't closed while somebody waits at its end
        self._beside.stop()

    def make(self, frame: pl.DataFrame) -> MadePiece:
        """A piece made ready; the same wherever it was made."""
        if self._is_wanted and self._up is None:
            self._up = self._starter.submit(self._beside.ask, [self._maker])
        if self._is_wanted and self._up is not None and self._up.done():
            try:
                self._up.result()
                (made,) = self._beside.ask([frame])
            except WriterBusy:
                made = None
            if made is not None:
                return made
            self._is_wanted = False  # it died, and one begun anew has no maker
        return self._maker.make(frame)

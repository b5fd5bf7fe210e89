"""Values of imports: columns, rows as they were read, what was wrong, how it ended."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Column:
    """One documented column; ``says`` and ``example`` stand in docs/reference/imports.md word for word."""

    name: str
    says: str
    example: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """One wrong cell (or, with the column empty, a wrong row)."""

    column: str
    what: str
    wanted: str

    def __str__(self) -> str:
        where = f"{self.column}: " if self.column else ""
        return f"{where}{self.what}; expected {self.wanted}"


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A problem with its place: ``row`` counts as a spreadsheet does, the header being row 1."""

    file: str
    row: int
    column: str
    what: str
    wanted: str

    def __str__(self) -> str:
        where = f", {self.column}" if self.column else ""
        return f"{self.file}, row {self.row}{where}: {self.what}; expected {self.wanted}"


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a table: ``cells`` by column, stripped, "" where nothing stands; every column is there.

    ``raw`` are the cells as they stand in the file, in the order of its header; ``extra`` what fits no
    column; ``problems`` what is wrong with the row as such. A row that ``is_broken`` could not be taken apart: its
    cells say nothing, and the row stands in ``extra``.
    """

    number: int
    cells: Mapping[str, str]
    raw: tuple[str, ...]
    extra: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    is_broken: bool = False


@dataclass(frozen=True, slots=True)
class Imported:
    """How an import ended. ``rows`` = ``new`` + ``known`` + ``rejected``.

    ``problems``: the first PROBLEMS_KEPT_MAX of ``problem_count``; all of them stand in ``rejected_file``.
    ``teams_formed``: teams that were named and not there before. ``repeated``: rows without an id that say all that an
    earlier one says; of posts and of work they count as often as they stand there.
    """

    kind: str
    file: str
    rows: int
    new: int
    known: int
    rejected: int
    rejected_file: Path | None
    problem_count: int
    problems: tuple[RowProblem, ...]
    teams_formed: int = 0
    repeated: int = 0


def _nobody(ids: Iterable[UUID]) -> None:
    """Whoever asks at the command line keeps no list of what came in."""


@dataclass(frozen=True, slots=True)
class Terms:
    """On whose behalf an import runs. ``within``: paths of the places that its rows may name; ``campaign``: slug of the
    only one they may name, "" for any.

    ``is_trial``: rows are read and judged, at most ``rows_max`` of them (0: all), and nothing is written. ``took``
    hears what comes in: keys of people and of posts before they are written, places of new entries in the log after.
    """

    within: tuple[str, ...] = ("/",)
    campaign: str = ""
    is_trial: bool = False
    rows_max: int = 0
    took: Callable[[Iterable[UUID]], None] = _nobody


ANY: Terms = Terms()

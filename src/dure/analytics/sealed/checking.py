"""Whether the files of sealed days are what was sealed, from the files and the log's public key alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from hashlib import file_digest
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa

from dure.analytics.sealed.columns import GROUP_ROWS, SCHEMAS, Bytes2, fixed, numbers
from dure.analytics.sealed.damage import damaged_places
from dure.analytics.sealed.errors import SealBad, SealedFileBad
from dure.analytics.sealed.packing import leaf_rows, person_key_rows
from dure.analytics.sealed.reading import DayFiles
from dure.analytics.sealed.seal import ENTRIES_NAME, PROOF_NAME, SEAL_NAME, Seal, open_seal
from dure.analytics.sealed.sums import digest, joined, part_sums
from dure.engine.log.entry import POINTING_KINDS, Grade, Kind
from dure.engine.log.merkle import Frontier
from dure.engine.log.ranges import Subtree, extended, subtrees

THREADS: Final = 2
_ROWS_NAMED_MAX: Final = 20
_KINDS: Final = np.array(sorted(map(int, Kind)))
_POINTING: Final = np.array(sorted(map(int, POINTING_KINDS)))
Advance = Callable[[int, int], None]
"""Called with the entries checked so far and all there are."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that does not fit: where, in the words of the files, and what is wrong with it."""

    where: str
    what: str


@dataclass(frozen=True, eq=False)
class Group:
    """A row group after its check: all columns, and the leaf hashes that they give."""

    first: int
    batch: pa.RecordBatch
    leaves: Bytes2
    parts: list[Subtree]
    sums: pa.Table
    problems: list[Problem]


@dataclass
class FolderCheck:
    days: list[Seal] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def check_folder(folder: Path, verifier_keys: Sequence[str], advance: Advance | None = None) -> FolderCheck:
    """Check every day in ``folder`` (named YYYY-MM-DD) and that each goes on where the day before it ended.

    ``verifier_keys`` (``name+hash+base64``): one a name, since a log that goes on after a
    loss takes a new one; any may have signed.
    """
    found = FolderCheck()
    names = sorted(entry.name for entry in folder.iterdir() if entry.is_dir() and _is_day(entry.name))
    last: tuple[str, Frontier] | None = None
    for name in names:
        checked = check_day(folder / name, verifier_keys, advance=advance)
        found.problems += checked.problems
        if checked.seal is None:
            last = None
            continue
        found.days.append(checked.seal)
        if last is not None and checked.seal.before != last[1]:
            found.problems.append(Problem(f"sealed day {name}", f"does not go on where {last[0]} ended"))
        last = (name, checked.edge) if checked.edge is not None else None
    return found


def check_day(folder: Path, verifier_keys: Sequence[str], *, advance: Advance | None = None) -> DayCheck:
    """Check the day in ``folder``: seal, digests, every entry's leaf hash, the tree, the sums."""
    checked = DayCheck(folder, verifier_keys)
    for group in checked.groups():
        if advance is not None and checked.seal is not None:
            advance(group.first + group.batch.num_rows - checked.seal.first, checked.seal.count)
    return checked


class DayCheck:
    """The check of one day: complete once all of :meth:`groups` were asked for. Takes about 100 MB of memory.

    ``seal``: None where it can't be trusted. ``edge``: of the tree at the day's end, None where not all was read.
    """

    def __init__(self, folder: Path, verifier_keys: Sequence[str]) -> None:
        self.seal: Seal | None = None
        self.edge: Frontier | None = None
        self.problems: list[Problem] = []
        self._folder = folder
        self._verifier_keys = verifier_keys
        self._is_sealed: bool | None = None

    def opens(self) -> bool:
        """Whether the seal can be trusted and the files are those that were sealed; only then they may be read."""
        if self._is_sealed is None:
            seal = self._opened()
            # What is no longer the sealed file is not read on: its places are named instead.
            self._is_sealed = seal is not None and not _digests_wrong(self._folder, seal, self.problems)
        return self._is_sealed

    def groups(self) -> Iterator[Group]:
        """The row groups, in order and each checked; none where the files are not those that were sealed."""
        seal = self.seal if self.opens() else None
        if seal is None:
            return
        parts: list[Subtree] = []
        sums: list[pa.Table] = []
        try:
            for group in checked_groups(self._folder, seal.first, seal.end):
                parts += group.parts
                sums.append(group.sums)
                self.problems += group.problems
                yield group
        except SealedFileBad as broken:
            self._name("", _said(broken))
            return
        self.edge = extended(seal.before, parts)
        if self.edge.root() != seal.root:
            self._name(SEAL_NAME, "its root is not what the entries give")
        if digest(joined(sums)) != seal.rollups_sha256:
            self._name(SEAL_NAME, "the sums it binds are not those of the entries")

    def _opened(self) -> Seal | None:
        try:
            seal = open_seal((self._folder / SEAL_NAME).read_text(encoding="utf-8"), self._verifier_keys)
        except (SealBad, OSError, UnicodeDecodeError) as broken:
            self._name(SEAL_NAME, _said(broken))
            return None
        if seal.day.isoformat() != self._folder.name:
            self._name(SEAL_NAME, f"is the seal of {seal.day}")
            return None
        self.seal = seal
        return seal

    def _name(self, file: str, what: str) -> None:
        where = f"sealed day {self._folder.name}"
        self.problems.append(Problem(f"{where}, {file}" if file else where, what))


def checked_groups(folder: Path, first: int, end: int) -> Iterator[Group]:
    """The row groups of a day, in order, each checked; two are worked on at a time."""
    files = DayFiles(folder, first, end)
    with ThreadPoolExecutor(THREADS) as pool:
        waiting: list[Future[Group]] = []
        for number in range(files.group_count()):
            batch = files.read_group(number)
            waiting.append(pool.submit(check_group, folder.name, first + number * GROUP_ROWS, batch))
            if len(waiting) > THREADS:
                yield waiting.pop(0).result()
        for left in waiting:
            yield left.result()


def check_group(day: str, first: int, batch: pa.RecordBatch) -> Group:
    """Leaf hashes, tree and sums of a row group whose first entry must be ``first``."""
    problems: list[Problem] = []

    def name(rows: np.ndarray[tuple[int], np.dtype[np.bool_]], file: str, column: str, what: str) -> None:
        wrong = np.flatnonzero(rows)
        problems.extend(
            Problem(f"sealed day {day}, {file}, entry {first + row}, {column}", what)
            for row in wrong[:_ROWS_NAMED_MAX]
        )
        if len(wrong) > _ROWS_NAMED_MAX:
            problems.append(
                Problem(f"sealed day {day}, {file}, {column}", f"{len(wrong) - _ROWS_NAMED_MAX} more {what}")
            )

    for file, schema in SCHEMAS.items():
        for column in schema:
            if not column.nullable and batch.column(column.name).null_count:
                name(batch.column(column.name).is_null().to_numpy(False), file, column.name, "is missing")
    count = batch.num_rows
    kind, grade = numbers(batch.column("kind")), numbers(batch.column("grade"))
    pointing = np.isin(kind, _POINTING)
    name(
        numbers(batch.column("log_index")) != np.arange(first, first + count),
        ENTRIES_NAME,
        "log_index",
        "is out of order",
    )
    name(~np.isin(kind, _KINDS), ENTRIES_NAME, "kind", "is unknown")
    name(grade > max(Grade), ENTRIES_NAME, "grade", "is unknown")
    for column in ("points_at", "target_kind", "target_standing_milli"):
        held = batch.column(column).is_valid().to_numpy(zero_copy_only=False)
        name(held != pointing, ENTRIES_NAME, column, "does not go with the kind")
    name(
        batch.column("post").is_valid().to_numpy(zero_copy_only=False) & (numbers(batch.column("post")) <= 0),
        ENTRIES_NAME,
        "post",
        "is not a number above 0",
    )
    commitment = fixed(batch.column("person_commitment"))
    keyed = batch.column("person_key").is_valid().to_numpy(zero_copy_only=False)
    wrong_key = np.where(
        keyed,
        (person_key_rows(batch) != fixed(batch.column("person_key"))).any(axis=1),
        commitment.any(axis=1),
    )
    name(wrong_key, ENTRIES_NAME, "person_key", "does not belong to the person commitment")
    leaves = leaf_rows(batch)
    kept = fixed(batch.column("leaf_hash"))
    if not np.array_equal(leaves, kept):
        name((leaves != kept).any(axis=1), PROOF_NAME, "leaf_hash", "is not the hash of what the entry says")
    return Group(first, batch, leaves, subtrees(first, leaves), part_sums(batch), problems)


def _digests_wrong(folder: Path, seal: Seal, problems: list[Problem]) -> bool:
    is_wrong = False
    for name, wanted in ((ENTRIES_NAME, seal.entries_sha256), (PROOF_NAME, seal.proof_sha256)):
        path = folder / name
        where = f"sealed day {folder.name}, {name}"
        try:
            found = file_sha256(path)
        except OSError as broken:
            problems.append(Problem(where, _said(broken)))
            is_wrong = True
            continue
        if found == wanted:
            continue
        is_wrong = True
        places = damaged_places(path, seal.first, seal.count)
        problems += [
            Problem(f"{where}, {place}", "is damaged: the file is not the one that was sealed")
            for place in places
        ]
    return is_wrong


def file_sha256(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _is_day(name: str) -> bool:
    try:
        return date.fromisoformat(name).isoformat() == name
    except ValueError:
        return False


def _said(broken: BaseException) -> str:
    if isinstance(broken, SealBad):
        return str(broken.facts["what"])
    if isinstance(broken, SealedFileBad):
        return str(broken)
    if isinstance(broken, OSError):
        return (broken.strerror or str(broken)).lower()
    return "is not text in UTF-8"

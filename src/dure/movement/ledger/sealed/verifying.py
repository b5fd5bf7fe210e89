"""Sealed days held against everything else that is kept: marks, seals, ids, people, what was said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dure.analytics.sealed.checking import DayCheck, Group
from dure.analytics.sealed.columns import fixed, numbers
from dure.analytics.sealed.reading import DayFiles
from dure.analytics.sealed.seal import SEAL_NAME
from dure.analytics.sealed.sums import joined, part_sums, rollups
from dure.engine.log.entry import MOVE_KINDS, POINTING_KINDS
from dure.engine.log.merkle import Frontier
from dure.movement.ledger import keys, scan
from dure.movement.ledger.models import Entry, SealedId
from dure.movement.ledger.moments import moment_of
from dure.movement.ledger.sealed import source
from dure.movement.ledger.sealed.days import FILED, Span, State
from dure.movement.ledger.sealed.people import People
from dure.movement.ledger.sums import Sums

Ints = npt.NDArray[np.int64]
# Of these the order counts: they speak of others, or let stock come and go.
_IN_ORDER: Final = np.array(sorted(map(int, POINTING_KINDS | MOVE_KINDS)))
_IDS_ASKED: Final = 10_000
_NAMED_MAX: Final = 20
_ROW: Final = source.COLUMNS


class FiledDays:
    """The days that are read from files, as one run of the verification sees them.

    ``unread``: those that can't be, so that no sum is complete.
    """

    def __init__(self, add_fault: Callable[[str, str], None], size: int) -> None:
        self._add_fault = add_fault
        self._size = size
        self._people = People()
        self._id_count = 0
        self.unread: list[str] = []
        self._stored = scan.sealed_day_rows()
        self._checks: dict[Span, tuple[scan.SealedRow, DayCheck]] = {}
        at = 0
        for row in self._stored:
            if row.state not in FILED:
                continue
            if row.day is None or not at <= row.first < row.end <= size:
                add_fault(f"sealed day {row.shown}", f"does not lie within the log of {size} entries")
                continue
            span = Span(row.day, row.first, row.end)
            self._checks[span] = (row, DayCheck(span.folder, keys.verifier_keys()))
            at = row.end

    @property
    def spans(self) -> list[Span]:
        """The days in files, one behind the other and all within the log."""
        return list(self._checks)

    def pointed_at(self) -> Iterator[int]:
        """The places that entries point at, open or not. Files are read only where they are what was sealed."""
        pointing = {"kind": sorted(map(int, POINTING_KINDS))}
        for span in self.spans:
            files = self._files(span)
            for batch in files.matching(pointing, ("points_at",)) if files else ():
                yield from batch.column(0).to_pylist()
        rows = source.open_rows(Entry.objects.filter(points_at__isnull=False))
        for place in rows.values_list("points_at", flat=True):
            if place is not None:
                yield place

    def checked(self, span: Span, before: Frontier, sums: Sums) -> Iterator[Group]:
        """The groups of a day, each checked and counted; nothing more of it once something can't be believed."""
        row, check = self._checks[span]
        special = np.array(sorted(index for index in sums.spoken_of if isinstance(index, int)), np.int64)
        is_same = check.seal is None or (check.seal.first, check.seal.end) == (span.first, span.end)
        if not is_same:
            self._add_fault(f"sealed day {span.day}", "its range is not the one that is sealed")
        for group in check.groups() if is_same else ():
            self._count(span, group.batch, special, sums)
            self._check_dropped(row, group.batch)
            yield group
        if check.edge is None:
            self.unread.append(f"sealed day {span.day}")
        for problem in check.problems:
            self._add_fault(problem.where, problem.what)
        where = f"sealed day {span.day}, {SEAL_NAME}"
        if check.seal is not None:
            if is_same and check.seal.before != before:
                self._add_fault(where, "its edge is not what the entries before the day give")
            if row.note != (span.folder / SEAL_NAME).read_bytes():
                self._add_fault(where, "is not the seal that the database keeps")

    def check_marks(self) -> None:
        """The marks of days must fit the seals and the entries; nothing may stand where rows were dropped."""
        marks = scan.log_day_rows()
        ends = [*(first for _, _, first in marks[1:]), self._size] if marks else []
        last = None
        for (day, shown, first), end in zip(marks, ends, strict=True):
            where = f"day {shown} of entering the log"
            if day is None or (last is not None and day <= last) or not 0 <= first <= end <= self._size:
                self._add_fault(where, f"begins at entry {first}, which does not fit its neighbours")
            elif first < end:
                self._check_mark(where, day, first)
            last = day or last
        if (self._size and not marks) or (marks and marks[0][2] != 0):
            self._add_fault("days of entering the log", "do not begin with entry 0")
        marked = {(day, first, end) for (day, _, first), end in zip(marks, ends, strict=True)}
        for row in self._stored:
            if (row.day, row.first, row.end) not in marked:
                self._add_fault(f"sealed day {row.shown}", "does not fit the days of entering the log")
            self._check_state(row)

    def check_kept(self) -> None:
        """Ids and people of dropped rows, as a whole."""
        held = SealedId.objects.count()
        if held != self._id_count:
            self._add_fault("sealed ids", f"{held} are kept where {self._id_count} rows were dropped")
        self._people.compare(self._add_fault)

    def _check_mark(self, where: str, day: date, first: int) -> None:
        """Nothing before a day's mark was recorded on that day, and its first entry no later than that.

        It may be earlier: sealing begins a day before anything enters the log, and a clock may step back then.
        """
        last, recorded = self._recorded_on(first - 1), self._recorded_on(first)
        if last is not None and last >= day:
            self._add_fault(where, f"begins behind entry {first - 1}, which was recorded on {last}")
        if recorded is not None and recorded > day:
            self._add_fault(where, f"begins with entry {first}, which was recorded on {recorded}")

    def _check_state(self, row: scan.SealedRow) -> None:
        """The state of a sealed day says where its entries stand."""
        if row.state not in State.values:
            self._add_fault(f"sealed day {row.shown}", f"its state is {row.state}, which is none")
        elif row.state == State.DROPPED:
            left = Entry.objects.filter(index__gte=row.first, index__lt=row.end).count()
            if left:
                self._add_fault(f"sealed day {row.shown}", f"{left} rows stand that were dropped")
        elif row.state == State.SEALED and row.day is not None:
            self._check_beside_rows(Span(row.day, row.first, row.end))

    def _recorded_on(self, index: int) -> date | None:
        """The UTC day on which an entry was recorded; None where it can't be read."""
        found = Entry.objects.filter(index=index).values_list("recorded_at_ms", flat=True).first()
        for span in self.spans:
            if span.first <= index < span.end:
                files = self._files(span)
                row = next(files.rows_at([index]), None) if files else None
                found = None if row is None else row["recorded_at_ms"]
        return None if found is None else moment_of(found).date()

    def _files(self, span: Span) -> DayFiles | None:
        """The day's files, if they are what was sealed and can be read."""
        check = self._checks[span][1]
        if (
            not check.opens()
            or check.seal is None
            or (check.seal.first, check.seal.end) != (span.first, span.end)
        ):
            return None
        return DayFiles(span.folder, span.first, span.end)

    def _check_beside_rows(self, span: Span) -> None:
        """The files of a day whose rows all stand as well."""
        check = DayCheck(span.folder, keys.verifier_keys())
        for _ in check.groups():
            pass
        for problem in check.problems:
            self._add_fault(problem.where, problem.what)

    def _count(self, span: Span, batch: pa.RecordBatch, special: Ints, sums: Sums) -> None:
        """Into the sums: one by one where the order counts, the others by cell."""
        one_by_one = np.isin(numbers(batch.column("kind")), _IN_ORDER)
        if len(special):
            one_by_one |= np.isin(numbers(batch.column("log_index")), special, assume_unique=True)
        mask = pa.array(one_by_one)
        sums.add_cells(rollups(joined([part_sums(batch.filter(pa.array(~one_by_one)))])))
        chosen = batch.filter(mask).select([*_ROW, "target_kind", "target_standing_milli"])
        for row in zip(*(column.to_pylist() for column in chosen.columns), strict=True):
            self._tell_target(span, row, sums)
            sums.add(row)

    def _tell_target(self, span: Span, row: tuple[object, ...], sums: Sums) -> None:
        """Name what an entry's own columns say wrongly of the one it points at, which stands as it did then."""
        index, points_at, told = row[0], row[11], row[-2:]
        target = sums.target(points_at)
        if target is not None and told != (target.kind, target.standing_milli):
            what = f"say {told}, the entries give {(target.kind, target.standing_milli)}"
            self._add_fault(
                f"sealed day {span.day}, entry {index}, target_kind and target_standing_milli", what
            )

    def _check_dropped(self, row: scan.SealedRow, batch: pa.RecordBatch) -> None:
        """People and ids of the rows that are gone; while a day is on the way, some still stand."""
        if row.state != State.DROPPED:
            indices = numbers(batch.column("log_index"))
            standing = Entry.objects.filter(index__gte=int(indices[0]), index__lte=int(indices[-1]))
            held = np.array(list(standing.values_list("index", flat=True)), np.int64)
            batch = batch.filter(pa.array(~np.isin(indices, held)))
        if not batch.num_rows:
            return
        self._people.add(batch)
        self._id_count += batch.num_rows
        ids = [row.tobytes() for row in fixed(batch.column("client_id"))]
        indices_kept = batch.column("log_index").to_pylist()
        wrong = 0
        for at in range(0, len(ids), _IDS_ASKED):
            part = ids[at : at + _IDS_ASKED]
            found = {key.bytes: index for key, index in source.indices_of(part).items()}
            for client_id, index in zip(part, indices_kept[at : at + _IDS_ASKED], strict=True):
                if found.get(client_id) != index:
                    wrong += 1
                    if wrong <= _NAMED_MAX:
                        self._add_fault(
                            f"sealed id of entry {index}", "is missing or belongs to another entry"
                        )
        if wrong > _NAMED_MAX:
            self._add_fault("sealed ids", f"{wrong - _NAMED_MAX} more are missing or belong to other entries")

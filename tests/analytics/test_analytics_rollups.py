"""Rollups recomputed from entries equal a plain reading of the rules, to the unit; what differs is named."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.analytics.compare import Batch, compare
from dure.analytics.engines import Engine
from dure.analytics.entries import write_entries
from dure.analytics.gathering import EntryFile, FileBatch, compare_files
from dure.analytics.rollup_files import write_rollups
from dure.analytics.rollups import rollups
from dure.analytics.types import EntryRow, Rollup
from dure.engine.log.entry import Grade, Kind
from tests.analytics.histories import (
    DAY,
    Step,
    contribution,
    duckdb_over,
    histories,
    history,
    plain_rollups,
    random_steps,
    steps,
    told,
)


def recomputed(entries: Sequence[EntryRow]) -> tuple[Rollup, ...]:
    with duckdb_over(entries) as (engine, table, _):
        return tuple(Rollup(*row) for row in engine.rows(rollups(table)))


def differences(
    entries: Sequence[EntryRow], stored: Sequence[Rollup], *, cuts: Sequence[int] = ()
) -> list[tuple[object, ...]]:
    """What is left between ``stored`` and the entries, handed over in batches that end at ``cuts``: by the expressions
    and by the compiled loops, which must find the same."""
    with duckdb_over(entries) as (engine, _, folder):
        write_rollups(folder / "stored", sorted(stored, key=lambda row: row.work_day))
        parts = [entries[first:last] for first, last in zip([0, *cuts], [*cuts, len(entries)], strict=True)]
        batches = [batch_of(engine, folder / f"batch-{number}", part) for number, part in enumerate(parts)]
        found = compare(engine, batches, engine.read([folder / "stored"]), folder / "scratch")
        in_files = [
            FileBatch(
                [EntryFile(path) for path in sorted((folder / f"batch-{number}").iterdir())], batch.first_day
            )
            for number, batch in enumerate(batches)
        ]
        same = compare_files(
            engine, in_files, sorted((folder / "stored").iterdir()), folder / "files", threads=2
        )
    assert same == found
    assert found.entry_count == len(entries)
    assert found.cell_count == len(stored)
    assert found.difference_count == len(found.differences)
    return list(found.differences)


def batch_of(engine: Engine, folder: Path, entries: Sequence[EntryRow]) -> Batch:
    write_entries(folder, [entries])
    first_day = max((entry.work_day for entry in entries[:5]), default=date.min)
    return Batch(engine.read([folder]), first_day)


SOME = st.lists(steps(), min_size=1, max_size=12)


@settings(max_examples=5, deadline=None)
@given(SOME)
def test_recomputed_rollups_equal_plain_python_to_the_unit(doing: list[list[Step]]) -> None:
    entries = histories(doing)
    assert recomputed(entries) == plain_rollups(entries)


@settings(max_examples=4, deadline=None)
@given(doing=SOME, data=st.data())
def test_what_is_left_is_the_one_unit_that_was_forged_however_entries_are_cut(
    doing: list[list[Step]], data: st.DataObject
) -> None:
    entries = histories(doing)
    true = list(plain_rollups(entries))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(entries)), max_size=2)))
    if not true or data.draw(st.booleans()):
        assert differences(entries, true, cuts=cuts) == []
        return
    where = data.draw(st.integers(0, len(true) - 1))
    column = data.draw(st.sampled_from(Rollup._fields[5:]))
    forged = true[where]._replace(**{column: getattr(true[where], column) + 1})
    [row] = differences(entries, [*true[:where], forged, *true[where + 1 :]], cuts=cuts)
    assert row[:5] == true[where].cell
    assert row[5:11] == forged[5:]
    assert row[11:] == true[where][5:]


def test_a_history_of_thousands_in_parts_says_much_and_stays_equal() -> None:
    entries = history(random_steps(1, 3_000))
    plain = plain_rollups(entries)
    assert sum(row.n_recounted for row in plain) > 50
    assert sum(row.out_milli for row in plain) > 0
    assert recomputed(entries) == plain
    assert differences(entries, plain, cuts=[700, 2_000]) == []


def test_a_cell_that_is_not_stored_or_has_no_entries_is_named() -> None:
    apples, pears = contribution(0, 5_000), contribution(1, 7_000, team=8)
    [of_apples, of_pears] = plain_rollups([apples, pears])
    [missing] = differences([apples, pears], [of_apples])
    assert missing[:5] == of_pears.cell
    assert (missing[5:11], missing[11:]) == ((None,) * 6, of_pears[5:])
    [invented] = differences([apples], [of_apples, of_pears])
    assert (invented[5:11], invented[11:]) == (of_pears[5:], (0,) * 6)


def test_a_correction_after_the_recount_does_not_change_what_was_recounted() -> None:
    claim = contribution(0, 9_000)
    found = told(1, Kind.CONFIRMATION, claim, 6_000, Grade.RECOUNTED)
    [row] = recomputed([claim, found, told(2, Kind.CORRECTION, claim, -3_000)])
    assert (row.n, row.quantity_milli) == (1, 6_000)
    assert (row.n_recounted, row.recounted_milli, row.recounted_claim_milli) == (1, 6_000, 9_000)


def test_goods_that_left_again_and_were_lost_are_kept_beside_the_sums() -> None:
    kinds = (Kind.GOODS_IN, Kind.GOODS_OUT, Kind.LOST)
    moves = [contribution(at, 5_000)._replace(kind=kind) for at, kind in enumerate(kinds)]
    [row] = recomputed([*moves, told(3, Kind.WITHDRAWAL, moves[1], -5_000)])
    assert (row.n, row.quantity_milli, row.out_milli) == (1, 5_000, 5_000)


def test_sums_beyond_what_a_float_can_hold_stay_exact() -> None:
    entries = [contribution(index, 10**15 - max(index, 1)) for index in range(20)]
    [row] = recomputed(entries)
    [total] = [row.quantity_milli or row.out_milli]
    assert total == 20 * 10**15 - 191
    assert int(float(total)) != total, "a float could hold it: the test proves nothing"


def test_no_entries_give_no_rollups() -> None:
    assert recomputed([]) == ()
    assert differences([], []) == []


def test_entries_are_never_written_over_others(tmp_path: Path) -> None:
    assert write_entries(tmp_path / "entries", [[contribution(0, 1)]]) == 1
    with pytest.raises(FileExistsError):
        write_entries(tmp_path / "entries", [])


def test_thousands_of_differences_are_counted_and_the_first_are_named() -> None:
    entries = [contribution(at, 5, team=at) for at in range(1_200)]
    forged = [row._replace(n=row.n + 1) for row in plain_rollups(entries)]
    with duckdb_over(entries) as (engine, table, folder):
        write_rollups(folder / "stored", forged)
        found = compare(
            engine,
            [Batch(table, DAY - timedelta(days=1))],
            engine.read([folder / "stored"]),
            folder / "scratch",
        )
    assert (found.difference_count, len(found.differences)) == (1_200, 1_000)
    assert [row[1] for row in found.differences] == list(range(1, 1_001))

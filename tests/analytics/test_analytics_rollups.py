"""Rollups recomputed from entries equal a plain reading of the rules, to the unit."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random
from uuid import UUID

import polars as pl
import pytest

from dure.analytics.entries import write_entries
from dure.analytics.types import EntryRow, Rollup
from dure.analytics.worker import differences, recompute
from dure.engine.log.entry import Grade, Kind
from dure.kernel.must import Broken

DAY = date(2026, 10, 3)
OUT = {Kind.GOODS_OUT, Kind.MONEY_OUT}
POINTING = {Kind.CORRECTION, Kind.CONFIRMATION, Kind.WITHDRAWAL}


def _entry(index: int, kind: Kind, milli: int, about: int | None = None, **other: int) -> EntryRow:
    key = None if about is not None else UUID(int=index)
    grade = other.get("grade", Grade.CLAIMED)
    return EntryRow(index, kind, grade, 1, 2, other.get("team", 3), 4, DAY, milli, about, key)


def _told(index: int, kind: Kind, target: EntryRow, milli: int, grade: Grade = Grade.CLAIMED) -> EntryRow:
    return target._replace(
        log_index=index,
        kind=kind,
        grade=grade,
        quantity_milli=milli,
        points_at=target.log_index,
        person_key=None,
    )


def _plain(entries: Sequence[EntryRow]) -> tuple[Rollup, ...]:
    """The rules of dure.movement.ledger.append, one entry after the other."""
    sums: dict[tuple[int, int, int, int, date], list[int]] = defaultdict(lambda: [0] * 6)
    by_index = {entry.log_index: entry for entry in entries}
    standing: dict[int, int] = {}
    for entry in entries:
        cell = sums[entry.campaign, entry.team, entry.area, entry.indicator, entry.work_day]
        if entry.points_at is None:
            standing[entry.log_index] = entry.quantity_milli
            cell[0] += entry.kind not in OUT
            cell[2 if entry.kind in OUT else 1] += entry.quantity_milli
            continue
        is_out = by_index[entry.points_at].kind in OUT
        if entry.kind == Kind.CONFIRMATION:
            if entry.grade == Grade.RECOUNTED and not is_out:
                cell[3] += 1
                cell[4] += entry.quantity_milli
                cell[5] += standing[entry.points_at]
            continue
        standing[entry.points_at] += entry.quantity_milli
        cell[2 if is_out else 1] += entry.quantity_milli
        cell[0] -= entry.kind == Kind.WITHDRAWAL and not is_out
    return tuple(Rollup(*cell, *held) for cell, held in sorted(sums.items()))


def _history(seed: int, count: int) -> list[EntryRow]:
    """A lawful history: contributions, and things said about any of them that still stands."""
    random = Random(seed)  # noqa: S311  a made-up history
    entries: list[EntryRow] = []
    standing: dict[int, int] = {}
    alone = sorted(set(Kind) - POINTING)
    while len(entries) < count:
        index = len(entries)
        if not standing or random.random() < 0.6:
            entry = EntryRow(
                index, random.choice(alone), 0,
                random.randint(1, 2), random.randint(1, 3), random.randint(1, 9),
                random.randint(1, 4), DAY + timedelta(days=random.randint(0, 4)), random.randint(1, 10**6),
                None, UUID(int=random.randint(1, 50)) if random.random() < 0.8 else None,
            )  # fmt: skip
            standing[index] = entry.quantity_milli
        else:
            target = entries[random.choice(sorted(standing))]
            kind = random.choice(sorted(POINTING))
            grade = Grade.CLAIMED
            milli = random.randint(0, 10**6)
            if kind == Kind.CONFIRMATION:
                grade = random.choice([Grade.WITNESSED, Grade.SECOND_SOURCE, Grade.RECOUNTED])
            elif kind == Kind.WITHDRAWAL:
                milli = -standing.pop(target.log_index)
            else:
                milli = random.randint(-standing[target.log_index], 1000)
                standing[target.log_index] += milli
            entry = _told(index, kind, target, milli, grade)
        entries.append(entry)
    return entries


@pytest.mark.parametrize("seed", [1, 2])
def test_recomputed_rollups_equal_plain_python_to_the_unit(tmp_path: Path, seed: int) -> None:
    history = _history(seed, 3_000)
    # Parts are written and read in any order; the story of an entry runs across them.
    count = write_entries(tmp_path / "entries", [history[2_000:], history[:700], history[700:2_000]])
    found = recompute(tmp_path / "entries", memory_mb=200, threads=1)
    plain = _plain(history)
    assert count == found.entry_count == 3_000
    assert len({row.cell for row in plain}) > 500
    assert sum(row.n_recounted for row in plain) > 50
    assert found.rollups == plain
    assert differences(plain, found.rollups) == []
    assert found.peak_rss_bytes > 0


def test_sums_beyond_what_a_float_can_hold_stay_exact(tmp_path: Path) -> None:
    entries = [_entry(index, Kind.OUTPUT, 10**15 - index) for index in range(20)]
    entries[0] = entries[0]._replace(quantity_milli=10**15 - 1)
    write_entries(tmp_path / "entries", [entries])
    [row] = recompute(tmp_path / "entries", memory_mb=200, threads=1).rollups
    assert row.quantity_milli == 20 * 10**15 - 191
    assert int(float(row.quantity_milli)) != row.quantity_milli, (
        "a float could hold it: the test proves nothing"
    )
    assert isinstance(row.quantity_milli, int)


def test_no_entries_give_no_rollups(tmp_path: Path) -> None:
    assert write_entries(tmp_path / "entries", []) == 0
    assert recompute(tmp_path / "entries", memory_mb=200, threads=1).rollups == ()


def test_one_unit_more_in_one_stored_sum_is_named() -> None:
    apples = _entry(0, Kind.OUTPUT, 5_000)
    pears = _entry(1, Kind.OUTPUT, 7_000, team=8)
    true = _plain([apples, pears])
    forged = (true[0]._replace(quantity_milli=5_001),)
    [changed, missing] = differences(forged, true)
    assert (changed.stored, changed.recomputed) == (forged[0], true[0])
    assert (missing.stored, missing.recomputed) == (None, true[1])
    assert differences(true, true) == []


def test_a_file_that_holds_no_entries_breaks_with_the_workers_last_words(tmp_path: Path) -> None:
    folder = tmp_path / "entries"
    folder.mkdir()
    pl.DataFrame({"apples": [1]}).write_parquet(folder / "part-000000.parquet")
    with pytest.raises(Broken, match="analytics process ended with 1"):
        recompute(folder, memory_mb=200, threads=1)


def test_entries_are_never_written_over_others(tmp_path: Path) -> None:
    write_entries(tmp_path / "entries", [[_entry(0, Kind.OUTPUT, 1)]])
    with pytest.raises(FileExistsError):
        write_entries(tmp_path / "entries", [])


def test_a_question_does_not_load_django() -> None:
    code = (
        "import sys, dure.analytics.worker; sys.exit(any(m.split('.')[0] == 'django' for m in sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", code], env=dict(os.environ), check=False, capture_output=True)
    assert ran.returncode == 0

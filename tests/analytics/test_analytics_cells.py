"""The table of sums: as many cells as there are, sums to the unit, and a word where 64 bits end."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest
from numpy.typing import NDArray

from dure.analytics.cells import Cells
from dure.analytics.rollups import CELL
from dure.engine.log.entry import OUTGOING_KINDS, Kind
from dure.kernel.must import Broken

Made = dict[str, NDArray[np.int64]]


def made(count: int, seed: int = 5) -> Made:
    """Entries of far more cells than the table begins with, from days before 1970 to far from now."""
    draw = np.random.default_rng(seed)
    return {
        "campaign": draw.integers(1, 3, count),
        "team": draw.choice(np.array([0, 1, 7, 2**31, 2**32 - 1]), count),
        "area": draw.integers(0, 50, count),
        "indicator": draw.integers(1, 30, count),
        "work_day": draw.integers(-400, 40_000, count) // 50,
        "kind": draw.choice(np.array([int(Kind.HOURS), int(Kind.GOODS_OUT)]), count),
        "quantity_milli": draw.integers(1, 10**12, count),
        "points_at": np.where(draw.random(count) < 0.1, 3, -1),
    }


def plain(entries: Made) -> dict[tuple[int, ...], tuple[int, ...]]:
    sums: dict[tuple[int, ...], list[int]] = defaultdict(lambda: [0, 0, 0])
    for *cell, kind, quantity, points in zip(*(column.tolist() for column in entries.values()), strict=True):
        if points < 0:
            held = sums[tuple(cell)]
            held[0] += kind not in OUTGOING_KINDS
            held[2 if kind in OUTGOING_KINDS else 1] += quantity
    return {cell: tuple(held) for cell, held in sums.items()}


def left(cells: Cells, before: int = 1 << 31) -> dict[tuple[int, ...], tuple[int, ...]]:
    columns, sums = cells.left(before)
    rows = zip(*(column.tolist() for column in (*columns.values(), *sums)), strict=True)
    return {row[:5]: row[5:] for row in rows}


def test_sums_are_those_of_a_dictionary_and_what_is_taken_off_leaves_the_rest() -> None:
    entries = made(60_000)
    wanted = plain(entries)
    assert len(wanted) > 20_000, "the table never grew"
    cells = Cells()
    half = {name: column[:30_000] for name, column in entries.items()}
    cells.add_entries(half)
    cells.add_entries({name: column[30_000:] for name, column in entries.items()})
    before = {cell: sums for cell, sums in wanted.items() if cell[4] < 100}
    assert 0 < len(before) < len(wanted)
    assert left(cells, before=100) == before
    assert left(cells) == {cell: sums for cell, sums in wanted.items() if cell not in before}
    cells.add_entries(entries)
    off = plain(half)
    rows = np.array([(*cell, *sums) for cell, sums in off.items()], np.int64).T
    cells.add(dict(zip(CELL, rows, strict=False)), list(rows[5:]), sign=-1)
    nothing = (0, 0, 0)
    rest = {cell: tuple(np.subtract(sums, off.get(cell, nothing)).tolist()) for cell, sums in wanted.items()}
    assert left(cells) == {cell: sums for cell, sums in rest.items() if sums != nothing}
    assert left(cells) == {}, "what was taken out is still there"


def test_crews_whose_entries_come_one_after_the_other_are_summed_as_if_they_came_apart() -> None:
    entries = {name: np.sort(column) if name in CELL else column for name, column in made(9_000).items()}
    same = np.random.default_rng(3).random(9_000) < 0.7
    kept = np.maximum.accumulate(np.where(same, 0, np.arange(9_000)))
    entries |= {name: entries[name][kept] for name in CELL}
    # Here and there quantities of which not even a few go into 64 bits: of single cells, or one against another.
    entries["quantity_milli"][::500] = 2**61
    entries["quantity_milli"][1::500] = -(2**61)
    cells = Cells()
    cells.add_entries(entries)
    assert left(cells) == {cell: sums for cell, sums in plain(entries).items() if sums != (0, 0, 0)}


def test_a_sum_beyond_64_bits_is_an_error_and_never_another_sum() -> None:
    entries = {name: column[:2] for name, column in made(40, seed=1).items()}
    for name in ("campaign", "team", "area", "indicator", "work_day", "kind"):
        entries[name] = entries[name][[0, 0]]
    entries |= {"points_at": np.array([-1, -1]), "quantity_milli": np.array([2**62, 2**62])}
    with pytest.raises(OverflowError, match="64 bits"):
        Cells().add_entries(entries)


def test_an_id_that_no_entry_could_have_is_no_other_cell() -> None:
    entries = made(3) | {"team": np.array([1, 2, 2**32 + 1])}
    with pytest.raises(Broken):
        Cells().add_entries(entries)

"""Days of a made-up nation's ledger as the Parquet files of sealed days, and its rollups kept up incrementally.

A *cycle* is a few different days in a row: in each of them 1,219,200 entries of 50,000 teams in 5,000 places. Nearly
all are hours; one team in five reports output, one in ten moves goods; 4 % are synced two to seven days late, 6 % a day
late; 1 % say something about an entry of the cycle: corrections, confirmations (half of them recounts), withdrawals.

The rollups are kept here as an append keeps them, entry after entry in the order of the log and with other code than
the recompute: additions in numpy, and a plain loop over what is said about earlier entries.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from dure.analytics.entries import SCHEMA, write_table
from dure.analytics.rollups import CELL, SUMS
from dure.engine.log.entry import OUTGOING_KINDS, Grade, Kind

ENTRIES_A_DAY: Final = 1_219_200
CYCLE_DAYS: Final = 5
TEAMS: Final = 50_000
TEAMS_A_PLACE: Final = 10
HOURS, OUTPUT, GOODS = 1, 2, 3
INDICATORS: Final = 3
LATE_DAYS_MAX: Final = 7
CAMPAIGN: Final = 7
FIRST_DAY: Final = date(2026, 3, 1)
SEED: Final = 20261122
_OUT = sorted(map(int, OUTGOING_KINDS))

Ints = NDArray[np.int64]
Kept = TypeVar("Kept", np.int64, np.bool_)


@dataclass(frozen=True)
class Cycle:
    """``days``: each a table of the columns of entries, the first day's log index from 0. ``sums``: what the cycle adds
    to (day of work, team, indicator, sum), where day of work 0 is LATE_DAYS_MAX days before the first day."""

    days: list[dict[str, Ints]]
    keys: list[NDArray[np.void]]
    sums: Ints
    touched: NDArray[np.bool_]


def make_cycle(entries_a_day: int, day_count: int = CYCLE_DAYS) -> Cycle:
    """The same days each time."""
    draw = np.random.default_rng(SEED)
    # A person books once a day, for their team, and keeps their key for the campaign.
    persons = np.frombuffer(draw.bytes(16 * entries_a_day), dtype="V16")
    days: list[dict[str, Ints]] = []
    free: list[Ints] = []
    for number in range(day_count):
        days.append(_day(draw, number, entries_a_day))
        free.append(days[-1]["log_index"][days[-1]["points_at"] < 0])
        _say(draw, days, np.concatenate(free))
    shape = (day_count + LATE_DAYS_MAX, TEAMS, INDICATORS)
    sums, touched = np.zeros((*shape, len(SUMS)), np.int64), np.zeros(shape, np.bool_)
    _append(days, sums, touched)
    return Cycle(days, [persons[day["person"]] for day in days], sums, touched)


def _day(draw: np.random.Generator, number: int, count: int) -> dict[str, Ints]:
    """A day's entries; those that will point (``points_at`` 0) point nowhere yet, the others have -1."""
    person = _order(draw, count)
    team = person % TEAMS
    kind = np.full(count, int(Kind.HOURS))
    chance = draw.random(count)
    kind[(team % 5 == 0) & (chance < 0.1)] = int(Kind.OUTPUT)
    kind[(team % 10 == 1) & (chance < 0.1)] = int(Kind.GOODS_IN)
    kind[(team % 10 == 1) & (chance < 0.04)] = int(Kind.GOODS_OUT)
    late = draw.random(count)
    behind = np.where(late < 0.9, 0, np.where(late < 0.96, 1, draw.integers(2, LATE_DAYS_MAX + 1, count)))
    indicator = np.where(kind == int(Kind.HOURS), HOURS, np.where(kind == int(Kind.OUTPUT), OUTPUT, GOODS))
    says = draw.random(count) >= 0.99
    says[: count // 10 if number == 0 else 0] = False
    return {
        "log_index": np.arange(number * count, (number + 1) * count),
        "kind": kind,
        "grade": np.full(count, int(Grade.CLAIMED)),
        "indicator": indicator,
        "team": team,
        "work_day": number + LATE_DAYS_MAX - behind,
        "quantity_milli": draw.integers(2, 33, count) * 250,
        "points_at": np.where(says, 0, -1),
        "person": person,
    }


def _order(draw: np.random.Generator, count: int) -> Ints:
    """Who books when: a captain's phone sends a crew at once, and one person in five books for themselves."""
    person = np.arange(count)
    when = draw.random(TEAMS)[person % TEAMS]
    alone = draw.random(count) < 0.2
    when[alone] = draw.random(int(alone.sum()))
    return np.argsort(when, kind="stable")


def _say(draw: np.random.Generator, days: list[dict[str, Ints]], targets: Ints) -> None:
    """Let the newest day's pointing entries speak of earlier ones, each contribution of at most one of them but for
    confirmations, and never against the rules of the ledger."""
    day, count = days[-1], len(days[0]["kind"])
    spoken = {int(at) for earlier in days[:-1] for at in earlier["points_at"][earlier["points_at"] >= 0]}
    for row in np.flatnonzero(day["points_at"] == 0):
        index = int(day["log_index"][row])
        target = int(targets[int(draw.integers(0, np.searchsorted(targets, index)))])
        if target in spoken:
            day["points_at"][row] = -1
            continue
        of, at = days[target // count], target % count
        day["points_at"][row] = target
        for column in ("indicator", "team", "work_day"):
            day[column][row] = of[column][at]
        stands = int(of["quantity_milli"][at])
        what = draw.random()
        if what < 0.4:
            spoken.add(target)
            day["kind"][row] = int(Kind.CORRECTION)
            day["quantity_milli"][row] = -int(draw.integers(1, stands))
        elif what < 0.5:
            spoken.add(target)
            day["kind"][row] = int(Kind.WITHDRAWAL)
            day["quantity_milli"][row] = -stands
        else:
            if what >= 0.55:
                spoken.add(target)
            recounted = what < 0.75
            day["kind"][row] = int(Kind.CONFIRMATION)
            day["grade"][row] = int(Grade.RECOUNTED if recounted else Grade.WITNESSED)
            day["quantity_milli"][row] = int(draw.integers(0, stands + 1))


def _append(days: list[dict[str, Ints]], sums: Ints, touched: NDArray[np.bool_]) -> None:
    """Add the days' entries to the sums as they came."""
    count = len(days[0]["kind"])
    standing: dict[int, int] = {}
    for day in days:
        cells = (day["work_day"], day["team"], day["indicator"] - 1)
        touched[cells] = True
        out = np.isin(day["kind"], _OUT)
        for chosen, columns in (
            ((day["points_at"] < 0) & ~out, (0, 1)),
            ((day["points_at"] < 0) & out, (2,)),
        ):
            where = tuple(part[chosen] for part in cells)
            for column in columns:
                added = day["quantity_milli"][chosen] if column else np.int64(1)
                np.add.at(sums[..., column], where, added)
        for row in np.flatnonzero(day["points_at"] >= 0):
            target = int(day["points_at"][row])
            of, at = days[target // count], target % count
            cell = sums[tuple(int(part[row]) for part in cells)]
            is_out = int(of["kind"][at]) in _OUT
            quantity, kind = int(day["quantity_milli"][row]), int(day["kind"][row])
            stands = standing.setdefault(target, int(of["quantity_milli"][at]))
            if kind == Kind.CONFIRMATION:
                if int(day["grade"][row]) == Grade.RECOUNTED and not is_out:
                    cell[3:6] += (1, quantity, stands)
                continue
            standing[target] = stands + quantity
            cell[2 if is_out else 1] += quantity
            cell[0] -= int(kind == Kind.WITHDRAWAL and not is_out)


def write_days(cycle: Cycle, cycle_count: int, folder: Path) -> list[Path]:
    """The days of ``cycle_count`` cycles as files of sealed days have them; the first is FIRST_DAY."""
    folder.mkdir(parents=True)
    count, step = len(cycle.keys[0]), len(cycle.days)
    tables = [_table(day, keys) for day, keys in zip(cycle.days, cycle.keys, strict=True)]
    paths = []
    for number in range(cycle_count * step):
        later = number // step * step
        table = tables[number % step]
        for name, further in (("log_index", later * count), ("points_at", later * count)):
            at = SCHEMA.get_field_index(name)
            table = table.set_column(
                at, SCHEMA.field(at), pc.add(table.column(name), pa.scalar(further, pa.int64()))
            )
        at = SCHEMA.get_field_index("work_day")
        moved = pc.add(table.column("work_day").cast(pa.int32()), pa.scalar(later, pa.int32())).cast(
            pa.date32()
        )
        table = table.set_column(at, SCHEMA.field(at), moved)
        paths.append(folder / f"entries-{number:06}.parquet")
        write_table(paths[-1], table)
    return paths


def _table(day: dict[str, Ints], keys: NDArray[np.void]) -> pa.Table:
    rows = len(keys)
    points = day["points_at"] >= 0
    epoch = (FIRST_DAY - date(1970, 1, 1)).days - LATE_DAYS_MAX
    columns = {
        **{name: day[name] for name in ("log_index", "kind", "grade", "indicator", "team", "quantity_milli")},
        "campaign": np.full(rows, CAMPAIGN),
        "area": day["team"] // TEAMS_A_PLACE,
        "post": day["team"],
        "work_day": (day["work_day"] + epoch).astype("datetime64[D]"),
        "points_at": pa.array(day["points_at"], pa.int64(), mask=~points),
        "person_key": pa.array(keys.tolist(), pa.binary(16), mask=points),
    }
    arrays = [pa.array(columns[field.name]).cast(field.type) for field in SCHEMA]
    return pa.Table.from_arrays(arrays, schema=SCHEMA)


def write_rollups(cycle: Cycle, cycle_count: int, folder: Path) -> list[Path]:
    """The stored rollups of ``cycle_count`` cycles, each as many days later, by day of work: one file a cycle."""
    folder.mkdir(parents=True)
    step = len(cycle.days)
    held, touched = cycle.sums.copy(), cycle.touched.copy()
    paths = []
    for number in range(cycle_count):
        is_last = number == cycle_count - 1
        done = len(held) if is_last else step
        paths.append(folder / f"rollups-{number:06}.parquet")
        _write_cells(paths[-1], held[:done], touched[:done], number * step - LATE_DAYS_MAX)
        held, touched = _shifted(held, step), _shifted(touched, step)
        held += cycle.sums
        touched |= cycle.touched
    return paths


def _shifted(days: NDArray[Kept], step: int) -> NDArray[Kept]:
    moved = np.zeros_like(days)
    moved[:-step] = days[step:]
    return moved


def _write_cells(path: Path, sums: Ints, touched: NDArray[np.bool_], first_day: int) -> None:
    day, team, indicator = np.nonzero(touched)
    epoch = (FIRST_DAY - date(1970, 1, 1)).days
    columns = {
        "campaign": np.full(len(day), CAMPAIGN),
        "team": team,
        "area": team // TEAMS_A_PLACE,
        "indicator": indicator + 1,
        "work_day": (day + first_day + epoch).astype("datetime64[D]"),
        **{name: sums[day, team, indicator, place] for place, name in enumerate(SUMS)},
    }
    table = pa.table({name: columns[name] for name in (*CELL, *SUMS)})
    pq.write_table(table, path, compression="zstd", row_group_size=131_072)

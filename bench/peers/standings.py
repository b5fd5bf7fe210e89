"""The same questions put to others, over the same files: sums of all contributions by cell, and totals of rollups.

polars reads the Parquet files; SQLite gets the columns as a table and the rollups as Dure keeps them online, with the
index that keeps a cell unique. Filling the tables isn't counted. Each answer must be that of the rollups, to the unit.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq

from dure.analytics.rollups import CELL, SUMS
from dure.engine.log.entry import OUTGOING_KINDS

Figures = dict[str, Any]
_OUT = sorted(map(int, OUTGOING_KINDS))
COLUMNS = (*CELL, "kind", "quantity_milli", "points_at")


def measure(names: list[str], scratch: Path, days: list[Path], rollups: list[Path]) -> Figures:
    """Seconds by peer and question."""
    wanted = sum(pq.read_table(path, columns=["n"]).column("n").to_numpy().sum() for path in rollups)
    return {name: PEERS[name](scratch, days, rollups, int(wanted)) for name in names}


def _timed(question: Callable[[], int]) -> tuple[float, int]:
    began = time.perf_counter()
    answer = question()
    return round(time.perf_counter() - began, 3), answer


def polars(scratch: Path, days: list[Path], rollups: list[Path], wanted: int) -> Figures:
    def cells() -> int:
        counted = ~pl.col("kind").is_in(_OUT)
        alone = pl.scan_parquet(days).filter(pl.col("points_at").is_null())
        summed = alone.group_by(CELL).agg(
            n=counted.sum(),
            quantity_milli=pl.col("quantity_milli").filter(counted).sum(),
            out_milli=pl.col("quantity_milli").filter(~counted).sum(),
        )
        return int(summed.collect(engine="streaming")["n"].sum())

    def totals() -> int:
        summed = (
            pl.scan_parquet(rollups)
            .group_by("campaign", "indicator", "area", "team")
            .agg(*(pl.col(name).sum() for name in SUMS), days=pl.len(), best=pl.col("quantity_milli").max())
        )
        return int(summed.collect(engine="streaming")["n"].sum())

    (cells_s, _), (totals_s, n) = _timed(cells), _timed(totals)
    assert n == wanted
    return {"cells_from_entries_s": cells_s, "totals_from_rollups_s": totals_s}


def sqlite(scratch: Path, days: list[Path], rollups: list[Path], wanted: int) -> Figures:
    cell = ", ".join(CELL)
    with closing(sqlite3.connect(scratch / "peer.sqlite3", isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA cache_size = -400000")
        _fill(connection, "entry", COLUMNS, days)
        _fill(connection, "rollup", (*CELL, *SUMS), rollups)
        connection.execute(f"CREATE UNIQUE INDEX once_a_cell ON rollup ({cell})")
        out = ", ".join(map(str, _OUT))

        def cells() -> int:
            rows = connection.execute(
                f"SELECT {cell}, sum(kind NOT IN ({out})) AS n, sum(CASE WHEN kind IN ({out}) THEN 0 ELSE "
                f"quantity_milli END), sum(CASE WHEN kind IN ({out}) THEN quantity_milli ELSE 0 END) "
                f"FROM entry WHERE points_at IS NULL GROUP BY {cell}"
            )
            return sum(int(row[5]) for row in rows)

        def totals() -> int:
            rows = connection.execute(
                "SELECT sum(n), sum(quantity_milli), sum(n_recounted), count(*), max(quantity_milli) FROM rollup "
                "GROUP BY campaign, indicator, area, team"
            )
            return sum(int(row[0]) for row in rows)

        (cells_s, _), (totals_s, n) = _timed(cells), _timed(totals)
    assert n == wanted
    return {"cells_from_entries_s": cells_s, "totals_from_rollups_s": totals_s}


def _fill(connection: sqlite3.Connection, table: str, columns: tuple[str, ...], files: list[Path]) -> None:
    connection.execute(f"CREATE TABLE {table} ({', '.join(columns)})")
    marks = ", ".join("?" for _ in columns)
    connection.execute("BEGIN")
    for path in files:
        for batch in pq.ParquetFile(path).iter_batches(columns=list(columns)):
            held = batch.to_pydict()
            rows = zip(
                *([str(v) for v in held[c]] if c == "work_day" else held[c] for c in columns), strict=True
            )
            connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
    connection.execute("COMMIT")


PEERS: dict[str, Callable[[Path, list[Path], list[Path], int], Figures]] = {
    "polars": polars,
    "sqlite": sqlite,
}

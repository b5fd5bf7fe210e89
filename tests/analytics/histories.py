"""Lawful histories of a ledger, and a plain reading of the rules, one entry after the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from uuid import UUID

from hypothesis import strategies as st
from ibis import Table

from dure.analytics.engines import Engine, open_engine
from dure.analytics.entries import write_entries
from dure.analytics.types import EntryRow, Rollup
from dure.engine.log.entry import OUTGOING_KINDS, POINTING_KINDS, Grade, Kind

DAY = date(2026, 10, 3)
ALONE = sorted(set(Kind) - POINTING_KINDS)
PROOFS = (Grade.WITNESSED, Grade.SECOND_SOURCE, Grade.RECOUNTED)
# Spark's own configuration, which Dure respects: on a few entries, compiling takes longer than reckoning.
QUICK_FOR_LITTLE = """
spark.sql.codegen.wholeStage false
spark.sql.codegen.factoryMode NO_CODEGEN
spark.sql.shuffle.partitions 1
spark.sql.adaptive.enabled false
spark.driver.extraJavaOptions -XX:TieredStopAtLevel=1
"""
Step = tuple[int, int, int, int, int, int, int]
"""What is done, and by whom, where, when, how much, to which of those that stand: any numbers will do."""


def steps(count_max: int = 40) -> st.SearchStrategy[list[Step]]:
    few, many = st.integers(0, 9), st.integers(0, 10**6)
    return st.lists(st.tuples(few, few, few, few, few, many, many), max_size=count_max)


def random_steps(seed: int, count: int) -> list[Step]:
    random = Random(seed)  # noqa: S311  a made-up history

    def few() -> int:
        return random.randrange(10)

    def many() -> int:
        return random.randrange(10**6)

    return [(few(), few(), few(), few(), few(), many(), many()) for _ in range(count)]


def history(steps: Sequence[Step], campaign: int = 1) -> list[EntryRow]:
    """Contributions, and things said about any of them that still stands, as the ledger allows it."""
    entries: list[EntryRow] = []
    standing: dict[int, int] = {}
    for index, (what, who, where, team, day, amount, target) in enumerate(steps):
        if what < 6 or not standing:
            standing[index] = amount + 1
            entries.append(contribution(index, amount + 1, who, where, team, day, campaign))
            continue
        of = entries[sorted(standing)[target % len(standing)]]
        if what == 6:
            milli = -standing.pop(of.log_index)
            entries.append(told(index, Kind.WITHDRAWAL, of, milli))
        elif what == 7:
            milli = amount % (standing[of.log_index] + 1000) - standing[of.log_index]
            standing[of.log_index] += milli
            entries.append(told(index, Kind.CORRECTION, of, milli))
        else:
            entries.append(told(index, Kind.CONFIRMATION, of, amount, PROOFS[who % len(PROOFS)]))
    return entries


def histories(of: Sequence[Sequence[Step]]) -> list[EntryRow]:
    """Several campaigns in one log, one after the other: a question costs more than its entries do."""
    log: list[EntryRow] = []
    for number, doing in enumerate(of):
        first = len(log)
        log += [
            row._replace(
                log_index=row.log_index + first,
                points_at=None if row.points_at is None else row.points_at + first,
            )
            for row in history(doing, campaign=1 + number)
        ]
    return log


def contribution(
    index: int, milli: int, who: int = 0, where: int = 0, team: int = 0, day: int = 0, campaign: int = 1
) -> EntryRow:
    kind = ALONE[(where + team) % len(ALONE)]
    return EntryRow(
        log_index=index,
        kind=kind,
        grade=Grade.CLAIMED,
        campaign=campaign,
        indicator=1 + where % 3,
        team=1 + team,
        area=1 + where % 4,
        post=None,
        work_day=DAY + timedelta(days=day),
        quantity_milli=milli,
        points_at=None,
        person_key=UUID(int=who) if who else None,
    )


def told(index: int, kind: Kind, of: EntryRow, milli: int, grade: Grade = Grade.CLAIMED) -> EntryRow:
    """Something said about ``of``."""
    about = of._replace(log_index=index, kind=kind, grade=grade, quantity_milli=milli, points_at=of.log_index)
    return about._replace(person_key=None)


def plain_rollups(entries: Sequence[EntryRow]) -> tuple[Rollup, ...]:
    """The rules of dure.movement.ledger.append, one entry after the other."""
    sums: dict[tuple[int, int, int, int, date], list[int]] = defaultdict(lambda: [0] * 6)
    by_index = {entry.log_index: entry for entry in entries}
    standing: dict[int, int] = {}
    for entry in entries:
        cell = sums[entry.campaign, entry.team, entry.area, entry.indicator, entry.work_day]
        if entry.points_at is None:
            standing[entry.log_index] = entry.quantity_milli
            cell[0] += entry.kind not in OUTGOING_KINDS
            cell[2 if entry.kind in OUTGOING_KINDS else 1] += entry.quantity_milli
            continue
        is_out = by_index[entry.points_at].kind in OUTGOING_KINDS
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


def plain_people(entries: Sequence[EntryRow]) -> dict[tuple[str, int, int], int]:
    """Distinct people by level, indicator and id, of contributions that were not taken back."""
    gone = {entry.points_at for entry in entries if entry.kind == Kind.WITHDRAWAL}
    heads: dict[tuple[str, int, int], set[UUID]] = defaultdict(set)
    for entry in entries:
        if entry.points_at is None and entry.person_key is not None and entry.log_index not in gone:
            for level, where in (("campaign", entry.campaign), ("area", entry.area), ("team", entry.team)):
                heads[level, entry.indicator, where].add(entry.person_key)
    return {key: len(found) for key, found in heads.items()}


@contextmanager
def duckdb_over(entries: Sequence[EntryRow]) -> Iterator[tuple[Engine, Table, Path]]:
    """An engine in this process, the entries as its table, and a folder."""
    with TemporaryDirectory(prefix="dure-history-") as name:
        folder = Path(name)
        engine = open_engine("duckdb", scratch=folder, memory_mb=200, threads=1)
        write_entries(folder / "entries", [entries[: len(entries) // 2], entries[len(entries) // 2 :]])
        yield engine, engine.read(sorted((folder / "entries").iterdir())), folder
        engine.close()

"""Each question's answer equals a plain reading of the same rollups and entries."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st
from ibis import Table

from dure.analytics import questions
from dure.analytics.engines import Engine
from dure.analytics.rollups import rollups
from dure.engine.log.entry import Kind
from tests.analytics.histories import (
    DAY,
    Step,
    contribution,
    duckdb_over,
    histories,
    history,
    plain_people,
    plain_rollups,
    random_steps,
    steps,
    told,
)

ENTRIES = history(random_steps(5, 600))
ROLLUPS = plain_rollups(ENTRIES)


def _table(engine: Engine, path: Path, **columns: list[int] | list[date]) -> Table:
    pq.write_table(pa.table(columns), path)
    return engine.read([path])


def test_totals_pace_and_top_teams_are_sums_of_the_rollups() -> None:
    until = DAY + timedelta(days=6)
    with duckdb_over(ENTRIES) as (engine, entries, folder):
        engine.write(rollups(entries), folder / "rollups")
        sums = engine.read([folder / "rollups"])
        totals = questions.totals(sums, until)
        by_place = engine.rows(totals)
        by_area = engine.rows(questions.totals_by("area", totals))
        top = engine.rows(questions.top_teams(questions.totals(sums), 2, 3))
        pace = engine.rows(questions.pace(sums, areas=[1, 2]))
    early = [row for row in ROLLUPS if row.work_day <= until]
    assert sum(row[4] for row in by_place) == sum(row.n for row in early)
    assert sum(row[10] for row in by_place) == len(early)
    for row in by_place:
        place = [one for one in early if (one.indicator, one.area, one.team) == row[1:4]]
        assert row[5] == sum(one.quantity_milli for one in place)
        assert row[11] == max(one.quantity_milli for one in place)
    claimed = Counter[tuple[int, int]]()
    for one in early:
        claimed[one.indicator, one.area] += one.quantity_milli
    assert {(row[1], row[2]): row[4] for row in by_area} == claimed
    teams = Counter[int]()
    for one in ROLLUPS:
        teams[one.team] += one.quantity_milli if one.indicator == 2 else 0
    wanted = sorted(teams.items(), key=lambda team: (-team[1], team[0]))[:3]
    assert [(row[0], row[2]) for row in top] == wanted
    by_day: dict[tuple[int, date], int] = defaultdict(int)
    for one in ROLLUPS:
        if one.area in (1, 2):
            by_day[one.indicator, one.work_day] += one.quantity_milli
    assert [(row[1], row[2], row[4]) for row in pace] == [(*key, by_day[key]) for key in sorted(by_day)]
    for _, indicator, day, _, _, cumulative, rolling in pace:
        days = {known: milli for (of, known), milli in by_day.items() if of == indicator and known <= day}
        assert cumulative == sum(days.values())
        assert rolling == sum(milli for known, milli in days.items() if known > day - timedelta(days=7))


def test_a_team_that_is_usually_there_and_says_nothing_is_missed() -> None:
    weeks = [contribution(at, 5, team=1, day=7 * at) for at in range(3)]
    once = contribution(3, 5, team=2, day=14)
    taken_back = contribution(4, 5, team=1, day=21)
    withdrawal = told(5, Kind.WITHDRAWAL, taken_back, -5)
    first, last = DAY + timedelta(days=21), DAY + timedelta(days=28)
    with duckdb_over([*weeks, once, taken_back, withdrawal]) as (engine, entries, folder):
        sums = rollups(entries)
        reported = questions.reporting(sums, first, last)
        usual = questions.usual(sums, first, last)
        plan = _table(engine, folder / "plan.parquet", team=[2, 3, 3], work_day=[first, first, DAY])
        silent = engine.rows(questions.silent_teams(usual, reported))
        counts = engine.rows(questions.completeness(usual, reported))
        planned = engine.rows(questions.silent_teams(questions.planned(plan, first, last), reported))
    # Team 1 was there on three of these weekdays before the 21st day, and on two of four before the 28th.
    assert silent == [(first, 2), (last, 2)]
    assert counts == [(first, 1, 1), (last, 1, 1)]
    assert planned == [(first, 2), (first, 3)]


@settings(max_examples=4, deadline=None)
@given(st.lists(steps(), min_size=1, max_size=12))
def test_distinct_people_are_right_whatever_was_withdrawn(doing: list[list[Step]]) -> None:
    entries = histories(doing)
    with duckdb_over(entries) as (engine, table, _):
        found = engine.rows(questions.people(questions.seen(table)))
    wanted: dict[tuple[str, int, int, int], int] = {}
    for campaign in {entry.campaign for entry in entries}:
        of_it = [entry for entry in entries if entry.campaign == campaign]
        for (level, indicator, where), count in plain_people(of_it).items():
            wanted[level, campaign, indicator, where] = count
    assert {row[:4]: row[4] for row in found} == wanted


def test_people_of_a_region_are_those_of_its_towns_each_once() -> None:
    minji, bora = UUID(int=1), UUID(int=2)
    rows = [contribution(at, 5)._replace(area=area, person_key=who) for at, (area, who) in enumerate(
        [(10, minji), (11, minji), (11, bora), (12, bora)]
    )]  # fmt: skip
    with duckdb_over(rows) as (engine, table, folder):
        lies = {"area": [10, 10, 11, 11, 12], "within": [10, 1, 11, 1, 12]}
        above = _table(engine, folder / "above.parquet", **lies)
        found = engine.rows(questions.people(questions.seen(table), above))
    assert {row[3]: row[4] for row in found if row[0] == "area"} == {1: 2, 10: 1, 11: 2, 12: 1}

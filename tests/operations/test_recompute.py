"""What the ledger keeps online equals what other code makes of its entries, sealed or open, on either engine."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import astuple, replace
from datetime import timedelta
from pathlib import Path
from random import Random
from time import time

import pytest
from django.db import connection

from dure.analytics.analyst import Analyst
from dure.analytics.entries import write_entries
from dure.analytics.errors import EngineUnknown, QuestionUnknown
from dure.analytics.rollup_files import write_rollups
from dure.analytics.types import Rollup
from dure.base.home import home
from dure.movement.ledger import actions, reads
from dure.movement.ledger.types import Grade, Kind
from dure.operations import figures
from dure.operations.figures import ask
from dure.operations.recompute import recompute_sums
from tests.analytics.histories import QUICK_FOR_LITTLE
from tests.movement.ledger.village import DAY, NOW, Village, build, record_all


@pytest.fixture
def village(db: None) -> Village:
    return build()


def worked(village: Village, seed: int = 1) -> None:
    """Two days in the log: contributions of all kinds, then corrections, recounts and withdrawals of them."""
    random = Random(seed)  # noqa: S311  a made-up history
    kinds = (Kind.HOURS, Kind.OUTPUT, Kind.GOODS_IN, Kind.MONEY_IN)
    first = [
        village.entry(
            number,
            kind=random.choice(kinds),
            team=random.choice(("North", "Hill", "South")),
            person=random.choice((None, "Minji", "Bora", "Chul")),
            quantity_milli=random.randrange(10_000, 24_000),
            day=DAY - timedelta(days=random.randrange(3)),
        )
        for number in range(60)
    ]
    receipts = record_all(first)
    came = {(one.team_id, one.area_id) for one in first if one.kind == Kind.GOODS_IN}
    given = [
        village.entry(100 + number, kind=Kind.GOODS_OUT, team=team, quantity_milli=1_000)
        for number, team in enumerate(sorted(village.teams))
        if (village.teams[team], village.areas[village.homes[team]]) in came
    ]
    said = []
    for number, (receipt, entry) in enumerate(zip(receipts, first, strict=True)):
        if entry.kind in (Kind.GOODS_IN, Kind.MONEY_IN):
            continue
        what = number % 4
        if what == 0:
            said.append(village.about(200 + number, receipt.index, Kind.CORRECTION, -3_000, entry))
        elif what == 1:
            said.append(village.about(200 + number, receipt.index, Kind.WITHDRAWAL, 0, entry))
        elif what == 2:
            found = village.about(200 + number, receipt.index, Kind.CONFIRMATION, 9_000, entry)
            said.append(replace(found, grade=Grade.RECOUNTED))
    record_all([*given, *said], now=NOW + timedelta(days=1))


@pytest.mark.parametrize("engine", ["duckdb", "spark"])
def test_a_stored_sum_that_is_one_unit_off_is_named_and_nothing_else_is(
    village: Village, engine: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "spark-defaults.conf").write_text(QUICK_FOR_LITTLE, encoding="ascii")
    monkeypatch.setenv("SPARK_CONF_DIR", str(tmp_path))
    worked(village)
    stored = reads.rollups(village.campaign_id)
    assert any(row.out_milli for row in stored)
    assert any(row.n_recounted for row in stored)
    if engine == "duckdb":
        assert recompute_sums(campaign_id=village.campaign_id).difference_count == 0
    # From here on the first day's entries are in a file, and what was said about them in the database.
    actions.seal_day(day=NOW.date(), now=NOW + timedelta(days=2))
    with reads.entry_sources(village.campaign_id) as sources:
        assert len(sources.files) == 1
        assert 0 < len(list(sources.rows)) < reads.size()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE ledger_rollup SET recounted_milli = recounted_milli + 1 WHERE id = "
            "(SELECT min(id) FROM ledger_rollup WHERE n_recounted > 0)"
        )
    found = recompute_sums(campaign_id=village.campaign_id, engine=engine)
    assert (found.entry_count, found.cell_count) == (reads.size(), len(stored))
    [difference] = found.differences
    assert difference.stored is not None
    assert difference.recomputed is not None
    assert difference.stored.recounted_milli == difference.recomputed.recounted_milli + 1
    assert difference.recomputed in [Rollup(*astuple(row)) for row in stored]


def test_distinct_people_are_those_that_the_ledger_counts(village: Village, tmp_path: Path) -> None:
    worked(village)
    counted = reads.people_counts(village.campaign_id)
    with reads.entry_sources(village.campaign_id) as sources:
        write_entries(tmp_path / "entries", [list(sources.rows)])
    with Analyst(memory_mb=200, threads=1) as analyst:
        files = sorted((tmp_path / "entries").iterdir())
        answer = analyst.table("people", entries=files, campaign=village.campaign_id, above=None)
    teams = {(row[2], row[3]): row[4] for row in answer.rows if row[0] == "team"}
    assert teams == dict(counted.by_team)


def test_an_unknown_engine_is_refused(village: Village) -> None:
    with pytest.raises(EngineUnknown):
        recompute_sums(campaign_id=village.campaign_id, engine="abacus")


def test_who_asks_at_the_same_moment_as_another_uses_what_that_one_set_aside(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked(village)

    def after_another(folder: Path, rows: Iterable[Rollup]) -> int:
        write_rollups(home() / "figures" / str(village.campaign_id) / reads.state(), [])
        return write_rollups(folder, rows)

    monkeypatch.setattr(figures, "write_rollups", after_another)
    found = ask("pace", campaign_id=village.campaign_id, last_day=DAY, indicator_id=village.hours)
    assert found.rows == ()
    assert not list((home() / "figures" / str(village.campaign_id)).glob("making-*"))


def test_what_was_set_aside_before_goes_and_what_is_asked_stays_whatever_the_size_of_the_log(
    village: Village,
) -> None:
    worked(village)
    kept = home() / "figures" / str(village.campaign_id)
    # Of a larger log, from before a backup was put back; and two in the making, one of a process that was killed.
    before = [kept / f"{size:012}-{size:016x}" for size in (900_000, 900_001)]
    dead, alive = kept / "making-dead", kept / "making-alive"
    for age_days, folder in ((4, before[0]), (3, before[1]), (2, dead), (0, alive)):
        folder.mkdir(parents=True)
        when = time() - age_days * 86_400
        os.utime(folder, (when, when))

    found = ask("pace", campaign_id=village.campaign_id, last_day=DAY, indicator_id=village.hours)

    assert found.rows
    assert {one.name for one in kept.iterdir()} == {before[1].name, alive.name, reads.state()}


def test_big_questions_are_answered_from_what_is_set_aside_and_anew_when_the_log_has_grown(
    village: Village,
) -> None:
    worked(village)

    def asked(question: str, **how: bool) -> dict[tuple[object, ...], tuple[object, ...]]:
        facts = {"campaign_id": village.campaign_id, "last_day": DAY, "indicator_id": village.hours}
        found = ask(question, **facts, **how)  # type: ignore[arg-type]
        return {row[:4]: row[4:] for row in found.rows}

    stored = reads.rollups(village.campaign_id)
    hours = [row for row in stored if row.indicator_id == village.hours]
    suwon = village.areas["Suwon"]
    in_suwon = sum(row.n for row in hours if row.area_id == suwon)
    totals = {key[1:3]: (key[3], *rest) for key, rest in asked("totals").items()}
    assert totals[village.hours, suwon][0] == in_suwon
    assert sum(int(str(key[3])) for key in asked("pace")) == sum(row.n for row in stored)
    assert {key[0] for key in asked("top")} == {row.team_id for row in hours}
    assert asked("completeness") == asked("completeness", by_plan=True) == {}
    people = asked("people")
    country = next(
        key
        for key in people
        if key[0] == "area" and key[2] == village.hours and key[3] not in village.areas.values()
    )
    assert (
        people[country][0]
        == reads.people_counts(village.campaign_id).by_area[village.hours, int(str(country[3]))]
    )
    record_all([village.entry(900, quantity_milli=5_000)])
    again = {key[1:3]: key[3] for key in asked("totals")}
    assert again[village.hours, suwon] == in_suwon + 1
    kept = home() / "figures" / str(village.campaign_id)
    assert len(list(kept.iterdir())) == 2


def test_an_unknown_question_is_refused(village: Village) -> None:
    with pytest.raises(QuestionUnknown, match="totals, pace"):
        ask("wisdom", campaign_id=village.campaign_id, last_day=DAY, indicator_id=village.hours)

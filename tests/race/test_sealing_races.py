"""Sealing beside others: who records meanwhile, and who seals as well."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from dure.engine.log.note import sign_note
from dure.movement.ledger import actions, reads, store
from dure.movement.ledger.models import Entry, SealedDay
from dure.movement.ledger.sealed import days, sealing
from dure.movement.ledger.targets import Targets
from dure.movement.ledger.types import Kind
from tests.movement.ledger.sealing import FOURTH, three_days
from tests.movement.ledger.village import DAY, Village, build, request


@pytest.fixture
def log(transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Village:
    monkeypatch.setattr(days, "sealed_folder", lambda: tmp_path / "sealed")
    village = build()
    three_days(village)
    return village


@pytest.fixture
def other() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool
        pool.submit(connections.close_all).result()


def test_what_is_said_while_a_day_is_read_is_not_counted_for_that_day(
    log: Village, other: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, first_time = store.said_of, [True]

    def beside(indices: Collection[int]) -> dict[int, tuple[int, bool, int]]:
        if first_time and first_time.pop():
            asked = {"index": 3, "difference_milli": -500, "client_id": request(911), "now": FOURTH}
            other.submit(actions.correct, **asked).result()  # type: ignore[arg-type]  # as it takes them
        return real(indices)

    actions.seal_day(day=DAY, now=FOURTH)
    monkeypatch.setattr(store, "said_of", beside)
    actions.seal_day(day=days.spans()[1].day, now=FOURTH)
    assert not first_time
    assert reads.verify() == []


def test_two_who_seal_one_day_seal_it_one_after_the_other(
    log: Village, other: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, second = sign_note, list[Future[Any]]()

    def beside(*given: Any) -> str:
        if not second:
            second.append(other.submit(actions.seal_day, day=DAY, now=FOURTH))
            # Long enough for it to begin a draft, if nobody kept it.
            with pytest.raises(TimeoutError):
                second[0].result(timeout=0.5)
        return real(*given)

    monkeypatch.setattr(sealing, "sign_note", beside)
    first = actions.seal_day(day=DAY, now=FOURTH)
    assert second[0].result() == first
    assert SealedDay.objects.get(day=DAY).state == days.State.DROPPED
    assert not Entry.objects.filter(index__lt=first.end).exists()
    assert reads.verify() == []


def test_what_is_asked_for_just_as_its_row_comes_back_is_found(
    log: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    actions.seal_day(day=DAY, now=FOURTH)
    real, first_time = store.rows_at, [True]

    def beside(indices: Collection[int]) -> dict[int, store.EntryRow]:
        found = real(indices)
        if first_time and first_time.pop():
            actions.restore_day(day=DAY)
        return found

    monkeypatch.setattr(store, "rows_at", beside)
    target = Targets({3}).must_find(replace(log.entry(912), kind=Kind.CORRECTION, points_at=3, **place_of(3)))
    assert (target.entry.index, first_time) == (3, [])


def place_of(index: int) -> dict[str, Any]:
    place = reads.place_of(index)
    assert place is not None
    return asdict(place)

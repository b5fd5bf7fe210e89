"""`dure ledger seal` and `restore`, as an operator meets them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from dure.movement.ledger.sealed import days
from tests.cli.conftest import Dure, dure_command
from tests.movement.ledger.sealing import three_days
from tests.movement.ledger.village import build

NOW = datetime(2026, 10, 10, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def dure() -> Iterator[Dure]:
    with time_machine.travel(NOW, tick=True):
        yield dure_command


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(days, "sealed_folder", lambda: tmp_path / "sealed")
    return tmp_path / "sealed"


def test_days_are_sealed_restored_and_verified(dure: Dure, db: None) -> None:
    three_days(build())
    told = dure("ledger", "seal", "2026-10-05", "--keep-rows")
    assert "2026-10-05 is sealed: entries 0 to 39" in told.out
    assert "its rows stand in the database as well" in told.out
    told = dure("ledger", "seal", "2026-10-05", "--json", "-")
    (day,) = json.loads(told.out)["days"]
    assert (day["first"], day["end"], day["rows_kept"]) == (0, 40, False)
    assert "The ledger is sound" in dure("ledger", "verify").out
    told = dure("ledger", "restore", "2026-10-05")
    assert "2026-10-05 is restored" in told.out
    assert "The ledger is sound" in dure("ledger", "verify").out


def test_due_days_are_sealed_in_order_and_the_last_three_stay(dure: Dure, db: None) -> None:
    three_days(build())
    sealed = json.loads(dure("ledger", "seal", "--due", "--json", "-").out)["days"]
    assert sealed == []
    assert "No day is due" in dure("ledger", "seal", "--due").out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("seal",), "a day or --due"),
        (("seal", "2026-10-05", "--due"), "a day or --due"),
        (("seal", "yesterday"), "yesterday"),
        (("seal", (NOW + timedelta(days=1)).date().isoformat()), "is not over yet"),
        (("seal", "2026-10-06"), "can't be sealed before 2026-10-05"),
        (("seal", "2026-10-01"), "Nothing entered the log on 2026-10-01"),
        (("restore", "2026-10-05"), "2026-10-05 is not sealed"),
    ],
)
def test_what_can_not_be_is_refused_in_one_line(
    dure: Dure, db: None, words: tuple[str, ...], said: str
) -> None:
    three_days(build())
    told = dure("ledger", *words)
    assert told.code == 1
    assert said in told.err
    assert told.err.strip().count("\n") == 0

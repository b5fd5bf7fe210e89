"""A long people file is made ready by a process beside the one that stores: the same people, and none lost with it."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from dure.base.beside import Beside
from dure.base.errors import WriterBusy
from dure.movement.people.models import Person
from dure.operations.imports import making, people, pieces
from dure.operations.imports.making import MadePiece, Making
from dure.operations.imports.people import import_people
from tests.movement.matching.farm import Farm, settle_valley
from tests.operations.imports.test_people_columns import NOW, stored

ROWS = 40
WRONG = 7


@pytest.fixture
def farm(db: None) -> Farm:
    return settle_valley()


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Some people, one of them with an address that is none."""
    lines = ["id,given_name,birth_year,town,email,consent,skills,free_from,free_to"]
    lines += [
        f"p-{k},Minji {k},{1960 + k},Naju,minji{k}@{'' if k == WRONG else 'people.'}example,yes,cooking,"
        "2026-10-03 08:00+09:00,2026-10-03 12:00+09:00"
        for k in range(ROWS)
    ]
    path = tmp_path / "people.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def beside(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Every file is long and has many pieces, and the second waits for the process; whether each came from there."""
    came: list[bool] = []
    make, make_here = Making.make, making.Maker.make

    def watched(self: Making, frame: pl.DataFrame) -> MadePiece:
        if self._up is not None:
            self._up.exception()
        came.append(True)
        return make(self, frame)

    def here(self: making.Maker, frame: pl.DataFrame) -> MadePiece:
        came[-1] = False
        return make_here(self, frame)

    # With the settings of the tests it would make secrets of its own.
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "dure.config.settings")
    monkeypatch.setattr(people, "BESIDE_FROM_BYTES", 0)
    monkeypatch.setattr(pieces, "PIECE_ROWS_MAX", 10)
    monkeypatch.setattr(Making, "make", watched)
    monkeypatch.setattr(making.Maker, "make", here)
    return came


def test_a_long_file_gives_the_same_people(
    farm: Farm, table: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    short = import_people(path=table, now=NOW)
    as_one = stored()
    Person.objects.all().delete()
    came = request.getfixturevalue("beside")
    long = import_people(path=table, now=NOW)
    assert came == [False, True, True, True]
    assert (long.new, long.rejected, long.problems) == (ROWS - 1, 1, short.problems)
    assert stored() == as_one


def test_no_row_is_lost_when_the_process_dies(
    farm: Farm, table: Path, beside: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = Beside.ask

    def dying(self: Beside[object, object], jobs: list[object]) -> object:
        if len(beside) == 3 and self._process is not None:
            self._process.kill()
            self._process.wait()
        return ask(self, jobs)

    monkeypatch.setattr(Beside, "ask", dying)
    done = import_people(path=table, now=NOW)
    assert beside == [False, True, False, False]
    assert (done.new, done.rejected) == (ROWS - 1, 1)


def test_a_process_that_does_not_come_up_is_missed_by_nobody(
    farm: Farm, table: Path, beside: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(self: object, jobs: list[object]) -> object:
        raise WriterBusy(retry_s=1)

    monkeypatch.setattr(Beside, "ask", busy)
    assert import_people(path=table, now=NOW).new == ROWS - 1
    assert not any(beside)


def test_the_process_ends_with_the_import(
    farm: Farm, table: Path, beside: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = []
    begin = Beside.begin

    def noted(self: Beside[object, object]) -> None:
        begin(self)
        begun.append(self._process)

    monkeypatch.setattr(Beside, "begin", noted)
    import_people(path=table, now=NOW)
    assert [one is not None and one.poll() for one in begun] == [0]

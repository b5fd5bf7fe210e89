"""An export for outsiders: every row with its proof, nothing about people, checkable with plain Python."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from dure.cli.main import app
from dure.movement.ledger import actions, reads
from dure.movement.ledger.errors import LogUnsigned
from dure.movement.ledger.types import Grade, Kind
from dure.operations.ledger_export import COLUMNS, Exported, export_outcomes
from tests.movement.ledger.village import NOW, Village, build, record_all, request

HOWTO = (Path(__file__).parents[2] / "docs" / "howto" / "audit.md").read_text(encoding="utf-8")
(SCRIPT,) = re.findall(r"^```python\n(.*?)^```", HOWTO, flags=re.MULTILINE | re.DOTALL)


@pytest.fixture
def village(db: None) -> Village:
    return build()


@pytest.fixture
def kept(village: Village) -> Village:
    """Every kind, with and without a person, and something said about them; signed."""
    rows = [
        village.entry(1, kind=Kind.OUTPUT, note="behind the mill"),
        village.entry(2, kind=Kind.OUTPUT, person="Minji"),
        village.entry(3, kind=Kind.HOURS, person="Minji"),
        village.entry(4, kind=Kind.HOURS),
        village.entry(5, kind=Kind.GOODS_IN),
        village.entry(6, kind=Kind.MONEY_IN),
        replace(village.entry(7, kind=Kind.OUTPUT), kind=Kind.HELP),
        village.entry(8, kind=Kind.SAVING),
        village.entry(9),
    ]
    record_all(rows)
    for number, index in enumerate((0, 1, 3, 6)):
        actions.correct(index=index, difference_milli=-1, client_id=request(20 + number), now=NOW)
    actions.confirm(index=0, found_milli=7000, grade=Grade.WITNESSED, client_id=request(30), now=NOW)
    actions.sign_checkpoint(now=NOW)
    record_all([village.entry(40, kind=Kind.OUTPUT)])  # after the signing: not in it
    return village


# Output, goods, money and savings of teams (0, 4, 5, 7), with the correction (9) and the confirmation (13) of 0.
PUBLIC = [0, 4, 5, 7, 9, 13]


def exported(folder: Path) -> tuple[Exported, list[dict[str, str]]]:
    done = export_outcomes(slug="harvest", folder=folder, with_parquet=True)
    with (folder / "entries.csv").open(encoding="utf-8", newline="") as file:
        return done, list(csv.DictReader(file))


def test_what_teams_brought_about_is_public_and_what_people_did_is_not(kept: Village, tmp_path: Path) -> None:
    done, rows = exported(tmp_path)

    assert [int(row["index"]) for row in rows] == PUBLIC
    assert tuple(rows[0]) == COLUMNS
    assert (done.count, done.size) == (len(PUBLIC), 14)
    assert rows[0]["quantity_milli"] == "8000"
    assert (rows[4]["points_at"], rows[4]["kind"], rows[4]["quantity_milli"]) == ("0", "correction", "-1")
    whole = "".join(
        file.read_text(encoding="utf-8") for file in tmp_path.iterdir() if file.suffix != ".parquet"
    )
    for secret in ("Minji", "behind the mill", str(request(1)), request(1).hex):
        assert secret not in whole
    assert '"hours"' not in (tmp_path / "campaign.json").read_text()


def test_csv_and_parquet_say_the_same(kept: Village, tmp_path: Path) -> None:
    _, rows = exported(tmp_path)
    table = pq.read_table(tmp_path / "entries.parquet").to_pylist()

    assert [(str(row["index"]), row["leaf_hash"].hex()) for row in table] == [
        (row["index"], row["leaf_hash"]) for row in rows
    ]
    assert [" ".join(one.hex() for one in row["path"]) for row in table] == [row["path"] for row in rows]
    assert all(bytes.fromhex(row["leaf_hash"]) == reads.receipt(int(row["index"])).leaf_hash for row in rows)


def test_a_stranger_checks_it_with_the_page_on_auditing_and_finds_a_flipped_digit(
    kept: Village, tmp_path: Path
) -> None:
    exported(tmp_path)

    def check() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-I", "-c", SCRIPT], cwd=tmp_path, capture_output=True, text=True
        )

    said = check()
    assert said.stdout.startswith(f"{len(PUBLIC)} entries stand in ")
    file = tmp_path / "entries.csv"
    lines = file.read_text().split("\n")
    lines[3] = lines[3][:-2] + ("0" if lines[3][-2] != "0" else "1") + lines[3][-1]
    file.write_text("\n".join(lines))
    said = check()
    assert said.returncode == 1
    assert "entry 5 does NOT stand in the log" in said.stderr


def test_pages_of_rows_leave_nothing_out(
    kept: Village, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dure.movement.ledger.looking.OUTCOMES_MAX", 2)

    assert [int(row["index"]) for row in exported(tmp_path)[1]] == PUBLIC


def test_nothing_is_exported_before_it_is_signed_or_over_what_is_there(
    village: Village, tmp_path: Path
) -> None:
    with pytest.raises(LogUnsigned):
        export_outcomes(slug="harvest", folder=tmp_path / "new")
    (tmp_path / "mine.txt").write_text("keep me")

    said = CliRunner().invoke(app, ["ledger", "export", "--campaign", "harvest", "--out", str(tmp_path)])

    assert said.exit_code == 1
    assert "holds something already" in said.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["mine.txt"]

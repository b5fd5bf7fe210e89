"""The page on sealed days says what the files are, and its example checks one without anything of ours."""

from __future__ import annotations

import re
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from dure.analytics.sealed.columns import ENTRIES, PROOF
from dure.movement.ledger import actions
from dure.movement.ledger.sealed import days
from tests.movement.ledger.sealing import DAY_2, FOURTH, three_days
from tests.movement.ledger.village import DAY, Village

PAGE = (Path(__file__).parents[3] / "docs/reference/sealed-day.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "schema"), [("entries.parquet", ENTRIES), ("proof.parquet", PROOF)])
def test_the_page_lists_every_column(name: str, schema: object) -> None:
    section = PAGE.split(f"## {name}\n")[1].split("\n## ")[0]
    listed = re.findall(r"^\| `(\w+)` \| (\S+) \| (yes|no) \|", section, re.M)
    assert listed == [(one.name, str(one.type), "yes" if one.nullable else "no") for one in schema]  # type: ignore[attr-defined]


def test_the_example_checks_a_day(village: Village, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(days, "sealed_folder", lambda: tmp_path)
    three_days(village)
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.S)
    script = tmp_path / "check.py"
    script.write_text(code, encoding="utf-8")
    for day, told in ((DAY, "2026-10-05 0 40"), (DAY_2, "2026-10-06 40 52")):
        sealed = actions.seal_day(day=day, now=FOURTH)
        ran = subprocess.run(
            [sys.executable, str(script), str(sealed.folder)], capture_output=True, text=True, check=False
        )
        assert ran.stdout.strip() == f"sound: {told}", ran.stderr
    path = sealed.folder / "seal.note"
    path.write_text(path.read_text().replace("root ", "root A", 1))
    ran = subprocess.run(
        [sys.executable, str(script), str(sealed.folder)], capture_output=True, text=True, check=False
    )
    assert "AssertionError" in ran.stderr


def test_the_sums_are_bound_as_the_page_says(
    village: Village, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second day: a late entry, seven hours, and of two contributions of the day before: 7 and 8 h recounted, one
    corrected by -1 h before its recount, and one of 8 h withdrawn."""
    monkeypatch.setattr(days, "sealed_folder", lambda: tmp_path)
    three_days(village)
    campaign, hours, rice = village.campaign_id, village.hours, village.output
    north, hill, south = (village.teams[name] for name in ("North", "Hill", "South"))
    suwon, icheon, jeonju = (village.areas[name] for name in ("Suwon", "Icheon", "Jeonju"))
    told = {
        DAY: (
            f"{campaign} {north} {suwon} {hours} 2026-10-05 38 304000 0 0 0 0\n"
            f"{campaign} {south} {jeonju} {rice} 2026-10-05 2 16000 0 0 0 0\n"
        ),
        DAY_2: (
            f"{campaign} {north} {suwon} {hours} 2026-10-01 1 8000 0 0 0 0\n"
            f"{campaign} {north} {suwon} {hours} 2026-10-05 -1 -9000 0 1 7000 7000\n"
            f"{campaign} {hill} {icheon} {hours} 2026-10-05 7 56000 0 0 0 0\n"
            f"{campaign} {south} {jeonju} {rice} 2026-10-05 0 0 0 1 7000 8000\n"
        ),
    }
    for day, text in told.items():
        sealed = actions.seal_day(day=day, now=FOURTH)
        assert f"\nrollups {sha256(text.encode()).hexdigest()}\n" in sealed.note

"""A nation's day in full size: sealed, verified and dropped below one gigabyte."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
ENTRIES = 1_219_200


@pytest.mark.full
@pytest.mark.timeout(1_800)
def test_a_day_of_a_nation_is_sealed_below_one_gigabyte(tmp_path: Path) -> None:
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
    }
    ran = subprocess.run(
        [sys.executable, "-m", "bench.sealed_day", "--entries", str(ENTRIES)],
        env={**kept, "DURE_HOME": str(tmp_path / "home")},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)
    assert told["entries"] == ENTRIES
    assert told["faults"] == 0
    assert told["peak_rss_gb"] < 1

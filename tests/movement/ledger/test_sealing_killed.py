"""A sealing process that is killed with SIGKILL, wherever it is, leaves what sealing again finishes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]


def child(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
    }
    return subprocess.run(
        [sys.executable, "-m", "tests.movement.ledger.killed", *words],
        env={**kept, "DURE_HOME": str(home)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def again(home: Path) -> dict[str, Any]:
    ran = child(home, "again")
    assert ran.returncode == 0, ran.stderr
    told: dict[str, Any] = json.loads(ran.stdout)
    return told


@pytest.mark.parametrize("step", [1_000, pytest.param(4, marks=pytest.mark.full)])
def test_a_killed_sealing_is_finished_by_sealing_again(tmp_path: Path, step: int) -> None:
    filled = tmp_path / "filled"
    ran = child(filled, "fill")
    assert ran.returncode == 0, ran.stderr
    sound = tmp_path / "sound"
    shutil.copytree(filled, sound)
    wanted = again(sound)
    assert (wanted["faults"], wanted["rows"], wanted["ids"]) == ([], 15, 40)
    killed = 0
    # 36: the folder has its name, the seal is not stored; 49: the second chunk of rows is being dropped.
    for at in sorted({36, 49, *range(step, 1_000, step)}):
        home = tmp_path / str(at)
        shutil.copytree(filled, home)
        ran = child(home, "seal", str(at))
        if ran.stdout == "done\n":
            break
        assert ran.returncode == -signal.SIGKILL, ran.stderr
        killed += 1
        assert again(home) == wanted
    assert killed >= 2

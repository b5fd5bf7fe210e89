"""The site on PostgreSQL as `dure serve` runs it, readers and all, while PostgreSQL restarts beneath it.

Gathered only where the tests run on PostgreSQL (conftest); the server is one of its own, that may be restarted.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.race.site_on_postgres import LOOKS, PAGES, RESTARTS, SIGN_UPS
from tools.with_postgres import server

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT_S = 280


def test_after_a_restart_every_look_is_answered_at_once_and_no_sign_up_is_lost(tmp_path: Path) -> None:
    with server() as url:
        settings = {
            "DURE_HOME": str(tmp_path),
            "DURE_SECURE": "1",
            "DURE_READERS": "4",
            "DJANGO_SETTINGS_MODULE": "dure.config.settings",
            "DATABASE_URL": url,
        }
        run = subprocess.run(
            [sys.executable, "-m", "tests.race.site_on_postgres"],
            cwd=ROOT,
            env={**os.environ, **settings},
            capture_output=True,
            check=False,
            text=True,
            timeout=TIMEOUT_S,
        )
    assert run.returncode == 0, run.stderr[-3000:]
    told = json.loads(run.stdout)

    looks = [looks for looks, _ in told["heard"]]
    assert looks == [{f"200 {page}": LOOKS // len(PAGES) for page in PAGES}] * (1 + RESTARTS)
    # The lines that store sign-ups stand open: those who met a broken one are told so, and taken when they send again.
    assert {status for _, statuses in told["heard"] for status in statuses} <= {201, 503}
    assert (told["unanswered"], told["lost"], told["doubled"], told["torn"]) == (0, 0, 0, 0)
    assert told["stored"] == told["acknowledged"] >= SIGN_UPS * (1 + RESTARTS)

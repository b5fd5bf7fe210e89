"""The server dies by kill -9 under load: whatever it acknowledged is in the database, once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_whatever_a_killed_server_acknowledged_is_stored_once(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bench.ledger_http", "--seconds", "4", "--kills", "2", "--teams", "20"]
    # A database of its own: the server is another process.
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    run = subprocess.run(
        [*command, "--connections", "16"],
        cwd=ROOT,
        env={**environment, "DURE_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "dure.config.settings"},
        capture_output=True,
        check=False,
        text=True,
        timeout=110,
    )
    assert run.returncode == 0, run.stderr

    heard = json.loads(run.stdout)
    assert heard["acknowledged"] > 100
    # What was written and not acknowledged was sent again: it stands once as well.
    assert heard["stored"] >= heard["acknowledged"]
    assert (heard["lost"], heard["doubled"], heard["refused"]) == (0, 0, 0)

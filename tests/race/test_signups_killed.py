"""The server dies by kill -9 in a surge of sign-ups: every 201 is in the database, whole and once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT_S = 1_200


@pytest.fixture
def own_database(db: None) -> Iterator[str]:
    """A database of the server's own, since it is another process: the address of one on PostgreSQL, or none."""
    url = os.environ.get("DATABASE_URL", "")
    if connection.vendor != "postgresql":
        yield ""
        return
    import psycopg

    name = f"killed_{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.timeout(TIMEOUT_S)
@pytest.mark.parametrize("kills", [5, pytest.param(300, marks=pytest.mark.full)])
def test_whatever_a_killed_server_acknowledged_stands_whole_and_once(
    own_database: str, tmp_path: Path, record_property: Callable[[str, int], None], kills: int
) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    settings = {
        "DURE_HOME": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "dure.config.settings",
        "DURE_SECURE": "1",
    }
    run = subprocess.run(
        [sys.executable, "-m", "tests.race.surge_killed", str(kills)],
        cwd=ROOT,
        env={**environment, **settings, **({"DATABASE_URL": own_database} if own_database else {})},
        capture_output=True,
        check=False,
        text=True,
        timeout=TIMEOUT_S,
    )
    assert run.returncode == 0, run.stderr[-3000:]
    heard = json.loads(run.stdout)
    for name in ("kills", "sent", "acknowledged", "stored", "lost", "doubled"):
        record_property(f"surge {name}", heard[name])

    assert heard["kills_under_load"] > kills / 2
    assert heard["acknowledged"] > 10 * kills
    assert (heard["lost"], heard["doubled"], heard["torn"]) == (0, 0, 0)
    # Whoever was not answered sent again, and has the one receipt there is.
    assert (heard["unanswered"], heard["receipts_changed"]) == (0, 0)
    assert heard["stored"] == heard["acknowledged"]

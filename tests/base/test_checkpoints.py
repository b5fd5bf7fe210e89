"""What is written to SQLite's log is carried into the database by somebody else, while the server lives."""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from dure.base import checkpoints


def carried(path: Path, copy: Path) -> int:
    """Rows in the database itself, without its log."""
    shutil.copyfile(path, copy)
    with closing(sqlite3.connect(copy)) as database:
        return int(database.execute("SELECT count(*) FROM sowed").fetchone()[0])


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "it's 100%.sqlite3"
    settings: dict[str, Any] = {**connection.settings_dict, "NAME": path}
    monkeypatch.setattr(
        checkpoints, "connection", type("Connection", (), {"vendor": "sqlite", "settings_dict": settings})
    )
    return path


@contextmanager
def writing(path: Path) -> Iterator[sqlite3.Connection]:
    """Somebody who writes a row, and never carries the log over."""
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode=WAL")
        writer.execute("CREATE TABLE sowed (row INTEGER)")
        writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        writer.execute("PRAGMA wal_autocheckpoint=0")
        writer.execute("INSERT INTO sowed VALUES (1)")
        yield writer


def wait_for(rows: int, path: Path, copy: Path) -> None:
    ends = time.monotonic() + 30
    while carried(path, copy) < rows:
        assert time.monotonic() < ends, "the log was never carried over"
        time.sleep(0.05)


def test_rows_come_into_the_database_though_nobody_who_writes_carries_them(
    path: Path, tmp_path: Path
) -> None:
    with writing(path) as writer:
        assert carried(path, tmp_path / "copy") == 0
        with checkpoints.kept():
            wait_for(1, path, tmp_path / "copy")
            writer.execute("INSERT INTO sowed VALUES (2)")
            wait_for(2, path, tmp_path / "copy")
        writer.execute("INSERT INTO sowed VALUES (3)")
        time.sleep(3 * checkpoints.BUSY_S)
        assert carried(path, tmp_path / "copy") == 2, "it goes on after its end"


def test_a_log_that_cannot_be_carried_over_is_told_and_tried_again(
    path: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path.write_bytes(b"no database " * 400)
    with checkpoints.kept():
        ends = time.monotonic() + 30
        while not caplog.records:
            assert time.monotonic() < ends, "nothing was told"
            time.sleep(0.02)
        path.unlink()
        with writing(path):
            wait_for(1, path, tmp_path / "copy")
    assert "not carried over" in caplog.text
    assert len(caplog.records) == 1, "told at each try"

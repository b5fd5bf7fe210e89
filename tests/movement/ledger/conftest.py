from __future__ import annotations

from pathlib import Path

import pytest

from dure.movement.ledger.outside import memory
from dure.movement.ledger.sealed import days
from tests.movement.ledger.village import Village, build
from tests.movement.ledger.watching import NAME


@pytest.fixture
def village(db: None) -> Village:
    return build()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the sealed days go; it is made with the first of them."""
    monkeypatch.setattr(days, "sealed_folder", lambda: tmp_path / "sealed")
    return tmp_path / "sealed"


@pytest.fixture
def witness_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of a witness's own."""
    monkeypatch.setenv("DURE_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def named(witness_home: Path) -> memory.Identity:
    return memory.name_witness(NAME)

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from dure.base.home import home
from tests.flush import entries_may_be_flushed

__all__ = ["entries_may_be_flushed", "signed_notes_are_forgotten"]


@pytest.fixture(autouse=True)
def signed_notes_are_forgotten() -> Iterator[None]:
    """The database is emptied between tests; what the data folder keeps of its log must go with it."""
    folder = home()
    yield
    forget_signed_notes(folder)


def forget_signed_notes(folder: Path) -> None:
    """What the data folder keeps of a log whose database is being taken away."""
    for kept in ("log", "sealed", "witness", "figures"):
        shutil.rmtree(folder / kept, ignore_errors=True)

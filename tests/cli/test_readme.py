"""The README's own commands, from its own page, with the templates as the program prints them."""

from __future__ import annotations

import re
import shlex
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine

from tests.cli.conftest import dure_command

ROOT = Path(__file__).resolve().parents[2]


def _own_data_commands() -> list[list[str]]:
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.search(r"^## With your own data\n\n((?:    .*\n)+)", page, re.M)
    assert found
    return [shlex.split(line, comments=True) for line in found[1].splitlines()]


def test_the_commands_for_own_data_work_as_they_stand(
    db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    commands = _own_data_commands()
    assert commands.pop() == ["dure", "serve"]  # which has a test of its own
    told = {}
    for program, *words in commands:
        assert program == "dure"
        # Most of a year before the example's harvest: whoever tries it does so on any day.
        with time_machine.travel(datetime(2026, 12, 1, 9, tzinfo=UTC), tick=True):
            said = dure_command(*words)
        assert said.code == 0, (words, said.err)
        told[" ".join(words[:2])] = said.out
    assert "1 of 1 people placed" in told["match run"]
    assert "The ledger is sound: 1 entries" in told["ledger verify"]


def test_every_picture_of_the_readme_is_there() -> None:
    pictures = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert len(pictures) == 7
    assert [name for name in pictures if not (ROOT / name).is_file()] == []

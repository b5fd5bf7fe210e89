"""The reference pages say what the program says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from dure.cli.main import app
from dure.operations.imports.columns import TABLES
from dure.operations.imports.tables import REJECTED
from tests.cli.conftest import Dure

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"


def _section(page: str, heading: str) -> str:
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", page, re.M | re.S)
    assert found, f"no section {heading}"
    return found[1]


def _table(section: str) -> list[list[str]]:
    """The cells of every table row of a section, headers left out."""
    rows = [line.strip("| ") for line in section.splitlines() if line.startswith("| ")]
    cells = [[cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", row)] for row in rows]
    return [row for row in cells if row[0] not in {"column", "option or argument"}]


@pytest.mark.parametrize("kind", sorted(TABLES))
def test_the_page_on_imports_lists_every_column_as_the_program_knows_it(kind: str) -> None:
    page = (REFERENCE / "imports.md").read_text(encoding="utf-8")
    listed = [[*row, ""][:4] for row in _table(_section(page, kind.capitalize()))]
    assert listed == [
        [
            f"`{column.name}`",
            "yes" if column.required else "",
            column.says,
            f"`{column.example}`" if column.example else "",
        ]
        for column in TABLES[kind]
    ]


def test_the_page_on_imports_lists_the_columns_of_rejected_files() -> None:
    page = (REFERENCE / "imports.md").read_text(encoding="utf-8")
    listed = [row[0].strip("`") for row in _table(_section(page, "What becomes of the rows"))]
    assert listed == list(REJECTED)


def _commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Every command with its name; typer keeps its command types to itself, hence Any."""
    below = getattr(command, "commands", None)
    if not below:
        yield " ".join(path), command
        return
    for name, inner in below.items():
        yield from _commands(inner, (*path, name))


COMMANDS = dict(_commands(get_command(app)))


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_the_page_on_the_command_line_says_what_help_says(name: str, dure: Dure) -> None:
    section = _section((REFERENCE / "cli.md").read_text(encoding="utf-8"), f"`dure {name}`")
    command = COMMANDS[name]
    assert section.strip().split("\n\n")[0] == command.help
    wanted = []
    for parameter in command.params:
        # Hidden ones are for processes that the program starts itself.
        if "--help" in parameter.opts or getattr(parameter, "hidden", False):
            continue
        is_option = parameter.param_type_name == "option"
        label = ", ".join(parameter.opts) if is_option else parameter.metavar or parameter.name.upper()
        default = (
            "" if parameter.required or parameter.default in (None, False, "") else f"`{parameter.default}`"
        )
        wanted.append([f"`{label}`", "yes" if parameter.required else "", default, parameter.help])
    assert _table(section) == wanted
    told = dure(*name.split(), "--help").out
    assert all(option in told for row in wanted for option in re.findall(r"--[a-z-]+", row[0]))


def test_the_page_on_the_command_line_knows_no_other_commands() -> None:
    page = (REFERENCE / "cli.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^## `dure (.+)`$", page, re.M)) == set(COMMANDS)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_answers_programs_too(name: str) -> None:
    options = {option for parameter in COMMANDS[name].params for option in parameter.opts}
    # These work until they are stopped; what they did is asked for elsewhere.
    assert "--json" in options or name in {"serve", "chores", "outbox run"}

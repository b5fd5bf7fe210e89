"""`dure almanac`: documented movements as worked examples of the plan arithmetic."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any

import typer

from dure.cli.answer import REFUSED, answering
from dure.cli.errors import AlmanacUnreadable
from dure.cli.options import JsonTo
from dure.engine.plan.claims import Figure, FigureUnknown, figure

ALMANAC_MAX_BYTES = 10_000_000


def almanac(
    file: Annotated[Path, typer.Option("--file", metavar="FILE", help="Cases with their claims (TOML).")],
    json_to: JsonTo = None,
) -> None:
    """Compute what documented cases come to from what their sources claim; exit 1 when a figure can't be had."""
    with answering(json_to, needs_database=False) as answer:
        cases = read_cases(file)
        found: dict[str, dict[str, Figure | None]] = {}
        rows: list[tuple[str, ...]] = []
        for case in cases:
            if "want" not in case:
                continue
            figures = found.setdefault(case["id"], {})
            for name, stated in case["want"].items():
                try:
                    figures[name] = figure(name, case.get("claims", {}))
                except FigureUnknown as unknown:
                    figures[name] = None
                    answer.exit_code = REFUSED
                    answer.aside(f"{file.name}, case {case['id']}: {unknown}")
                rows.append(
                    (case["id"], name, shown_figure(figures[name]), shown_figure(stated), _claimed_by(case))
                )
        answer.table(
            "What the cases come to. Every figure is its source's claim; none was verified.",
            {"case": False, "figure": False, "computed": True, "stated": True, "claimed by": False},
            rows,
        )
        answer.give(found)


def read_cases(file: Path) -> list[dict[str, Any]]:
    """The cases of ``file``. Refuses with AlmanacUnreadable what is no almanac, and says where."""
    try:
        if file.stat().st_size > ALMANAC_MAX_BYTES:
            raise AlmanacUnreadable(file=str(file), why="it is larger than 10 MB")
        read = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise AlmanacUnreadable(file=str(file), why=(error.strerror or str(error)).lower()) from error
    except UnicodeDecodeError as error:
        raise AlmanacUnreadable(file=str(file), why="it is not UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise AlmanacUnreadable(file=str(file), why=f"it is no TOML: {error}") from error
    cases = read.get("case")
    if not isinstance(cases, list) or not all(isinstance(case, dict) for case in cases):
        raise AlmanacUnreadable(file=str(file), why="it holds no [[case]]")
    if why := _wrong_with(cases):
        raise AlmanacUnreadable(file=str(file), why=why)
    return cases


def _wrong_with(cases: list[dict[str, Any]]) -> str:
    """What is wrong with the first case that can't be used; empty when all can."""
    known: set[str] = set()
    for place, case in enumerate(cases, 1):
        case_id = case.get("id")
        if not isinstance(case_id, str) or not case_id:
            return f"case {place} has no id"
        if case_id in known:
            return f"two cases are called {case_id}"
        known.add(case_id)
        for part in ("claims", "want"):
            if not isinstance(case.get(part, {}), dict):
                return f"{part} of case {case_id} is no table of names and values"
    return ""


def _claimed_by(case: dict[str, Any]) -> str:
    return str(
        case.get("source")
        or " ".join(str(case[part]) for part in ("place", "year") if part in case)
        or "its source"
    )


def shown_figure(value: object) -> str:
    if value is None:
        return "can't be had"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int | float) else str(value)

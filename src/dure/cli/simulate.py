"""`dure simulate`: a documented surge lived through again, and what became of its people."""

from __future__ import annotations

import os
import tempfile
from typing import Annotated, Any

import typer

from dure.cli.answer import answering
from dure.cli.options import JsonTo


def simulate(
    scenario: Annotated[str, typer.Argument(help="england-2020, surge-1950 or health-emergency-2022.")],
    scale: Annotated[
        float, typer.Option("--scale", min=0.0001, max=1.0, help="Share of the documented size.")
    ] = 0.01,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Another seed gives other people.")] = 1,
    json_to: JsonTo = None,
) -> None:
    """Replay a documented surge with synthetic people: who was answered, called, left waiting. It leaves nothing
    behind, unless DURE_HOME names an empty folder or DATABASE_URL an empty database.
    """
    with tempfile.TemporaryDirectory(prefix="dure-replay-") as folder:
        if "DURE_HOME" not in os.environ:
            os.environ["DURE_HOME"] = folder
            # A log of what broke would go with the folder.
            os.environ.setdefault("DURE_TRACE", "1")
        with answering(json_to) as answer:
            from dure.operations.simulate import replay
            from dure.simulation import surge

            found = replay(surge.scenario(scenario).scaled(scale), seed=seed, tell=answer.say)
            answer.table(
                f"{scenario} at {scale:g} of its size. Synthetic people on real towns: nobody here exists.",
                {"figure": False, "value": True},
                [
                    (name.replace("_", " "), _shown(value))
                    for name, value in found.items()
                    if name != "by_day"
                ],
            )
            answer.give(found)


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name.replace('_', ' ')} {_shown(one)}" for name, one in value.items())
    if value is None:
        return "never"
    return f"{value:,}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)

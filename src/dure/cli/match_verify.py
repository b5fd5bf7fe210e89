"""`dure match verify RUN`: believe nothing a run says, and recount."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from dure.cli.answer import REFUSED, answering
from dure.cli.options import JsonTo

if TYPE_CHECKING:
    from dure.engine.matching import Verdict
    from dure.movement.matching.types import RunFacts

TIER_WORDS = ("critical", "critical and important", "all")
LESS = {
    "settled": (
        "The day is settled and its personal input deleted (P3). The posts, their seats and prices and the sums are "
        "kept for ever; these were checked against each other. That is less than a recount: nobody can tell any more "
        "who could have gone where."
    ),
    "changed": (
        "The input is not what it was when the run was solved, so it can't be recounted. Somebody may have left since, "
        "moved, changed their hours, skills or wishes, or their posts of the days around it. Who signed up since does "
        "not matter. Only the figures that are kept were checked against each other."
    ),
    "torn": "What is stored of the run does not fit together, so nothing could be recounted.",
}


def match_verify(
    run: Annotated[
        int, typer.Argument(metavar="RUN", help="Number of the run, as `dure match show` names it.")
    ],
    json_to: JsonTo = None,
) -> None:
    """Check a run with separate code: every rule, seat and cost, the bound and the order of the tiers."""
    with answering(json_to) as answer:
        from dure.operations.match_verify import verify_run

        answer.aside(
            "Gathering the day again and looking at every pair; a minute or two for a million people."
        )
        found = verify_run(run)
        ran = found.run
        answer.say(f"Run {ran.id}: {ran.day}, round {ran.round}, input {ran.input_digest[:16]}…")
        if found.verdict is not None:
            answer.table("", {"": False, "the run says": True, "recounted": True}, _rows(ran, found.verdict))
        else:
            answer.say(LESS[found.less])
        for fault in found.faults:
            answer.say(f"Fault: {fault}.")
        if found.holds:
            answer.say("All of it holds." if found.verdict else "The figures hold together.")
        else:
            answer.exit_code = REFUSED
        answer.give(
            {
                "run": ran.id,
                "day": ran.day.isoformat(),
                "round": ran.round,
                "holds": found.holds,
                "faults": list(found.faults),
                "same_input": {"": True, "changed": False}.get(found.less),
                "recounted": asdict(found.verdict) if found.verdict else None,
            }
        )


def _rows(run: RunFacts, verdict: Verdict) -> list[tuple[str, str, str]]:
    """What is stated beside what was recounted."""
    filled = zip(TIER_WORDS, run.filled_by_tier, verdict.filled_by_tier or ("–",) * 3, strict=True)
    proven = zip(TIER_WORDS, verdict.tiers_proven or (False,) * 3, strict=True)
    return [
        ("feasible pairs", f"{run.pairs_count:,}", f"{verdict.pairs:,}"),
        *((f"seats filled: {tier}", f"{said:,}", f"{counted}") for tier, said, counted in filled),
        ("value (units of 10 m)", f"{run.value:,}", f"{verdict.value:,}"),
        ("bound", f"{run.bound:,}", f"{verdict.bound:,}"),
        ("gap", f"{run.gap_units:g}", f"{verdict.gap_units:g}"),
        *(
            (f"no more seats can be filled: {tier}", "yes", "yes" if it else "not proven")
            for tier, it in proven
        ),
    ]

"""`dure match again`: the running day as it is now, and what it asks of people."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from dure.cli.answer import Answer, answering
from dure.cli.match_sides import TIER_NAMES
from dure.cli.options import CampaignSlug, Day, JsonTo, as_date

if TYPE_CHECKING:
    from dure.movement.matching.types import RunFacts

STABILITY_M = 3_000


def match_again(
    campaign: CampaignSlug,
    day: Day,
    stability_m: Annotated[
        int,
        typer.Option(
            "--stability-m",
            min=0,
            max=1_000_000,
            help="Ask nobody to move unless the day gains more than so many metres of way by it.",
        ),
    ] = STABILITY_M,
    answer_hours: Annotated[
        int, typer.Option("--answer-hours", min=1, max=72, help="How long offers stand.")
    ] = 2,
    hold: Annotated[
        bool, typer.Option("--hold", help="Show the offers to nobody yet: look at them, then publish them.")
    ] = False,
    at: Annotated[datetime | None, typer.Option("--at", hidden=True, parser=datetime.fromisoformat)] = None,
    job: Annotated[UUID | None, typer.Option("--job", hidden=True)] = None,
    json_to: JsonTo = None,
) -> None:
    """Match a running day again: free and urgent seats are offered; whoever has a post keeps it until they say yes."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.movement.campaigns import reads as campaigns
        from dure.operations.match_job import run_again

        now, on_day = at or datetime.now(UTC), as_date(day)
        found = campaigns.campaign_for(SYSTEM, campaign)
        with answer.progress(f"Matching {on_day} again") as bar:
            run = run_again(
                campaign_id=found.id,
                day=on_day,
                now=now,
                expires_at=now + timedelta(hours=answer_hours),
                stability_m=stability_m,
                progress=bar,
                job_id=job,
                hold=hold,
            )
        answer.say(f"{campaign}, {on_day}, round {run.round}, run {run.id}.")
        say_again(answer, run)
        answer.give({"run": {**asdict(run), "gap_units": run.gap_units, "state": run.state}})


def say_again(answer: Answer, run: RunFacts) -> None:
    """What a match of the running day found and asks; nothing of any other run."""
    facts = run.again
    if facts is None:
        return
    answer.say(
        f"Since the morning {facts.no_shows:,} did not arrive and {facts.given_back:,} gave their seat back. "
        f"{sum(facts.free_by_tier):,} seats are free, {sum(facts.new_by_tier):,} of them at posts that are new."
    )
    rows = zip(
        TIER_NAMES,
        facts.free_by_tier,
        facts.new_by_tier,
        facts.before_by_tier,
        run.filled_by_tier,
        strict=True,
    )
    answer.table(
        "Seats of those who may be asked",
        {"tier": False, "free": True, "of them new": True, "held now": True, "held in the plan": True},
        [(tier, *(f"{count:,}" for count in counts)) for tier, *counts in rows],
    )
    proven = "no better one exists" if run.gap_units == 0 else f"at most {run.gap_units} units from the best"
    if facts.may_move is None or facts.stay is None:
        moves = f"{facts.moved:,} (those there, on the way, or who said no today are too few to be counted)"
    else:
        stay = f"{facts.stay:,} are there, on the way, or said no today"
        moves = f"{facts.moved:,} of {facts.may_move:,} who could ({stay})"
    answer.say(
        f"The plan moves {moves}. Proof: {proven}, staying counted at {facts.stability_units * 10:,} m."
    )
    answer.say(
        f"Asked: {facts.offers:,}, {facts.instead:,} of them instead of the post they have. Only free seats are "
        "promised; match again once these have answered."
    )

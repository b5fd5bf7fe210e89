"""`dure match …`: place people, see how it went, end the day."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID, uuid4

import typer

from dure.cli.answer import Answer, answering
from dure.cli.match_again import match_again, say_again
from dure.cli.match_explain import match_explain
from dure.cli.match_sides import TIER_NAMES, say_side, side_json
from dure.cli.match_solve import match_solve
from dure.cli.match_verify import match_verify
from dure.cli.options import CampaignSlug, Day, JsonTo, as_date
from dure.kernel.refusals import NotFound

match = typer.Typer(no_args_is_help=True, help="Place people on the posts of a day.")
match.command("solve")(match_solve)
match.command("again")(match_again)
match.command("verify")(match_verify)
match.command("explain")(match_explain)
GAPS_SHOWN_MAX = 10


@match.command("run")
def run(
    campaign: CampaignSlug,
    day: Day,
    round_number: Annotated[
        int, typer.Option("--round", min=1, help="2 and later: seats that are still free.")
    ] = 1,
    answer_hours: Annotated[
        int, typer.Option("--answer-hours", min=1, max=72, help="How long offers stand.")
    ] = 12,
    hold: Annotated[
        bool, typer.Option("--hold", help="Show the offers to nobody yet: look at them, then publish them.")
    ] = False,
    job: Annotated[UUID | None, typer.Option("--job", hidden=True)] = None,
    json_to: JsonTo = None,
) -> None:
    """Match a day and publish the offers, with the proof that no better placement exists."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.movement.campaigns import reads as campaigns
        from dure.operations.match_job import run_match

        now, on_day = datetime.now(UTC), as_date(day)
        found = campaigns.campaign_for(SYSTEM, campaign)
        with answer.progress(f"Matching {on_day}") as bar:
            run_match(
                campaign_id=found.id,
                day=on_day,
                now=now,
                expires_at=now + timedelta(hours=answer_hours),
                round_number=round_number,
                progress=bar,
                job_id=job,
                hold=hold,
            )
        _show(answer, campaign, on_day.isoformat())


@match.command("show")
def show(campaign: CampaignSlug, day: Day, json_to: JsonTo = None) -> None:
    """Show the latest run of a day: its proof, the answers so far, and what is unfilled."""
    with answering(json_to) as answer:
        _show(answer, campaign, as_date(day).isoformat())


@match.command("stop")
def stop(json_to: JsonTo = None) -> None:
    """Ask every match that is running to stop at its next step; nothing of it is published."""
    with answering(json_to) as answer:
        from dure.base.jobs import ask_all_to_stop
        from dure.operations.day import MATCH_JOB

        asked = ask_all_to_stop(MATCH_JOB)
        answer.say(f"Asked {asked} running matches to stop." if asked else "No match is running.")
        answer.give({"asked": asked})


@match.command("late")
def late(
    campaign: CampaignSlug,
    day: Day,
    person: Annotated[int, typer.Option("--person", min=1, help="Id of the person who is free now.")],
    take: Annotated[
        int | None, typer.Option("--take", min=1, help="Id of the post to take for them.")
    ] = None,
    json_to: JsonTo = None,
) -> None:
    """Show where somebody who is free now is needed most on a matched day; or take a seat for them."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.movement.campaigns import reads as campaigns
        from dure.movement.matching.latecomers import best_now
        from dure.operations import latecomers

        now, found = datetime.now(UTC), campaigns.campaign_for(SYSTEM, campaign)
        if take is not None:
            seat = latecomers.take(actor=SYSTEM, person_id=person, post_id=take, request_id=uuid4(), now=now)
            answer.say(f"Person {person} has a seat at post {take} on {seat.day}.")
            answer.give({"placement": asdict(seat)})
            return
        posts = best_now(actor=SYSTEM, person_id=person, campaign=found, day=as_date(day), now=now)
        rows = [
            (str(one.post.id), one.post.title, str(one.post.tier), f"{one.travel_m / 1000:.1f}", one.reason)
            for one in posts
        ]
        if rows:
            columns = {"post": True, "title": False, "tier": True, "km": True, "seat": False}
            answer.table(f"Person {person} is needed on {day}", columns, rows)
        else:
            answer.say(f"No open seat on {day} fits person {person}.")
        answer.give(
            {"posts": [{**asdict(one.post), "way_m": one.travel_m, "reason": one.reason} for one in posts]}
        )


@match.command("settle")
def settle(campaign: CampaignSlug, day: Day, json_to: JsonTo = None) -> None:
    """End a day: no-shows marked, unanswered offers deleted, the log signed, the lots drawn, people thanked."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.movement.campaigns import reads as campaigns
        from dure.operations.day import settle_day

        found = campaigns.campaign_for(SYSTEM, campaign)
        done = settle_day(campaign_id=found.id, day=as_date(day), now=datetime.now(UTC))
        answer.say(
            f"{day} is settled: {done.no_shows} no-shows, {done.offers_gone} offers deleted, {done.thanked} people "
            f"thanked, {len(done.lots)} lots drawn, the log signed at {done.checkpoint.size} entries."
        )
        answer.give(
            {
                "no_shows": done.no_shows,
                "offers_gone": done.offers_gone,
                "thanked": done.thanked,
                "lots": len(done.lots),
                "ledger": {"size": done.checkpoint.size, "root": done.checkpoint.root.hex()},
            }
        )


def _show(answer: Answer, slug: str, day: str) -> None:
    from dure.base.access import SYSTEM
    from dure.movement.campaigns import reads as campaigns
    from dure.movement.matching import reads as matching
    from dure.movement.matching.side_rows import report_of
    from dure.movement.needs import reads as needs

    campaign, on_day = campaigns.campaign_for(SYSTEM, slug), as_date(day)
    run_facts = matching.run_of(campaign.id, on_day)
    if run_facts is None:
        raise NotFound(what="run")
    tally, gaps = matching.tally(campaign.id, on_day), matching.unfilled(SYSTEM, campaign, on_day)
    answer.say(
        f"{slug}, {on_day}, round {run_facts.round}, run {run_facts.id}: {run_facts.placed_count:,} of "
        f"{run_facts.people_count:,} people placed, {run_facts.pairs_count:,} pairs looked at, mean way "
        f"{run_facts.travel_mean_m / 1000:.1f} km."
    )
    tiers = zip(TIER_NAMES, run_facts.filled_by_tier, run_facts.seats_by_tier, strict=True)
    answer.table(
        "",
        {"tier": False, "filled": True, "seats": True},
        [(name, f"{filled:,}", f"{seats:,}") for name, filled, seats in tiers],
    )
    say_again(answer, run_facts)
    if run_facts.side is not None:
        say_side(answer, report_of(run_facts.side))
    if run_facts.gap_units == 0 and run_facts.side is not None:
        answer.say(
            "Proof: without groups, crews and minors no better placement exists (gap 0 units of 10 m)."
        )
    elif run_facts.gap_units == 0:
        answer.say("Proof: no better placement exists (gap 0 units of 10 m).")
    else:
        answer.say(f"Proof: at most {run_facts.gap_units} units of 10 m from the best.")
    answer.say(
        f"Offers: {tally.offered:,}; accepted {tally.accepted:,}, present {tally.present:,}, done {tally.done:,}, "
        f"no-show {tally.no_show:,}, withdrawn {tally.withdrawn:,}."
    )
    posts = needs.posts([gap.post_id for gap in gaps[:GAPS_SHOWN_MAX]])
    if gaps:
        rows = [(posts[g.post_id].title, str(g.tier), str(g.seats_open)) for g in gaps[:GAPS_SHOWN_MAX]]
        answer.table(
            f"Unfilled: {len(gaps):,} posts", {"post": False, "tier": True, "open seats": True}, rows
        )
    waiting = matching.waiting_minors(SYSTEM, campaign, on_day)
    if waiting:
        answer.table(
            "Under 18 without two cleared adults beside them: their places wait",
            {"post": False, "waiting": True},
            [(one.post.title, str(one.minors)) for one in waiting[:GAPS_SHOWN_MAX]],
        )
    answer.give(
        {
            "run": {
                **asdict(run_facts),
                "gap_units": run_facts.gap_units,
                "state": run_facts.state,
                "side": side_json(report_of(run_facts.side)) if run_facts.side else None,
            },
            "tally": asdict(tally),
            "unfilled": [asdict(gap) for gap in gaps],
            "minors_waiting": [
                {"post": one.post.id, "title": one.post.title, "minors": one.minors} for one in waiting
            ],
        }
    )

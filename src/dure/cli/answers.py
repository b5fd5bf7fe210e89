"""`dure answers …`: bring the honest answers up to date, and see how they stand."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime

import typer

from dure.cli.answer import answering
from dure.cli.options import CampaignSlug, JsonTo

answers = typer.Typer(no_args_is_help=True, help="Answers: bring them up to date, see how they stand.")


@answers.command("refresh")
def refresh(slug: CampaignSlug, json_to: JsonTo = None) -> None:
    """Tell everybody what is true for them now, if they were told otherwise or their date has come."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.movement.campaigns import reads as campaigns
        from dure.operations import answers as operation

        campaign, now = campaigns.campaign_for(SYSTEM, slug), datetime.now(UTC)
        today = campaigns.local_day(campaign, now)
        done = operation.refresh(campaign_id=campaign.id, day=today, now=now)
        answer.say(
            f"{done.given_count:,} told anew; of {done.unchanged_count:,} what they were told is still true."
        )
        answer.give({"campaign": slug, **asdict(done)})


@answers.command("show")
def show(slug: CampaignSlug, json_to: JsonTo = None) -> None:
    """Show how many people were told what, and how many of the dates were kept so far."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.movement.campaigns import reads as campaigns
        from dure.operations.line_facts import line_facts

        campaign, now = campaigns.campaign_for(SYSTEM, slug), datetime.now(UTC)
        found = line_facts(SYSTEM, campaign, now=now)
        answer.say(
            f"{found.signed_up_count:,} signed up, {found.unanswered_count:,} of them wait for an answer."
        )
        rows = [(kind.replace("_", " "), f"{count:,}") for kind, count in found.by_kind.items()]
        answer.table("What people were told", {"answer": False, "people": True}, rows)
        dates = found.dates
        answer.say(
            f"Of {dates.due_count:,} dates so far {dates.kept_count:,} were kept, {dates.corrected_count:,} corrected "
            f"before they passed, {dates.passed_count:,} passed without a word."
        )
        answer.say(
            f"Seats in the next {found.days_ahead} days: {found.seats_known:,} known and free, "
            f"{found.seats_expected:,} more expected."
        )
        answer.give({"campaign": slug, **asdict(found)})

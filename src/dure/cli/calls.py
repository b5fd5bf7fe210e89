"""`dure call …`: what people answer when they sign up."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from dure.cli.answer import answering
from dure.cli.options import JsonTo

if TYPE_CHECKING:
    from dure.movement.calls.types import AppealFacts
    from dure.movement.campaigns.types import CampaignFacts

call = typer.Typer(no_args_is_help=True, help="Calls for people: the page on which they sign up.")


@call.command("open")
def open_(
    slug: Annotated[str, typer.Argument(metavar="SLUG", help="Short name of the campaign.")],
    code: Annotated[str, typer.Option("--code", help="Short name of the call, as it stands in its link.")],
    title: Annotated[str, typer.Option("--title", help="Heading of the sign-up page.")],
    text: Annotated[str, typer.Option("--text", help="What is asked of people, in plain words.")],
    json_to: JsonTo = None,
) -> None:
    """Open a call of an open campaign; the newest call is the one its pages lead to."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.movement.calls import actions
        from dure.movement.campaigns import reads as campaigns

        found = campaigns.campaign_for(SYSTEM, slug)
        opened = actions.open_appeal(
            actor=SYSTEM, campaign_id=found.id, code=code, title=title, text=text, now=datetime.now(UTC)
        )
        answer.say(f"Call {opened.code} of {slug} is open: people can sign up.")
        answer.give(asdict(opened))


def first_call(campaign: CampaignFacts, now: datetime) -> AppealFacts:
    """The newest call of a campaign; without any, one in the campaign's own words is opened."""
    from dure.base.access import SYSTEM
    from dure.movement.calls import actions, reads

    return reads.appeal_of(campaign.id) or actions.open_appeal(
        actor=SYSTEM,
        campaign_id=campaign.id,
        code=campaign.slug,
        title=campaign.name,
        text=campaign.summary or campaign.name,
        now=now,
    )

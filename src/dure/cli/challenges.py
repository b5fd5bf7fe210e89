"""`dure challenge …`: friendly challenges between two teams."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated
from uuid import uuid4

import typer

from dure.cli.answer import Answer, answering
from dure.cli.campaigns import Slug
from dure.cli.options import JsonTo, as_date

if TYPE_CHECKING:
    from dure.base.access import Actor
    from dure.movement.standings.challenges import ChallengeFacts

challenge = typer.Typer(
    no_args_is_help=True, help="Friendly challenges: two teams agree to emulate each other."
)
By = Annotated[
    str, typer.Option("--by", metavar="EMAIL", help="Account of the captain who does it; each signs alone.")
]
Number = Annotated[int, typer.Argument(metavar="NUMBER", help="Number of the challenge.")]
TeamId = Annotated[int, typer.Option("--team", metavar="NUMBER", help="Number of the captain's team.")]


@challenge.command("list")
def list_(slug: Slug, json_to: JsonTo = None) -> None:
    """Agreed challenges of a campaign with what can be told of them, the newest first."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.movement.campaigns import reads as campaigns
        from dure.movement.standings import challenges
        from dure.movement.standings.challenge_outcome import outcomes
        from dure.movement.standings.shown import shown

        campaign = campaigns.campaign_for(SYSTEM, slug)
        today = campaigns.local_day(campaign, datetime.now(UTC))
        standing = shown(campaign_id=campaign.id, today=today)
        signed = challenges.agreed(campaign_id=campaign.id)
        found = list(zip(signed, outcomes(signed, campaign, standing, today), strict=True))
        columns = {"no.": True, "teams": False, "from": False, "to": False, "state": False, "told": False}
        rows = [
            (
                str(one.id),
                f"{one.first_team.name}, {one.second_team.name}",
                str(one.first_day),
                str(one.last_day),
                one.state(today),
                told.told,
            )
            for one, told in found
        ]
        answer.table("Grade of proof: claimed.", columns, rows)
        answer.give({"challenges": [asdict(one) | {"outcome": asdict(told)} for one, told in found]})


@challenge.command("propose")
def propose(
    slug: Slug,
    by: By,
    team: TeamId,
    other: Annotated[int, typer.Option("--other", metavar="NUMBER", help="Number of the other team.")],
    indicator: Annotated[str, typer.Option("--indicator", metavar="CODE", help="Code of what is compared.")],
    first: Annotated[str, typer.Option("--from", metavar="DATE", help="First day.")],
    last: Annotated[str, typer.Option("--to", metavar="DATE", help="Last day.")],
    change: Annotated[
        bool, typer.Option("--change", help="Compare each with its own days before, not their levels.")
    ] = False,
    words: Annotated[str, typer.Option("--words", help="What the two make of it.")] = "",
    json_to: JsonTo = None,
) -> None:
    """Propose a challenge and sign it; it stands once a captain of the other team has signed too."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.kernel.refusals import NotFound
        from dure.movement.campaigns import reads as campaigns
        from dure.movement.standings import challenges

        campaign = campaigns.campaign_for(SYSTEM, slug)
        counted = {one.code: one.id for one in campaigns.indicators(campaign.id)}
        if indicator not in counted:
            raise NotFound(what=f"indicator {indicator}")
        new = challenges.NewChallenge(
            client_id=uuid4(),
            campaign_id=campaign.id,
            indicator_id=counted[indicator],
            first_team_id=team,
            second_team_id=other,
            compares="change" if change else "level",
            first_day=as_date(first),
            last_day=as_date(last),
            words=words,
        )
        _say(answer, challenges.propose(actor=_captain(by), new=new, now=datetime.now(UTC)))


@challenge.command("sign")
def sign(
    number: Number,
    by: By,
    team: TeamId,
    digest: Annotated[
        str, typer.Option("--digest", metavar="HEX", help="Digest of the terms, as `propose` printed it.")
    ],
    json_to: JsonTo = None,
) -> None:
    """Sign the terms for the other team; from then on everybody can see the challenge."""
    with answering(json_to) as answer:
        from dure.movement.standings import challenges

        signed = challenges.sign(
            actor=_captain(by), challenge_id=number, team_id=team, digest=digest, now=datetime.now(UTC)
        )
        _say(answer, signed)


@challenge.command("end")
def end(number: Number, by: By, team: TeamId, json_to: JsonTo = None) -> None:
    """End a challenge at once, without a reason, or take a proposal back."""
    with answering(json_to) as answer:
        from dure.movement.standings import challenges

        ended = challenges.end(actor=_captain(by), challenge_id=number, team_id=team, now=datetime.now(UTC))
        if ended is None:
            answer.say("Taken back.")
            answer.give({"ended": None})
        else:
            _say(answer, ended)


def _captain(email: str) -> Actor:
    from dure.base import accounts
    from dure.base.access import actor_of
    from dure.kernel.refusals import NotFound

    account_id = accounts.account_id_of(email=email)
    if account_id is None:
        raise NotFound(what=f"account {email}")
    return actor_of(account_id=account_id)


def _say(answer: Answer, one: ChallengeFacts) -> None:
    state = (
        "proposed, to be signed until " + str(one.answer_by) if one.signed_at is None else "signed by both"
    )
    if one.ended_on is not None:
        state = f"ended on {one.ended_on}"
    answer.say(f"Challenge {one.id}: {one.first_team.name} and {one.second_team.name}, {state}.")
    answer.say(f"digest of the terms {one.digest}")
    answer.give(asdict(one))

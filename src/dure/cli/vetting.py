"""`dure vetting …`: the queues before a post, and who goes through them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from dure.cli.accounts import known_account
from dure.cli.answer import Answer, answering
from dure.cli.options import CampaignSlug, JsonTo, as_date
from dure.kernel.refusals import BadInput

if TYPE_CHECKING:
    from dure.movement.vetting.types import Checked

vetting = typer.Typer(
    no_args_is_help=True, help="Identity, record check, cover, briefing, clearance: the queues."
)
Steps = Annotated[
    list[str],
    typer.Option(
        "--step", help="identity, record_check, cover, briefing, clearance or skill:CODE; may be repeated."
    ),
]
Step = Annotated[
    str, typer.Option("--step", help="identity, record_check, cover, briefing, clearance or skill:CODE.")
]
People = Annotated[
    list[int] | None, typer.Option("--person", metavar="ID", help="A person by number; may be repeated.")
]
By = Annotated[str, typer.Option("--by", metavar="EMAIL", help="Account of the one who looked.")]


@vetting.command("queue")
def queue(slug: CampaignSlug, json_to: JsonTo = None) -> None:
    """Show how many wait at each step, for whom, and how many days it takes."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.movement.campaigns import reads as campaigns
        from dure.movement.vetting import reads

        campaign = campaigns.campaign_for(SYSTEM, slug)
        found = list(reads.throughput(campaign.id, datetime.now(UTC)).values())
        columns = {
            "step": False,
            "their turn": True,
            "our turn": True,
            "a day": True,
            "days": True,
            "pace": False,
        }
        rows = [
            (
                one.step,
                f"{one.invited_count:,}",
                f"{one.queue_count:,}",
                "–" if one.basis == "unknown" else f"{one.per_day:,.0f}",
                "–" if one.days_ahead is None else f"{one.days_ahead:,}",
                one.basis,
            )
            for one in found
        ]
        answer.table(f"Vetting of {slug}", columns, rows)
        answer.give({"campaign": slug, "steps": [asdict(one) for one in found]})


@vetting.command("invite")
def invite(slug: CampaignSlug, steps: Steps, person: People = None, json_to: JsonTo = None) -> None:
    """Ask people for their part of some steps; without --person, everybody who signed up."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.movement.calls import reads as calls
        from dure.movement.campaigns import reads as campaigns
        from dure.movement.vetting import actions

        campaign = campaigns.campaign_for(SYSTEM, slug)
        ids = person or list(calls.people_of(campaign.id))
        done = actions.invite(
            campaign_id=campaign.id, person_ids=ids, steps=tuple(steps), now=datetime.now(UTC)
        )
        answer.say(f"{done.invited_count:,} steps asked for, {done.standing_count:,} stood already.")
        answer.give(asdict(done))


@vetting.command("check")
def check(
    step: Step,
    by: By,
    evidence: Annotated[str, typer.Option("--evidence", help="What was seen, at most 60 letters.")],
    person: Annotated[
        list[int], typer.Option("--person", metavar="ID", help="A person by number; may be repeated.")
    ],
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help="Last good day; without it, the usual one.")
    ] = None,
    json_to: JsonTo = None,
) -> None:
    """What these people handed in was seen and is good; the steps that guard children wait for a second look."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.movement.vetting import actions

        done = actions.check(
            actor=SYSTEM,
            person_ids=person,
            step=step,
            evidence=evidence,
            now=datetime.now(UTC),
            valid_until=as_date(until) if until else None,
            by=known_account(by),
        )
        _tell(answer, done)


@vetting.command("second")
def second(
    step: Step,
    by: By,
    person: Annotated[
        list[int], typer.Option("--person", metavar="ID", help="A person by number; may be repeated.")
    ],
    json_to: JsonTo = None,
) -> None:
    """A second person saw it too: a record check or clearance is through with it."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.movement.vetting import actions

        done = actions.second_check(
            actor=SYSTEM, person_ids=person, step=step, now=datetime.now(UTC), by=known_account(by)
        )
        _tell(answer, done)


@vetting.command("pace")
def pace(
    slug: CampaignSlug,
    step: Step,
    per_day: Annotated[int, typer.Option("--per-day", min=0, help="People a day the crew can take.")],
    json_to: JsonTo = None,
) -> None:
    """State how many people a day a step can take, until measured days say it better."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.movement.campaigns import reads as campaigns
        from dure.movement.vetting import actions

        campaign = campaigns.campaign_for(SYSTEM, slug)
        actions.state_pace(actor=SYSTEM, campaign_id=campaign.id, step=step, per_day=per_day)
        answer.say(f"{step} of {slug} can take {per_day:,} people a day.")
        answer.give({"campaign": slug, "step": step, "per_day": per_day})


@vetting.command("session")
def session(
    slug: CampaignSlug,
    step: Step,
    area: Annotated[str, typer.Option("--area", metavar="CODE", help="Town or region.")],
    at: Annotated[
        str, typer.Option("--at", metavar="TIME", help="By the campaign's clock, like 2026-10-03T18:00.")
    ],
    place: Annotated[str, typer.Option("--place", help="Where exactly, or the link.")],
    seats: Annotated[int, typer.Option("--seats", min=1, help="How many seats.")],
    json_to: JsonTo = None,
) -> None:
    """Plan a briefing or training on which invited people choose a seat; the same words twice plan it once."""
    with answering(json_to) as answer:
        from zoneinfo import ZoneInfo

        from dure.base.access import SYSTEM
        from dure.kernel.ids import client_id
        from dure.movement.campaigns import reads as campaigns
        from dure.movement.places import reads as places
        from dure.movement.vetting import actions
        from dure.movement.vetting.types import NewSession

        campaign = campaigns.campaign_for(SYSTEM, slug)
        try:
            starts_at = datetime.fromisoformat(at)
        except ValueError as error:
            raise BadInput(
                where="--at", what=f"{at} is no time", wanted="a time like 2026-10-03T18:00"
            ) from error
        if starts_at.tzinfo is None:
            starts_at = starts_at.replace(tzinfo=ZoneInfo(campaign.timezone))
        new = NewSession(
            key=client_id(b"dure vetting session", slug, step, area, at, place),
            campaign_id=campaign.id,
            area_id=places.by_code(area).id,
            step=step,
            starts_at=starts_at,
            place=place,
            seats=seats,
        )
        planned = actions.plan_session(actor=SYSTEM, new=new, now=datetime.now(UTC))
        answer.say(
            f"Session {planned.id}: {step} at {planned.starts_at:%Y-%m-%d %H:%M} UTC, {seats:,} seats."
        )
        answer.give(asdict(planned))


def _tell(answer: Answer, done: Checked) -> None:
    answer.say(
        f"{len(done.passed_ids):,} through, {done.second_count:,} wait for a second person, "
        f"{done.passed_over_count:,} passed over."
    )
    answer.give(asdict(done))

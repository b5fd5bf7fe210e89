"""`dure safety …`: who is out there, areas stood down, incidents."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated
from uuid import uuid4

import typer

from dure.cli.answer import answering
from dure.cli.options import CampaignSlug, JsonTo

if TYPE_CHECKING:
    from dure.movement.safety.types import HomeCallFacts, IncidentFacts, StandDownFacts

safety = typer.Typer(no_args_is_help=True, help="Who is out there, areas stood down, incidents.")
StandDownId = Annotated[
    int, typer.Argument(metavar="ID", help="Number of the stand-down, as `out` shows it.")
]


@safety.command("out")
def out(slug: CampaignSlug, json_to: JsonTo = None) -> None:
    """Who is not known to be home, and which areas are stood down; of each the last step that was taken."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.movement.campaigns import reads as campaigns
        from dure.movement.safety import reads

        campaign = campaigns.campaign_for(SYSTEM, slug)
        found = reads.not_home(actor=SYSTEM, campaign=campaign)
        stood = [one for one in reads.stand_downs(actor=SYSTEM, campaign=campaign) if one.is_open]
        columns = {
            "no.": True,
            "who": False,
            "crew": False,
            "post": False,
            "since (UTC)": False,
            "last step": False,
        }
        answer.table(f"Not known to be home: {slug}", columns, [_home_row(one) for one in found.calls])
        for one in stood:
            answer.say(
                f"{one.area.name} is stood down ({one.id}): {one.roll.count:,} were out there, {one.roll.safe:,} are "
                f"safe, {one.roll.help:,} ask for help, {one.roll.waiting:,} have not answered."
            )
        answer.say(f"{found.count:,} are not known to be home, {found.help_count:,} of them ask for help.")
        answer.give(
            {
                "count": found.count,
                "help_count": found.help_count,
                "people": [_home_facts(one) for one in found.calls],
                "stood_down": [_stand_down_facts(one) for one in stood],
            }
        )


@safety.command("stand-down")
def stand_down(
    area: Annotated[str, typer.Option("--area", metavar="CODE", help="Code of the place that is in danger.")],
    why: Annotated[str, typer.Option("--why", help="Why, in at most 200 letters; everybody reads it.")],
    json_to: JsonTo = None,
) -> None:
    """Stand an area down: everybody there is told to leave, nobody is sent there, who is out there is listed."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.movement.places import reads as places
        from dure.operations import stand_down as operation

        done = operation.stand_down(
            actor=SYSTEM,
            client_id=uuid4(),
            area_path=places.by_code(area).path,
            why=why,
            now=datetime.now(UTC),
        )
        one = done.stand_down
        answer.say(
            f"{one.area.name} is stood down ({one.id}): {done.listed:,} people out there are being told, "
            f"{done.called_off:,} shifts ahead are called off, {done.crew_told:,} captains and organisers written to."
        )
        answer.give(
            _stand_down_facts(one)
            | {"listed": done.listed, "called_off": done.called_off, "crew_told": done.crew_told}
        )


@safety.command("end")
def end(
    stand_down_id: StandDownId,
    words: Annotated[str, typer.Option("--words", help="Why it is over, in at most 200 letters.")],
    json_to: JsonTo = None,
) -> None:
    """End a stand-down: posts there take people again. Whoever is not known to be safe is still looked for."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.operations import stand_down as operation

        one = operation.end(actor=SYSTEM, stand_down_id=stand_down_id, words=words, now=datetime.now(UTC))
        answer.say(
            f"{one.area.name} is not stood down any more. {one.roll.safe:,} of {one.roll.count:,} are known to be "
            f"safe; {one.roll.open_count:,} are still looked for."
        )
        answer.give(_stand_down_facts(one))


@safety.command("incidents")
def incidents(
    slug: CampaignSlug,
    closed: Annotated[
        bool, typer.Option("--closed", help="Those that are closed, in place of the open ones.")
    ] = False,
    page: Annotated[int, typer.Option("--page", help="50 incidents a page.")] = 1,
    json_to: JsonTo = None,
) -> None:
    """Incidents: the worst first, who looks after each and by when. Who was hurt is shown on the desk alone."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.movement.campaigns import reads as campaigns
        from dure.movement.safety import reads

        campaign = campaigns.campaign_for(SYSTEM, slug)
        today = campaigns.local_day(campaign, datetime.now(UTC))
        found = reads.log(actor=SYSTEM, campaign=campaign, today=today, closed=closed, page=page)
        columns = {"no.": True, "what": False, "how bad": False, "where": False, "when": False, "hurt": True}
        columns |= {"who looks": False, "by": False}
        answer.table(f"Incidents of {slug}", columns, [_incident_row(one) for one in found.incidents])
        answer.say(
            f"{found.open_count:,} are open, {found.unowned_count:,} of them for somebody to look after; "
            f"{found.late_count:,} are overdue."
        )
        counts = asdict(found)
        del counts["incidents"]
        injuries = asdict(reads.injuries(campaign.id))
        answer.give(
            counts | {"incidents": [_incident_facts(one) for one in found.incidents], "injuries": injuries}
        )


def _home_row(one: HomeCallFacts) -> tuple[str, ...]:
    last = one.steps[-1].kind if one.steps else ""
    state = f"{last} (asks for help)" if one.state == "help" else last
    since = one.due_at.strftime("%d %b %H:%M")
    return (
        str(one.id),
        one.given_name,
        one.team.name if one.team else "",
        one.post.title if one.post else "",
        since,
        state,
    )


def _home_facts(one: HomeCallFacts) -> dict[str, object]:
    return {
        "id": one.id,
        "given_name": one.given_name,
        "under_18": one.under_18,
        "team": one.team.name if one.team else None,
        "post": one.post.title if one.post else None,
        "was": one.was,
        "state": one.state,
        "due_at": one.due_at,
        "next_at": one.next_at,
        "said_safe_at": one.said_safe_at,
        "stand_down_id": one.stand_down_id,
        "steps": [{"kind": step.kind, "at": step.at, "by": step.by} for step in one.steps],
    }


def _stand_down_facts(one: StandDownFacts) -> dict[str, object]:
    return {
        "id": one.id,
        "area": one.area.code,
        "why": one.why,
        "at": one.at,
        "ended_at": one.ended_at,
        "end_words": one.end_words,
        "roll": asdict(one.roll),
    }


def _incident_row(one: IncidentFacts) -> tuple[str, ...]:
    when = one.happened_at.strftime("%d %b %H:%M")
    owner, due = one.owner or "nobody yet", one.due_on.isoformat() if one.due_on else ""
    return (str(one.id), one.kind, one.severity, one.area.name, when, str(one.people_hurt), owner, due)


def _incident_facts(one: IncidentFacts) -> dict[str, object]:
    return {
        "id": one.id,
        "kind": one.kind,
        "severity": one.severity,
        "area": one.area.code,
        "team": one.team.name if one.team else "",
        "happened_at": one.happened_at,
        "reporter": one.reporter,
        "people_hurt": one.people_hurt,
        "words": one.words,
        "is_open": one.is_open,
        "owner": one.owner,
        "due_on": one.due_on,
        "keep_until": one.keep_until,
    }

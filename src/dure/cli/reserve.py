"""`dure people reserve …`: the register of people who agreed to be called back."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from dure.cli.answer import answering
from dure.cli.options import CampaignSlug, JsonTo, as_date
from dure.kernel.refusals import NotFound

reserve = typer.Typer(no_args_is_help=True, help="The reserve register: who may be called back, until when.")
PersonId = Annotated[int, typer.Option("--person", metavar="ID", help="The person by number.")]
Until = Annotated[
    str | None,
    typer.Option("--until", metavar="DATE", help="Last day of their consent; without it, a year from today."),
]
Area = Annotated[
    str, typer.Option("--area", metavar="CODE", help="KR, KR.11 or a town's code, all below it.")
]
Profession = Annotated[
    str, typer.Option("--profession", metavar="CODE", help="What they learnt, as a skill's code.")
]


@reserve.command("list")
def list_(
    area: Area,
    profession: Profession = "",
    count: Annotated[int, typer.Option("--count", min=1, help="How many to show at most.")] = 100,
    json_to: JsonTo = None,
) -> None:
    """Show who stands on the register in a place, those longest on it first."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.movement.people import reserve as register
        from dure.movement.places import reads as places

        path, today = places.by_code(area).path, datetime.now(UTC).date()
        rows = register.register(
            actor=SYSTEM, area_path=path, day=today, profession=profession, count_max=count
        )
        standing = register.count_by_profession(actor=SYSTEM, area_path=path, day=today)
        columns = {"person": True, "name": False, "profession": False, "until": False}
        shown = [
            (
                str(row.facts.person_id),
                row.given_name,
                row.facts.profession or "–",
                str(row.facts.consent_until),
            )
            for row in rows
        ]
        answer.table(f"{sum(standing.values()):,} on the register of {area}", columns, shown)
        people = [{"given_name": row.given_name, "area_id": row.area_id, **asdict(row.facts)} for row in rows]
        answer.give({"area": area, "standing": standing, "people": people})


@reserve.command("join")
def join(person: PersonId, profession: Profession = "", until: Until = None, json_to: JsonTo = None) -> None:
    """Put somebody on the register who agreed to it, or renew their consent."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.movement.people import reserve as register

        now = datetime.now(UTC)
        last = as_date(until) if until else now.date() + timedelta(days=register.CONSENT_DAYS)
        found = register.join(actor=SYSTEM, person_id=person, profession=profession, until=last, now=now)
        answer.say(f"Person {person} is on the register until {found.consent_until}.")
        answer.give(asdict(found))


@reserve.command("end")
def end(person: PersonId, json_to: JsonTo = None) -> None:
    """Take somebody off the register."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.movement.people import reserve as register

        if not register.end(actor=SYSTEM, person_id=person):
            raise NotFound(what=f"person {person} on the register")
        answer.say(f"Person {person} is off the register.")
        answer.give({"person": person})


@reserve.command("call")
def call(
    slug: CampaignSlug,
    count: Annotated[int, typer.Option("--count", min=1, help="How many are wanted.")],
    text: Annotated[str, typer.Option("--text", help="What for, in plain words.")],
    title: Annotated[str, typer.Option("--title", help="Heading of the call.")] = "You are called back",
    area: Annotated[
        str | None, typer.Option("--area", metavar="CODE", help="Place; without it, the campaign's.")
    ] = None,
    profession: Profession = "",
    json_to: JsonTo = None,
) -> None:
    """Call people back by profession, place and wait, until as many have said yes; the same words twice call once."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.kernel.ids import client_id
        from dure.movement.campaigns import reads as campaigns
        from dure.movement.places import reads as places
        from dure.operations.reserve import call_back

        campaign = campaigns.campaign_for(SYSTEM, slug)
        path = places.by_code(area).path if area else campaign.area_path
        opened = call_back(
            actor=SYSTEM,
            client_id=client_id(b"dure reserve call", slug, path, profession, count, title, text),
            campaign_id=campaign.id,
            area_path=path,
            profession=profession,
            count=count,
            title=title,
            text=text,
            now=datetime.now(UTC),
        )
        answer.say(f"Call {opened.code} is open: it calls until {count:,} have said yes.")
        answer.say(f"How it goes: dure call results {opened.code}")
        answer.give(asdict(opened))


@reserve.command("keep")
def keep(json_to: JsonTo = None) -> None:
    """Ask whose consent ends soon whether to renew it, and take off who did not; dure serve does it by itself."""
    with answering(json_to) as answer:
        from dure.operations.reserve import keep as keep_register

        done = keep_register(datetime.now(UTC))
        answer.say(f"{done.asked_count:,} asked whether to renew, {done.ended_count:,} taken off.")
        answer.give(asdict(done))

"""`dure campaign …` and `dure areas …`: what must be there before anybody can come."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from dure.cli.answer import answering
from dure.cli.options import JsonTo
from dure.cli.plan import answer_plea, looked, plead, pleas, safety, split, targets
from dure.cli.succession import carry, follow, hand_over, pause, report, rest, resume

campaign = typer.Typer(no_args_is_help=True, help="Make a campaign, open it, rest, close it, follow it.")
areas = typer.Typer(no_args_is_help=True, help="Countries, regions and towns.")
Slug = Annotated[str, typer.Argument(metavar="SLUG", help="Short name of the campaign.")]


@campaign.command("create")
def create(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Campaign file (.toml).")],
    json_to: JsonTo = None,
) -> None:
    """Make a draft campaign from a TOML file; the same file again gives the same campaign."""
    with answering(json_to) as answer:
        from dure.movement.campaigns import actions, reads
        from dure.operations.imports.texts import read_text

        new = reads.parse_campaign_file(read_text(file), file.name)
        made = actions.create(new=new, now=datetime.now(UTC))
        indicators, targets = reads.indicators(made.id), reads.targets(made.id)
        answer.say(
            f"Campaign {made.slug} ({made.name}) is {made.state}: {made.starts_on} to {made.ends_on}, "
            f"{len(indicators)} indicators, {len(targets)} targets."
        )
        if made.state == "draft":
            answer.say(f"Open it with: dure campaign open {made.slug}")
        answer.give(
            {**asdict(made), "indicators": [asdict(row) for row in indicators], "targets": len(targets)}
        )


@campaign.command("open")
def open_(slug: Slug, json_to: JsonTo = None) -> None:
    """Open a draft campaign: its targets stand, its pages are public, and its call takes sign-ups."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.operations.opening import open_campaign

        made = open_campaign(actor=SYSTEM, slug=slug, now=datetime.now(UTC))
        opened, called = made.campaign, made.call
        answer.say(f"Campaign {opened.slug} is {opened.state}.")
        answer.say(
            f"Call {called.code} takes sign-ups. In other words: dure call open {slug} --code … (newest counts)"
        )
        if made.act_id:
            answer.say(f"While nobody had to do with it: dure desk undo {made.act_id}")
        answer.give(
            {**asdict(opened), "call": asdict(called), "undo": str(made.act_id) if made.act_id else None}
        )


@campaign.command("close")
def close(
    slug: Slug,
    reason: Annotated[
        str,
        typer.Option("--reason", help="Why, when it is closed before its last day; everybody can read it."),
    ] = "",
    json_to: JsonTo = None,
) -> None:
    """Close an open campaign for good: no more sign-ups, days or targets; its pages stay."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.operations import pausing

        made = pausing.close(actor=SYSTEM, slug=slug, now=datetime.now(UTC), reason=reason)
        closed = made.campaign
        answer.say(f"Campaign {closed.slug} is {closed.state}.")
        if made.called_off:
            answer.say(f"Posts called off, and who had them told: {made.called_off:,}.")
        answer.say(
            f"What it came to: dure campaign report {slug}. What comes next: dure campaign follow {slug}"
        )
        answer.give({**asdict(closed), "called_off": made.called_off})


campaign.command("targets")(targets)
campaign.command("split")(split)
campaign.command("plead")(plead)
campaign.command("pleas")(pleas)
campaign.command("answer-plea")(answer_plea)
campaign.command("safety")(safety)
campaign.command("looked")(looked)
campaign.command("pause")(pause)
campaign.command("rest")(rest)
campaign.command("resume")(resume)
campaign.command("follow")(follow)
campaign.command("carry")(carry)
campaign.command("hand-over")(hand_over)
campaign.command("report")(report)


@areas.command("add")
def add(
    country: Annotated[
        str, typer.Argument(metavar="COUNTRY", help="Code of two letters (ISO 3166), such as KR or PT.")
    ],
    json_to: JsonTo = None,
) -> None:
    """Add the real towns of a country (GeoNames), or bring them up to date."""
    with answering(json_to) as answer:
        from dure.operations.imports.towns import add_country

        added, town_count = add_country(country.upper())
        answer.say(f"{added.name} ({added.code}) with {town_count} towns.")
        answer.give({"code": added.code, "name": added.name, "path": added.path, "towns": town_count})


@areas.command("remove")
def remove(
    country: Annotated[str, typer.Argument(metavar="COUNTRY", help="Code of a country that is here.")],
    json_to: JsonTo = None,
) -> None:
    """Take a country with all its places away again, while nobody and nothing is there."""
    with answering(json_to) as answer:
        from dure.movement.places.actions import remove_country

        gone = remove_country(code=country.upper())
        answer.say(f"{country.upper()} is taken back: {gone:,} places.")
        answer.give({"code": country.upper(), "places": gone})


@areas.command("list")
def list_(
    world: Annotated[
        bool, typer.Option("--world", help="All countries that can be added, instead of those here.")
    ] = False,
    json_to: JsonTo = None,
) -> None:
    """Countries that are here with their towns, or those that can be added."""
    with answering(json_to, needs_database=not world) as answer:
        if world:
            from dure.simulation.world import names

            rows: list[dict[str, object]] = [{"code": code, "name": name} for code, name in names().items()]
        else:
            from dure.movement.places import reads

            rows = [
                {"code": one.code, "name": one.name, "towns": len(reads.towns_under(one.path))}
                for one in reads.countries()
            ]
        for row in rows:
            answer.say("  ".join(f"{value}" for value in row.values()))
        answer.give({"countries": rows})

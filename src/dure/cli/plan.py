"""`dure campaign targets|split|plead|pleas|answer-plea|safety|looked`: the plan, who argues about it, what is safe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dure.cli.accounts import known_account
from dure.cli.answer import Answer, answering
from dure.cli.options import JsonTo
from dure.kernel.quantities import parse_milli, show_milli
from dure.kernel.refusals import BadInput

if TYPE_CHECKING:
    from dure.movement.campaigns.types import PleaFacts, TargetFacts


class Rule(StrEnum):
    """By what a target is handed down."""

    POPULATION = "population"
    CAPACITY = "capacity"
    NEED = "need"
    STATED = "stated"


class To(StrEnum):
    """To whom."""

    PLACES = "places"
    TEAMS = "teams"


class Limit(StrEnum):
    """A limit of safety."""

    CAPACITY = "capacity"
    NORM = "norm"


class Source(StrEnum):
    """Who takes up what is agreed."""

    ABOVE = "above"
    SIBLINGS = "siblings"


Slug = Annotated[str, typer.Argument(metavar="SLUG", help="Short name of the campaign.")]
TargetId = Annotated[int, typer.Argument(metavar="TARGET", help="Number of the target.")]
By = Annotated[str, typer.Option("--by", metavar="EMAIL", help="Account of whoever does this.")]


def targets(
    slug: Slug,
    file: Annotated[
        Path | None, typer.Option("--file", metavar="FILE", help="Set these first ([[targets]], .toml).")
    ] = None,
    json_to: JsonTo = None,
) -> None:
    """List a campaign's targets by place, team and period, or set them from a file."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.movement.campaigns import actions, reads
        from dure.operations.imports.texts import read_text

        campaign = reads.campaign_for(SYSTEM, slug)
        if file is not None:
            new = reads.parse_targets_file(read_text(file), file.name)
            done = actions.set_from_file(campaign_id=campaign.id, targets=new)
            answer.say(f"{done.written_count} targets written, {done.known_count} stood already.")
        found = reads.targets(campaign.id)
        _say_targets(answer, campaign.id, found)
        answer.give({"campaign": campaign.slug, "targets": [asdict(one) for one in found]})


def split(
    target: TargetId,
    rule: Annotated[Rule, typer.Option("--rule", help="By what it is handed down.")] = Rule.POPULATION,
    to: Annotated[To, typer.Option("--to", help="The places below, or the teams of the place.")] = To.PLACES,
    weight: Annotated[
        list[str] | None,
        typer.Option(
            "--weight",
            metavar="WHO=N",
            help="Place code or team number, and its part. Need: else open seats.",
        ),
    ] = None,
    json_to: JsonTo = None,
) -> None:
    """Hand a target down to the places or teams below it; the parts always sum to it."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.movement.campaigns import reads
        from dure.operations import planning

        parts = planning.split_down(
            actor=SYSTEM,
            target_id=target,
            rule=rule.value,
            to=to.value,
            weights=_weights(weight or [], to, is_milli=rule in (Rule.CAPACITY, Rule.STATED)),
            now=datetime.now(UTC),
        )
        whole = reads.target(target)
        answer.say(f"{show_milli(whole.plan_milli)} handed down in {len(parts)} parts.")
        _say_targets(answer, reads.indicator(whole.indicator_id).campaign_id, parts)
        answer.give({"target": asdict(whole), "parts": [asdict(one) for one in parts]})


def plead(
    target: TargetId,
    by: By,
    wanted: Annotated[str, typer.Option("--wanted", metavar="N", help="The target that is wanted.")],
    why: Annotated[str, typer.Option("--why", help="The reasons, for everybody to read.")],
    json_to: JsonTo = None,
) -> None:
    """Argue for another target; an organiser owes an answer by a date."""
    with answering(json_to) as answer:
        from dure.base.access import actor_of
        from dure.movement.campaigns import pleas as room

        asked = room.plead(
            actor=actor_of(account_id=known_account(by)),
            target_id=target,
            wanted_milli=parse_milli(wanted, where="--wanted"),
            why=why,
            now=datetime.now(UTC),
        )
        answer.say(f"Asked (no. {asked.id}). An answer is owed by {asked.answer_by}.")
        answer.give(asdict(asked))


def pleas(slug: Slug, json_to: JsonTo = None) -> None:
    """What was argued about targets: the open ones first, and what came of the others."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.movement.campaigns import pleas as room
        from dure.movement.campaigns import reads

        campaign = reads.campaign_for(SYSTEM, slug)
        found = room.of(campaign.id)
        rows = [_plea_row(one) for one in found]
        if rows:
            columns = {"no.": True, "target": True, "is": True, "wanted": True, "answer": False, "why": False}
            answer.table("", columns, rows)
        answer.say(f"{sum(one.answer == 'open' for one in found)} answers are owed.")
        answer.give({"campaign": campaign.slug, "pleas": [asdict(one) for one in found]})


def answer_plea(
    plea: Annotated[int, typer.Argument(metavar="PLEA", help="Number of the plea.")],
    by: By,
    words: Annotated[str, typer.Option("--words", help="The answer, for everybody to read.")],
    agree: Annotated[bool, typer.Option("--agree/--decline", help="Whether the target changes.")] = False,
    taken_from: Annotated[
        Source, typer.Option("--from", help="Who takes it up; siblings only in a draft.")
    ] = Source.ABOVE,
    json_to: JsonTo = None,
) -> None:
    """Answer somebody who argues for another target; all sums stand."""
    with answering(json_to) as answer:
        from dure.base.access import actor_of
        from dure.movement.campaigns import pleas as room

        done = room.answer(
            actor=actor_of(account_id=known_account(by)),
            plea_id=plea,
            agrees=agree,
            words=words,
            taken_from=taken_from.value,
            now=datetime.now(UTC),
        )
        answer.say(f"No. {done.id} is {done.answer}; {done.asked_by} is written to.")
        answer.give(asdict(done))


def safety(slug: Slug, json_to: JsonTo = None) -> None:
    """Figures beyond a limit of safety, which nobody sees until a named person has looked."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.movement.campaigns import reads
        from dure.movement.standings import reads as standings

        campaign = reads.campaign_for(SYSTEM, slug)
        today = reads.local_day(campaign=campaign, now=datetime.now(UTC))
        found = standings.reviews_for(actor=SYSTEM, campaign_id=campaign.id, today=today)
        for one in found:
            who = f"{one.area.name} ({one.area.code})" + (f", {one.team.name}" if one.team else "")
            answer.say(f"{one.indicator.code}: {who}: {one.load_percent} % of its {one.limit}")
        answer.say(f"{len(found)} wait for somebody to look. Done: dure campaign looked {slug} …")
        answer.give({"campaign": campaign.slug, "reviews": [asdict(one) for one in found]})


def looked(
    slug: Slug,
    by: By,
    indicator: Annotated[str, typer.Option("--indicator", metavar="CODE", help="What is counted.")],
    limit: Annotated[Limit, typer.Option("--limit", help="Which limit of safety.")],
    area: Annotated[str, typer.Option("--area", metavar="CODE", help="The place.")],
    words: Annotated[str, typer.Option("--words", help="What was looked at and what was found.")],
    team: Annotated[
        int | None, typer.Option("--team", metavar="ID", help="The team, else the place.")
    ] = None,
    json_to: JsonTo = None,
) -> None:
    """Say that you looked at work beyond a limit of safety, and what you found; its figure is shown."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM, actor_of
        from dure.movement.campaigns import reads
        from dure.movement.places import reads as places
        from dure.movement.standings import actions

        campaign = reads.campaign_for(SYSTEM, slug)
        ids = {one.code: one.id for one in reads.indicators(campaign.id)}
        if indicator not in ids:
            raise BadInput(
                where="--indicator", what=f"{indicator!r} is unknown", wanted="one of " + ", ".join(ids)
            )
        found = actions.review_safety(
            actor=actor_of(account_id=known_account(by)),
            indicator_id=ids[indicator],
            limit=limit.value,
            area_id=places.by_code(area).id,
            team_id=team,
            words=words,
            now=datetime.now(UTC),
        )
        answer.say(f"Kept under the name of {found.reviewed_by}. The figure is shown from now on.")
        answer.give(asdict(found))


def _weights(given: Sequence[str], to: To, *, is_milli: bool) -> dict[int, int]:
    """``WHO=N`` by the id of the place or team; N is a quantity, or for need any number."""
    from dure.movement.places import reads as places

    found: dict[int, int] = {}
    for one in given:
        who, _, number = one.partition("=")
        if to == To.TEAMS and not who.isdecimal():
            raise BadInput(where="--weight", what=f"{who!r} is no team's number", wanted="like 12=40")
        milli = parse_milli(number, where="--weight")
        if not is_milli and milli % 1000:
            raise BadInput(where="--weight", what=f"{number!r} is no whole number", wanted="a whole number")
        key = int(who) if to == To.TEAMS else places.by_code(who).id
        found[key] = milli if is_milli else milli // 1000
    return found


def _say_targets(answer: Answer, campaign_id: int, found: Sequence[TargetFacts]) -> None:
    from dure.movement.campaigns import reads
    from dure.movement.people import reads as people
    from dure.movement.places import reads as places

    codes = {one.id: one.code for one in reads.indicators(campaign_id)}
    areas = places.areas({one.area_id for one in found})
    teams = people.teams({one.team_id for one in found if one.team_id is not None})
    columns = {"no.": True, "of": False, "for": False, "plan": True, "by": False, "part of": False}
    rows = [
        (
            str(one.id),
            codes[one.indicator_id],
            teams[one.team_id].name if one.team_id is not None else areas[one.area_id].name,
            show_milli(one.plan_milli),
            str(one.deadline),
            "" if one.parent_id is None else f"{one.parent_id}, {one.split}",
        )
        for one in found
    ]
    if rows:
        answer.table("", columns, rows)


def _plea_row(one: PleaFacts) -> tuple[str, ...]:
    said = f"owed by {one.answer_by}" if one.answer == "open" else f"{one.answer}: {one.answer_words}"
    amounts = (show_milli(one.plan_milli), show_milli(one.wanted_milli))
    return (str(one.id), str(one.target_id), *amounts, said, one.why)

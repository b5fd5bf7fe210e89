"""`dure season …`: the rules by which the teams of a campaign are compared."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dure.cli.answer import Answer, answering
from dure.cli.campaigns import Slug
from dure.cli.options import JsonTo

if TYPE_CHECKING:
    from dure.movement.standings.rules import Season

season = typer.Typer(no_args_is_help=True, help="Rules of a season: by what teams are compared.")


@season.command("show")
def show(slug: Slug, json_to: JsonTo = None) -> None:
    """Show the rules of a campaign's season and their digest."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.movement.campaigns import reads as campaigns
        from dure.movement.standings import rules

        _say(answer, rules.of(campaigns.campaign_for(SYSTEM, slug).id))


@season.command("state")
def state(
    slug: Slug,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="TOML file with the rules.")],
    json_to: JsonTo = None,
) -> None:
    """State the rules of a draft campaign; they are frozen when it opens."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.movement.campaigns import reads as campaigns
        from dure.movement.standings import rules
        from dure.movement.standings.rules_file import parse_rules

        campaign = campaigns.campaign_for(SYSTEM, slug)
        stated = parse_rules(file.read_text(encoding="utf-8"))
        _say(answer, rules.state(actor=SYSTEM, campaign_id=campaign.id, rules=stated, now=datetime.now(UTC)))


def _say(answer: Answer, found: Season) -> None:
    rules = found.rules
    answer.say(f"population {rules.population_permille / 1000:g}, {'frozen' if found.is_frozen else 'draft'}")
    answer.say(f"capacity {'counts' if rules.by_capacity else 'does not count'}")
    answer.say(f"change over {rules.span_days} days against as many before")
    columns = {"place": False, "share": True, "why": False, "source": False}
    rows = [
        (one.place, f"{one.permille / 1000:g}", one.words, f"{one.source}, {one.source_date}")
        for one in rules.hardships
    ]
    if rows:
        answer.table("Hardship", columns, rows)
    answer.say(f"digest {found.digest}")
    answer.give(asdict(found))

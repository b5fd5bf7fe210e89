"""`dure standings`: how far the campaign is, and how sure that is."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import typer

from dure.cli.answer import Answer, answering
from dure.cli.campaigns import Slug
from dure.cli.figures import compared_facts, say_compared
from dure.cli.options import JsonTo
from dure.kernel.quantities import show_milli

if TYPE_CHECKING:
    from dure.movement.standings.types import Figure, IndicatorStanding


def standings(
    slug: Slug,
    recompute: Annotated[
        bool,
        typer.Option("--recompute", help="First sum every entry anew and compare; exit 1 when they differ."),
    ] = False,
    json_to: JsonTo = None,
) -> None:
    """Show claimed and verified fulfilment by place, and the teams' grades."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.movement.campaigns import reads as campaigns
        from dure.movement.standings import reads

        campaign = campaigns.campaign_for(SYSTEM, slug)
        today = campaigns.local_day(campaign, datetime.now(UTC))
        standing = reads.standing(campaign_id=campaign.id, today=today)
        recomputed = _recompute(answer, campaign.id) if recompute else None
        answer.say(
            f"{campaign.name}, {today}. Grade of proof: claimed, and verified by recounts drawn by lot."
        )
        for indicator in standing.indicators:
            _show(answer, indicator)
        if standing.held:
            answer.say(f"{len(standing.held)} targets above 105 % wait for a named person to confirm them.")
        if standing.reviews:
            answer.say(
                f"{len(standing.reviews)} figures above what is safe wait: dure campaign safety {slug}"
            )
        answer.give({**asdict(standing), "recomputed": recomputed})


def _recompute(answer: Answer, campaign_id: int) -> dict[str, object]:
    from dure.operations.recompute import recompute_sums

    with answer.progress("Summing anew") as bar:
        found = recompute_sums(campaign_id=campaign_id, progress=bar)
    say_compared(answer, found)
    return compared_facts(found)


def _show(answer: Answer, standing: IndicatorStanding) -> None:
    unit, total = standing.indicator.unit, standing.total
    answer.say(f"\n{standing.indicator.name} ({unit})")
    answer.say(
        f"  claimed {_amount(total.claimed_milli)}, {_percent(total.claimed_percent)} of plan; {_verified(total)}"
    )
    places = [
        ("  " * place.depth + place.area.name, *_figures(place.figure))
        for place in standing.places
        if place.figure.plan_milli is not None or place.figure.claimed_milli
    ]
    columns = {"place": False, "claimed": True, "of plan": True, "verified": True, "at least": True}
    if places:
        answer.table("", columns, places)
    teams = [(team.team.name, team.grade, *_figures(team.figure)) for team in standing.teams]
    if teams:
        answer.table("", {"team": False, "grade": False, **dict(list(columns.items())[1:])}, teams)


def _figures(figure: Figure) -> tuple[str, str, str, str]:
    if figure.withheld:
        why = {
            "few_people": "fewer than 10 people",
            "above_105": "held: above 105 %",
            "safety_review": "held: above what is safe",
        }[figure.withheld]
        return (why, "", "", "")
    return (
        _amount(figure.claimed_milli),
        _percent(figure.claimed_percent),
        _percent(figure.verified_percent),
        _percent(figure.lower_percent),
    )


def _verified(figure: Figure) -> str:
    found = figure.verified
    if found.checked_count is None:
        return "verified: unknown (nothing recounted)"
    if not found.is_known:
        return f"verified: unknown ({found.checked_count} of {found.eligible_count} checked)"
    return f"verified {_amount(found.estimate_milli)}, at least {_amount(found.lower_milli)}"


def _amount(milli: int | None) -> str:
    return "–" if milli is None else show_milli(milli)


def _percent(percent: Decimal | None) -> str:
    return "–" if percent is None else f"{percent:.1f} %"

"""`dure ahead`: where the work leads, and what it would take for every place to meet its plan."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from dure.cli.answer import Answer, answering
from dure.cli.campaigns import Slug
from dure.cli.options import JsonTo
from dure.kernel.quantities import show_milli

if TYPE_CHECKING:
    from datetime import date

    from dure.movement.standings.types import Ahead, IndicatorStanding, PlaceAhead


def ahead(slug: Slug, json_to: JsonTo = None) -> None:
    """Forecast every output with its bands, and say how many people or days each place still wants."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.movement.campaigns import reads as campaigns
        from dure.movement.standings import reads

        campaign = campaigns.campaign_for(SYSTEM, slug)
        today = campaigns.local_day(campaign, datetime.now(UTC))
        standing = reads.standing(campaign_id=campaign.id, today=today)
        answer.say(f"{campaign.name}, {today}. A forecast of what is claimed, from the days up to yesterday.")
        told = [
            (one, reads.ahead(campaign=campaign, standing=one, hours=standing.hours, today=today))
            for one in standing.indicators
        ]
        for one, found in told:
            if found is not None:
                _show(answer, one, found)
        shown = [asdict(found) for _, found in told if found is not None]
        if not shown:
            answer.say("No output that adds up may be shown, so nothing is forecast.")
        answer.give({"campaign": campaign.slug, "today": today, "indicators": shown})


def _show(answer: Answer, standing: IndicatorStanding, found: Ahead) -> None:
    unit, outlook = standing.indicator.unit, found.outlook
    answer.say(f"\n{standing.indicator.name} ({unit})")
    if outlook.is_paused:
        answer.say("  The campaign is paused: nothing is forecast until it goes on.")
    elif not outlook.ahead:
        answer.say("  Nothing is forecast: too few days of work, or none left.")
    else:
        last = outlook.ahead[-1]
        answer.say(
            f"  by {last.day}: {show_milli(last.likely_milli)} claimed, "
            f"{show_milli(last.low_milli)} to {show_milli(last.high_milli)} (90 %); "
            f"plan met on {' / '.join(_day(day) for day in outlook.finish)} (5, 50, 95 %)"
        )
    names = {place.area.id: "  " * place.depth + place.area.name for place in standing.places}
    rows = [_row("all", found.total)] if found.total else []
    rows += [_row(names[place.area_id], place) for place in found.places if place.area_id is not None]
    if rows:
        columns = {"place": False, "missing": True, "a day": True, "due": True, "days left": True}
        more = {"met (50 %)": True, "person-days": True, "people a day": True, "days short": True}
        answer.table("", columns | more, rows)


def _row(name: str, place: PlaceAhead) -> tuple[str, ...]:
    return (
        name,
        show_milli(place.rest_milli) + (" +" if place.is_partial else ""),
        "–" if place.a_day_milli is None else show_milli(place.a_day_milli),
        str(place.due),
        str(place.days_left),
        _day(place.finish[1]),
        _count(place.person_days),
        _count(place.people_a_day),
        _count(place.days_short),
    )


def _day(day: date | None) -> str:
    return "–" if day is None else str(day)


def _count(number: int | None) -> str:
    return "–" if number is None else f"{number:,}"

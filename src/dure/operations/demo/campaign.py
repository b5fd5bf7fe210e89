"""The demo's campaign: a harvest on real towns, with a target for every town."""

from __future__ import annotations

from datetime import date, timedelta

from dure.movement.campaigns.types import NewCampaign, NewIndicator, NewMovement, NewTarget
from dure.simulation.label import SYNTHETIC_LABEL
from dure.simulation.needs import SyntheticNeeds
from dure.simulation.towns import Country

OUTPUT, HOURS, RICE = "harvest-kg", "hours", "rice-sacks"
TIMEZONES = {"KR": "Asia/Seoul", "GB": "Europe/London", "KE": "Africa/Nairobi"}
# The demo's worked day is the first of the campaign; days after it are there to be played with.
DAYS = 14


def slug(country_code: str) -> str:
    return f"harvest-{country_code.lower()}"


def new_campaign(country: Country, wanted: SyntheticNeeds, day: date) -> NewCampaign:
    """The campaign as values; its targets are those of the worked day."""
    targets = wanted.targets
    return NewCampaign(
        movement=NewMovement(
            slug="bring-in-the-harvest",
            name="Bring in the harvest",
            charter=(
                "We farm each other's fields in turn. Everybody is free to say no, nobody is ranked, "
                "what is claimed is checked by lot, and everybody who helped is thanked."
            ),
        ),
        slug=slug(country.code),
        name=f"Harvest {day:%Y}, {country.name}",
        summary="Bring the crops in before the frost, town by town, with everybody who can lend a hand.",
        area=country.code,
        timezone=TIMEZONES[country.code],
        starts_on=day,
        ends_on=day + timedelta(days=DAYS),
        synthetic_label=SYNTHETIC_LABEL,
        indicators=(
            NewIndicator(code=OUTPUT, kind="output", name="Harvested", unit="kg"),
            NewIndicator(code=HOURS, kind="hours", name="Hours worked", unit="h"),
            NewIndicator(
                code=RICE, kind="goods", name="Rice given", unit="sack", unit_note="a straw sack of 80 kg"
            ),
        ),
        targets=tuple(
            NewTarget(
                indicator=OUTPUT,
                area=str(town.geoname_id),
                plan_milli=int(targets.plan_milli[row]),
                baseline_milli=int(targets.baseline_milli[row]),
                rated_capacity_milli=int(targets.rated_milli[row]),
                deadline=day,
                source="simulated plan: the seats of the town's teams at a usual rate",
                source_date=day,
            )
            for row, town in enumerate(country.towns)
        ),
    )

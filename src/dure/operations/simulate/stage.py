"""What a replay needs before its first minute: places, teams, a campaign and its call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from dure.base.access import SYSTEM
from dure.kernel.ids import client_id
from dure.movement.calls import actions as calls
from dure.movement.campaigns import actions as campaigns
from dure.movement.campaigns import reads as campaign_reads
from dure.movement.campaigns.types import CampaignFacts, NewCampaign, NewIndicator, NewMovement
from dure.movement.people import actions as people
from dure.movement.people.types import NewTeam
from dure.movement.places import actions as places
from dure.movement.places import reads as place_reads
from dure.operations.demo import rows
from dure.operations.simulate.errors import ReplayElsewhere
from dure.simulation.label import SYNTHETIC_LABEL
from dure.simulation.surge import Scenario, towns_of
from dure.simulation.towns import Country

HOURS = "hours"


@dataclass(frozen=True, eq=False)
class Stage:
    """The replay before its first minute. ``area_of_town``, ``team_of_town``: by position in the country's towns."""

    surge: Scenario
    seed: int
    country: Country
    campaign: CampaignFacts
    hours_id: int
    area_of_town: list[int]
    team_of_town: list[int]

    @property
    def key(self) -> bytes:
        """Seed of every client id."""
        return f"dure/replay/{self.surge.id}/{self.surge.scale}/{self.seed}".encode()

    def at(self, day: int, hour: float = 0.0) -> datetime:
        """A local moment so many days after the day of the call."""
        moved = self.surge.opens_at.date() + timedelta(days=day)
        return datetime.combine(moved, time(), self.surge.opens_at.tzinfo) + timedelta(hours=hour)

    @property
    def opened_s(self) -> float:
        """The call, in seconds of the Unix epoch."""
        return self.surge.opens_at.timestamp()


def set_stage(surge: Scenario, seed: int) -> Stage:
    """Set it on an empty database. Refuses with ReplayElsewhere one that holds a movement."""
    if campaign_reads.campaigns(actor=SYSTEM):
        raise ReplayElsewhere()
    country = towns_of(surge, seed)
    country_row, regions, towns = rows.area_rows(country)
    places.add_country(country=country_row, regions=regions, towns=towns)
    id_of = {town.code: town.id for town in place_reads.towns_under(f"/{country.code}/")}
    area_of_town = [id_of[str(town.geoname_id)] for town in country.towns]
    formed = people.form_teams(
        rows=[
            NewTeam(
                client_id(surge.id.encode(), seed, "team", row),
                f"{town.name} helpers",
                area_of_town[row],
                "help",
            )
            for row, town in enumerate(country.towns)
        ]
    )
    now = surge.opens_at - timedelta(hours=1)
    campaign = campaigns.create(new=_campaign(surge, country), now=now)
    campaign = campaigns.open_campaign(actor=SYSTEM, slug=campaign.slug, now=now)
    calls.open_appeal(
        actor=SYSTEM,
        campaign_id=campaign.id,
        code=surge.id,
        title="Your neighbours need you",
        text="Everybody who can lend a hand is asked to. Everybody gets an honest answer.",
        now=now,
    )
    hours_id = next(i.id for i in campaign_reads.indicators(campaign.id) if i.code == HOURS)
    return Stage(surge, seed, country, campaign, hours_id, area_of_town, [team.id for team in formed])


def _campaign(surge: Scenario, country: Country) -> NewCampaign:
    opens_on = surge.opens_at.date()
    return NewCampaign(
        movement=NewMovement(
            slug="replay",
            name="A replay of a documented surge",
            charter="Everybody is free to say no, and everybody who offers gets an honest, dated answer.",
        ),
        slug=surge.id,
        name=f"Replay of {surge.id}",
        summary=surge.says,
        area=country.code,
        timezone=surge.timezone,
        starts_on=opens_on,
        ends_on=opens_on + timedelta(days=surge.days),
        synthetic_label=SYNTHETIC_LABEL,
        indicators=(NewIndicator(code=HOURS, kind="hours", name="Hours worked", unit="h"),),
    )

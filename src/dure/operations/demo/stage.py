"""What the demo needs before its day begins: places, people, teams, the campaign and its call, accounts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from dure.base.access import SYSTEM
from dure.kernel.ids import client_id
from dure.movement.calls import actions as calls
from dure.movement.calls.types import NewSignUp
from dure.movement.campaigns import actions as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.people import actions as people
from dure.movement.places import actions as places
from dure.movement.places import reads as place_reads
from dure.operations.demo import rows
from dure.operations.demo.campaign import TIMEZONES, new_campaign, slug
from dure.operations.demo.figures import Clock
from dure.simulation import needs as simulated_needs
from dure.simulation import people as simulated_people
from dure.simulation import towns
from dure.simulation.needs import SyntheticNeeds
from dure.simulation.people import SyntheticPeople
from dure.simulation.towns import Country


@dataclass(frozen=True)
class Plan:
    """What makes a demo: equal plans make equal days."""

    country_code: str
    people_count: int
    seed: int
    day: date

    @property
    def key(self) -> bytes:
        """Seed of every client id, so that playing a plan twice asks for the same things."""
        return f"dure/demo/{self.country_code}/{self.people_count}/{self.seed}/{self.day}".encode()

    def at(self, hour: int, minute: int = 0, *, days: int = 0) -> datetime:
        """A local moment of the demo's day (or ``days`` after it), aware."""
        zone = ZoneInfo(TIMEZONES[self.country_code])
        return datetime.combine(self.day + timedelta(days=days), time(hour, minute), zone)


@dataclass(frozen=True, eq=False)
class Stage:
    """The demo before its day begins."""

    plan: Plan
    country: Country
    folk: SyntheticPeople
    wanted: SyntheticNeeds
    area_of_town: list[int]
    campaign: CampaignFacts
    person_ids: list[int]
    team_ids: dict[UUID, int]


def set_stage(plan: Plan, clock: Clock) -> Stage:
    """Places, people, teams, campaign and sign-ups; what is there already is left as it is."""
    with clock.step("towns") as step:
        country = towns.country(plan.country_code)
        country_row, regions, town_rows = rows.area_rows(country)
        places.add_country(country=country_row, regions=regions, towns=town_rows)
        id_of = {town.code: town.id for town in place_reads.towns_under(f"/{country.code}/")}
        area_of_town = [id_of[str(town.geoname_id)] for town in country.towns]
        step.says = f"{len(country.towns)} real towns of {country.name}"
    with clock.step("people") as step:
        folk = simulated_people.people(country, plan.people_count, plan.seed, plan.day)
        person_ids = _register(plan, folk, area_of_town)
        step.says = f"{len(person_ids):,} synthetic people"
    with clock.step("call") as step:
        wanted = simulated_needs.needs(country, plan.people_count, plan.seed, plan.day)
        new_teams = rows.team_rows(wanted, seed=plan.key, area_of_town=area_of_town)
        formed = people.form_teams(rows=new_teams)
        team_ids = {new.key: team.id for new, team in zip(new_teams, formed, strict=True)}
        campaign = campaigns.create(new=new_campaign(country, wanted, plan.day), now=plan.at(8, days=-1))
        campaign = campaigns.open_campaign(actor=SYSTEM, slug=campaign.slug, now=plan.at(8, days=-1))
        _sign_up(plan, campaign, person_ids)
        step.says = f"campaign opened, {len(person_ids):,} signed up"
    return Stage(plan, country, folk, wanted, area_of_town, campaign, person_ids, team_ids)


def _register(plan: Plan, folk: SyntheticPeople, area_of_town: list[int]) -> list[int]:
    ids: list[int] = []
    blocks = rows.people_blocks(folk, seed=plan.key, area_of_town=area_of_town, morning=plan.at(5))
    for block in blocks:
        registered = people.register_many(rows=block, now=plan.at(9, days=-1))
        ids.extend(person_id for person_id in registered.ids if person_id is not None)
    return ids


def _sign_up(plan: Plan, campaign: CampaignFacts, person_ids: list[int]) -> None:
    code = slug(plan.country_code)
    calls.open_appeal(
        actor=SYSTEM,
        campaign_id=campaign.id,
        code=code,
        title="Hands for the harvest",
        text="Every pair of hands counts: in the field, at the wheel, at the stove and at the desk.",
        now=plan.at(8, 30, days=-1),
    )
    calls.sign_up_many(
        appeal_code=code,
        rows=[NewSignUp(client_id(plan.key, "sign-up", row), pk) for row, pk in enumerate(person_ids)],
        now=plan.at(9, days=-1),
    )

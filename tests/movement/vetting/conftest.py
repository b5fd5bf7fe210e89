"""An open campaign in Naju and Mokpo, its people, and three accounts: Yuna and Taeho vet Jeonnam, Sora vets Seoul."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from dure.base.access import SYSTEM, Actor, actor_of
from dure.base.accounts import grant, open_account
from dure.kernel.ids import client_id
from dure.movement.campaigns import actions as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.people import actions as people
from dure.movement.people.types import MATCHING, NewPerson
from dure.movement.places import actions as places
from dure.movement.places import reads as place_reads
from dure.movement.places.types import CountryRow, TownRow
from dure.movement.vetting import actions
from tests.harvest import HARVEST

NOW = datetime(2026, 10, 2, 3, tzinfo=UTC)  # noon in Naju
TODAY = date(2026, 10, 2)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Clinic:
    """Where people of these tests are made ready."""

    campaign: CampaignFacts
    areas: dict[str, int]
    accounts: dict[str, int]

    def actor(self, name: str) -> Actor:
        return actor_of(account_id=self.accounts[name])

    def people(self, *names: str, town: str = "Naju", **other: object) -> list[int]:
        """Registers people; the same name is the same person."""
        rows = [
            replace(
                self._person(name, town),
                **other,  # type: ignore[arg-type]  # any field
            )
            for name in names
        ]
        return [pk for pk in people.register_many(rows=rows, now=NOW).ids if pk is not None]

    def _person(self, name: str, town: str) -> NewPerson:
        return NewPerson(
            key=client_id(b"clinic", name),
            given_name=name.capitalize(),
            birth_year=1990,
            area_id=self.areas[town],
            home_lat=35.03,
            home_lon=126.72,
            travel_limit_m=20_000,
            email=f"{name}@example.org",
            consents=(MATCHING,),
            wording="1",
        )

    def invite(self, ids: list[int], *steps: str, now: datetime = NOW) -> int:
        return actions.invite(
            campaign_id=self.campaign.id, person_ids=ids, steps=steps, now=now
        ).invited_count

    def through(self, ids: list[int], step: str, now: datetime = NOW) -> None:
        """Everybody's own part, and both looks."""
        actions.hand_in(actor=SYSTEM, person_ids=ids, step=step, now=now)
        done = actions.check(
            actor=SYSTEM, person_ids=ids, step=step, evidence="list", now=now, by=self.accounts["yuna"]
        )
        if done.second_count:
            actions.second_check(actor=SYSTEM, person_ids=ids, step=step, now=now, by=self.accounts["taeho"])


@pytest.fixture
def clinic(db: None) -> Clinic:
    return build()


def build() -> Clinic:
    """Also for tests with threads, which need committed rows."""
    towns = [
        TownRow("102", "Naju", "나주", "16", "Jeonnam", 35.03, 126.72, 80_000),
        TownRow("103", "Mokpo", "목포", "16", "Jeonnam", 34.81, 126.39, 220_000),
        TownRow("11", "Seoul", "서울", "01", "Seoul", 37.57, 126.98, 9_000_000),
    ]
    places.add_country(country=CountryRow("KR", "South Korea"), regions=[], towns=towns)
    new = replace(HARVEST, ends_on=date(2026, 12, 9))
    campaigns.create(new=new, now=NOW - DAY)
    campaign = campaigns.open_campaign(actor=SYSTEM, slug="harvest", now=NOW - DAY)
    names = ("yuna", "taeho", "sora")
    accounts = {name: open_account(email=f"{name}@example.org", name=name.capitalize()) for name in names}
    grant(account_id=accounts["yuna"], role="vetter", area_path="/KR/16/")
    grant(account_id=accounts["taeho"], role="organiser", area_path="/KR/16/")
    grant(account_id=accounts["sora"], role="vetter", area_path="/KR/01/")
    return Clinic(campaign, {town.name: place_reads.by_code(town.code).id for town in towns}, accounts)

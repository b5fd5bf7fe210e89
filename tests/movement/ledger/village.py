"""A small campaign to record in: two regions, three towns, four teams, a few people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from uuid import UUID

from dure.base.access import SYSTEM
from dure.kernel.ids import client_id
from dure.movement.campaigns import actions as campaigns
from dure.movement.campaigns import reads as campaign_reads
from dure.movement.campaigns.types import NewCampaign, NewIndicator, NewMovement
from dure.movement.ledger import actions as ledger
from dure.movement.ledger.types import MOVE_KINDS, Grade, Kind, NewEntry, Receipt, Recorded
from dure.movement.people import actions as people
from dure.movement.people.types import MATCHING, NewPerson, NewTeam
from dure.movement.places import actions as places
from dure.movement.places import reads as place_reads
from dure.movement.places.types import CountryRow, TownRow

DAY = date(2026, 10, 5)
NOW = datetime(2026, 10, 5, 8, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
NAMES = ("Minji", "Bora", "Chul", "Dami", "Eunji")
SEED = b"village"


@dataclass(frozen=True)
class Village:
    """Ids of everything there is, by name."""

    campaign_id: int
    hours: int
    output: int
    goods: int
    money: int
    saved: int
    areas: dict[str, int]
    teams: dict[str, int]
    homes: dict[str, str]

    @cached_property
    def people(self) -> dict[str, int]:
        """People by name, registered when somebody first asks for them."""
        rows = [
            NewPerson(
                key=client_id(SEED, name),
                given_name=name,
                birth_year=1990,
                area_id=self.areas["Suwon"],
                home_lat=37.26,
                home_lon=127.03,
                travel_limit_m=10_000,
                email=f"{name.lower()}@example.org",
                consents=(MATCHING,),
                wording="1",
            )
            for name in NAMES
        ]
        ids = people.register_many(rows=rows, now=NOW).ids
        return {name: known for name, known in zip(NAMES, ids, strict=True) if known is not None}

    def entry(
        self,
        number: int,
        *,
        kind: Kind = Kind.HOURS,
        team: str = "North",
        person: str | None = None,
        quantity_milli: int = 8000,
        day: date = DAY,
        note: str = "",
    ) -> NewEntry:
        """A contribution whose client id comes from ``number``."""
        money = dict.fromkeys((Kind.MONEY_IN, Kind.MONEY_OUT), self.money)
        indicator = {
            Kind.HOURS: self.hours,
            Kind.HELP: self.hours,
            Kind.OUTPUT: self.output,
            Kind.SAVING: self.saved,
            **money,
        }.get(kind, self.goods)
        return NewEntry(
            client_id=request(number),
            kind=kind,
            campaign_id=self.campaign_id,
            indicator_id=indicator,
            team_id=self.teams[team],
            area_id=self.areas[self.homes[team]],
            work_day=day,
            quantity_milli=quantity_milli,
            person_id=None if person is None else self.people[person],
            note=note,
            # Goods and money have two keepers.
            grade=Grade.WITNESSED if kind in MOVE_KINDS else Grade.CLAIMED,
        )

    def about(self, number: int, index: int, kind: Kind, quantity_milli: int, like: NewEntry) -> NewEntry:
        """Something to say about the entry at ``index``, which was recorded as ``like``."""
        return replace(
            like,
            client_id=request(number),
            kind=kind,
            quantity_milli=quantity_milli,
            person_id=None,
            points_at=index,
            note="",
        )


def request(number: int) -> UUID:
    return client_id(SEED, "request", number)


def record(*entries: NewEntry, now: datetime = NOW) -> Recorded:
    return ledger.record(entries=entries, now=now)


def record_all(entries: Sequence[NewEntry], now: datetime = NOW) -> tuple[Receipt, ...]:
    """Record what nobody may refuse."""
    recorded = ledger.record(entries=entries, now=now)
    assert recorded.refused == ()
    return recorded.receipts


def build() -> Village:
    """Set the village up through the rooms' own actions."""
    towns = [
        TownRow("suwon", "Suwon", "수원", "13", "Gyeonggi", 37.26, 127.03, 1_190_000),
        TownRow("icheon", "Icheon", "이천", "13", "Gyeonggi", 37.27, 127.44, 220_000),
        TownRow("jeonju", "Jeonju", "전주", "03", "Jeolla", 35.82, 127.15, 650_000),
    ]
    places.add_country(country=CountryRow(code="KR", name="South Korea"), regions=[], towns=towns)
    areas = {town.name: place_reads.by_code(town.code).id for town in towns}
    homes = {"North": "Suwon", "Hill": "Icheon", "South": "Jeonju", "Plain": "Jeonju"}
    formed = people.form_teams(
        rows=[NewTeam(client_id(SEED, name), name, areas[home], "harvest") for name, home in homes.items()]
    )
    campaign = campaigns.create(
        new=NewCampaign(
            movement=NewMovement("village", "Village", "We help each other."),
            slug="harvest",
            name="Harvest",
            summary="Bring the rice in.",
            area="KR",
            timezone="Asia/Seoul",
            starts_on=date(2026, 10, 1),
            ends_on=date(2026, 10, 31),
            indicators=(
                NewIndicator("hours", "hours", "Hours", "h"),
                NewIndicator("rice", "output", "Rice", "sack", "of 80 kg"),
                NewIndicator("tools", "goods", "Tools", "piece"),
                NewIndicator("fund", "money", "Money given", "KRW"),
                NewIndicator("saved", "saving", "Rice saved", "sack", saves="rice"),
            ),
        ),
        now=NOW,
    )
    campaigns.open_campaign(actor=SYSTEM, slug=campaign.slug, now=NOW)
    by_code = {row.code: row.id for row in campaign_reads.indicators(campaign.id)}
    return Village(
        campaign_id=campaign.id,
        hours=by_code["hours"],
        output=by_code["rice"],
        goods=by_code["tools"],
        money=by_code["fund"],
        saved=by_code["saved"],
        areas=areas,
        teams={team.name: team.id for team in formed},
        homes=homes,
    )

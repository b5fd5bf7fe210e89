"""Somebody to record: a campaign with teams and people, made through the rooms' own doors, and a day's entries."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from dure.base.access import SYSTEM
from dure.kernel.ids import client_id
from dure.movement.campaigns import actions as campaigns
from dure.movement.campaigns import reads as campaign_reads
from dure.movement.campaigns.types import NewCampaign, NewIndicator, NewMovement
from dure.movement.ledger.types import Kind, NewEntry
from dure.movement.people import actions as people
from dure.movement.people.types import MATCHING, NewPerson, NewTeam
from dure.movement.places import actions as places
from dure.movement.places import reads as place_reads
from dure.movement.places.types import CountryRow, TownRow

SEED = b"bench/ledger"
# The doors read the clock, so the day is of this week, whenever that is.
NOW = datetime.now(UTC)
DAY = (NOW - timedelta(days=3)).date()
SLUG = "bench"
TEAMS = 1_000
CREW = 20
TOWN = (37.26, 127.03)


@dataclass(frozen=True)
class Cast:
    """Ids of what there is."""

    campaign_id: int
    hours: int
    output: int
    area_id: int
    area_path: str
    team_ids: tuple[int, ...]
    person_ids: tuple[int, ...]


def build(team_count: int = TEAMS) -> Cast:
    """A campaign whose teams of CREW people all live in one town."""
    town = TownRow("suwon", "Suwon", "수원", "13", "Gyeonggi", *TOWN, 1_190_000)
    places.add_country(country=CountryRow(code="KR", name="South Korea"), regions=[], towns=[town])
    area = place_reads.by_code("suwon")
    teams = people.form_teams(
        rows=[NewTeam(client_id(SEED, "team", n), f"Team {n}", area.id, "harvest") for n in range(team_count)]
    )
    rows = [
        NewPerson(
            key=client_id(SEED, "person", n),
            given_name="Minji",
            birth_year=1990,
            area_id=area.id,
            home_lat=TOWN[0],
            home_lon=TOWN[1],
            travel_limit_m=10_000,
            email=f"p{n}@example.org",
            consents=(MATCHING,),
            wording="1",
        )
        for n in range(team_count * CREW)
    ]
    registered = people.register_many(rows=rows, now=NOW)
    campaign = campaigns.create(
        new=NewCampaign(
            movement=NewMovement("bench", "Bench", "Synthetic, for measuring."),
            slug=SLUG,
            name="Bench",
            summary="Synthetic, for measuring.",
            area="KR",
            timezone="Asia/Seoul",
            starts_on=DAY - timedelta(days=30),
            ends_on=DAY + timedelta(days=330),
            indicators=(
                NewIndicator("hours", "hours", "Hours", "h"),
                NewIndicator("rice", "output", "Rice", "sack", "of 80 kg"),
            ),
        ),
        now=NOW,
    )
    campaigns.open_campaign(actor=SYSTEM, slug=SLUG, now=NOW)
    by_code = {row.code: row.id for row in campaign_reads.indicators(campaign.id)}
    return Cast(
        campaign_id=campaign.id,
        hours=by_code["hours"],
        output=by_code["rice"],
        area_id=area.id,
        area_path=area.path,
        team_ids=tuple(team.id for team in teams),
        person_ids=tuple(one for one in registered.ids if one is not None),
    )


def entries(cast: Cast, count: int, draw: random.Random, *, scattered: bool = False) -> list[NewEntry]:
    """``count`` entries as a day brings them: crew after crew, the hours of each and what all brought about.

    ``scattered``: each entry is of another team and person, so that hardly two share a rollup.
    """
    made: list[NewEntry] = []
    while len(made) < count:
        team = draw.randrange(len(cast.team_ids))
        crew = range(team * CREW, team * CREW + CREW)
        if scattered:
            chosen: list[int | None] = [draw.choice(crew) if draw.random() < 0.95 else None]
        else:
            chosen = [*crew, None]
        made += [
            NewEntry(
                client_id=UUID(int=draw.getrandbits(128)),
                kind=Kind.OUTPUT if person is None else Kind.HOURS,
                campaign_id=cast.campaign_id,
                indicator_id=cast.output if person is None else cast.hours,
                team_id=cast.team_ids[team],
                area_id=cast.area_id,
                work_day=DAY,
                quantity_milli=draw.randrange(100, 20_000),
                person_id=None if person is None else cast.person_ids[person],
            )
            for person in chosen
        ]
    return made[:count]

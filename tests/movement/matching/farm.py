"""A valley with pickers and cooks, its people, and a day's turn in few words."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from dure.base.access import SYSTEM, Actor, Grant, actor_of
from dure.kernel.ids import client_id
from dure.movement.calls import actions as calls
from dure.movement.calls.types import NewSignUp
from dure.movement.campaigns import actions as campaigns
from dure.movement.campaigns import reads as campaign_reads
from dure.movement.campaigns.types import CampaignFacts, NewIndicator
from dure.movement.matching import actions, reads
from dure.movement.matching.types import OfferFacts, PlacementFacts, RunFacts
from dure.movement.needs import actions as needs
from dure.movement.needs.types import NewPost
from dure.movement.people import actions as people
from dure.movement.people.types import (
    BRIEFING,
    CLEARANCE,
    COVER,
    MATCHING,
    MESSAGES,
    NewCredential,
    NewPerson,
    NewTeam,
)
from dure.movement.places import actions as places
from dure.movement.places import reads as place_reads
from dure.movement.places.types import CountryRow, RegionRow, TownRow
from tests.harvest import HARVEST

ZONE = ZoneInfo("Asia/Seoul")
DAY = date(2026, 10, 5)
LAST_DAY = date(2026, 11, 9)
SIGNED_UP = datetime(2026, 9, 20, 3, tzinfo=UTC)
INSURED = NewCredential(COVER, "accident", "policy 7")
BRIEFED = NewCredential(BRIEFING, "safety", "talk of 1 September")
CLEARED = NewCredential(CLEARANCE, "children", "register 12")
NAJU = (35.03, 126.72)


def at(hour: int, minute: int = 0, *, day: date = DAY) -> datetime:
    """A moment of the day in Seoul, as the rooms keep it."""
    return datetime.combine(day, time(hour, minute), ZONE).astimezone(UTC)


def made(*parts: object) -> UUID:
    return client_id(b"farm", *parts)


def captain(team_id: int) -> Actor:
    return Actor(account_id=10**6 + team_id, grants=(Grant("captain", team_id=team_id),))


ORGANISER = Actor(account_id=10**6, grants=(Grant("organiser", area_path="/KR/"),))
STRANGER = Actor(account_id=10**6 + 1, grants=(Grant("organiser", area_path="/KE/"),))
NEW_CAMPAIGN = replace(
    HARVEST,
    ends_on=LAST_DAY,
    indicators=(
        NewIndicator("hours", "hours", "Hours", "h"),
        NewIndicator("pears", "output", "Pears", "kg"),
        NewIndicator("meals", "output", "Meals", "piece"),
    ),
)


@dataclass
class Farm:
    """Where the tests happen. ``people`` and ``posts``: ids by name."""

    campaign: CampaignFacts
    areas: dict[str, int]
    teams: dict[str, int]
    indicators: dict[str, int]
    people: dict[str, int] = field(default_factory=dict)
    posts: dict[str, int] = field(default_factory=dict)

    def new_person(self, name: str, **other: object) -> NewPerson:
        row = NewPerson(
            key=made("person", name),
            given_name=name,
            birth_year=1990,
            area_id=self.areas["Naju"],
            home_lat=NAJU[0],
            home_lon=NAJU[1],
            travel_limit_m=30_000,
            email=f"{''.join(filter(str.isalnum, name)).lower()}@people.example",
            consents=(MATCHING, MESSAGES),
            wording="1",
            languages=("ko",),
            credentials=(INSURED, BRIEFED),
            free_spans=((at(0, day=date(2026, 9, 20)), at(0, day=date(2026, 11, 20))),),
            waiting_since=SIGNED_UP,
        )
        return replace(row, **other)  # type: ignore[arg-type]  # any field

    def person(self, name: str, **other: object) -> int:
        """Registers somebody, who signs up for the campaign."""
        (person_id,) = people.register_many(rows=[self.new_person(name, **other)], now=SIGNED_UP).ids
        assert person_id is not None
        self.people[name] = person_id
        calls.sign_up_many(
            appeal_code="hands",
            rows=[NewSignUp(made("sign-up", name), person_id)],
            now=at(1, day=date(2026, 10, 1)),
        )
        return person_id

    def cleared(self, *names: str, **other: object) -> list[int]:
        """Adults who may look after people under 18."""
        return self.cast(*names, credentials=(INSURED, BRIEFED, CLEARED), **other)

    def minor(self, name: str, **other: object) -> int:
        """Somebody of 16 whose guardian agreed."""
        agreed = {"guardian_email": "parent@people.example", "guardian_agreed_at": SIGNED_UP}
        return self.person(name, **({"birth_year": 2009} | agreed | other))

    def cast(self, *names: str, **other: object) -> list[int]:
        return [self.person(name, **other) for name in names]

    def post(
        self, name: str = "Pick pears", *, team: str = "Pickers", day: date = DAY, **other: object
    ) -> int:
        """Publishes a post from 8 to 16 o'clock in Naju; ``starts``, ``ends``: other hours of its day."""
        starts, ends = other.pop("starts", 8), other.pop("ends", 16)
        assert isinstance(starts, int)
        assert isinstance(ends, int)
        new = NewPost(
            key=made("post", name, team, day),
            campaign_id=self.campaign.id,
            team_id=self.teams[team],
            area_id=self.areas["Naju"],
            day=day,
            title=name,
            lat=NAJU[0],
            lon=NAJU[1],
            starts_at=at(0, day=day) + timedelta(hours=starts),
            ends_at=at(0, day=day) + timedelta(hours=ends),
            seats=2,
            tier=2,
            cause="harvest",
        )
        row = replace(new, **other)  # type: ignore[arg-type]  # any field
        self.posts[name] = needs.publish(rows=[row]).ids[row.key]
        return self.posts[name]

    def solve(self, day: date = DAY, *, round_number: int = 1, now: datetime | None = None) -> RunFacts:
        return actions.run(
            campaign_id=self.campaign.id, day=day, now=now or at(4, day=day), round_number=round_number
        )

    def match(self, day: date = DAY, *, round_number: int = 1, now: datetime | None = None) -> RunFacts:
        """Solves and publishes; the offers stand until 7:30."""
        run = self.solve(day, round_number=round_number, now=now)
        return actions.publish_run(run_id=run.id, now=now or at(4, day=day), expires_at=at(7, 30, day=day))

    def offers(self, name: str) -> list[OfferFacts]:
        return reads.offers_of(self.me(name), self.people[name])

    def offer(self, name: str, day: date = DAY) -> OfferFacts:
        (offer,) = [offer for offer in self.offers(name) if offer.day == day]
        return offer

    def offered(self, day: date = DAY) -> dict[str, int]:
        """The post each was offered on a day, by name; who was offered none is left out."""
        return {n: offer.post_id for n in self.people for offer in self.offers(n) if offer.day == day}

    def me(self, name: str) -> Actor:
        return actor_of(person_id=self.people[name])

    def accept(self, name: str, day: date = DAY, *, now: datetime | None = None) -> PlacementFacts:
        return actions.accept(
            actor=self.me(name),
            offer_id=self.offer(name, day).id,
            request_id=made("accept", name, day),
            now=now or at(5, day=day),
        )

    def decline(self, name: str, day: date = DAY) -> None:
        actions.decline(actor=self.me(name), offer_id=self.offer(name, day).id, now=at(5, day=day))

    def captain(self, team: str = "Pickers") -> Actor:
        return captain(self.teams[team])

    def work(self, name: str, day: date = DAY) -> PlacementFacts:
        """Accepts, comes and goes home at the end of the shift."""
        placement = self.accept(name, day)
        actions.check_in(actor=SYSTEM, placement_id=placement.id, now=at(8, day=day))
        actions.check_out_many(placement_ids=[placement.id], at=at(16, day=day))
        return reads.placement_for(self.me(name), placement.id)


def settle_valley() -> Farm:
    """Also for tests with threads, which need committed rows."""
    places.add_country(
        country=CountryRow("KR", "South Korea"),
        regions=[RegionRow("16", "Jeonnam"), RegionRow("11", "Seoul")],
        towns=[
            TownRow("102", "Naju", "나주", "16", "Jeonnam", *NAJU, 80_000),
            TownRow("103", "Mokpo", "목포", "16", "Jeonnam", 34.81, 126.39, 220_000),
            TownRow("104", "Seoul", "서울", "11", "Seoul", 37.566, 126.978, 10_349_312),
        ],
    )
    places.add_country(
        country=CountryRow("JP", "Japan"),
        regions=[RegionRow("40", "Fukuoka")],
        towns=[TownRow("105", "Fukuoka", "福岡", "40", "Fukuoka", 33.59, 130.40, 1_600_000)],
    )
    codes = {"Naju": "102", "Mokpo": "103", "Seoul": "104", "Fukuoka": "105"}
    areas = {name: place_reads.by_code(code).id for name, code in codes.items()}
    campaigns.create(new=NEW_CAMPAIGN, now=SIGNED_UP)
    campaign = campaigns.open_campaign(actor=SYSTEM, slug="harvest", now=SIGNED_UP)
    homes = {"Pickers": "Naju", "Cooks": "Naju", "Drivers": "Seoul"}
    rows = [NewTeam(made("team", name), name, areas[home], "harvest") for name, home in homes.items()]
    teams = {team.name: team.id for team in people.form_teams(rows=rows)}
    calls.open_appeal(
        actor=SYSTEM, campaign_id=campaign.id, code="hands", title="Lend a hand", text="Come.", now=SIGNED_UP
    )
    indicators = {one.code: one.id for one in campaign_reads.indicators(campaign.id)}
    return Farm(campaign, areas, teams, indicators)

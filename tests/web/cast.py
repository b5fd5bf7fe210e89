"""One small campaign with somebody at every door.

Yesterday was worked, signed and drawn; today is matched: Minji has accepted, Bora has an open offer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from dure.base.access import SYSTEM, actor_of
from dure.base.accounts import grant, make_token, open_account
from dure.kernel.ids import client_id
from dure.movement.audit import actions as audit
from dure.movement.audit import reads as audit_reads
from dure.movement.calls import actions as calls
from dure.movement.calls import drive_reads, drives, waves
from dure.movement.calls.models import Support
from dure.movement.calls.types import NewDrive, NewSignUp
from dure.movement.campaigns import actions as campaigns
from dure.movement.campaigns import reads as campaign_reads
from dure.movement.campaigns.types import NewCampaign, NewIndicator, NewMovement, NewTarget
from dure.movement.honours import actions as honours
from dure.movement.honours.types import NewNomination, WorkedFacts
from dure.movement.ledger import actions as ledger
from dure.movement.ledger.types import Kind, NewEntry
from dure.movement.matching import actions as matching_actions
from dure.movement.matching import reads as matching
from dure.movement.matching.types import PlacementFacts
from dure.movement.needs import actions as needs
from dure.movement.needs.types import NewPost
from dure.movement.people import actions as people
from dure.movement.people import reads as people_reads
from dure.movement.people.types import (
    BRIEFING,
    COVER,
    MATCHING,
    NewCredential,
    NewPerson,
    NewTeam,
)
from dure.movement.places import actions as places
from dure.movement.places import reads as place_reads
from dure.movement.places.types import CountryRow, TownRow
from dure.movement.safety import actions as safety
from dure.movement.safety.models import HomeCall
from dure.movement.safety.types import NewIncident
from dure.movement.standings import challenges
from dure.movement.standings.challenges import ChallengeFacts, NewChallenge
from dure.movement.supervision.models import Signal
from dure.operations import incidents
from dure.operations.day import match_day
from dure.operations.match_job import match_of

SEED = b"web cast"
YESTERDAY = date(2026, 10, 5)
TODAY = date(2026, 10, 6)
NOW = datetime(2026, 10, 6, 0, 30, tzinfo=UTC)  # 09:30 in Seoul
BEFORE = datetime(2026, 10, 5, 1, tzinfo=UTC)
PASSWORD = "a long pass phrase"
SLUG = "harvest"
TOWNS = [
    TownRow("suwon", "Suwon", "수원", "13", "Gyeonggi", 37.26, 127.03, 1_190_000),
    TownRow("icheon", "Icheon", "이천", "13", "Gyeonggi", 37.27, 127.44, 220_000),
    TownRow("jeonju", "Jeonju", "전주", "03", "Jeolla", 35.82, 127.15, 650_000),
]
TEAMS = {"North": "Suwon", "Hill": "Icheon", "South": "Jeonju", "Plain": "Jeonju"}
PEOPLE = {
    "Minji": (1990, "Suwon"),
    "Bora": (1988, "Suwon"),
    "Eunho": (2010, "Suwon"),
    "Chul": (1970, "Jeonju"),
}
ROLES = {
    "organiser": ("organiser", "/KR/"),
    "regional organiser": ("organiser", "/KR/03/"),
    "other organiser": ("organiser", "/KE/"),
    "auditor": ("auditor", "/KR/"),
    "recipient": ("recipient", "/KR/13/"),
    "vetter": ("vetter", "/KR/13/"),
}


@dataclass(frozen=True)
class Cast:
    """Ids by name. ``accounts`` also holds "captain" (of North) and "other captain" (of South)."""

    campaign_id: int
    indicators: dict[str, int]
    areas: dict[str, int]
    teams: dict[str, int]
    people: dict[str, int]
    accounts: dict[str, int]
    posts: dict[str, int]
    offers: dict[str, int]
    placements: dict[str, int]
    nomination_id: int
    lot_id: int
    draw_id: int
    target_id: int
    match_job_id: UUID
    token: str
    drive_code: str
    drive_token: str
    wave_id: int
    challenge_id: int
    challenge_digest: str
    signal_id: int
    home_call_id: int
    stand_down_id: int
    incident_id: int

    def link(self, name: str) -> str:
        return f"/me/{people_reads.private_link_token(self.people[name])}/"

    def guardian_link(self, name: str) -> str:
        return f"/guardian/{people_reads.guardian_token(self.people[name])}/"


def made(*parts: object) -> UUID:
    return client_id(SEED, *parts)


def email_of(role: str) -> str:
    return f"{role.replace(' ', '-')}@example.org"


def new_person(name: str, area_id: int) -> NewPerson:
    birth_year, town = PEOPLE[name]
    home = next(row for row in TOWNS if row.name == town)
    good_until = TODAY + timedelta(days=60)
    return NewPerson(
        key=made("person", name),
        given_name=name,
        birth_year=birth_year,
        area_id=area_id,
        home_lat=home.lat,
        home_lon=home.lon,
        travel_limit_m=50_000,
        email=f"{name.lower()}@example.org",
        guardian_email="parent@example.org" if birth_year > 2005 else "",
        consents=(MATCHING,),
        wording="1",
        languages=("ko",),
        credentials=(
            NewCredential(COVER, "accident", "policy 7", good_until),
            NewCredential(BRIEFING, "safety", "talk", good_until),
        ),
        free_spans=((NOW - timedelta(hours=3), NOW + timedelta(hours=12)),),
    )


def _campaign() -> NewCampaign:
    return NewCampaign(
        movement=NewMovement("village", "Village", "We help each other."),
        slug=SLUG,
        name="Bring the rice in",
        summary="Before the frost, on every field.",
        area="KR",
        timezone="Asia/Seoul",
        starts_on=date(2026, 10, 1),
        ends_on=date(2026, 10, 31),
        indicators=(
            NewIndicator("hours", "hours", "Hours", "h"),
            NewIndicator("rice", "output", "Rice", "sack", "of 80 kg"),
            NewIndicator("tools", "goods", "Tools", "piece"),
        ),
        targets=tuple(
            NewTarget("rice", town.code, 100_000, date(2026, 10, 31), "farm survey", date(2026, 9, 1))
            for town in TOWNS
        ),
        synthetic_label="Nobody here exists.",
    )


def _posts(campaign_id: int, teams: dict[str, int], areas: dict[str, int]) -> list[NewPost]:
    """Yesterday's work in Suwon; today two seats there, and three in Icheon that ask for what nobody has shown."""
    suwon, icheon = TOWNS[0], TOWNS[1]
    north = NewPost(
        key=made("post", "North"),
        campaign_id=campaign_id,
        team_id=teams["North"],
        area_id=areas["Suwon"],
        day=TODAY,
        title="Cut rice",
        lat=suwon.lat,
        lon=suwon.lon,
        starts_at=NOW + timedelta(hours=2),
        ends_at=NOW + timedelta(hours=8),
        seats=2,
        tier=1,
        cause="harvest",
        bring="gloves",
    )
    hill = replace(
        north,
        key=made("post", "Hill"),
        team_id=teams["Hill"],
        area_id=areas["Icheon"],
        title="Drive sacks",
        lat=icheon.lat,
        lon=icheon.lon,
        seats=3,
        skills=("driving-van",),
    )
    day = timedelta(days=1)
    yesterday = replace(
        north,
        key=made("yesterday"),
        day=YESTERDAY,
        starts_at=north.starts_at - day,
        ends_at=north.ends_at - day,
    )
    return [north, hill, yesterday]


def _accounts(teams: dict[str, int]) -> dict[str, int]:
    names = [*ROLES, "captain", "other captain"]
    accounts = {
        name: open_account(email=email_of(name), name=name.title(), password=PASSWORD) for name in names
    }
    for name, (role, area_path) in ROLES.items():
        grant(account_id=accounts[name], role=role, area_path=area_path)
    grant(account_id=accounts["captain"], role="captain", team_id=teams["North"])
    grant(account_id=accounts["other captain"], role="captain", team_id=teams["South"])
    return accounts


def _work_of_yesterday(
    campaign_id: int, indicators: dict[str, int], teams: dict[str, int], areas: dict[str, int], minji: int
) -> int:
    """Output of every team and Minji's hours, under a lot promised before and drawn after; the lot's id."""
    lot = audit.commit_lot(
        campaign_id=campaign_id,
        indicator_id=indicators["rice"],
        day=YESTERDAY,
        seed=b"s" * 32,
        count=2,
        now=BEFORE,
    )
    harvest = [
        NewEntry(
            client_id=made("entry", team),
            kind=Kind.OUTPUT,
            campaign_id=campaign_id,
            indicator_id=indicators["rice"],
            team_id=teams[team],
            area_id=areas[town],
            work_day=YESTERDAY,
            quantity_milli=12_000,
        )
        for team, town in TEAMS.items()
    ]
    hours = replace(
        harvest[0],
        client_id=made("hours"),
        kind=Kind.HOURS,
        indicator_id=indicators["hours"],
        quantity_milli=4_000,
        person_id=minji,
    )
    ledger.record(entries=[*harvest, hours], now=BEFORE + timedelta(hours=10))
    ledger.sign_checkpoint(now=BEFORE + timedelta(hours=11))
    audit.draw_lot(lot_id=lot.id, now=BEFORE + timedelta(hours=11))
    return lot.id


def _match_job(campaign_id: int) -> UUID:
    done = match_of(campaign_id, TODAY)
    assert done is not None
    return done.id


def _drive(area_id: int) -> tuple[str, str]:
    """Chul's proposal in Jeonju, confirmed: its code, and the token in his letter."""
    chul = NewDrive(made("drive"), "Clear the stream", "It floods.", area_id, "Chul", "chul@example.org")
    made_one = drives.propose(new=chul, now=BEFORE)
    token = drive_reads.token_of(Support.objects.get(drive__code=made_one.code).key)
    drives.confirm(token=token, now=BEFORE)
    return made_one.code, token


def _challenge(
    campaign_id: int, rice: int, teams: dict[str, int], accounts: dict[str, int]
) -> ChallengeFacts:
    """What South's captain asks of North; nobody has signed it yet."""
    new = NewChallenge(
        client_id=made("challenge"),
        campaign_id=campaign_id,
        indicator_id=rice,
        first_team_id=teams["South"],
        second_team_id=teams["North"],
        compares="level",
        first_day=TODAY + timedelta(days=2),
        last_day=TODAY + timedelta(days=12),
        words="Whoever is behind cooks.",
    )
    return challenges.propose(actor=actor_of(account_id=accounts["other captain"]), new=new, now=NOW)


def _signal(campaign_id: int, team_id: int, area_id: int) -> int:
    """North reported nothing for four days, as it was found this morning."""
    found = Signal(
        campaign_id=campaign_id,
        team_id=team_id,
        area_id=area_id,
        kind="silent",
        about="silent:0",
        urgency=2,
        since=TODAY - timedelta(days=4),
        found_on=TODAY,
        figures={"days": 4},
    )
    found.save()
    return int(found.pk)


def _home_call(campaign_id: int, area_id: int, team_id: int, placed: PlacementFacts) -> int:
    """Minji is looked for, though her shift has only begun; her captain was told."""
    found = HomeCall(
        placement_id=placed.id,
        person_id=placed.person_id,
        campaign_id=campaign_id,
        area_id=area_id,
        team_id=team_id,
        post_id=placed.post_id,
        was="here",
        due_at=NOW,
        reached=2,
        next_at=NOW + timedelta(minutes=30),
    )
    found.save()
    return int(found.pk)


def _stand_down() -> int:
    """Icheon, yesterday, for an hour; nobody was out there."""
    one = safety.stand_down(
        actor=SYSTEM, client_id=made("flood"), area_path="/KR/13/icheon/", why="The stream rises.", now=BEFORE
    )
    safety.end(actor=SYSTEM, stand_down_id=one.id, words="It falls.", now=BEFORE + timedelta(hours=1))
    return one.id


def _incident(campaign_id: int, area_id: int, team_id: int) -> int:
    new = NewIncident(
        key=made("incident"),
        campaign_id=campaign_id,
        area_id=area_id,
        team_id=team_id,
        kind="injury",
        severity="light",
        happened_at=BEFORE,
        words="A cut in a thumb.",
        people_hurt=1,
    )
    return incidents.report(actor=SYSTEM, new=new, now=NOW).id


def build() -> Cast:
    """Set everything up through the rooms' own actions."""
    places.add_country(country=CountryRow(code="KR", name="South Korea"), regions=[], towns=TOWNS)
    areas = {town.name: place_reads.by_code(town.code).id for town in TOWNS}
    rows = [NewTeam(made("team", name), name, areas[home], "harvest") for name, home in TEAMS.items()]
    teams = {team.name: team.id for team in people.form_teams(rows=rows)}
    campaign = campaigns.create(new=_campaign(), now=BEFORE)
    campaigns.open_campaign(actor=SYSTEM, slug=SLUG, now=BEFORE)
    calls.open_appeal(
        actor=SYSTEM, campaign_id=campaign.id, code="help", title="Help", text="Come.", now=BEFORE
    )
    new_people = [new_person(name, areas[town]) for name, (_, town) in PEOPLE.items()]
    ids = people.register_many(rows=new_people, now=BEFORE).ids
    person_ids = {name: pk for name, pk in zip(PEOPLE, ids, strict=True) if pk is not None}
    signed = [NewSignUp(made("sign-up", name), pk) for name, pk in person_ids.items()]
    calls.sign_up_many(appeal_code="help", rows=signed, now=BEFORE)
    indicators = {one.code: one.id for one in campaign_reads.indicators(campaign.id)}
    lot_id = _work_of_yesterday(campaign.id, indicators, teams, areas, person_ids["Minji"])
    accounts = _accounts(teams)
    published = needs.publish(rows=_posts(campaign.id, teams, areas))
    worked = WorkedFacts(person_ids["Minji"], published.ids[made("yesterday")], 240)
    honours.thank_day(campaign_id=campaign.id, day=YESTERDAY, worked=[worked], now=NOW)
    match_day(campaign_id=campaign.id, day=TODAY, now=NOW, expires_at=NOW + timedelta(hours=2))
    offer_ids = {name: matching.offers_of(SYSTEM, person_ids[name])[0].id for name in ("Minji", "Bora")}
    placement = matching_actions.accept(
        actor=actor_of(person_id=person_ids["Minji"]),
        offer_id=offer_ids["Minji"],
        request_id=made("yes"),
        now=NOW,
    )
    nomination = honours.nominate(
        actor=actor_of(account_id=accounts["captain"]),
        new=NewNomination(
            made("nomination"), campaign.id, person_ids["Minji"], teams["North"], "care", "Cooked."
        ),
        now=NOW,
    )
    drive_code, drive_token = _drive(areas["Jeonju"])
    challenge = _challenge(campaign.id, indicators["rice"], teams, accounts)
    wave = waves.start_wave(actor=SYSTEM, code="help", client_id=made("wave"), per_minute=5, now=NOW)
    return Cast(
        drive_code=drive_code,
        drive_token=drive_token,
        wave_id=wave.id,
        signal_id=_signal(campaign.id, teams["North"], areas["Suwon"]),
        challenge_id=challenge.id,
        challenge_digest=challenge.digest,
        campaign_id=campaign.id,
        indicators=indicators,
        areas=areas,
        teams=teams,
        people=person_ids,
        accounts=accounts,
        posts={team: published.ids[made("post", team)] for team in ("North", "Hill")},
        offers=offer_ids,
        placements={"Minji": placement.id},
        nomination_id=nomination.id,
        lot_id=lot_id,
        draw_id=audit_reads.draws_for(SYSTEM, campaign.id)[0].id,
        target_id=campaign_reads.targets(campaign_id=campaign.id)[0].id,
        match_job_id=_match_job(campaign.id),
        home_call_id=_home_call(campaign.id, areas["Suwon"], teams["North"], placement),
        stand_down_id=_stand_down(),
        incident_id=_incident(campaign.id, areas["Suwon"], teams["North"]),
        token=make_token(account_id=accounts["captain"], name="phone", expires_at=NOW + timedelta(days=1)),
    )

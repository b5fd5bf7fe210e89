"""Play a demo, set its open day going, and say who can be what in it. Import only where Django is set up.

The day is fixed, so that tests and pictures don't depend on when they are made; tools.demo_site serves it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import islice
from uuid import UUID
from zoneinfo import ZoneInfo

from dure.base import accounts
from dure.base.access import ANONYMOUS, SYSTEM
from dure.movement.audit import actions as audit
from dure.movement.audit import reads as audit_reads
from dure.movement.calls import drive_reads, drives
from dure.movement.calls import reads as calls
from dure.movement.calls.models import Support
from dure.movement.calls.types import NewDrive
from dure.movement.campaigns import reads as campaigns
from dure.movement.honours import reads as honours
from dure.movement.ledger import actions as ledger
from dure.movement.matching import actions as matching
from dure.movement.matching import reads as matching_reads
from dure.movement.matching.types import OutThere, PlacementFacts
from dure.movement.needs import reads as needs
from dure.movement.needs import requests
from dure.movement.needs.types import NewRequest
from dure.movement.people import reads as people
from dure.movement.places import reads as places
from dure.movement.safety import actions as safety
from dure.movement.safety import homeward
from dure.movement.safety.types import GAPS, HOME_AFTER, NewIncident
from dure.movement.vetting import actions as vetting
from dure.movement.vetting import reads as vetting_reads
from dure.movement.vetting.types import NewSession
from dure.operations import incidents
from dure.operations.demo import play
from dure.operations.work import record_crew
from dure.web.badges import badge_token
from tools.demo_cast_types import Cast, Phone

LIVE_DAY = date(2026, 10, 8)
ZONE = ZoneInfo("Asia/Seoul")
# Each kind of volunteer several times: what a test changes must not be another's.
EACH_COUNT = 6
PHONE_COUNT = 3


def at(hour: int, minute: int) -> datetime:
    return datetime(LIVE_DAY.year, LIVE_DAY.month, LIVE_DAY.day, hour, minute, tzinfo=ZONE)


MATCHED_AT = at(5, 10)
# tools.demo_clock shows the site from here on.
SHOWN_AT = at(7, 52)


def cast(*, country_code: str, people_count: int, seed: int) -> Cast:
    """Play and set going."""
    played = play(
        country_code=country_code, people_count=people_count, seed=seed, now=MATCHED_AT, with_live_day=True
    )

    campaign_id = campaigns.campaign(slug=played.campaign_slug).id
    logins = {login.role: {"email": login.email, "password": login.password} for login in played.logins}
    volunteers = _volunteers(campaign_id)
    _preparation(campaign_id, [people.person_of_token(token) for token in volunteers["told"]], seed)
    _asked_for_hands(campaign_id, seed)
    _safety(campaign_id, people.person_of_token(volunteers["worked"][-1]), seed)
    return {
        "slug": played.campaign_slug,
        "logins": logins,
        "volunteers": volunteers,
        "guardian": _guardian(campaign_id),
        "badge": _badge(played.volunteer_link),
        "team_id": _morning(campaign_id, played.volunteer_link),
        "to_recount": _lot_to_recount(campaign_id, played.volunteer_link),
        "drive_name": _drive(campaign_id, seed),
        "phones": _phones(campaign_id, played.volunteer_link),
    }


def _preparation(campaign_id: int, person_ids: list[int], seed: int) -> None:
    """Who waits is being made ready: one has every kind of step before them, two have handed something in."""
    area_id = places.towns_under(campaigns.campaign_by_id(campaign_id).area_path)[0].id
    training = NewSession(
        UUID(int=seed), campaign_id, area_id, "skill:first-aid", at(18, 0), "Fire station", seats=12
    )
    vetting.plan_session(actor=SYSTEM, new=training, now=MATCHED_AT)
    vetting.invite(
        campaign_id=campaign_id,
        person_ids=person_ids,
        steps=("clearance", "skill:first-aid"),
        now=MATCHED_AT,
    )
    vetting.state_pace(actor=SYSTEM, campaign_id=campaign_id, step="record_check", per_day=40)
    # Who has shown a skill already isn't asked for it.
    asked = set(vetting_reads.under_way("skill:first-aid"))
    last = next(pk for pk in reversed(person_ids) if pk in asked)
    waiting = [pk for pk in reversed(person_ids) if pk != last]
    session = vetting_reads.sessions(campaign_id, now=MATCHED_AT)[0]
    vetting.book(actor=SYSTEM, person_id=last, session_id=session.id, now=MATCHED_AT)
    for person_id in waiting[:2]:
        vetting.attach(
            actor=SYSTEM, person_id=person_id, step="identity", content=b"%PDF-1.7 a passport", now=MATCHED_AT
        )
    by = accounts.accounts_with(role="organiser")[0][0]
    first = waiting[:1]
    vetting.check(actor=SYSTEM, person_ids=first, step="identity", evidence="passport", now=MATCHED_AT, by=by)
    vetting.hand_in(actor=SYSTEM, person_ids=first, step="record_check", now=MATCHED_AT)
    vetting.check(
        actor=SYSTEM, person_ids=first, step="record_check", evidence="register", now=MATCHED_AT, by=by
    )


def _safety(campaign_id: int, person_id: int, seed: int) -> None:
    """Somebody of yesterday has not said that they are home; a town was stood down for a while; two incidents."""
    yesterday = LIVE_DAY - timedelta(days=1)
    worked = matching_reads.placements_of(SYSTEM, person_id)
    placed = next(one for one in worked if one.day == yesterday)
    post = needs.post(placed.post_id)
    out = OutThere(placed.id, person_id, post.id, placed.day, "left", post.ends_at)
    asked_at = post.ends_at + HOME_AFTER
    homeward.insert_calls([out], stand_down_id=None, now=asked_at)
    safety.take_steps(now=asked_at)
    safety.take_steps(now=asked_at + GAPS[0])
    busy = set(needs.areas_with_posts(campaign_id))
    towns = places.towns_under(campaigns.campaign_by_id(campaign_id).area_path)
    town = next((one for one in towns if one.id not in busy), towns[-1])
    stood = safety.stand_down(
        actor=SYSTEM,
        client_id=UUID(int=seed),
        area_path=town.path,
        why="A gas pipe leaks by the school.",
        now=at(5, 20),
    )
    safety.end(actor=SYSTEM, stand_down_id=stood.id, words="The pipe is closed.", now=at(6, 40))
    cut = NewIncident(
        key=UUID(int=seed),
        campaign_id=campaign_id,
        area_id=post.area_id,
        team_id=post.team_id,
        post_id=post.id,
        kind="injury",
        severity="light",
        happened_at=post.starts_at + timedelta(hours=2),
        words="A cut in a thumb, washed and bandaged.",
        people_hurt=1,
    )
    first = incidents.report(actor=SYSTEM, new=cut, now=post.starts_at + timedelta(hours=3))
    owner_id = accounts.accounts_with(role="organiser")[0][0]
    safety.follow_up(
        actor=SYSTEM,
        incident_id=first.id,
        client_id=UUID(int=seed + 1),
        owner_id=owner_id,
        due_on=LIVE_DAY + timedelta(days=5),
        now=MATCHED_AT,
    )
    danger = replace(cut, key=UUID(int=seed + 2), kind="danger", severity="serious", people_hurt=0)
    words = "The bank of the ditch gives way under a cart."
    incidents.report(actor=SYSTEM, new=replace(danger, words=words), now=MATCHED_AT)


def _asked_for_hands(campaign_id: int, seed: int) -> None:
    """A care home asks for people; nobody has stood by it yet."""
    area = places.towns_under(campaigns.campaign_by_id(campaign_id).area_path)[0]
    new = NewRequest(
        client_id=UUID(int=seed),
        campaign_id=campaign_id,
        area_id=area.id,
        institution="Care home by the river",
        contact="Sunhee, 061 000 000",
        title="Bring meals to rooms",
        cause="care",
        days=(LIVE_DAY + timedelta(days=2),),
        starts=time(17),
        ends=time(20),
        seats=3,
    )
    requests.ask(actor=ANONYMOUS, new=new, now=MATCHED_AT)


def _drive(campaign_id: int, seed: int) -> str:
    """Somebody has proposed a drive; the token of a supporter who has not confirmed yet."""
    area = places.towns_under(campaigns.campaign_by_id(campaign_id).area_path)[0]
    new = NewDrive(
        client_id=UUID(int=seed),
        title="Clear the stream above the lower fields",
        text="It floods them each summer. Two days of work for forty people, with boots and spades.",
        area_id=area.id,
        name="Dal",
        email="dal@example.org",
    )
    code = drives.propose(new=new, now=at(7, 0)).code
    drives.confirm(token=_name_token("Dal"), now=at(7, 1))
    drives.support(code=code, client_id=UUID(int=seed), name="Sol", email="sol@example.org", now=at(7, 2))
    return _name_token("Sol")


def _name_token(name: str) -> str:
    return drive_reads.token_of(Support.objects.get(name=name).key)


def _team_of(volunteer_link: str) -> int:
    """The demo's captain leads the team to which its volunteer has an offer."""

    offers = matching_reads.offers_of(SYSTEM, people.person_of_token(volunteer_link))
    return needs.post(next(one.post_id for one in offers if one.day == LIVE_DAY)).team_id


def _tokens(person_ids: Iterable[int]) -> list[str]:

    return [people.private_link_token(one) for one in islice(person_ids, EACH_COUNT)]


def _volunteers(campaign_id: int) -> dict[str, list[str]]:
    """Private links: ``offered`` a post, ``placed``, ``worked`` yesterday, ``nominated``, ``told`` to wait."""

    signed_up = calls.people_of(campaign_id)
    minors = people.minors(signed_up, day=LIVE_DAY)
    offers = matching_reads.open_offers(campaign_id, LIVE_DAY)
    posts = needs.posts({offer.post_id for offer in offers})
    offered = [offer.person_id for offer in offers]
    later = (offer.person_id for offer in offers if posts[offer.post_id].starts_at > at(10, 0))
    placed = [p.person_id for p in matching_reads.placements_of_day(campaign_id, LIVE_DAY)]
    worked = [
        p.person_id
        for p, _ in matching_reads.worked_minutes(campaign_id, LIVE_DAY - timedelta(days=1))
        if p.person_id
    ]
    busy = {*offered, *placed}
    nominated = (one for one in worked if honours.nominations_of(actor=SYSTEM, person_id=one))
    return {
        "offered": _tokens(pk for pk in later if pk not in minors),
        "placed": _tokens(pk for pk in placed if pk and pk not in {*minors, *worked}),
        "worked": _tokens(pk for pk in worked if pk not in busy),
        "nominated": _tokens(islice(nominated, 1)),
        "told": _tokens(
            pk for pk in signed_up if pk not in {*busy, *minors} and calls.answer_for(SYSTEM, pk, campaign_id)
        ),
    }


def _guardian(campaign_id: int) -> str:

    signed_up = calls.people_of(campaign_id)
    return people.guardian_token(min(people.minors(signed_up, day=LIVE_DAY)))


def _badge(volunteer_link: str) -> str:
    """The badge of somebody of the captain's crew who comes later."""
    crew = matching_reads.crew(SYSTEM, _team_of(volunteer_link), LIVE_DAY)
    return badge_token(max(member.placement_id for member in crew if member.state == "accepted"))


def _morning(campaign_id: int, volunteer_link: str) -> int:
    """Most of the captain's first shift has come; the captain's team id."""

    team_id = _team_of(volunteer_link)
    posts = {post.id: post for post in needs.crew_posts(team_id, LIVE_DAY)}
    first = min(post.starts_at for post in posts.values())
    crew = [p for p in matching_reads.crew(SYSTEM, team_id, LIVE_DAY) if posts[p.post_id].starts_at == first]
    for number, member in enumerate(crew[: -(len(crew) // 3) or None]):
        arrived = first - timedelta(minutes=9 - number)
        matching.check_in(actor=SYSTEM, placement_id=member.placement_id, now=min(arrived, SHOWN_AT))
    return team_id


def _phones(campaign_id: int, volunteer_link: str) -> list[Phone]:
    """Captains of the largest crews that are all still on their way, each with a phone of their own; the first of them
    also leads a small crew whose shift has begun without anybody."""
    spared = _team_of(volunteer_link)
    crews: dict[int, list[PlacementFacts]] = {}
    placed = matching_reads.placements_of_day(campaign_id, LIVE_DAY)
    posts = needs.posts({one.post_id for one in placed})
    for one in placed:
        crews.setdefault(posts[one.post_id].team_id, []).append(one)
    waiting = {
        team: crew
        for team, crew in crews.items()
        if team != spared and all(one.state == "accepted" for one in crew)
    }
    largest = sorted(waiting, key=lambda team: (-len(waiting[team]), team))[:PHONE_COUNT]
    begun = [
        team
        for team, crew in waiting.items()
        if team not in largest and all(posts[one.post_id].starts_at < at(7, 30) for one in crew)
    ]
    late = min(begun, key=lambda team: (-len(waiting[team]), team))
    phones = []
    for number, team in enumerate(largest):
        email, password = f"phone{number}@example.invalid", f"a phone in the mud {number}"
        account_id = accounts.open_account(email=email, password=password, name=f"Captain of phone {number}")
        accounts.grant(account_id=account_id, role="captain", team_id=team)
        if number == 0:
            accounts.grant(account_id=account_id, role="captain", team_id=late)
        phones.append(Phone(email=email, password=password, team_id=team, late_team_id=late))
    return phones


def _lot_to_recount(campaign_id: int, volunteer_link: str) -> int:
    """Another team has worked early and its lot is drawn; how many entries wait to be recounted."""

    spared = _team_of(volunteer_link)
    lot = next(one for one in audit_reads.lots(campaign_id) if one.day == LIVE_DAY)
    placed = matching_reads.placements_of_day(campaign_id, LIVE_DAY)
    posts = [p for p in needs.posts({one.post_id for one in placed}).values() if p.team_id != spared]
    early = sorted((p for p in posts if p.cause == "harvest"), key=lambda p: (p.starts_at, p.id))
    for number, post in enumerate(early[:3]):
        for placement in matching_reads.placements_of_posts([post.id]):
            matching.check_in(actor=SYSTEM, placement_id=placement.id, now=at(5, 58))
        record_crew(
            actor=SYSTEM,
            post_id=post.id,
            minutes=90,
            output_milli={lot.indicator_id: 240_000 + 10_000 * number},
            command_id=UUID(int=post.id),
            now=at(7, 40),
        )
    ledger.sign_checkpoint(now=at(7, 45))
    return audit.draw_lot(lot_id=lot.id, now=at(7, 46)).drawn_count

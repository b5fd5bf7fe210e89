"""Looking for needs where people outnumber them: what is seen, and what one act sets going.

In 2020 most of those accepted had no task for months, because nobody went and asked. Here a place with more people
than seats shows what they can do and who near it is short, and one press asks everybody who may know of a need.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import numpy as np
from django.utils import translation
from django.utils.translation import gettext as _

from dure.base import accounts, outbox
from dure.base.access import Actor
from dure.base.around import ways_m
from dure.base.models import Role
from dure.base.outbox import NOBODY, NewNotice
from dure.channels.types import Letter
from dure.kernel.refusals import BadInput, NotFound, Refusal
from dure.movement.calls import actions as calls
from dure.movement.calls import appeals, waves
from dure.movement.calls import reads as calls_reads
from dure.movement.calls.types import AppealWords, Audience
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.matching.turns import have_one_ahead
from dure.movement.needs import requests
from dure.movement.needs.seats import seats_by_day
from dure.movement.people import audience, holding
from dure.movement.people import reads as people
from dure.movement.people.in_line import callable_homes
from dure.movement.places import reads as places
from dure.movement.places.types import AreaFacts
from dure.movement.vetting import actions as vetting
from dure.movement.vetting.rules import skill_step
from dure.operations.counted_lately import counted_lately
from dure.operations.letters import ENGLISH, account_letter, languages

DAYS_AHEAD: Final = 14
PLACES_SHOWN_MAX: Final = 20
NEIGHBOURS_MAX: Final = 3
NEIGHBOUR_WAY_MAX_M: Final = 60_000
# A team farther away than this is no neighbour who would know.
ASKED_WAY_MAX_M: Final = 30_000
SKILLS_SHOWN_MAX: Final = 4
LETTERS_A_MINUTE: Final = 2_000
OFFERED_MAX: Final = 5_000
ASKED: Final = "needs_asked"
# Nobody is asked for needs twice in a week.
ASKED_AGAIN_DAYS: Final = 7


class AskedLately(Refusal):
    code = "asked_lately"
    says = "{place} was asked around on {day}. Ask again after {again}, and look meanwhile at what came."


@dataclass(frozen=True, slots=True)
class Short:
    """A place near another one, with more free seats than people who wait there.

    ``seats_free``: as everybody may read; how many wait is for who organises the place (P9).
    """

    area: AreaFacts
    way_m: int
    seats_free: int


@dataclass(frozen=True, slots=True)
class PlaceOver:
    """A place where ``people_count`` wait for work, ``people_over`` more than it has free seats in the next DAYS_AHEAD
    days. Who waits is confirmed, free to decide, agreed to be matched and has no post ahead.

    ``skills``: what most who live there can do, with how many. ``short``: the nearest places that lack people.
    """

    area: AreaFacts
    people_count: int
    seats_free: int
    people_over: int
    skills: tuple[tuple[str, int], ...]
    short: tuple[Short, ...]


@dataclass(frozen=True, slots=True)
class AskedAround:
    """What one act set going: a call for needs, letters to institutions and to captains of teams near by."""

    call_code: str
    institution_count: int
    team_count: int


def places_over(actor: Actor, campaign_id: int, *, now: datetime) -> list[PlaceOver]:
    """Towns of a campaign where more wait than there are seats, the most first: of the places the asker organises."""
    campaign = campaigns.campaign_by_id(campaign_id)
    reach = _reach(actor, campaign.area_path)
    # Help crosses borders, so what is short is looked for in all of the campaign.
    towns = {one.id: one for one in places.towns_under(campaign.area_path)}
    counts = _waiting(campaign, now)
    free = _free_seats(campaign_id, now)
    over = {pk: counts.get(pk, 0) - free.get(pk, 0) for pk in towns}
    short = {pk: free[pk] for pk, missing in over.items() if missing < 0}
    mine = [pk for pk, town in towns.items() if over[pk] > 0 and town.path.startswith(tuple(reach))]
    most = sorted(mine, key=lambda pk: (-over[pk], pk))[:PLACES_SHOWN_MAX]
    skills = counted_lately(f"dure.can-do.{'.'.join(map(str, most))}", lambda: holding.can_do(most))
    return [
        PlaceOver(
            area=towns[pk],
            people_count=counts[pk],
            seats_free=free.get(pk, 0),
            people_over=over[pk],
            skills=tuple(list(skills.get(pk, {}).items())[:SKILLS_SHOWN_MAX]),
            short=_nearest_short(towns[pk], short, towns),
        )
        for pk in most
    ]


def ask_around(
    *, actor: Actor, client_id: UUID, campaign_id: int, area_id: int, now: datetime
) -> AskedAround:
    """Ask institutions, households and neighbouring teams of a place for needs, in one act; asking twice asks once.

    Opens a call for needs with a page and a form of its own and calls the households of the place by waves; who has
    an account as a recipient of the place, or leads a team near it, gets a letter.

    Refuses with NotFound, AreaUnknown, NotAllowed, AskedLately, CampaignNotOpen, CampaignClosed.
    """
    campaign = campaigns.campaign_by_id(campaign_id)
    area = places.area(area_id)
    if not area.path.startswith(campaign.area_path):
        raise NotFound(what="place")
    code = f"needs-{client_id.hex[:12]}"
    _refuse_asked_lately(campaign_id, area, code, now)
    _open_call(actor, campaign_id, code, area, now)
    waves.start_wave(actor=actor, code=code, client_id=client_id, per_minute=LETTERS_A_MINUTE, now=now)
    institutions = _accounts_of_institutions(area)
    captains = _captains_near(area) - institutions
    # Accounts have no language of their own: whoever is near reads what the asker reads.
    facts = {"call": code, "language": translation.get_language() or ENGLISH}
    outbox.queue_many(
        notices=[
            NewNotice(NOBODY, ASKED, f"{ASKED}:{code}:{account_id}", {**facts, "account_id": account_id})
            for account_id in sorted(institutions | captains)
        ],
        now=now,
    )
    return AskedAround(code, len(institutions), len(captains))


def _open_call(actor: Actor, campaign_id: int, code: str, area: AreaFacts, now: datetime) -> None:
    """Open the call in English and say it in every language there is a catalog of, whatever the asker's own is."""
    with translation.override(ENGLISH):
        written = _call_words(area)
    found = calls.open_appeal(
        actor=actor,
        campaign_id=campaign_id,
        code=code,
        title=written.title,
        text=written.text,
        now=now,
        asks="needs",
        audience=Audience(area_paths=(area.path,)),
    )
    if found.closed_at is not None:
        return
    for language in sorted(languages() - {ENGLISH}):
        with translation.override(language):
            words = _call_words(area)
        appeals.say_in(actor=actor, code=code, words=words)


def _call_words(area: AreaFacts) -> AppealWords:
    """What households read, in the language that is active."""
    return AppealWords(
        language=translation.get_language() or ENGLISH,
        title=_("Where are hands needed in %(place)s?") % {"place": area.name},
        text=_(
            "More people in %(place)s offer help than we know needs. If your house, your neighbour or your team could "
            "use a hand, say what, when and how many people. Somebody who knows you looks at it, then people come."
        )
        % {"place": area.name},
    )


def _refuse_asked_lately(campaign_id: int, area: AreaFacts, code: str, now: datetime) -> None:
    week = timedelta(days=ASKED_AGAIN_DAYS)
    for one in calls_reads.appeals_of(campaign_id):
        is_same = one.asks == "needs" and one.audience.area_paths == (area.path,) and one.code != code
        if is_same and one.opened_at > now - week:
            raise AskedLately(place=area.name, day=one.opened_at.date(), again=(one.opened_at + week).date())


def letter_for(kind: str, facts: dict[str, Any]) -> Letter | None:
    """The letter to an account that may know of needs, in their own language or the asker's; None once the account is
    switched off, or for other kinds."""

    def words() -> tuple[str, str]:
        return _("Where are hands needed?"), _(
            "More people near you offer help than we know needs. If you know where hands are missing, please write it "
            "down on this page: what, when, how many people. It takes two minutes."
        )

    if kind != ASKED:
        return None
    return account_letter(
        facts["account_id"], f"/call/{facts['call']}/", words, language=str(facts["language"])
    )


def forget_contacts(now: datetime) -> int:
    """Delete the contacts of requests for hands whose last day is over everywhere; how many. For the chores."""
    return requests.forget_contacts(today=(now - timedelta(days=1)).date())


def offer_training(
    *, actor: Actor, campaign_id: int, area_id: int, skill: str, count: int, now: datetime
) -> int:
    """Offer people of a place with too few needs a training that is wanted, the longest-waiting first; how many.

    They are invited to the step of the skill and told. Refuses with NotFound, NotAllowed, StepUnknown, BadInput.
    """
    step = skill_step(skill)
    today, ids = _longest_waiting(actor, campaign_id, area_id, count, now)
    holders = set(holding.holders(kind="skill", code=skill, day=today, person_ids=ids).tolist())
    asked = [pk for pk in ids if pk not in holders]
    vetting.invite(campaign_id=campaign_id, person_ids=asked, steps=(step,), now=now)
    _tell(asked, "training_offered", f"{campaign_id}:{step}", {"skill": skill}, now)
    return len(asked)


def offer_across(
    *, actor: Actor, campaign_id: int, area_id: int, to_area_id: int, count: int, now: datetime
) -> int:
    """Ask people of a place with too few needs whether they would travel to one that is short; how many.

    Only those are asked who don't travel that far yet; who does is placed there by the match anyway. They decide on
    their own page. Refuses with NotFound, NotAllowed, AreaUnknown, BadInput.
    """
    here, there = places.area(area_id), places.area(to_area_id)
    way_m = _way_m(here, there)
    _today, ids = _longest_waiting(actor, campaign_id, area_id, count, now)
    asked = holding.stay_nearer_than(ids, way_m)
    _tell(
        asked,
        "help_farther",
        f"{campaign_id}:{to_area_id}",
        {"area": there.name, "area_local": there.name_local, "way_m": way_m},
        now,
    )
    return len(asked)


def _longest_waiting(
    actor: Actor, campaign_id: int, area_id: int, count: int, now: datetime
) -> tuple[Any, list[int]]:
    campaign = campaigns.campaign_by_id(campaign_id)
    area = places.area(area_id)
    actor.must_organise(area.path)
    if not 1 <= count <= OFFERED_MAX:
        raise BadInput(where="count", what=f"{count} can't be used", wanted=f"1 to {OFFERED_MAX}")
    today = campaigns.local_day(campaign, now)
    line = audience.audience(area_ids=places.ids_under(area.path), day=today, count_max=count)
    return today, [person_id for _since, person_id in line]


def _tell(ids: Sequence[int], kind: str, about: str, facts: dict[str, Any], now: datetime) -> None:
    """Each once about one thing, however often it is pressed."""
    outbox.queue_many(notices=[NewNotice(pk, kind, f"{kind}:{about}:{pk}", facts) for pk in ids], now=now)


def _reach(actor: Actor, area_path: str) -> list[str]:
    """The parts of an area that the actor organises."""
    if actor.organises(area_path):
        return [area_path]
    return [path for path in actor.area_paths(Role.ORGANISER) if path.startswith(area_path)]


def _waiting(campaign: CampaignFacts, now: datetime) -> dict[int, int]:
    """People who may be called and have no post ahead of them, by the id of the area they live in."""
    today = campaigns.local_day(campaign, now)
    person, area = callable_homes(area_path=campaign.area_path, day=today)
    waits = ~np.isin(person, have_one_ahead(campaign_id=campaign.id, day=today))
    area_ids, count = np.unique(area[waits], return_counts=True)
    return dict(zip(area_ids.tolist(), count.tolist(), strict=True))


def _free_seats(campaign_id: int, now: datetime) -> dict[int, int]:
    """Free seats of the next DAYS_AHEAD days, by area."""
    seats = seats_by_day(campaign_id=campaign_id, now=now)
    until = (now + timedelta(days=DAYS_AHEAD)).date().toordinal()
    found: dict[int, int] = {}
    for area_id, day, free in zip(seats.area.tolist(), seats.day.tolist(), seats.free.tolist(), strict=True):
        if day <= until:
            found[area_id] = found.get(area_id, 0) + free
    return found


def _nearest_short(area: AreaFacts, short: dict[int, int], towns: dict[int, AreaFacts]) -> tuple[Short, ...]:
    near = [
        Short(towns[pk], way_m, seats)
        for pk, seats in short.items()
        if pk != area.id and (way_m := _way_m(area, towns[pk])) <= NEIGHBOUR_WAY_MAX_M
    ]
    return tuple(sorted(near, key=lambda one: (one.way_m, one.area.id))[:NEIGHBOURS_MAX])


def _way_m(here: AreaFacts, there: AreaFacts) -> int:
    """Great-circle way between two centres in metres."""
    return round(float(ways_m(here.lat, here.lon, there.lat, there.lon)))


def _accounts_of_institutions(area: AreaFacts) -> set[int]:
    """Recipients whose reach meets the place."""
    return {
        account_id
        for account_id, path, _team in accounts.accounts_with(role=Role.RECIPIENT)
        if area.path.startswith(path) or path.startswith(area.path)
    }


def _captains_near(area: AreaFacts) -> set[int]:
    """Captains of teams at home within ASKED_WAY_MAX_M of the place, its own among them."""
    led = {account_id: team for account_id, _path, team in accounts.accounts_with(role=Role.CAPTAIN) if team}
    teams = people.teams(led.values())
    homes = places.areas(team.area_id for team in teams.values())
    return {
        account_id
        for account_id, team in led.items()
        if team in teams
        and (home := homes[teams[team].area_id])
        and (home.path.startswith(area.path) or _way_m(area, home) <= ASKED_WAY_MAX_M)
    }

"""Standing an area down, whole: everybody told, who is out there listed, captains asked to see them safe."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from dure.base import accounts
from dure.base.access import SYSTEM, Actor
from dure.base.last_notice import known_keys
from dure.base.models import Role
from dure.base.outbox import NOBODY, NewNotice
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.safety import actions as safety
from dure.movement.safety import reads, standing_down
from dure.movement.safety.types import StandDownFacts
from dure.operations.at_once import AT_ONCE_MAX
from dure.operations.homeward import CREW, STOOD_DOWN, tell_crew
from dure.operations.owed import organisers_of
from dure.operations.two_persons import Asked, ask_or_do

END: Final = "stand-down-end"


@dataclass(frozen=True, slots=True)
class StoodDown:
    """A stand-down, and what was done at once: people listed and told to leave, shifts ahead called off, captains and
    organisers written to; ``left``: people whom the chore lists and tells in its next round, with the shifts ahead."""

    stand_down: StandDownFacts
    listed: int
    called_off: int
    crew_told: int
    left: int


def stand_down(
    *, actor: Actor, client_id: UUID, area_path: str, why: str, now: datetime, people_max: int | None = None
) -> StoodDown:
    """Stand an area down and tell everybody. Killed anywhere, the chore does the rest; asked again it is done once.

    ``people_max``: tell no more than so many people now, those at work first, and leave the others to the chore: an
    organiser's browser doesn't wait for a nation. It waits for no second person: it is for danger, and undoing it
    costs a morning. Refuses as ``safety.actions.stand_down`` does.
    """
    made = safety.stand_down(actor=actor, client_id=client_id, area_path=area_path, why=why, now=now)
    filled, crew_told = _fill(made, now, people_max)
    now_stands = reads.stand_down(actor=SYSTEM, stand_down_id=made.id)
    return StoodDown(now_stands, filled.listed, filled.called_off, crew_told, filled.left)


def _fill(
    one: StandDownFacts, now: datetime, people_max: int | None = None
) -> tuple[standing_down.Filled, int]:
    filled = safety.fill(stand_down_id=one.id, now=now, people_max=people_max)
    facts = {"what": STOOD_DOWN, "place": one.area.name, "place_local": one.area.name_local, "said": one.why}
    start = f"{CREW}:{STOOD_DOWN}:{one.id}:"
    notices = [
        NewNotice(
            NOBODY,
            CREW,
            f"{start}{team_id}:{pk}",
            {**facts, "link": f"/captain/{team_id}/safe/", "account_id": pk},
        )
        for team_id, pk in accounts.captains_of_teams(filled.team_ids)
    ]
    notices += [
        NewNotice(
            NOBODY,
            CREW,
            f"{start}desk:{pk}",
            {**facts, "link": "/desk/", "account_id": pk},
        )
        for pk in sorted({*organisers_of(one.area.path, nearest=False), *_organisers_in(one.area.path)})
    ]
    # Their keys let nobody be told twice; a round in which nobody is new writes nothing at all.
    known = known_keys([one.dedupe_key for one in notices])
    if new := [one for one in notices if one.dedupe_key not in known]:
        tell_crew(new, now)
    return filled, len(notices)


def _organisers_in(area_path: str) -> list[int]:
    """Who organises some place in an area: their crews are out there."""
    reach = accounts.accounts_with(role=Role.ORGANISER)
    return [pk for pk, path, _team in reach if path.startswith(area_path)]


def keep(now: datetime) -> int:
    """For the chores: the same once more for every open stand-down: posts published meanwhile, check-ins that a phone
    sent late, shifts that have come near, and what a server that died had begun; how many people were listed. Of those
    that are over it tells whoever was not told so yet."""
    for pk in standing_down.over_untold():
        standing_down.tell_over(stand_down_id=pk, now=now)
    return sum(
        _fill(reads.stand_down(actor=SYSTEM, stand_down_id=pk), now)[0].listed
        for pk in standing_down.still_open()
    )


def end(
    *, actor: Actor, stand_down_id: int, words: str, now: datetime, people_max: int | None = None
) -> StandDownFacts:
    """It is over. ``people_max``: tell no more than so many now, and leave the others to the chore. Refuses as
    ``safety.actions.end`` does."""
    return safety.end(actor=actor, stand_down_id=stand_down_id, words=words, now=now, people_max=people_max)


def end_or_ask(
    *, actor: Actor, campaign: CampaignFacts, one: StandDownFacts, words: str, about: str, now: datetime
) -> Asked:
    """As :func:`end`, or waiting for a second person where the campaign asks for one; ``about``: for them to read.

    Standing down itself never waits: it is an emergency.
    """
    actor.must_organise(one.area.path)
    return ask_or_do(
        actor=actor,
        campaign=campaign,
        kind=END,
        subject=str(one.id),
        facts={"stand_down_id": one.id, "words": words},
        does=do_end,
        about=about,
        now=now,
        area_path=one.area.path,
    )


def do_end(actor: Actor, campaign: CampaignFacts, facts: dict[str, Any], now: datetime) -> StandDownFacts:
    """What :func:`end_or_ask` asked for."""
    return end(
        actor=actor,
        stand_down_id=int(facts["stand_down_id"]),
        words=str(facts["words"]),
        now=now,
        people_max=AT_ONCE_MAX,
    )

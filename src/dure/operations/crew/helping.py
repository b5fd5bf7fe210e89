"""A captain asks for help: kept, told to the nearest organisers at once, and people asked for as any need is."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from dure.base import accounts, outbox
from dure.base.access import Actor
from dure.base.outbox import NOBODY, NewNotice
from dure.kernel.ids import client_id
from dure.kernel.refusals import NotFound
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.errors import CampaignClosed, CampaignNotOpen
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.needs import help as asking
from dure.movement.needs import requests
from dure.movement.needs.errors import RequestBad
from dure.movement.needs.types import HelpFacts, NewRequest, PostFacts
from dure.movement.people import reads as people
from dure.movement.people.types import TeamFacts
from dure.movement.places import reads as places
from dure.operations.crew.letters import HELP, KIND
from dure.operations.crew.shapes import Help
from dure.operations.owed import organisers_of

_REQUEST: Final = b"dure.crew.people_wanted"
QUARTER: Final = timedelta(minutes=15)
# Nobody gets there for less.
SHIFT_MIN: Final = timedelta(hours=1)


def ask(
    *, actor: Actor, team_id: int, act: Help, post: PostFacts | None, at: datetime, now: datetime
) -> HelpFacts:
    """Ask for help, once by the act's id. Call it in a transaction. Refuses as ``needs.help.ask`` does."""
    team = people.team(team_id)
    campaign = campaigns.campaign_by_id(post.campaign_id) if post else campaign_around(actor, team)
    request_id = None
    if act.people_wanted and post is not None:
        request_id = _ask_for_people(actor, team, act, post, campaign, now)
    found = asking.ask(
        actor=actor,
        key=act.id,
        campaign_id=campaign.id,
        team_id=team_id,
        post_id=post.id if post else None,
        words=act.words,
        people_wanted=act.people_wanted,
        request_id=request_id,
        at=at,
        now=now,
    )
    facts = {"what": HELP, "link": f"/desk/{campaign.slug}/"}
    notices = [
        NewNotice(NOBODY, KIND, f"{KIND}:{HELP}:{found.id}:{pk}", {**facts, "account_id": pk})
        for pk in organisers_of(places.area(found.area_id).path, nearest=True)
    ]
    outbox.queue_many(notices=notices, now=now)
    return found


def campaign_around(actor: Actor, team: TeamFacts) -> CampaignFacts:
    """The open campaign at the team's home: the newest, where there are several. Refuses with NotFound."""
    found = [one for one in campaigns.covering(actor, team.area_path) if one.state == "open"]
    if not found:
        raise NotFound(what="open campaign")
    return max(found, key=lambda one: one.id)


def _ask_for_people(
    actor: Actor, team: TeamFacts, act: Help, post: PostFacts, campaign: CampaignFacts, now: datetime
) -> int | None:
    """The request for more people at a shift: from the next quarter of an hour to its end. None where too little of it
    is left, or where it can't be asked for as it is: the organisers read the words all the same."""
    zone = ZoneInfo(campaign.timezone)
    starts = max(post.starts_at, now + (QUARTER - (now - datetime.min.replace(tzinfo=now.tzinfo)) % QUARTER))
    if post.ends_at - starts < SHIFT_MIN:
        return None
    new = NewRequest(
        client_id=client_id(_REQUEST, act.id),
        campaign_id=campaign.id,
        area_id=post.area_id,
        institution=team.name,
        contact=accounts.name_of(actor.account_id or 0) or team.name,
        title=post.title,
        cause=post.cause,
        days=(starts.astimezone(zone).date(),),
        starts=starts.astimezone(zone).time(),
        ends=post.ends_at.astimezone(zone).time(),
        seats=act.people_wanted or 1,
        physical=post.physical,
        skills=post.skills,
        with_children=post.with_children,
        hazardous=post.hazardous,
        bring=post.bring,
    )
    try:
        return requests.ask(actor=actor, new=new, now=now).id
    except (RequestBad, CampaignClosed, CampaignNotOpen):
        return None

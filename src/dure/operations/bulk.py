"""What the desk does to many posts at once: call them off, move their times, show a match that was held back.

Each may be undone for a while (``operations.undo``), and waits for a second person where the campaign asks for one
(``operations.two_persons``). Nobody is told before it can no longer be undone, but for shifts that begin soon.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from dure.base import undoing
from dure.base.access import Actor
from dure.base.undoing import UndoableFacts
from dure.kernel.refusals import BadInput, NotFound
from dure.movement.campaigns import breaks
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.matching import actions as matching
from dure.movement.matching import reads as matching_reads
from dure.movement.needs import bulk, reads
from dure.movement.needs.bulk import POSTS_MAX
from dure.movement.needs.errors import NeedUnknown
from dure.movement.needs.types import PostFacts
from dure.movement.places import reads as places
from dure.operations.at_once import AT_ONCE_MAX
from dure.operations.two_persons import Asked, Does, ask_or_do

CALL_OFF: Final = "call-off"
SHIFT: Final = "shift"
PUBLISH: Final = "publish"
SHOWING: Final = "showing a match of the whole campaign"
# Long enough to see what one did and think better of it, short enough that whoever sets out hears in time.
UNDO_TIME: Final = timedelta(minutes=10)
# A shift that begins this soon waits for nobody's second thoughts: its people are told at once.
TOO_SOON: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Done:
    """What was done. ``act_id``: to undo it; None: it can't be, people were told at once. ``until``: until when."""

    count: int
    act_id: UUID | None
    until: datetime | None


def posts_of(actor: Actor, campaign: CampaignFacts, post_ids: Collection[int]) -> list[PostFacts]:
    """These posts of a campaign, by id. Refuses with NotFound what lies where the actor doesn't organise, with
    NeedUnknown, and with BadInput none or more than POSTS_MAX."""
    wanted = sorted(set(post_ids))
    if not 1 <= len(wanted) <= POSTS_MAX:
        raise BadInput(
            where="posts", what=f"{len(wanted)} are chosen", wanted=f"1 to {POSTS_MAX} posts at a time"
        )
    found = reads.posts(wanted)
    areas = places.areas({one.area_id for one in found.values()})
    for post_id in wanted:
        if post_id not in found:
            raise NeedUnknown(post_id=post_id)
        post = found[post_id]
        if post.campaign_id != campaign.id or not actor.organises(areas[post.area_id].path):
            raise NotFound(what="post")
    return [found[post_id] for post_id in wanted]


def call_off(
    *, actor: Actor, campaign: CampaignFacts, post_ids: Collection[int], now: datetime, about: str
) -> Asked:
    """Call posts off; ``Asked.done`` is a :class:`Done`. They take no more seats at once; whoever has one is freed and
    told when it can no longer be undone, at once where a shift begins within TOO_SOON.

    Refuses as :func:`posts_of` does.
    """
    posts = posts_of(actor, campaign, post_ids)
    facts = {"post_ids": [one.id for one in posts], "about": about}
    return _ask(actor, campaign, CALL_OFF, facts, do_call_off, posts, now)


def shift(
    *,
    actor: Actor,
    campaign: CampaignFacts,
    post_ids: Collection[int],
    minutes: int,
    now: datetime,
    about: str,
) -> Asked:
    """Let posts begin and end ``minutes`` later (below zero: earlier); ``Asked.done`` is a :class:`Done`.

    Refuses as :func:`posts_of`, ``needs.bulk.move_many`` and ``matching.actions.moved_posts`` do.
    """
    if not 0 < abs(minutes) <= bulk.SHIFT_MINUTES_MAX:
        raise BadInput(
            where="minutes", what=f"{minutes} minutes", wanted=f"up to {bulk.SHIFT_MINUTES_MAX}, not 0"
        )
    posts = posts_of(actor, campaign, post_ids)
    facts = {"post_ids": [one.id for one in posts], "minutes": minutes, "about": about}
    return _ask(actor, campaign, SHIFT, facts, do_shift, posts, now)


def publish(
    *, actor: Actor, campaign: CampaignFacts, run_id: int, kept_hours: int, now: datetime, about: str
) -> Asked:
    """Show the offers of a match that was held back, once it can no longer be undone: until then nobody sees them.

    Refuses with NotFound (no such run of the campaign that waits), and who doesn't organise all of it; CampaignRests.
    """
    actor.must_organise(campaign.area_path, what=SHOWING)
    run = next((one for one in matching_reads.held_back(campaign.id) if one.id == run_id), None)
    if run is None:
        raise NotFound(what="match that waits to be shown")
    breaks.must_work(campaign, run.day)
    facts = {"run_id": run_id, "kept_hours": kept_hours, "about": about}
    return ask_or_do(
        actor=actor,
        campaign=campaign,
        kind=PUBLISH,
        subject=str(run_id),
        facts=facts,
        does=do_publish,
        about=about,
        now=now,
    )


def _ask(
    actor: Actor,
    campaign: CampaignFacts,
    kind: str,
    facts: dict[str, Any],
    does: Does,
    posts: Sequence[PostFacts],
    now: datetime,
) -> Asked:
    """The second person organises all the places concerned: their nearest common area."""
    paths = {area.path for area in places.areas({one.area_id for one in posts}).values()}
    return ask_or_do(
        actor=actor,
        campaign=campaign,
        kind=kind,
        facts=facts,
        does=does,
        about=str(facts["about"]),
        now=now,
        area_path=common_path(paths),
    )


def common_path(paths: Collection[str]) -> str:
    """The path of the nearest area that holds all of these.

    >>> common_path({"/KR/16/101/", "/KR/16/102/"})
    '/KR/16/'
    """
    names = [path.strip("/").split("/") for path in paths]
    # What the first and the last in order share, all between them share too.
    both = takewhile(lambda pair: pair[0] == pair[1], zip(min(names), max(names), strict=False))
    shared = "/".join(name for name, _ in both)
    return f"/{shared}/" if shared else "/"


def _until(posts: Sequence[PostFacts], now: datetime, by: timedelta = timedelta()) -> datetime | None:
    """Until when it may be undone; None where a shift begins soon, as it was or as it is moved to."""
    starts = {at for one in posts for at in (one.starts_at, one.starts_at + by)}
    return None if any(now < at <= now + TOO_SOON for at in starts) else now + UNDO_TIME


def do_call_off(actor: Actor, campaign: CampaignFacts, facts: dict[str, Any], now: datetime) -> Done:
    posts = posts_of(actor, campaign, facts["post_ids"])
    until = _until(posts, now)
    with transaction.atomic():
        changed = bulk.call_off_many(post_ids=[one.id for one in posts], now=now)
        kept = {"post_ids": changed, "at": now.isoformat()}
        if actor.account_id is None:
            matching.call_off_posts(post_ids=changed, now=now)
            return Done(len(changed), None, None)
        if until is None:
            if not matching.call_off_posts(post_ids=changed, now=now, people_max=AT_ONCE_MAX):
                # It ends as it is done: nobody undoes it, and the chore tells the others.
                _noted(actor, campaign, CALL_OFF, kept, facts, now, now, len(changed))
            return Done(len(changed), None, None)
        return _noted(actor, campaign, CALL_OFF, kept, facts, now, until, len(changed))


def do_shift(actor: Actor, campaign: CampaignFacts, facts: dict[str, Any], now: datetime) -> Done:
    posts = posts_of(actor, campaign, facts["post_ids"])
    minutes = int(facts["minutes"])
    until = _until(posts, now, timedelta(minutes=minutes))
    with transaction.atomic():
        ids, moved_at = _move(campaign, [one.id for one in posts], minutes, now), now.isoformat()
        matching.tell_moved(post_ids=ids, about=moved_at, now=now, not_before=until or now)
        if until is None or actor.account_id is None:
            return Done(len(ids), None, None)
        kept = {"post_ids": ids, "minutes": minutes, "at": moved_at}
        return _noted(actor, campaign, SHIFT, kept, facts, now, until, len(ids))


def _move(campaign: CampaignFacts, post_ids: Collection[int], minutes: int, now: datetime) -> list[int]:
    zone = ZoneInfo(campaign.timezone)
    moved = bulk.move_many(post_ids=post_ids, minutes=minutes, now=now, zone=zone)
    matching.moved_posts(posts=moved)
    return [one.id for one in moved]


def do_publish(actor: Actor, campaign: CampaignFacts, facts: dict[str, Any], now: datetime) -> Done:
    actor.must_organise(campaign.area_path, what=SHOWING)
    kept = {"run_id": facts["run_id"], "kept_hours": facts["kept_hours"]}
    if actor.account_id is None:
        _show(kept, now)
        return Done(1, None, None)
    mine = undoing.last(actor=actor, campaign_id=campaign.id, now=now, kinds=[PUBLISH])
    # Pressed twice, it is one act: undone, nothing of it goes on.
    for act in mine:
        if act.facts["run_id"] == kept["run_id"]:
            return Done(1, act.id, act.until)
    return _noted(actor, campaign, PUBLISH, kept, facts, now, now + UNDO_TIME, 1)


def _show(facts: dict[str, Any], now: datetime) -> None:
    expires_at = now + timedelta(hours=int(facts["kept_hours"]))
    matching.publish_run(run_id=int(facts["run_id"]), now=now, expires_at=expires_at)


def _noted(
    actor: Actor,
    campaign: CampaignFacts,
    kind: str,
    kept: dict[str, Any],
    facts: dict[str, Any],
    now: datetime,
    until: datetime,
    count: int,
) -> Done:
    act_id = undoing.note(
        kind=kind,
        account_id=actor.account_id or 0,
        campaign_id=campaign.id,
        facts=kept,
        about=str(facts["about"]),
        now=now,
        until=until,
    )
    return Done(count, act_id, until)


def undo_call_off(actor: Actor, act: UndoableFacts, now: datetime) -> None:
    at = datetime.fromisoformat(act.facts["at"])
    bulk.put_back_many(post_ids=act.facts["post_ids"], called_off_at=at)


def undo_shift(actor: Actor, act: UndoableFacts, now: datetime) -> None:
    campaign = campaigns.campaign_by_id(act.campaign_id)
    _move(campaign, act.facts["post_ids"], -int(act.facts["minutes"]), now)
    matching.drop_moved(about=act.facts["at"])


def finish_call_off(act: UndoableFacts, now: datetime) -> None:
    matching.call_off_posts(post_ids=act.facts["post_ids"], now=now)


def finish_publish(act: UndoableFacts, now: datetime) -> None:
    run = next(
        (one for one in matching_reads.held_back(act.campaign_id) if one.id == act.facts["run_id"]), None
    )
    if run is not None:
        breaks.must_work(campaigns.campaign_by_id(act.campaign_id), run.day)
        _show(act.facts, now)

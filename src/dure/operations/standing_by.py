"""Standing by what institutions and neighbours ask for, and taking that back while nobody has seen the posts."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction

from dure.base import undoing
from dure.base.access import Actor
from dure.base.undoing import UndoableFacts
from dure.kernel.refusals import Refusal
from dure.movement.matching import placed
from dure.movement.matching import reads as matching
from dure.movement.needs import reads as needs
from dure.movement.needs import requests, taking_back
from dure.movement.needs.types import Published
from dure.operations.inviting import INVITE

STAND_BY: Final = "stand-by"


class PostsSeen(Refusal):
    code = "posts_seen"
    says = (
        "It can’t be taken back: {what}. Call the posts off instead, under Posts; whoever has a seat is told."
    )


def stand_by(
    *,
    actor: Actor,
    campaign_id: int,
    request_id: int,
    team_id: int | None,
    tier: int,
    said: str,
    now: datetime,
    about: str,
) -> Published:
    """Publish a request as ``requests.publish_request`` does, so that it can be taken back. ``about``: what was done,
    in a few words. Refuses as that does."""
    with transaction.atomic():
        done = requests.publish_request(
            actor=actor, request_id=request_id, team_id=team_id, tier=tier, said=said, now=now
        )
        # Pressed twice it is one act.
        if actor.account_id is not None and done.known_count < len(done.ids):
            undoing.note(
                kind=STAND_BY,
                account_id=actor.account_id,
                campaign_id=campaign_id,
                facts={"request_id": request_id, "post_ids": sorted(done.ids.values())},
                about=about,
                now=now,
                until=None,
            )
    return done


def undo(actor: Actor, act: UndoableFacts, now: datetime) -> None:
    """The posts go as if they had never been, and the request waits again. Refuses with PostsSeen, whole."""
    post_ids = [int(pk) for pk in act.facts["post_ids"]]
    found = needs.posts(post_ids)
    if any(one.seats_taken for one in found.values()) or placed.posts_with_people(post_ids):
        raise PostsSeen(what="people were offered a seat, or took one")
    to = [f"post:{pk}" for pk in post_ids]
    if undoing.stands(kind=INVITE, campaign_id=act.campaign_id, since=act.at, to=to):
        raise PostsSeen(what="people were invited")
    if any(matching.rounds(act.campaign_id, day) for day in {one.day for one in found.values()}):
        raise PostsSeen(what="its day was matched")
    if taking_back.take_back(sorted(found)) < len(found):
        raise PostsSeen(what="something was written down for it")
    requests.ask_again(actor=actor, request_id=int(act.facts["request_id"]))

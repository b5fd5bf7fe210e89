"""What can be done with photographs of work: keep one, take one away, and end them with their campaign."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from dure.base.access import Actor
from dure.base.errors import CommandReused
from dure.base.storage import StorageFull
from dure.kernel.refusals import BadInput, NotFound
from dure.movement.campaigns import reads as campaigns
from dure.movement.evidence import folder
from dure.movement.evidence.drawing import draw
from dure.movement.evidence.models import Photo
from dure.movement.evidence.reads import must_see, photo_facts
from dure.movement.evidence.types import PhotoFacts
from dure.movement.needs import reads as needs

# After a campaign: as long as a recount may still ask what there was.
KEPT_AFTER: Final = timedelta(days=90)
# A file may lie there a moment before its row does.
LOOSE_AFTER_S: Final = 3_600
WHY_CHARS_MAX: Final = 200


def keep(
    *,
    actor: Actor,
    key: UUID,
    team_id: int,
    post_id: int,
    picture: bytes,
    wiped: bool,
    at: datetime,
    now: datetime,
) -> PhotoFacts:
    """Keep a photograph of a post's work, drawn anew and without faces (see ``drawing``).

    ``key`` is made by the phone: the same one again is the photograph that was kept. ``at``: when it was taken.
    Refuses with NotFound (another's team or post), NotAPicture, PictureTooLarge, CommandReused (the same id for
    another post).
    """
    actor.must_captain(team_id)
    post = needs.posts([post_id]).get(post_id)
    if post is None or post.team_id != team_id:
        raise NotFound(what="post")
    if (earlier := _earlier(key, team_id, post_id)) is not None:
        return earlier
    drawn = draw(picture, wiped=wiped)
    try:
        digest = folder.put(drawn.jpeg)
    except OSError as error:
        raise StorageFull from error
    row = Photo(
        key=key,
        campaign_id=post.campaign_id,
        team_id=team_id,
        post_id=post_id,
        day=post.day,
        digest=digest,
        byte_count=len(drawn.jpeg),
        width_px=drawn.width_px,
        height_px=drawn.height_px,
        wiped=wiped,
        taken_at=at,
        kept_at=now,
        kept_by=actor.account_id,
    )
    # Two copies of one request at once: the unique key takes the first, and both hear of it.
    Photo.objects.bulk_create([row], ignore_conflicts=True)
    found = _earlier(key, team_id, post_id)
    if found is None:
        raise NotFound(what="photograph")
    return found


def _earlier(key: UUID, team_id: int, post_id: int) -> PhotoFacts | None:
    row = Photo.objects.filter(key=key).first()
    if row is None:
        return None
    if (row.team_id, row.post_id) != (team_id, post_id):
        raise CommandReused(command_id=key)
    return photo_facts(row)


def take_away(*, actor: Actor, photo_id: int, why: str, now: datetime) -> PhotoFacts:
    """Delete a picture that should not be there; that there was one, and why it went, stays. Twice changes nothing.

    By the team's captain and by who organises the place. Refuses with NotFound, BadInput.
    """
    words = why.strip()
    if not 1 <= len(words) <= WHY_CHARS_MAX or not words.isprintable():
        raise BadInput(where="why", what=f"{len(words)} letters can't be used", wanted="why, in one line")
    row = must_see(actor, photo_id, to_change=True)
    with transaction.atomic():
        standing = Photo.objects.filter(pk=photo_id, gone_at=None)
        standing.update(gone_at=now, gone_by=actor.account_id, gone_why=words)
    _drop_unwanted([row.digest])
    row.refresh_from_db()
    return photo_facts(row)


def _drop_unwanted(digests: list[str]) -> None:
    """Delete files that no standing photograph is of; the rows that named them are written before."""
    wanted = set(_standing().filter(digest__in=digests).values_list("digest", flat=True))
    for digest in sorted(set(digests) - wanted):
        folder.drop(digest)


def _standing() -> QuerySet[Photo]:
    return Photo.objects.filter(gone_at=None)


def forget(*, now: datetime) -> int:
    """Delete the pictures of campaigns that ended KEPT_AFTER ago (P9), and files without a row; how many pictures."""
    gone = 0
    for campaign_id in _standing().order_by("campaign_id").values_list("campaign_id", flat=True).distinct():
        campaign = campaigns.campaign_by_id(campaign_id)
        last = min(campaign.ends_on, campaign.closed_at.date()) if campaign.closed_at else campaign.ends_on
        if last + KEPT_AFTER < campaigns.local_day(campaign, now):
            rows = _standing().filter(campaign_id=campaign_id)
            gone += rows.update(gone_at=now, gone_why="the time for which it was kept is over")
    wanted = set(_standing().values_list("digest", flat=True))
    for digest in folder.digests():
        if digest not in wanted and folder.age_s(digest, now) > LOOSE_AFTER_S:
            folder.drop(digest)
    return gone

"""Questions about photographs: for the team's captain, and for who organises or audits its place. Never public."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

from dure.base.access import Actor
from dure.base.asked import Asked
from dure.kernel.refusals import NotFound
from dure.movement.campaigns import reads as campaigns
from dure.movement.evidence import folder
from dure.movement.evidence.models import Photo
from dure.movement.evidence.types import PhotoFacts
from dure.movement.needs import reads as needs
from dure.movement.places import reads as places

PAGE_ROWS = 24
_STANDING = Asked(
    lambda post_ids: Photo.objects.filter(post_id__in=post_ids, gone_at=None).values_list("post_id"), tuple
)


def photo_facts(row: Photo) -> PhotoFacts:
    """For this room's own actions."""
    return PhotoFacts(
        id=row.pk,
        key=row.key,
        campaign_id=row.campaign_id,
        team_id=row.team_id,
        post_id=row.post_id,
        day=row.day,
        digest=row.digest,
        byte_count=row.byte_count,
        width_px=row.width_px,
        height_px=row.height_px,
        wiped=row.wiped,
        taken_at=row.taken_at,
        kept_at=row.kept_at,
        gone_at=row.gone_at,
        gone_why=row.gone_why,
    )


def must_see(actor: Actor, photo_id: int, *, to_change: bool = False) -> Photo:
    """A photograph's row for who may see it (``to_change``: take it away). Refuses with NotFound."""
    row = Photo.objects.filter(pk=photo_id).first()
    if row is not None:
        path = places.area(needs.post(row.post_id).area_id).path
        may = actor.captains(row.team_id) or actor.organises(path)
        if may or (actor.audits(path) and not to_change):
            return row
    raise NotFound(what="photograph")


def of_day(actor: Actor, team_id: int, day: date) -> list[PhotoFacts]:
    """A team's photographs of a day for its captain, the newest first; those taken away are among them, with why."""
    actor.must_captain(team_id)
    rows = Photo.objects.filter(team_id=team_id, day=day).order_by("-taken_at", "-pk")
    return [photo_facts(row) for row in rows]


def of_post(actor: Actor, post_id: int) -> list[PhotoFacts]:
    """The photographs of a post, the newest first. Refuses with NotFound."""
    post = needs.posts([post_id]).get(post_id)
    if post is not None:
        path = places.area(post.area_id).path
        if actor.captains(post.team_id) or actor.organises(path) or actor.audits(path):
            rows = Photo.objects.filter(post_id=post_id).order_by("-taken_at", "-pk")
            return [photo_facts(row) for row in rows]
    raise NotFound(what="post")


def of_campaign(actor: Actor, campaign_id: int, *, before_id: int | None = None) -> list[PhotoFacts]:
    """The newest photographs that stand, of the places of a campaign that the actor organises or audits; a page of
    PAGE_ROWS, older than ``before_id``. Refuses with NotFound who does neither anywhere in it."""
    campaign = campaigns.campaign_by_id(campaign_id)
    paths = _reach(actor, campaign.area_path)
    if not paths:
        raise NotFound(what="campaign")
    rows = Photo.objects.filter(campaign_id=campaign_id, gone_at=None)
    if campaign.area_path not in paths:
        ids = {pk for path in paths for pk in places.ids_under(path)}
        rows = rows.filter(post__area_id__in=ids)
    if before_id is not None:
        rows = rows.filter(pk__lt=before_id)
    return [photo_facts(row) for row in rows.order_by("-pk")[:PAGE_ROWS]]


def _reach(actor: Actor, area_path: str) -> set[str]:
    """The places within an area that the actor organises or audits; the area itself where they reach all of it."""
    if actor.organises(area_path) or actor.audits(area_path):
        return {area_path}
    own = (path for role in ("organiser", "auditor") for path in actor.area_paths(role))
    return {path for path in own if path.startswith(area_path)}


def picture(actor: Actor, photo_id: int) -> bytes:
    """A photograph as JPEG. Refuses with NotFound (not theirs, taken away or over)."""
    row = must_see(actor, photo_id)
    if row.gone_at is not None:
        raise NotFound(what="photograph")
    return folder.get(row.digest)


def counts(post_ids: Iterable[int]) -> dict[int, int]:
    """How many photographs stand of each post that has any. For operations."""
    return dict(Counter(post_id for (post_id,) in _STANDING(tuple(post_ids))))

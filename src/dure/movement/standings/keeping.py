"""Large standings kept for the pages: worked out by a chore, written in pieces, switched on by one row."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Count, Max

from dure.base.access import SYSTEM
from dure.kernel.must import must
from dure.movement.audit import reads as audit
from dure.movement.campaigns import reads as campaigns
from dure.movement.ledger import reads as ledger
from dure.movement.needs import reads as needs
from dure.movement.standings import reads
from dure.movement.standings.models import DenominatorConfirmation, SafetyReview, ShownPart, ShownStanding
from dure.movement.standings.parts import Part, PartKey, Wanted, ahead_parts, form, head_of, packed, parts_of
from dure.movement.standings.types import Standing

# Up to so many places and teams a page works its figures out itself: some 0.2 s.
LIVE_CELLS_MAX = 2_000
# What no state of the log tells (a new name, a place that moved) is shown after this time at the latest.
AGE_MAX = timedelta(minutes=15)
# A large one isn't worked out more often than this: it takes some seconds of one core.
YOUTH_MIN = timedelta(minutes=3)
POSTS_SHOWN = 6
# Bytes and rows written in one transaction, so that nobody who records work waits for it.
PIECE_BYTES = 400_000
PIECE_ROWS = 100


def keep(*, campaign_id: int, today: date, now: datetime) -> bool:
    """Work a campaign's standing out again if it changed since it was kept, and keep it if it is large.

    True if it was written. Refuses with NotFound.
    """
    must(now.tzinfo is not None, "now is aware")
    state = _state(campaign_id, today)
    newest = ShownStanding.objects.filter(campaign_id=campaign_id, is_ready=True, form=form()).last()
    age_least = AGE_MAX if newest and newest.state == state else YOUTH_MIN
    if newest and now - newest.made_at < age_least:
        return False
    standing = reads.standing(campaign_id=campaign_id, today=today)
    if _cells(standing) <= LIVE_CELLS_MAX:
        _forget(campaign_id, keep_id=None)
        return False
    row = ShownStanding.objects.create(
        campaign_id=campaign_id,
        day=today,
        state=state,
        form=form(),
        made_at=now,
        head=packed(head_of(standing)),
    )
    for piece in _pieces(row.pk, standing):
        ShownPart.objects.bulk_create(piece)
    # One row switches all of it on.
    ShownStanding.objects.filter(pk=row.pk).update(is_ready=True)
    _forget(campaign_id, keep_id=row.pk)
    return True


def keep_all(now: datetime) -> int:
    """Keep what changed of every campaign that was opened; how many were written. For the chores."""
    opened = [one for one in campaigns.campaigns(actor=SYSTEM) if one.state != "draft"]
    return sum(
        keep(campaign_id=one.id, today=campaigns.local_day(campaign=one, now=now), now=now) for one in opened
    )


def wanted(campaign_id: int, today: date) -> Wanted | None:
    """What is wanted on the next day with posts, today included; else of the last that had some."""
    day = needs.next_day(campaign_id, today)
    if day is None:
        return None
    posts = [post for post in needs.posts_of_day(campaign_id, day) if post.seats_free]
    most = sorted(posts, key=lambda post: (post.tier, -post.seats_free, post.id))[:POSTS_SHOWN]
    return Wanted(day, sum(post.seats_free for post in posts), tuple(most))


def _state(campaign_id: int, today: date) -> str:
    """Changes with what is recorded, recounted, vouched for and planned."""
    confirmed = DenominatorConfirmation.objects.aggregate(count=Count("pk"), last=Max("confirmed_at"))
    looked = SafetyReview.objects.filter(indicator__campaign_id=campaign_id).count()
    # What recounts found stands in the log.
    said = f"{confirmed['count']}.{confirmed['last'] or ''}.{looked}"
    return f"{today}/{ledger.state()}/{said}/{campaigns.plan_state(campaign_id)}"


def _cells(standing: Standing) -> int:
    return sum(len(one.places) + len(one.teams) for one in standing.indicators)


def _pieces(standing_id: int, standing: Standing) -> Iterator[list[ShownPart]]:
    piece: list[ShownPart] = []
    size = 0
    for (kind, indicator_id, number), part in _all_parts(standing):
        body = packed(part)
        piece.append(
            ShownPart(standing_id=standing_id, kind=kind, indicator_id=indicator_id, number=number, body=body)
        )
        size += len(body)
        if size >= PIECE_BYTES or len(piece) >= PIECE_ROWS:
            yield piece
            piece, size = [], 0
    if piece:
        yield piece


def _all_parts(standing: Standing) -> Iterator[tuple[PartKey, Part]]:
    yield from parts_of(standing)
    for one in standing.indicators:
        told = reads.ahead(
            campaign=standing.campaign, standing=one, hours=standing.hours, today=standing.today
        )
        yield ("outlook", one.indicator.id, 0), told.outlook if told else None
        yield from ahead_parts(one, told)
        yield ("factor", one.indicator.id, 0), audit.factor(one.indicator.id)
    yield ("wanted", 0, 0), wanted(standing.campaign.id, standing.today)


def _forget(campaign_id: int, *, keep_id: int | None) -> None:
    """Delete what is no longer shown, a piece at a time; the newest but one stays for whoever is reading it."""
    old = ShownStanding.objects.filter(campaign_id=campaign_id)
    if keep_id is not None:
        shown_before = old.filter(is_ready=True, pk__lt=keep_id).order_by("-pk").values_list("pk", flat=True)
        spared = [keep_id, *shown_before[:1]]
        old = old.exclude(pk__in=spared)
    for standing_id in old.values_list("pk", flat=True):
        parts = ShownPart.objects.filter(standing_id=standing_id)
        while ids := list(parts.values_list("pk", flat=True)[:PIECE_ROWS]):
            ShownPart.objects.filter(pk__in=ids).delete()
        with transaction.atomic():
            ShownStanding.objects.filter(pk=standing_id).delete()

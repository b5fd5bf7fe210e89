"""The turns of a matching day: solve, publish, settle."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
from django.db import IntegrityError, transaction

from dure.base import outbox
from dure.base.jobs import SILENT, Progress
from dure.base.outbox import NewNotice
from dure.base.rows import insert
from dure.engine.matching import NO_POST, Solution, solve
from dure.engine.matching.problem import travel_m
from dure.movement.campaigns import reads as campaigns
from dure.movement.matching.columns import DayInput
from dure.movement.matching.errors import NoPosts, RunExists, RunNotReady
from dure.movement.matching.gather import gather, open_seats, taken_people
from dure.movement.matching.models import Offer, Run
from dure.movement.matching.rows import run_facts
from dure.movement.matching.types import RunFacts
from dure.movement.people import reads as people

# Rows in one transaction, so that the site's own writes get in between.
CHUNK_ROWS = 5_000
OFFER_NOTICE = "offer"


def run(
    *, campaign_id: int, day: date, now: datetime, round_number: int = 1, progress: Progress = SILENT
) -> RunFacts:
    """Place everyone for a day, provably best, and write the offers. Nobody sees them before publish_run.

    Round 1 matches all; a later round those who were not asked yet, to the seats still free. A run
    that was not published is made anew. Steps reported: gathered, solved, written (3).

    Refuses with NoPosts, RunExists (the round is published), RunNotReady (the day is settled).
    """
    campaign = campaigns.campaign_by_id(campaign_id)
    _clear_unpublished(campaign_id, day, round_number)
    open_now = open_seats(campaign_id, day, now)
    if not open_now:
        raise NoPosts(day=day)
    today = gather(
        campaign=campaign,
        day=day,
        posts=[post for post, _ in open_now],
        seats={post.id: count for post, count in open_now},
        leave_out=taken_people(campaign_id, day),
    )
    progress.advance(1, 3)
    solution = solve(today.problem, standing=today.standing)
    progress.advance(2, 3)
    solved = _write(campaign_id, day, round_number, today, solution, now)
    progress.advance(3, 3)
    return solved


def _clear_unpublished(campaign_id: int, day: date, round_number: int) -> None:
    with transaction.atomic():
        rounds = Run.objects.filter(campaign_id=campaign_id, day=day)
        if rounds.filter(settled_at__isnull=False).exists():
            raise RunNotReady(day=day, state="settled")
        same = rounds.filter(round=round_number)
        if same.filter(published_at__isnull=False).exists():
            raise RunExists(day=day, round=round_number)
        Offer.objects.filter(run__in=same).delete()
        same.delete()


def _write(
    campaign_id: int, day: date, round_number: int, today: DayInput, solution: Solution, now: datetime
) -> RunFacts:
    rows = np.flatnonzero(solution.post_of != NO_POST)
    post_rows = solution.post_of[rows].astype(np.int64)
    ways_m = np.rint(travel_m(today.problem, rows, post_rows)).astype(np.int64).tolist()
    new = Run(
        campaign_id=campaign_id,
        day=day,
        round=round_number,
        input_digest=today.digest,
        people_count=today.problem.people.count,
        posts_count=today.problem.posts.count,
        pairs_count=solution.pairs,
        standing_count=int(solution.standing.sum()),
        placed_count=len(rows),
        seats_by_tier=solution.seats_by_tier.tolist(),
        filled_by_tier=solution.filled_by_tier.tolist(),
        value=solution.value,
        bound=solution.bound,
        cost_units=solution.cost_total,
        travel_mean_m=round_half_up(solution.travel_mean_m),
        prices=solution.prices.astype("<i8").tobytes(),
        solved_at=now,
    )
    try:
        with transaction.atomic():
            new.save(force_insert=True)
    except IntegrityError as twin:  # somebody else matched the day while this one was solved
        raise RunExists(day=day, round=round_number) from twin
    # Until publish_run sets the date nobody is told; it replaces this one in the same moment.
    people_and_posts = zip(
        today.person_ids[rows].tolist(), today.need_ids[post_rows].tolist(), ways_m, strict=True
    )
    offers = [
        (new.pk, post_id, person_id, way_m, now, Offer.State.OPEN)
        for person_id, post_id, way_m in people_and_posts
    ]
    columns = ("run_id", "post_id", "person_id", "travel_m", "expires_at", "state")
    for start in range(0, len(offers), CHUNK_ROWS):
        chunk = offers[start : start + CHUNK_ROWS]
        with transaction.atomic():
            # Whoever left while the day was solved is offered nothing.
            here = people.names(person_id for _, _, person_id, *_ in chunk)
            insert(Offer, columns, [row for row in chunk if row[2] in here])
    return run_facts(new)


def round_half_up(value: float) -> int:
    return int(value + 0.5)


def publish_run(*, run_id: int, now: datetime, expires_at: datetime) -> RunFacts:
    """Show the offers, answerable until ``expires_at``, and queue a notice of each.

    Offers are made ready in chunks and switched on by one row, so a crash half way leaves nothing
    visible. The notices come after it, lest somebody is told of an offer that nobody can see; after
    a crash among them publishing again queues the rest. Otherwise publishing twice changes nothing.
    """
    ids = list(Offer.objects.filter(run_id=run_id).order_by("pk").values_list("pk", flat=True))
    unpublished = Run.objects.filter(pk=run_id, published_at__isnull=True)
    if unpublished.exists():
        for start in range(0, len(ids), CHUNK_ROWS):
            chunk = ids[start : start + CHUNK_ROWS]
            Offer.objects.filter(run_id=run_id, pk__gte=chunk[0], pk__lte=chunk[-1]).update(
                expires_at=expires_at
            )
        unpublished.update(published_at=now)
    found = Run.objects.get(pk=run_id)
    if found.settled_at is None:
        _tell(found, ids, now)
    return run_facts(found)


def _tell(published: Run, offer_ids: list[int], now: datetime) -> None:
    """Queue the notices of the offers that can still be answered; those that are queued already stay as they are."""
    for start in range(0, len(offer_ids), CHUNK_ROWS):
        chunk = offer_ids[start : start + CHUNK_ROWS]
        live = Offer.objects.filter(
            run=published, pk__gte=chunk[0], pk__lte=chunk[-1], state=Offer.State.OPEN, expires_at__gt=now
        )
        with transaction.atomic():
            outbox.queue_many(
                notices=[
                    NewNotice(
                        person_id=person_id,
                        kind=OFFER_NOTICE,
                        dedupe_key=f"offer:{offer_id}",
                        facts={"day": published.day.isoformat()},
                    )
                    for offer_id, person_id in live.order_by("pk").values_list("pk", "person_id")
                ],
                now=now,
            )


def settle(*, campaign_id: int, day: date, now: datetime) -> int:
    """End a day: every offer that was not accepted goes, with its notice; the count of them.

    What is left of somebody who declined is what is left of somebody who was never asked: nothing
    (P3). Digest, prices and counts of the run stay. Settling twice changes nothing.

    Refuses with RunNotReady when a round was solved and not published.
    """
    rounds = Run.objects.filter(campaign_id=campaign_id, day=day)
    if rounds.filter(published_at__isnull=True).exists():
        raise RunNotReady(day=day, state="not published")
    unaccepted = Offer.objects.filter(run__in=rounds).exclude(state=Offer.State.ACCEPTED)
    gone = list(unaccepted.values_list("pk", flat=True))
    count = 0
    for start in range(0, len(gone), CHUNK_ROWS):
        chunk = gone[start : start + CHUNK_ROWS]
        with transaction.atomic():
            # Again by state: somebody may have accepted since the look.
            unaccepted.filter(pk__in=chunk).delete()
            stayed = set(Offer.objects.filter(pk__in=chunk).values_list("pk", flat=True))
            outbox.drop_keys(keys=[f"offer:{offer_id}" for offer_id in chunk if offer_id not in stayed])
            count += len(chunk) - len(stayed)
    rounds.filter(settled_at__isnull=True).update(settled_at=now)
    return count

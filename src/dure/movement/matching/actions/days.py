"""The turns of a matching day: solve, publish, settle."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
from django.db import transaction

from dure.base import outbox
from dure.base.jobs import SILENT, Progress
from dure.base.outbox import NewNotice
from dure.base.rows import Row, insert
from dure.engine.matching import NO_POST, Solution, solve
from dure.engine.matching.problem import travel_m
from dure.kernel.must import must
from dure.movement.campaigns import reads as campaigns
from dure.movement.matching.columns import DayInput
from dure.movement.matching.errors import NoPosts, RunExists, RunNotReady
from dure.movement.matching.gather import gather, open_posts, taken_people
from dure.movement.matching.models import Offer, Run
from dure.movement.matching.rows import run_facts
from dure.movement.matching.types import RunFacts

# Rows in one transaction, so that the site's own writes get in between.
CHUNK_ROWS = 5_000
OFFER_NOTICE = "offer"


def run(
    *, campaign_id: int, day: date, now: datetime, round_number: int = 1, progress: Progress = SILENT
) -> RunFacts:
    """Place everyone for a day, provably best, and write the offers. Nobody sees them before publish_run.

    Round 1 matches all; a later round those who were not asked yet, to the seats still free. A run
    that was not published is made anew. Steps reported: gathered, solved, written (3).

    Refuses with NoPosts, RunExists (the round is published).
    """
    campaign = campaigns.campaign_by_id(campaign_id)
    _clear_unpublished(campaign_id, day, round_number)
    posts, seats = open_posts(campaign_id, day)
    if not posts:
        raise NoPosts(day=day)
    today = gather(
        campaign=campaign, day=day, posts=posts, seats=seats, leave_out=taken_people(campaign_id, day)
    )
    progress.advance(1, 3)
    solution = solve(today.problem, standing=today.standing)
    progress.advance(2, 3)
    solved = _write(campaign_id, day, round_number, today, solution, now)
    progress.advance(3, 3)
    return solved


def _clear_unpublished(campaign_id: int, day: date, round_number: int) -> None:
    with transaction.atomic():
        same = Run.objects.filter(campaign_id=campaign_id, day=day, round=round_number)
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
    new = Run.objects.create(
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
    # Until publish_run sets the date nobody is told; it replaces this one in the same moment.
    people_and_posts = zip(
        today.person_ids[rows].tolist(), today.need_ids[post_rows].tolist(), ways_m, strict=True
    )
    offers: list[Row] = [
        (new.pk, post_id, person_id, way_m, now, Offer.State.OPEN)
        for person_id, post_id, way_m in people_and_posts
    ]
    columns = ("run_id", "post_id", "person_id", "travel_m", "expires_at", "state")
    for start in range(0, len(offers), CHUNK_ROWS):
        with transaction.atomic():
            insert(Offer, columns, offers[start : start + CHUNK_ROWS])
    return run_facts(new)


def round_half_up(value: float) -> int:
    return int(value + 0.5)


def publish_run(*, run_id: int, now: datetime, expires_at: datetime) -> RunFacts:
    """Show the offers, answerable until ``expires_at``, and queue a notice of each.

    The notices are written in chunks first and the run is switched on by one row at the end, so a
    crash half way leaves nothing visible; publishing again goes on. Publishing twice changes nothing.

    Refuses with RunNotReady when the run is settled.
    """
    found = Run.objects.get(pk=run_id)
    if found.published_at is not None:
        return run_facts(found)
    offers = Offer.objects.filter(run_id=run_id)
    ids = list(offers.order_by("pk").values_list("pk", "person_id"))
    for start in range(0, len(ids), CHUNK_ROWS):
        chunk = ids[start : start + CHUNK_ROWS]
        with transaction.atomic():
            offers.filter(pk__gte=chunk[0][0], pk__lte=chunk[-1][0]).update(expires_at=expires_at)
            outbox.queue_many(
                notices=[
                    NewNotice(
                        person_id=person_id,
                        kind=OFFER_NOTICE,
                        dedupe_key=f"offer:{offer_id}",
                        facts={"day": found.day.isoformat()},
                    )
                    for offer_id, person_id in chunk
                ],
                now=now,
            )
    switched = Run.objects.filter(pk=run_id, published_at__isnull=True).update(published_at=now)
    must(switched <= 1, "a primary key names one row")
    return run_facts(Run.objects.get(pk=run_id))


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
    gone = list(unaccepted.values_list("pk", "person_id"))
    for start in range(0, len(gone), CHUNK_ROWS):
        chunk = gone[start : start + CHUNK_ROWS]
        with transaction.atomic():
            outbox.drop_keys(keys=[f"offer:{offer_id}" for offer_id, _ in chunk])
            Offer.objects.filter(pk__in=[offer_id for offer_id, _ in chunk]).delete()
    rounds.filter(settled_at__isnull=True).update(settled_at=now)
    return len(gone)

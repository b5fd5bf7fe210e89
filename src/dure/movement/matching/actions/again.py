"""The day matched again as it is now: what is free is offered, also to people who would leave another post for it."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import numpy.typing as npt
from django.conf import settings

from dure.base.jobs import SILENT, Progress
from dure.engine.matching import NO_POST, Rematch, rematch
from dure.engine.matching.explain import SEATED_LEAST
from dure.engine.matching.problem import METRES_PER_UNIT, travel_m
from dure.engine.matching.rematch import STABILITY_UNITS
from dure.movement.matching.actions.days import (
    NOTHING,
    NewOffers,
    clear_unpublished,
    new_run,
    offers_of,
    tells,
    write_run,
)
from dure.movement.matching.models import Run, RunInput
from dure.movement.matching.order import AS_THEY_WAIT, Order
from dure.movement.matching.running import NO_ID, RunningDay, by_tier, digest_of, late_m, running_day
from dure.movement.matching.stored import order_steps, packed, packed_steps
from dure.movement.matching.types import RunFacts
from dure.movement.needs import reads as needs

Int32s = npt.NDArray[np.int32]

STABILITY_M = STABILITY_UNITS * METRES_PER_UNIT


def run_again(
    *,
    campaign_id: int,
    day: date,
    now: datetime,
    stability_m: int = STABILITY_M,
    order: Order = AS_THEY_WAIT,
    progress: Progress = SILENT,
) -> RunFacts:
    """Match the running day anew and write what it asks of people. Nobody sees it before publish_run.

    Whoever has a post, or an offer that is open, is asked to go elsewhere only if the day gains more than
    ``stability_m`` metres of way by it, and keeps what they have until they say yes. Nobody is asked to leave a post
    for a less critical one, and only seats that are free are promised (:mod:`~dure.movement.matching.running` says who
    is asked nothing at all). Stopped or killed at any moment, asking again with the same ``now`` gives the same offers.

    Refuses with RunNotReady (the day was never matched and published, or is settled), NoPostsLeft (none may still be
    reached).
    """
    shown = Run.objects.filter(campaign_id=campaign_id, day=day, published_at__isnull=False)
    # After the last one, also where somebody left a number out.
    round_number = 1 + max(shown.values_list("round", flat=True), default=0)
    clear_unpublished(campaign_id, day, max(round_number, 2))
    progress.advance(0, 1, "reading")
    running = running_day(campaign_id, day, now, order)
    progress.advance(1, 1, "reading")
    found = _rematch(running, stability_m // METRES_PER_UNIT, progress)
    new = new_run(campaign_id, day, round_number, running.today, found.solution, now)
    new.input_digest = digest_of(running.today, running.home, found.problem.kept_units)
    new.again = _told(running, found)
    gathered = RunInput(
        run=new,
        person_steps=packed_steps(running.today.person_ids),
        home=packed(running.home.astype("<i4")),
        post_of=packed(found.solution.post_of.astype("<i4")),
        **order_steps(order),
    )
    return write_run(new, _asked(running, found.solution.post_of, now), gathered, progress)


def _rematch(running: RunningDay, stability_units: int, progress: Progress) -> Rematch:
    return rematch(
        running.today.problem,
        home=running.home,
        # Whoever is not asked is not in the problem, nor are their seats.
        fixed=np.zeros(len(running.home), np.bool_),
        start_prices=running.start_prices,
        stability_units=stability_units,
        tell=tells(progress),
        memory_max_bytes=settings.MATCH_MEMORY_MAX_BYTES,
    )


def _asked(running: RunningDay, post_of: Int32s, now: datetime) -> NewOffers:
    """Offers to those who have another post now, if they can be there in time and it is no less critical."""
    problem = running.today.problem
    posts = needs.posts(running.today.need_ids.tolist())
    reach_m = late_m([posts[pk] for pk in running.today.need_ids.tolist()], now)
    rows = np.flatnonzero((post_of != NO_POST) & (post_of != running.home))
    to, home = post_of[rows].astype(np.int64), running.home[rows]
    tier = problem.posts.tier
    as_critical = (home == NO_POST) | (tier[to] <= tier[home])
    in_time = travel_m(problem, rows, to) <= reach_m[to]
    rows = rows[as_critical & in_time]
    left = running.left_post[rows]
    return offers_of(
        running.today, rows, post_of[rows].astype(np.int64), np.where(left == NO_ID, NOTHING, left)
    )


def _told(running: RunningDay, found: Rematch) -> dict[str, object]:
    """What a run of the running day keeps for ever: counts, of nobody in particular."""
    facts = found.problem.posts
    sits = running.home[running.home != NO_POST]
    before = np.bincount(sits, minlength=facts.count)
    few_stay = 0 < running.stay < SEATED_LEAST
    return {
        "stability_units": found.problem.kept_units,
        "no_shows": running.no_shows,
        "given_back": running.given_back,
        "free_by_tier": by_tier(running.free, facts.tier),
        "new_by_tier": by_tier(np.where(running.is_new, running.free, 0), facts.tier),
        "before_by_tier": by_tier(before, facts.tier),
        "may_move": None if few_stay else int((running.left_post != NO_ID).sum()),
        "stay": None if few_stay else running.stay,
        "moved": len(found.moved),
        "offers": 0,
        "instead": 0,
    }

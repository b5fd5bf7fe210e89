"""A match of the running day gathered again: the same people, where they sat, and what was found for them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dure.engine.matching import Solution
from dure.movement.campaigns import reads as campaigns
from dure.movement.matching.columns import without
from dure.movement.matching.gather import window
from dure.movement.matching.models import Run, RunInput
from dure.movement.matching.order import in_order
from dure.movement.matching.rows import again_facts, run_facts
from dure.movement.matching.running import digest_of, posed
from dure.movement.matching.stored import StoredRun, order_of, people_of, posts_of, table_of, unpacked
from dure.movement.people import reads as people


def stored_rematch(run: Run) -> StoredRun:
    """The run with the very people, seats and homes that went in; its problem holds the price of staying.

    The whole solution was kept with it, as most people in it stay where they are and have no offer that says so.
    """
    table, gathered = table_of(run), RunInput.objects.get(run=run)
    posts, whole_day = posts_of(table)
    campaign = campaigns.campaign_by_id(run.campaign_id)
    start, end = window(campaign, run.day)
    found = people.placeable(area_path=campaign.area_path, day=run.day, day_start=start, day_end=end)
    chosen = in_order(without(found, np.setdiff1d(found.person, people_of(gathered))), order_of(gathered))
    today = posed(run.day, whole_day, posts, table.seats.tolist(), chosen)
    home = unpacked(gathered.home, "<i4").astype(np.int32)
    units = again_facts(run.again or {}).stability_units
    today = replace(
        today,
        problem=replace(today.problem, kept_post=home, kept_units=units),
        digest=digest_of(today, home, units),
    )
    solution = Solution(
        post_of=unpacked(gathered.post_of, "<i4").astype(np.int32),
        standing=np.zeros(len(home), np.bool_),
        prices=table.prices,
        price_scale=run.price_scale,
        closed=table.closed,
        tier_unit=run.tier_unit,
        value=run.value,
        bound_scaled=run.bound_scaled,
        cost_total=run.cost_units,
        seats_by_tier=np.array(run.seats_by_tier, np.int64),
        filled_by_tier=np.array(run.filled_by_tier, np.int64),
        pairs=run.pairs_count,
        travel_mean_m=float(run.travel_mean_m),
    )
    return StoredRun(run_facts(run), today, solution)

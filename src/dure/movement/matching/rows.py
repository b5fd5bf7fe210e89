"""Rows become the frozen values that cross."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet

from dure.movement.matching.models import Offer, Placement, Run
from dure.movement.matching.side_rows import side_facts
from dure.movement.matching.types import AgainFacts, OfferFacts, PlacementFacts, RunFacts

# Half a megabyte each at national scale: read only where the proof itself is asked for.
PROOF = ("post_ids", "seats", "prices", "closed", "relaxed", "held")


def whole_runs(**named: object) -> QuerySet[Run]:
    """Runs all of whose offers are written, without their proof. No other run is ever shown."""
    return Run.objects.filter(complete=True, **named).defer(*PROOF)


def run_facts(row: Run) -> RunFacts:
    return RunFacts(
        id=row.pk,
        campaign_id=row.campaign_id,
        day=row.day,
        round=row.round,
        input_digest=row.input_digest,
        people_count=row.people_count,
        posts_count=row.posts_count,
        pairs_count=row.pairs_count,
        standing_count=row.standing_count,
        placed_count=row.placed_count,
        seats_by_tier=tuple(row.seats_by_tier),
        filled_by_tier=tuple(row.filled_by_tier),
        value=row.value,
        bound=row.bound,
        cost_units=row.cost_units,
        travel_mean_m=row.travel_mean_m,
        solved_at=row.solved_at,
        published_at=row.published_at,
        settled_at=row.settled_at,
        again=None if row.again is None else again_facts(row.again),
        side=side_facts(row.side),
    )


def again_facts(kept: dict[str, Any]) -> AgainFacts:
    """What a match of the running day keeps, as it was written by ``actions.run_again``."""
    by_tier = {name: tuple(kept[name]) for name in ("free_by_tier", "new_by_tier", "before_by_tier")}
    return AgainFacts(**{**kept, **by_tier})


# Tuples, not models: a run carries its price table, which nobody wants beside every offer.
OFFER_COLUMNS = (
    *("pk", "run_id", "post_id", "person_id", "run__day", "travel_m", "run__expires_at", "state"),
    "instead_of_id",
)


def offer_facts(offers: QuerySet[Offer]) -> Iterator[OfferFacts]:
    """The offers as values, in the order of the query."""
    for row in offers.values_list(*OFFER_COLUMNS).iterator(chunk_size=5_000):
        yield OfferFacts(*row)


PLACEMENT_COLUMNS = (
    *("pk", "post_id", "person_id", "day", "state", "accepted_at", "checked_in_at", "checked_out_at"),
    *("gave_seat", "said_here_at", "said_gone_at", "walked_in_by"),
)


def placement_values(row: Sequence[Any]) -> PlacementFacts:
    """Of ``PLACEMENT_COLUMNS``; whether it waits is asked for beside."""
    *known, gave_seat, said_here_at, said_gone_at, walked_in_by = row
    values = (*known, False, gave_seat, said_here_at, said_gone_at, walked_in_by is not None)
    return PlacementFacts(*values)


def placement_facts(row: Placement, *, waits: bool = False) -> PlacementFacts:
    return PlacementFacts(
        id=row.pk,
        post_id=row.post_id,
        person_id=row.person_id,
        day=row.day,
        state=row.state,
        accepted_at=row.accepted_at,
        checked_in_at=row.checked_in_at,
        checked_out_at=row.checked_out_at,
        waits=waits,
        gave_seat=row.gave_seat,
        said_here_at=row.said_here_at,
        said_gone_at=row.said_gone_at,
        walked_in=row.walked_in_by is not None,
    )

"""Showing the offers of a run: one row switches all of them on. A later run promises no seat that is not free."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import numpy.typing as npt
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from dure.base.columns import Flag, read_columns
from dure.kernel.refusals import NotFound
from dure.movement.matching.actions.days import hold_day
from dure.movement.matching.errors import RunNotReady
from dure.movement.matching.gather import NO_SHIFT
from dure.movement.matching.late_day import LateRun, held_seats, runs_now
from dure.movement.matching.models import Offer, Placement, Run
from dure.movement.matching.rows import run_facts
from dure.movement.matching.types import RunFacts
from dure.movement.needs import actions as needs

Ints = npt.NDArray[np.int64]

CHUNK_ROWS = 5_000


def publish_run(*, run_id: int, now: datetime, expires_at: datetime) -> RunFacts:
    """Show the offers, answerable until ``expires_at``: one row switches all of them on.

    Between the match of a later run and this moment seats may have been taken. So the posts are held here, their free
    seats counted again, and an offer without one is withheld: nobody ever sees it. Notices follow turn by turn
    (``tell_offered``). Publishing twice changes nothing.
    Refuses with NotFound, RunNotReady (not all of its offers are written, or the day was settled meanwhile).
    """
    settled = Run.objects.filter(
        campaign_id=OuterRef("campaign_id"), day=OuterRef("day"), settled_at__isnull=False
    )
    ready = Run.objects.filter(pk=run_id, complete=True, published_at__isnull=True)
    found = Run.objects.filter(pk=run_id).first()
    with transaction.atomic():
        if found is not None:
            hold_day(found.campaign_id, found.day)
        # Of two who publish one waits here for the other.
        shown = ready.filter(~Exists(settled)).update(published_at=now, expires_at=expires_at)
        found = Run.objects.filter(pk=run_id).first()
        if shown and found is not None and _others(found):
            _promise_free_seats(found, now)
    if found is None:
        raise NotFound(what="run")
    if found.published_at is None:
        raise RunNotReady(day=found.day, state="settled" if found.complete else "not written whole")
    return run_facts(found)


def _others(run: Run) -> tuple[LateRun, ...]:
    """The rounds of the day that people see already, whatever their number: since then seats may be taken."""
    return tuple(one for one in runs_now(run.campaign_id, run.day) if one.id != run.pk)


def _promise_free_seats(run: Run, now: datetime) -> None:
    """Withhold what can't be kept; of too many for a post those stay who have no post yet, and the nearest."""
    offers = Offer.objects.filter(run=run, state=Offer.State.OPEN)
    post_ids = np.unique(read_columns(offers, ints=("post_id",)).ints["post_id"])
    # Held until this transaction ends, so that a latecomer waits, and then finds this run among those that hold seats.
    free = needs.hold_seats(post_ids=post_ids.tolist())
    # Whoever took a post since needs none.
    theirs = Placement.objects.filter(person_id=OuterRef("person_id"), day=run.day)
    placed = Exists(theirs.exclude(state=Placement.State.WITHDRAWN).exclude(NO_SHIFT))
    offers.filter(placed, instead_of__isnull=True).update(state=Offer.State.WITHHELD)
    held = held_seats(_others(run), now)
    open_now = np.array([free.get(pk, 0) - held[pk] for pk in post_ids.tolist()], np.int64)
    over = _over(offers, post_ids, open_now)
    for start in range(0, len(over), CHUNK_ROWS):
        chunk = Offer.objects.filter(pk__in=over[start : start + CHUNK_ROWS].tolist())
        chunk.update(state=Offer.State.WITHHELD)
    if run.again is not None:
        moves = offers.filter(instead_of__isnull=False)
        run.again |= {"offers": offers.count(), "instead": moves.count()}
        run.save(update_fields=["again"])


def _over(offers: QuerySet[Offer], post_ids: Ints, open_now: Ints) -> Ints:
    """Ids of the offers beyond the open seats of their posts (ascending ids, and seats)."""
    whole = {name: F(name) for name in ("person_id", "post_id", "travel_m")}
    read = read_columns(
        offers, ints={"id": F("pk"), "moves": Flag(Q(instead_of__isnull=False)), **whole}
    ).ints
    line = np.lexsort((read["person_id"], read["travel_m"], read["moves"], read["post_id"]))
    post = read["post_id"][line]
    turn = np.arange(len(post)) - np.searchsorted(post, post, side="left")
    return read["id"][line][turn >= open_now[np.searchsorted(post_ids, post)]]

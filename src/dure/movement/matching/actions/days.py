"""The turns of a matching day: solve, write, settle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import numpy.typing as npt
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from dure.base import outbox
from dure.base.columns import read_columns
from dure.base.jobs import SILENT, Progress
from dure.base.rows import insert_columns
from dure.engine.matching import NO_POST, Solution, solve
from dure.engine.matching.market import Tell
from dure.engine.matching.problem import travel_m
from dure.movement.campaigns import reads as campaigns
from dure.movement.matching.beside import drop_told_of_adults
from dure.movement.matching.columns import DayInput
from dure.movement.matching.errors import NoPosts, RunExists, RunNotReady
from dure.movement.matching.gather import gather, held_now, seats_to_match, taken_people
from dure.movement.matching.models import Offer, Run, RunInput
from dure.movement.matching.order import AS_THEY_WAIT, Order
from dure.movement.matching.rows import run_facts
from dure.movement.matching.side_rows import held_bytes, relaxed_bytes, side_json
from dure.movement.matching.stored import order_steps, packed_steps, some_of, start_prices
from dure.movement.matching.types import RunFacts
from dure.movement.needs import reads as needs
from dure.movement.people import reads as people

Ints = npt.NDArray[np.int64]
Int32s = npt.NDArray[np.int32]

NOTHING = -1  # no post is left
# Rows in one transaction: it stays near 100 ms, so that the site's own writes get in between.
CHUNK_ROWS = 10_000
# Notices whose keys end with the id of an offer: the offer itself, and the SMS back to a no.
ABOUT_OFFERS = ("offer", "sms_no")
SETTLE_ROWS = 5_000


def run(
    *,
    campaign_id: int,
    day: date,
    now: datetime,
    round_number: int = 1,
    order: Order = AS_THEY_WAIT,
    progress: Progress = SILENT,
) -> RunFacts:
    """Place everyone for a day, provably best, and write the offers. Nobody sees them before publish_run.

    Round 1 matches all; a later round those who were not asked yet, to the seats still free. A run
    that was not published is made anew: stopped or killed at any moment, asking again gives the same offers.
    ``order``: who comes first where not everybody can have a post. Steps reported: reading, the engine's own,
    writing; each may be stopped.

    Refuses with NoPosts, RunExists (the round is published), RunNotReady (the day is settled).
    """
    clear_unpublished(campaign_id, day, round_number)
    progress.advance(0, 1, "reading")
    today, earlier_prices = _read(campaign_id, day, now, order)
    progress.advance(1, 1, "reading")
    solution = _solve(today, earlier_prices, progress)
    new = new_run(campaign_id, day, round_number, today, solution, now)
    gathered = RunInput(run=new, person_steps=packed_steps(today.person_ids), **order_steps(order))
    return write_run(new, _offers(today, solution), gathered, progress)


def _read(campaign_id: int, day: date, now: datetime, order: Order) -> tuple[DayInput, Ints]:
    """The day's problem, and what yesterday says of its prices."""
    open_now = seats_to_match(campaign_id, day, now)
    if not open_now:
        raise NoPosts(day=day)
    posts = [post for post, _ in open_now]
    post_ids = np.array([post.id for post in posts], np.int64)
    whole_day = some_of(needs.columns_of_day(campaign_id, day), post_ids)
    today = gather(
        campaign=campaigns.campaign_by_id(campaign_id),
        day=day,
        whole_day=whole_day,
        posts=posts,
        seats=[count for _, count in open_now],
        leave_out=taken_people(campaign_id, day),
        held=lambda: held_now(campaign_id, day, now, post_ids),
        order=order,
        in_turn=True,
    )
    return today, start_prices(campaign_id, day, whole_day)


def tells(progress: Progress) -> Tell:
    """What the engine says of its steps, told on."""

    def tell(step: str, done: int, total: int) -> None:
        # Said once, before the start: what it will take.
        progress.advance(done, total, step, bytes_needed=done if step == "memory" else None)

    return tell


def _solve(today: DayInput, earlier_prices: Ints, progress: Progress) -> Solution:
    return solve(
        today.problem,
        standing=today.standing,
        start_prices=earlier_prices,
        tell=tells(progress),
        memory_max_bytes=settings.MATCH_MEMORY_MAX_BYTES,
        sides=today.sides,
    )


def clear_unpublished(campaign_id: int, day: date, round_number: int) -> None:
    """Drop what an earlier try left of the round. From the first statement on nobody can publish it.

    Refuses with RunNotReady (the day is settled), RunExists (the round is published).
    """
    rounds = Run.objects.filter(campaign_id=campaign_id, day=day)
    with transaction.atomic():
        rounds.filter(round=round_number, published_at__isnull=True).update(dropped=True, complete=False)
        if rounds.filter(settled_at__isnull=False).exists():
            raise RunNotReady(day=day, state="settled")
        if rounds.filter(round=round_number, published_at__isnull=False).exists():
            raise RunExists(day=day, round=round_number)
    for run_id in rounds.filter(dropped=True).values_list("pk", flat=True):
        _drop(run_id)


def _drop(run_id: int) -> None:
    own = Offer.objects.filter(run_id=run_id)
    persons = np.sort(read_columns(own, ints=("person_id",)).ints["person_id"])
    for first, last in _spans(persons):
        # By person: that is the order of the index that begins with the run.
        own.filter(person_id__gte=int(persons[first]), person_id__lte=int(persons[last - 1])).delete()
    own.delete()  # those that its writer, if it still lives, wrote since the look
    Run.objects.filter(pk=run_id).delete()


def _spans(rows: Ints) -> list[tuple[int, int]]:
    return [(start, min(start + CHUNK_ROWS, len(rows))) for start in range(0, len(rows), CHUNK_ROWS)]


@dataclass(frozen=True, eq=False)
class NewOffers:
    """What a run offers, by ascending person id."""

    persons: Ints
    posts: Ints  # ids
    ways_m: Ints
    instead_of: Ints  # ids of posts that a yes would leave; NOTHING where it leaves none


def _offers(today: DayInput, solution: Solution) -> NewOffers:
    rows, post_rows = _first_and_further(solution)
    return offers_of(today, rows, post_rows, np.full(len(rows), NOTHING, np.int64))


def _first_and_further(solution: Solution) -> tuple[Ints, Ints]:
    """Rows of people, ascending, and of posts; of several shifts of one person the one of the match comes first."""
    placed = np.flatnonzero(solution.post_of != NO_POST)
    people = np.concatenate([placed, solution.extra_person]).astype(np.int64)
    posts = np.concatenate([solution.post_of[placed], solution.extra_post]).astype(np.int64)
    line = np.argsort(people, kind="stable")
    return people[line], posts[line]


def offers_of(today: DayInput, rows: Ints, post_rows: Ints, instead_of: Ints) -> NewOffers:
    """Offers of posts (rows) to people (rows, ascending). ``instead_of``: one id for each offer."""
    ways_m = np.rint(travel_m(today.problem, rows, post_rows)).astype(np.int64)
    return NewOffers(today.person_ids[rows], today.need_ids[post_rows], ways_m, instead_of)


def write_run(new: Run, offers: NewOffers, gathered: RunInput, progress: Progress) -> RunFacts:
    """Write a run and its offers, some at a time; nobody sees any of it.

    Refuses with RunNotReady (settled meanwhile), RunExists (somebody else matched the round meanwhile).
    """
    try:
        with transaction.atomic():
            new.save(force_insert=True)
            gathered.save(force_insert=True)
            if hold_day(new.campaign_id, new.day):
                raise RunNotReady(day=new.day, state="settled")  # while this one was solved
    except IntegrityError as twin:  # somebody else matched the day while this one was solved
        if not _of_day(new.campaign_id, new.day).filter(round=new.round).exists():
            raise
        raise RunExists(day=new.day, round=new.round) from twin
    for first, last in _spans(offers.persons):
        progress.advance(first, len(offers.persons), "writing")
        part = NewOffers(*(column[first:last] for column in vars(offers).values()))
        try:
            _write_chunk(new, part)
        except IntegrityError:  # somebody left between the look and the end of the transaction
            _write_chunk(new, part)
    if not Run.objects.filter(pk=new.pk, dropped=False).update(complete=True):
        raise RunExists(day=new.day, round=new.round)
    progress.advance(len(offers.persons), len(offers.persons), "writing")
    return run_facts(new)


def _write_chunk(new: Run, offers: NewOffers) -> None:
    """Write some offers. Whoever left while the day was solved is offered nothing."""
    with transaction.atomic():
        # Held, so that nobody drops the run while something is added to it.
        mine = Run.objects.select_for_update().filter(pk=new.pk, dropped=False)
        if not list(mine.values_list("pk")):
            raise RunExists(day=new.day, round=new.round)
        persons = offers.persons
        here = np.isin(persons, people.ids_between(int(persons[0]), int(persons[-1])))
        count = int(here.sum())
        columns: dict[str, Sequence[object]] = {
            "run_id": [new.pk] * count,
            "post_id": offers.posts[here].tolist(),
            "person_id": persons[here].tolist(),
            "travel_m": offers.ways_m[here].tolist(),
            "state": [Offer.State.OPEN.value] * count,
        }
        instead_of = offers.instead_of[here]
        if (instead_of != NOTHING).any():
            columns["instead_of_id"] = [None if pk == NOTHING else pk for pk in instead_of.tolist()]
        insert_columns(Offer, columns)


def _of_day(campaign_id: int, day: date) -> QuerySet[Run]:
    return Run.objects.filter(campaign_id=campaign_id, day=day)


def hold_day(campaign_id: int, day: date) -> bool:
    """Hold a day until the caller's transaction ends, so that writing, publishing and settling follow each other;
    whether it is settled. A day that nobody sees yet is not held: it can't be settled."""
    shown = _of_day(campaign_id, day).filter(published_at__isnull=False).order_by("pk")
    return any(shown.select_for_update().values_list("settled_at", flat=True)[:1])


def new_run(
    campaign_id: int, day: date, round_number: int, today: DayInput, solution: Solution, now: datetime
) -> Run:
    return Run(
        campaign_id=campaign_id,
        day=day,
        round=round_number,
        input_digest=today.digest,
        people_count=today.problem.people.count,
        posts_count=today.problem.posts.count,
        pairs_count=solution.pairs,
        standing_count=int(solution.standing.sum()),
        placed_count=int((solution.post_of != NO_POST).sum()),
        seats_by_tier=solution.seats_by_tier.tolist(),
        filled_by_tier=solution.filled_by_tier.tolist(),
        value=solution.value,
        bound=solution.bound,
        bound_scaled=solution.bound_scaled,
        tier_unit=solution.tier_unit,
        cost_units=solution.cost_total,
        travel_mean_m=round_half_up(solution.travel_mean_m),
        post_ids=today.need_ids.astype("<i8").tobytes(),
        seats=today.problem.posts.seats.astype("<i4").tobytes(),
        prices=solution.prices.astype("<i8").tobytes(),
        price_scale=solution.price_scale,
        closed=np.packbits(solution.closed).tobytes(),
        side=side_json(today, solution),
        relaxed=relaxed_bytes(today, solution),
        held=held_bytes(today.sides),
        solved_at=now,
    )


def round_half_up(value: float) -> int:
    return int(value + 0.5)


def settle(*, campaign_id: int, day: date, now: datetime) -> int:
    """End a day: every offer that was not accepted goes, with its notice; the count of them.

    What is left of somebody who declined is what is left of somebody who was never asked: nothing
    (P3). Digest, prices and counts of the run stay. Settling twice changes nothing.

    Refuses with RunNotReady when the day was solved and not published. A later round that was not goes: its process
    died, or comes too late.
    """
    rounds = _of_day(campaign_id, day)
    shown = rounds.filter(published_at__isnull=False)
    if not shown.exists() and rounds.filter(complete=True).exists():
        raise RunNotReady(day=day, state="not published")
    with transaction.atomic():
        # First, so that a match which is still solving or writing publishes nothing after this.
        hold_day(campaign_id, day)
        shown.filter(settled_at__isnull=True).update(settled_at=now, relaxed=b"", held=b"")
    rounds.filter(published_at__isnull=True).update(dropped=True)
    for run_id in rounds.filter(published_at__isnull=True).values_list("pk", flat=True):
        _drop(run_id)  # its writer died half way
    rounds.filter(told_at__isnull=True).update(told_to=None, told_at=now)
    RunInput.objects.filter(run__in=rounds).delete()
    unaccepted = Offer.objects.filter(run__in=rounds).exclude(state=Offer.State.ACCEPTED)
    gone = list(unaccepted.values_list("pk", flat=True))
    count = 0
    for start in range(0, len(gone), SETTLE_ROWS):
        chunk = gone[start : start + SETTLE_ROWS]
        with transaction.atomic():
            # Again by state: somebody may have accepted since the look.
            unaccepted.filter(pk__in=chunk).delete()
            stayed = set(Offer.objects.filter(pk__in=chunk).values_list("pk", flat=True))
            gone_ids = [offer_id for offer_id in chunk if offer_id not in stayed]
            outbox.drop_keys(keys=[f"{kind}:{offer_id}" for kind in ABOUT_OFFERS for offer_id in gone_ids])
            count += len(chunk) - len(stayed)
    drop_told_of_adults(campaign_id, day)  # also those who let the offer pass were told
    return count

"""What a run left behind: its proof, and its day gathered again."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db.models import F, Q, QuerySet

from dure.base.columns import read_columns
from dure.engine.matching import NO_POST, Solution
from dure.engine.matching.solution import TIERS
from dure.kernel.must import must
from dure.movement.campaigns import reads as campaigns
from dure.movement.matching.columns import DayInput, rows_of
from dure.movement.matching.gather import continued, gather, of_few
from dure.movement.matching.models import Offer, Run, RunInput
from dure.movement.matching.order import Order
from dure.movement.matching.rows import run_facts
from dure.movement.matching.side_rows import held_of, relaxed_of, report_of, side_facts
from dure.movement.matching.types import RunFacts
from dure.movement.needs import reads as needs
from dure.movement.needs.types import PostColumns, PostFacts
from dure.movement.people.types import Near

Ints = npt.NDArray[np.int64]
Int32s = npt.NDArray[np.int32]

PACKED_LEVEL = 1  # quickest; what it leaves is a tenth and less


@dataclass(frozen=True, eq=False)
class RunTable:
    """What a run says of its posts, by ascending post id."""

    post_ids: Ints  # (m,)
    seats: Int32s  # (m,) that it had to give
    prices: Ints  # (m,) in 1/price_scale of a unit
    closed: npt.NDArray[np.bool_]  # (3, m) the tier proofs


@dataclass(frozen=True, eq=False)
class StoredRun:
    """A run, its day gathered again from today's facts, and its solution whole.

    ``today.digest`` is that of today's facts: another one than ``run.input_digest`` says that they have changed.
    """

    run: RunFacts
    today: DayInput
    solution: Solution


def table_of(run: Run) -> RunTable:
    post_ids = np.frombuffer(bytes(run.post_ids), "<i8").astype(np.int64)
    bits = np.frombuffer(bytes(run.closed), np.uint8)
    return RunTable(
        post_ids=post_ids,
        seats=np.frombuffer(bytes(run.seats), "<i4").astype(np.int32),
        prices=np.frombuffer(bytes(run.prices), "<i8").astype(np.int64),
        closed=np.unpackbits(bits, count=TIERS * len(post_ids)).astype(np.bool_).reshape(TIERS, -1),
    )


def packed_steps(ids: Ints) -> bytes:
    """Ascending ids as :class:`RunInput` keeps them: they mostly follow each other, so little is left of a million."""
    return packed(np.diff(ids, prepend=0).astype("<i8"))


def packed(numbers: npt.NDArray[Any]) -> bytes:
    return zlib.compress(numbers.tobytes(), PACKED_LEVEL)


def unpacked(stored: bytes | memoryview[int], kind: str) -> npt.NDArray[Any]:
    return np.frombuffer(zlib.decompress(bytes(stored)), kind)


def people_of(gathered: RunInput) -> Ints:
    """Ids of the people that a run gathered, ascending."""
    return _ids_of(gathered.person_steps)


def order_of(gathered: RunInput) -> Order:
    """Who came first in a run."""
    return Order(
        overdue=_ids_of(gathered.overdue_steps),
        first=_ids_of(gathered.first_steps),
        again=_ids_of(gathered.again_steps),
    )


def order_steps(order: Order) -> dict[str, bytes]:
    """The order of a run as columns of :class:`RunInput`."""
    return {
        "overdue_steps": _steps_of(order.overdue),
        "first_steps": _steps_of(order.first),
        "again_steps": _steps_of(order.again),
    }


def _ids_of(steps: bytes | memoryview[int]) -> Ints:
    return np.cumsum(unpacked(steps, "<i8")).astype(np.int64) if steps else np.zeros(0, np.int64)


def _steps_of(ids: Ints) -> bytes:
    return packed_steps(ids) if len(ids) else b""


def some_of(columns: PostColumns, post_ids: Ints) -> PostColumns:
    """The columns of some posts, which are all among them."""
    at = np.searchsorted(columns.id, post_ids)
    must(bool((columns.id[at] == post_ids).all()), "a problem's posts are posts of its day")
    return replace(
        columns,
        id=columns.id[at],
        team_id=columns.team_id[at],
        starts_s=columns.starts_s[at],
        ends_s=columns.ends_s[at],
        called_off=columns.called_off[at],
        title=columns.title[at],
    )


def start_prices(campaign_id: int, day: date, whole_day: PostColumns) -> Ints:
    """(m,) what each post cost on the day matched before, in whole units; 0 where nothing is known of it.

    A post is known again by its team and title, as those who were on it know it.
    """
    prices = np.zeros(len(whole_day.id), np.int64)
    earlier = Run.objects.filter(campaign_id=campaign_id, day__lt=day, round=1, published_at__isnull=False)
    run = earlier.order_by("-day").first()
    if run is None:
        return prices
    table = table_of(run)
    before = some_of(needs.columns_between(int(table.post_ids[0]), int(table.post_ids[-1])), table.post_ids)
    row, known = rows_of(continued(before, whole_day), whole_day.id)
    # Of several earlier posts of one name the first one speaks, so it is written last.
    prices[row[known][::-1]] = (table.prices // run.price_scale)[known][::-1]
    return prices


def posts_of(table: RunTable) -> tuple[list[PostFacts], PostColumns]:
    """The posts of a run, as facts and as columns."""
    found = needs.posts(table.post_ids.tolist())
    columns = needs.columns_between(int(table.post_ids[0]), int(table.post_ids[-1]))
    return [found[post_id] for post_id in table.post_ids.tolist()], some_of(columns, table.post_ids)


def stored_run(run: Run) -> StoredRun:
    """The run with everybody and the very seats that went in; who signed up since is not among them."""
    table, gathered = table_of(run), RunInput.objects.get(run=run)
    posts, whole_day = posts_of(table)
    today = gather(
        campaign=campaigns.campaign_by_id(run.campaign_id),
        day=run.day,
        whole_day=whole_day,
        posts=posts,
        seats=table.seats.tolist(),
        only=people_of(gathered),
        held=lambda: held_of(run, len(posts)),
        order=order_of(gathered),
    )
    return StoredRun(run_facts(run), today, _solution(run, table, today, Offer.objects.filter(run=run)))


def explained(
    run: Run,
    whole_day: PostColumns,
    posts: Sequence[PostFacts],
    *,
    person_ids: Sequence[int] | None = None,
    near: Near | None = None,
) -> tuple[DayInput, Solution]:
    """A part of the run's day: some of the day's posts, also later ones, and some people.

    The seats are all that the posts have, those of earlier rounds among them, as somebody who asks sees them.
    """
    today = gather(
        campaign=campaigns.campaign_by_id(run.campaign_id),
        day=run.day,
        whole_day=whole_day,
        posts=posts,
        seats=[post.seats for post in posts],
        person_ids=person_ids,
        near=near,
        order=order_of(RunInput.objects.get(run=run)),
    )
    return today, _solution(run, table_of(run), today, seated(run))


def seated(run: Run) -> QuerySet[Offer]:
    """The run's offers that were made, and of earlier rounds those that still hold a seat."""
    held = Q(
        run__campaign_id=run.campaign_id,
        run__day=run.day,
        run__round__lt=run.round,
        state__in=(Offer.State.OPEN, Offer.State.ACCEPTED),
    )
    return Offer.objects.filter(Q(run=run) | held).exclude(state=Offer.State.WITHHELD)


def _solution(run: Run, table: RunTable, today: DayInput, offers: QuerySet[Offer]) -> Solution:
    """The stored solution as far as it speaks of the people and posts of ``today``."""
    post_of, again_person, again_post = _seated_rows(run, today, offers)
    side = side_facts(run.side)
    # A post that was added since was worth nothing to the run.
    at, known = rows_of(today.need_ids, table.post_ids)
    return Solution(
        post_of=post_of,
        standing=(today.standing == post_of) & (post_of != NO_POST),
        prices=np.where(known, table.prices[at], 0),
        price_scale=run.price_scale,
        closed=table.closed[:, at] & known,
        tier_unit=run.tier_unit,
        value=run.value,
        bound_scaled=run.bound_scaled,
        cost_total=run.cost_units,
        seats_by_tier=np.array(run.seats_by_tier, np.int64),
        filled_by_tier=np.array(run.filled_by_tier, np.int64),
        pairs=run.pairs_count,
        travel_mean_m=float(run.travel_mean_m),
        side=None if side is None else report_of(side),
        relaxed=None if side is None else relaxed_of(run, today, post_of),
        extra_person=again_person,
        extra_post=again_post,
    )


def _seated_rows(run: Run, today: DayInput, offers: QuerySet[Offer]) -> tuple[Int32s, Int32s, Int32s]:
    """(n,) where the offers have everybody first; then people and posts of further shifts, in the order written."""
    columns = {"pk": F("pk"), **{name: F(name) for name in ("person_id", "post_id", "run_id")}}
    read = read_columns(of_few(offers, today.person_ids), ints=columns).ints
    person_row, person_here = rows_of(read["person_id"], today.person_ids)
    post_row, post_here = rows_of(read["post_id"], today.need_ids)
    # The run's own offers first, so that they win over what somebody held before; of those the first written.
    line = np.lexsort((read["pk"], read["run_id"] != run.pk))
    line = line[(person_here & post_here)[line]]
    _, first = np.unique(person_row[line], return_index=True)
    post_of = np.full(today.problem.people.count, NO_POST, np.int32)
    post_of[person_row[line[first]]] = post_row[line[first]]
    own = read["run_id"][line] == run.pk
    own[first] = False
    again = line[own]
    return post_of, person_row[again].astype(np.int32), post_row[again].astype(np.int32)

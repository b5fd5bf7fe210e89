"""Calling days off: whoever has a shift ahead of them there is free at once, and hears of it before they set out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from dure.base import outbox
from dure.base.outbox import NewNotice
from dure.kernel.must import must
from dure.movement.matching.models import Offer, Placement, Run
from dure.movement.matching.placed import of_days, seats_ahead
from dure.movement.needs import actions as needs

CALLED_OFF: Final = "called_off"
STOOD_DOWN: Final = "stood_down"
# In one transaction, which stays near 100 ms.
CHUNK_ROWS: Final = 2_000


def call_off(
    *, campaign_id: int, first: date, last: date | None, now: datetime, people_max: int | None = None
) -> int:
    """Free everybody who has a shift on these days that has not begun, and tell them; how many shifts.

    ``last`` None: all days from ``first`` on. What was offered for these days is taken back, whatever the answer was,
    so that nobody takes a seat there any more, a no says nothing about anybody (P3), and everybody can be asked again
    if a day is taken up after all. Who is there already stays, and their work counts. ``people_max``: no more than so
    many shifts now, the soonest first, and as many offers. Twice changes nothing; killed anywhere, done again it does
    the rest.
    """
    must(now.tzinfo is not None, "now is aware")
    days = of_days(first, last)
    # Who may set out hears of it first; what is only offered nobody can take any more (``offers.accept``).
    ids = list(seats_ahead(campaign_id, days, now).values_list("pk", flat=True)[:people_max])
    freed = _free_all(ids, now, _called_off)
    if people_max is not None and len(ids) == people_max:
        return freed
    runs = Run.objects.filter(
        days, campaign_id=campaign_id, published_at__isnull=False, settled_at__isnull=True
    )
    offers = Offer.objects.filter(run_id__in=list(runs.values_list("pk", flat=True)))
    _take_back_offers(offers, people_max)
    # Whoever said yes at the very moment of the break.
    late = list(seats_ahead(campaign_id, days, now).values_list("pk", flat=True)[:people_max])
    return freed + _free_all(late, now, _called_off)


def stand_down(
    *,
    post_ids: Collection[int],
    until: datetime,
    about: str,
    facts: dict[str, object],
    told_ids: Collection[int],
    now: datetime,
) -> int:
    """Free everybody whose shift at these posts begins after now and before ``until``, and tell them; how many shifts.

    What was offered there and not taken is taken back, as by :func:`call_off`. ``facts`` go into the notice;
    ``about``: what it is about, for its key: a person is told once for each
    day, and of the placements ``told_ids`` not at all, since they were told otherwise. Twice changes nothing.
    """
    must(now.tzinfo is not None, "now is aware")

    def told(pk: int, person_id: int, day: date) -> NewNotice | None:
        if pk in told_ids:
            return None
        key = f"{STOOD_DOWN}:{about}:{person_id}:{day}"
        return NewNotice(person_id, STOOD_DOWN, key, {**facts, "day": day.isoformat()})

    return sum(_free_all(ids, now, told) for ids in _ahead(post_ids, now, post__starts_at__lt=until))


def call_off_posts(*, post_ids: Collection[int], now: datetime, people_max: int | None = None) -> bool:
    """Free everybody who has a shift ahead at these posts, which are called off, and tell them; whether that was all.

    As :func:`call_off` does for days: no more than ``people_max`` of them now. Twice changes nothing.
    """
    must(now.tzinfo is not None, "now is aware")
    left = people_max
    for ids in _ahead(post_ids, now, post__cancelled_at__isnull=False):
        _free_all(ids[:left], now, _called_off)
        if left is not None:
            if len(ids) > left:
                return False
            left -= len(ids)
    return True


def _ahead(post_ids: Collection[int], now: datetime, **which: object) -> Iterator[list[int]]:
    """Placements at these posts whose shift is still to begin, chunk by chunk of the posts; what was offered at a chunk
    and not taken is taken back before."""
    wanted = sorted(post_ids)
    for start in range(0, len(wanted), CHUNK_ROWS):
        some = wanted[start : start + CHUNK_ROWS]
        _take_back_offers(Offer.objects.filter(post_id__in=some, run__settled_at__isnull=True))
        ahead = Placement.objects.filter(
            post_id__in=some, post__starts_at__gt=now, state=Placement.State.ACCEPTED, **which
        )
        yield list(ahead.order_by("post__starts_at", "pk").values_list("pk", flat=True))


# Makes the notice of a placement that is freed: of its id, person and day.
Notifies = Callable[[int, int, date], NewNotice | None]


def _called_off(placement_id: int, person_id: int, day: date) -> NewNotice | None:
    return NewNotice(person_id, CALLED_OFF, f"{CALLED_OFF}:{placement_id}", {"day": day.isoformat()})


def _free_all(ids: list[int], now: datetime, tells: Notifies) -> int:
    return sum(_free(ids[start : start + CHUNK_ROWS], now, tells) for start in range(0, len(ids), CHUNK_ROWS))


def _take_back_offers(offers: QuerySet[Offer], count_max: int | None = None) -> None:
    """These offers but for those that became a seat, with what was not sent of them; no more than ``count_max``."""
    states = Offer.State
    rest = offers.exclude(state__in=(states.ACCEPTED, states.WITHHELD))
    ids = list(rest.order_by("pk").values_list("pk", flat=True)[:count_max])
    for start in range(0, len(ids), CHUNK_ROWS):
        with transaction.atomic():
            # Again by state: somebody may have said yes since the look.
            rest.filter(pk__in=ids[start : start + CHUNK_ROWS]).update(state=states.WITHHELD)
            gone = Offer.objects.filter(pk__in=ids[start : start + CHUNK_ROWS], state=states.WITHHELD)
            outbox.drop_keys(keys=[f"offer:{pk}" for pk in gone.values_list("pk", flat=True)])


def _free(placement_ids: list[int], now: datetime, tells: Notifies) -> int:
    with transaction.atomic():
        mine = Placement.objects.filter(pk__in=placement_ids, state=Placement.State.ACCEPTED)
        # Locked by id, so that a seat is given back for each placement that this call moved.
        held = list(mine.select_for_update().order_by("pk").values_list("pk", "post_id", "person_id", "day"))
        mine.filter(pk__in=[pk for pk, *_ in held]).update(state=Placement.State.WITHDRAWN)
        needs.free_seats(counts=Counter(post_id for _, post_id, *_ in held))
        _forget_offers({(person_id, post_id) for _, post_id, person_id, _ in held})
        notices = [tells(pk, person_id, day) for pk, _, person_id, day in held if person_id is not None]
        outbox.queue_many(notices=[one for one in notices if one is not None], now=now)
    return len(held)


def _forget_offers(seats: set[tuple[int | None, int]]) -> None:
    """What those seats were offered by, so that their people are not left out when the day is matched again."""
    taken = Offer.objects.filter(
        state=Offer.State.ACCEPTED,
        person_id__in={person_id for person_id, _ in seats if person_id is not None},
        post_id__in={post_id for _, post_id in seats},
    )
    pairs = taken.values_list("pk", "person_id", "post_id")
    ids = [pk for pk, person_id, post_id in pairs if (person_id, post_id) in seats]
    Offer.objects.filter(pk__in=ids).update(state=Offer.State.WITHHELD)

"""Posts that are moved in time: whoever sits there keeps their rest (P5), and hears of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from dure.base import outbox
from dure.base.outbox import NewNotice
from dure.movement.matching.errors import RestShortOfSome
from dure.movement.matching.models import Placement
from dure.movement.matching.ready import short_of_rest
from dure.movement.needs.types import PostFacts

SHIFT_MOVED: Final = "shift_moved"
_AHEAD: Final = (Placement.State.ACCEPTED, Placement.State.PRESENT)


def moved_posts(*, posts: Sequence[PostFacts]) -> int:
    """Ask, in the transaction that moved these posts, whether everybody who sits there keeps their rest; how many sit.

    Refuses with RestShortOfSome: moving a post takes nobody's rest, whoever asks for it.
    """
    by_id = {one.id: one for one in posts}
    rows = Placement.objects.filter(post_id__in=list(by_id), state__in=_AHEAD, person_id__isnull=False)
    seats = list(rows.order_by("pk").values_list("person_id", "post_id"))
    left = [(person_id, post_id) for person_id, post_id in seats if person_id is not None]
    while left:
        # Somebody may have several of these shifts: each is asked for, one after the other.
        one_each = dict(left)
        left = [seat for seat in left if one_each[seat[0]] != seat[1]]
        short = short_of_rest({person_id: by_id[post_id] for person_id, post_id in one_each.items()})
        if short:
            person_id, wanted = next(iter(short.items()))
            raise RestShortOfSome(count=len(short), wanted=wanted, title=by_id[one_each[person_id]].title)
    return len(seats)


def tell_moved(*, post_ids: Collection[int], about: str, now: datetime, not_before: datetime) -> int:
    """Queue a notice to everybody who has a shift ahead at these posts; ``about`` tells one move from the next.

    It says the day, and that the times have changed: the times themselves stand on the page, whatever moves again.
    """
    rows = Placement.objects.filter(
        post_id__in=sorted(post_ids), state=Placement.State.ACCEPTED, person_id__isnull=False
    )
    notices = [
        NewNotice(person_id, SHIFT_MOVED, f"{SHIFT_MOVED}:{about}:{pk}", {"day": day.isoformat()})
        for pk, person_id, day in rows.order_by("pk").values_list("pk", "person_id", "day")
        if person_id is not None
    ]
    outbox.queue_many(notices=notices, now=now, not_before=not_before)
    return len(notices)


def drop_moved(*, about: str) -> int:
    """The move is undone before anybody heard of it: its notices are deleted."""
    return outbox.drop_starting(f"{SHIFT_MOVED}:{about}:")

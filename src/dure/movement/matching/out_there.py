"""Who is out there: people whom a post keeps away from home. For the room that sees everybody home."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Q

from dure.base.rows import IDS_A_QUERY_MAX
from dure.movement.matching.models import Placement
from dure.movement.matching.types import OutThere

# Who is due within this time may have set out.
SETS_OUT_BEFORE: Final = timedelta(hours=2)
# Who was checked out so lately is still on the way home.
WAY_HOME: Final = timedelta(hours=1)
# No shift is longer, nor anybody's way to it.
LONGEST: Final = timedelta(hours=36)
# Whose shift is as far away as this has a crew that knows them.
NEAR: Final = timedelta(days=30)
_COLUMNS: Final = ("pk", "person_id", "post_id", "day", "state", "post__ends_at", "said_here_at")
_STATES: Final = Placement.State
# By the code at the gate, and no captain has confirmed it.
_SAYS_HERE: Final = Q(
    state__in=(_STATES.ACCEPTED, _STATES.NO_SHOW), said_here_at__isnull=False, said_gone_at=None
)


def at_posts(post_ids: Collection[int], now: datetime) -> list[OutThere]:
    """Everybody who is at these posts, on the way there or on the way home, by placement id. For operations."""
    here = Q(state=_STATES.PRESENT) | _SAYS_HERE
    coming = Q(state=_STATES.ACCEPTED, post__starts_at__lte=now + SETS_OUT_BEFORE, post__ends_at__gt=now)
    left = Q(state=_STATES.DONE, checked_out_at__gt=now - WAY_HOME)
    return _found(sorted(post_ids), (here | coming | left))


def not_signed_out(post_ids: Collection[int]) -> list[OutThere]:
    """Everybody at these posts who was checked in, or said at the gate that they are here, and neither was checked out
    nor said that they go; by placement id. For operations."""
    return _found(sorted(post_ids), Q(state=_STATES.PRESENT, said_gone_at=None) | _SAYS_HERE)


def nearest(person_id: int, now: datetime) -> OutThere | None:
    """The shift at which somebody is now, else the one nearest to now that they had or will have; None: none within
    a month. For who asks for help."""
    rows = Placement.objects.filter(
        person_id=person_id,
        state__in=(_STATES.PRESENT, _STATES.DONE, _STATES.ACCEPTED, _STATES.NO_SHOW),
        post__ends_at__gt=now - NEAR,
        post__starts_at__lt=now + NEAR,
    )
    found = [(_facts(row[:-1]), row[-1]) for row in rows.values_list(*_COLUMNS, "post__starts_at")]

    def away(one: tuple[OutThere, datetime]) -> tuple[bool, timedelta, int]:
        out, starts_at = one
        return out.was != "here", max(starts_at - now, now - out.ends_at, timedelta()), out.placement_id

    return min(found, key=away)[0] if found else None


def checked_out(placement_ids: Sequence[int]) -> set[int]:
    """Those of the placements whose people were checked out, or said at the gate that they go."""
    found: set[int] = set()
    for start in range(0, len(placement_ids), IDS_A_QUERY_MAX):
        rows = Placement.objects.filter(pk__in=placement_ids[start : start + IDS_A_QUERY_MAX])
        out = Q(checked_out_at__isnull=False) | Q(said_gone_at__isnull=False)
        found.update(rows.filter(out).values_list("pk", flat=True))
    return found


def _found(post_ids: Sequence[int], who: Q) -> list[OutThere]:
    found: list[OutThere] = []
    for start in range(0, len(post_ids), IDS_A_QUERY_MAX):
        rows = Placement.objects.filter(
            who, post_id__in=post_ids[start : start + IDS_A_QUERY_MAX], person__isnull=False
        )
        found += [_facts(row) for row in rows.order_by("pk").values_list(*_COLUMNS)]
    return sorted(found, key=lambda one: one.placement_id)


def _facts(row: tuple[int, int, int, date, str, datetime, datetime | None]) -> OutThere:
    pk, person_id, post_id, day, state, ends_at, said_here_at = row
    was = {_STATES.PRESENT.value: "here", _STATES.DONE.value: "left"}.get(
        state, "on_the_way" if said_here_at is None else "here"
    )
    return OutThere(pk, person_id, post_id, day, was, ends_at)  # type: ignore[arg-type]

"""The newest kept standing of a campaign, as far as every page reads it: what it starts with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dure.base.asked import Asked
from dure.movement.standings.models import ShownStanding
from dure.movement.standings.parts import Head, form, unpacked


@dataclass(frozen=True, slots=True)
class Kept:
    """``row_id``: under which its parts stand; ``state``: of the figures it was worked out from."""

    row_id: int
    head: Head
    made_at: datetime
    state: str


_NEWEST = Asked(
    lambda campaign_id, made_in: (
        ShownStanding.objects.filter(campaign_id=campaign_id, is_ready=True, form=made_in)
        .order_by("-pk")
        .values_list("pk", "head", "made_at", "state")[:1]
    ),
    int,
    str,
)


def newest(campaign_id: int) -> Kept | None:
    """None where nothing is kept, or only in another form of the program."""
    for pk, head, made_at, state in _NEWEST(campaign_id, form()):
        return Kept(pk, unpacked("head", bytes(head)), made_at, state)
    return None

"""What evidence hands to others: frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class PhotoFacts:
    """A photograph without its picture. ``digest``: SHA-256 of the picture as it is kept, in hexadecimal digits.

    ``wiped``: the captain wiped clear what shows the work; False: it is coarse as a whole. ``gone_at``: the picture is
    deleted since then, ``gone_why``; None: it stands.
    """

    id: int
    key: UUID
    campaign_id: int
    team_id: int
    post_id: int
    day: date
    digest: str
    byte_count: int
    width_px: int
    height_px: int
    wiped: bool
    taken_at: datetime
    kept_at: datetime
    gone_at: datetime | None
    gone_why: str

"""Days, keys and papers of the cast; the people themselves are fixtures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from uuid import UUID

from dure.kernel.ids import client_id
from dure.movement.people.types import BRIEFING, CLEARANCE, COVER, SKILL, NewCredential, NewPerson

NOW = datetime(2026, 9, 1, 5, tzinfo=UTC)
DAY = date(2026, 9, 2)
# The second of September in Seoul.
DAY_START = datetime(2026, 9, 1, 15, tzinfo=UTC)
DAY_END = datetime(2026, 9, 2, 15, tzinfo=UTC)
MORNING = (datetime(2026, 9, 1, 23, tzinfo=UTC), datetime(2026, 9, 2, 4, tzinfo=UTC))

New = Callable[..., NewPerson]
Enrol = Callable[..., int]


def key_of(name: str) -> UUID:
    return client_id(b"cast", name)


def good_until(day: date | None) -> tuple[NewCredential, ...]:
    """Everything a post may ask for, good until ``day``."""
    return (
        NewCredential(COVER, "accident", "policy 7", day),
        NewCredential(BRIEFING, "safety", "list of 1 September", day),
        NewCredential(CLEARANCE, "children", "register 12", day),
        NewCredential(SKILL, "tractor", "licence seen", day),
    )

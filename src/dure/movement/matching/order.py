"""Who comes first where not everybody can have a post: an order that the caller brings, worth more than any way.

The match weighs ways and days of waiting (a day is worth 50 m). Who was promised work, and who had a task already while
others near them had none, are no matter of metres: they are told as so many days of waiting more that between people
of different classes the class decides, within a travel limit of a day trip, and within a class the way and the days
as ever. How many seats are filled is untouched: tiers come before all of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from dure.engine.matching.facts import DAYS_WAITED_MAX
from dure.movement.people.types import PlaceablePeople

Ints = npt.NDArray[np.int64]

# Worth 50 km each, at 50 m a day.
CLASS_DAYS: Final = 1_000
_NOBODY: Final = np.zeros(0, np.int64)


@dataclass(frozen=True, eq=False)
class Order:
    """Ids, ascending. ``overdue``: they were promised work by a day that has passed; ``first``: promised work, these
    too; ``again``: they had a task before."""

    overdue: Ints
    first: Ints
    again: Ints


AS_THEY_WAIT: Final = Order(_NOBODY, _NOBODY, _NOBODY)


def in_order(people: PlaceablePeople, order: Order) -> PlaceablePeople:
    """The people with their class told as days of waiting."""
    if not len(order.first) and not len(order.again):
        return people
    higher = np.isin(people.person, order.first).astype(np.int32)
    higher += np.isin(people.person, order.overdue)
    higher += ~np.isin(people.person, order.again)
    days = np.minimum(people.days_waited + higher * CLASS_DAYS, DAYS_WAITED_MAX)
    return replace(people, days_waited=days.astype(np.int32))

"""Limits of safety: the rated capacity of a place, and what a person does in a day of work.

Beyond 100 % of the first or 140 % of the second people may be overworked, or the figures wrong. Nothing is published
until a named person has looked and said what they found. Who looked at 110 % has not looked at 150 %: a tenth of the
limit further, the figure waits again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final, Protocol

from dure.engine.plan import Load, norm_share
from dure.engine.plan.arithmetic import NORM_REVIEW_ABOVE
from dure.movement.places.types import AreaFacts
from dure.movement.standings.measures import Measured, Sums
from dure.movement.standings.privacy import Key
from dure.movement.standings.sources import IndicatorSource, Sources
from dure.movement.standings.types import Limit

# Of the limit: how much further a figure may go before it has to be looked at again.
STANDS_FOR: Final = Fraction(1, 10)


class PlaceLike(Protocol):
    """A place of the board (``board.Place``)."""

    area: AreaFacts
    direct: Sums
    whole: Measured
    is_looked_at: bool

    @property
    def below(self) -> Sequence[PlaceLike]: ...


@dataclass(frozen=True, slots=True)
class Unsafe:
    """A figure beyond a limit that waits for somebody: a place's (``team_id`` None) or a team's."""

    area_id: int
    team_id: int | None
    limit: Limit
    load: Fraction
    claimed_milli: int

    @property
    def key(self) -> Key:
        return ("area", self.area_id) if self.team_id is None else ("team", self.team_id)


class Safety:
    """The looks at one indicator's figures; ``unsafe`` gathers what waits."""

    def __init__(self, sources: Sources, source: IndicatorSource) -> None:
        self._sources = sources
        self._indicator = source.indicator
        self.unsafe: list[Unsafe] = []
        self._team_days: dict[int, int] = defaultdict(int)
        self._area_days: dict[int, int] = defaultdict(int)
        if source.indicator.daily_norm_milli is not None:
            for (area_id, team_id), days in sources.person_days.items():
                self._team_days[team_id] += days
                self._area_days[area_id] += days

    def look_at_team(self, team_id: int, whole: Measured) -> Measured:
        """The team's figure, marked unsafe when it waits; a team of its own capacity has that looked at too."""
        home_id = self._sources.teams[team_id].area_id
        # Whose home is outside all that is shown is looked at by those who organise the whole.
        area_id = home_id if home_id in self._sources.areas else self._sources.campaign.area_id
        norm = self._norm(whole, self._team_days[team_id])
        capacity = whole.capacity
        if norm is None and capacity is None:
            return whole
        waits = [
            self._waits(area_id, team_id, "capacity", capacity, whole),
            self._waits(area_id, team_id, "norm", norm, whole),
        ]
        return replace(whole, is_unsafe=True) if any(waits) else whole

    def look_at_place(self, place: PlaceLike, *, has_target: bool) -> None:
        """A place with a target of its own is looked at itself, as is a sum that holds work of its own; any other sum
        waits while something in it does."""
        area_id = place.area.id
        for child in place.below:
            self._area_days[area_id] += self._area_days[child.area.id]
        below = all(child.is_looked_at for child in place.below)
        capacity, norm = place.whole.capacity, self._norm(place.whole, self._area_days[area_id])
        is_beyond = any(load and load.opens_review for load in (capacity, norm))
        has_own_work = not place.direct.is_empty and below
        if has_target or not place.below or has_own_work:
            waits = [
                self._waits(area_id, None, "capacity", capacity, place.whole),
                self._waits(area_id, None, "norm", norm, place.whole),
            ]
            is_unsafe = any(waits)
        else:
            is_unsafe = not below and is_beyond
        if is_unsafe:
            place.whole = replace(place.whole, is_unsafe=True)
        place.is_looked_at = below and not is_unsafe

    def _norm(self, whole: Measured, person_days: int) -> Load | None:
        """What is claimed against the norm of the days people worked, where that is beyond what opens a review; None
        without a norm, and where no day is known."""
        norm_milli = (self._indicator.daily_norm_milli or 0) * person_days
        # In whole numbers first: there are tens of thousands of teams, and nearly all are far below.
        limit = NORM_REVIEW_ABOVE
        if not norm_milli or whole.sums.claimed_milli * limit.denominator <= norm_milli * limit.numerator:
            return None
        return norm_share(whole.sums.claimed_milli, norm_milli)

    def _waits(
        self, area_id: int, team_id: int | None, limit: Limit, load: Load | None, whole: Measured
    ) -> bool:
        if load is None or not load.opens_review:
            return False
        found = Unsafe(area_id, team_id, limit, load.share.exact, whole.sums.claimed_milli)
        looked = self._sources.reviews.get((self._indicator.id, limit, found.key))
        if looked is not None and found.load <= Fraction(looked.load_permille, 1000) + STANDS_FOR:
            return False
        self.unsafe.append(found)
        return True

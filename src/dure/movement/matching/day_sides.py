"""What crosses from person to person and post to post on a day: groups, crews, leads, adults beside minors.

Two cleared adults beside whoever is under 18 are asked for at every post where somebody under 18 may work (P6):
nobody has to ask for it, and nobody can leave it out. Where a day has nothing of all that there are no sides, and the
match is what it is without them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dure.engine.matching import NO_POST, PeopleFacts, PostFacts, Sides, build_sides
from dure.engine.matching.facts import ADULT_AGE
from dure.engine.matching.sides import NO_GROUP
from dure.movement.needs.types import PostFacts as Need
from dure.movement.people.types import PlaceablePeople

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Int32s = npt.NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Held:
    """Who has each of ``m`` posts already, by post: they said yes, or may still do so to an open offer."""

    people: Int32s  # (m,)
    adults: Int32s  # (m,) cleared adults among them


def nobody(count: int) -> Held:
    none = np.zeros(count, np.int32)
    return Held(none, none)


def day_sides(
    people: PlaceablePeople,
    facts: PeopleFacts,
    posts: PostFacts,
    needs: Sequence[Need],
    held: Callable[[], Held],
) -> Sides | None:
    """The sides of a day, row by row as in ``facts`` and ``posts``; None where nobody asks for any.

    ``held`` is asked only where something depends on it.
    """
    could_come = _could_come(facts)
    group = _groups(people.group, could_come)
    shifts_max = people.shifts_max.astype(np.int32)
    least_crew = np.array([need.least_crew for need in needs], np.int32)
    ratio = np.array([need.people_per_lead for need in needs], np.int32)
    two_adults = _two_adults(facts, posts, could_come)
    if not (
        (group != NO_GROUP).any()
        or (shifts_max > 1).any()
        or (least_crew > 1).any()
        or ratio.any()
        or two_adults.any()
    ):
        return None
    there = held()
    return build_sides(
        facts,
        posts,
        group=group,
        shifts_max=shifts_max,
        # Seats of a post may be kept by offers that were let go since: nobody is asked for whom there is no seat.
        least_crew=np.minimum(least_crew, posts.seats + there.people),
        lead_post=_leads(needs),
        people_per_lead=ratio,
        two_adults=two_adults,
        held=there.people,
        held_adults=there.adults,
    )


def _could_come(facts: PeopleFacts) -> Bools:
    """(n,) who might be placed at all on the day; of a household the others go without whoever is away."""
    free: Bools = np.zeros(facts.count, np.bool_)
    free[facts.free_person] = True
    grown = (facts.age >= ADULT_AGE) | facts.guardian_agreed
    return free & grown & facts.covered & facts.briefed


def _groups(group: Ints, could_come: Bools) -> Int32s:
    """(n,) number of the group that stays together, from 0; -1 who is alone, or of the others the only one here."""
    numbers, which, count = np.unique(
        np.where(could_come, group, NO_GROUP), return_inverse=True, return_counts=True
    )
    together = (numbers != NO_GROUP) & (count > 1)
    number_of = np.where(together, np.cumsum(together) - 1, NO_GROUP)
    return number_of[which].astype(np.int32)


def _two_adults(facts: PeopleFacts, posts: PostFacts, could_come: Bools) -> Bools:
    if not (could_come & (facts.age < ADULT_AGE)).any():
        return np.zeros(posts.count, np.bool_)
    return ~(posts.hazardous | posts.night | posts.lone | (posts.min_age >= ADULT_AGE))


def _leads(needs: Sequence[Need]) -> Int32s:
    """(m,) row of the post that leads each, -1 none. A post whose lead was called off has no seats here."""
    row_of = {need.key: row for row, need in enumerate(needs)}
    return np.array(
        [NO_POST if need.lead_key is None else row_of.get(need.lead_key, NO_POST) for need in needs], np.int32
    )


def minors_bound(standing: Int32s, age: npt.NDArray[np.int16], sides: Sides | None) -> Int32s:
    """(n,) the standing placements that go before the match.

    Who is under 18 stays with a team only where two cleared adults are beside them, so they take part in the match;
    yesterday's post is worth its way there.
    """
    if sides is None or not sides.two_adults.any():
        return standing
    bound = (standing != NO_POST) & (age < ADULT_AGE) & sides.two_adults[np.maximum(standing, 0)]
    return np.where(bound, NO_POST, standing).astype(np.int32)

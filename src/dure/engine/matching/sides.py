"""What crosses from person to person or from post to post: the sides of the match, and what they cost.

Groups that stay together, least crews, leads (one nurse to ten helpers), two cleared adults beside minors, and
several shifts a day for those who wish it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dure.engine.matching.facts import (
    NO_POST,
    ROWS_NAMED_MAX,
    BoolArray,
    Fault,
    Int8Array,
    Int32Array,
    IntArray,
    PeopleFacts,
    PostFacts,
    ProblemRefused,
)

NO_GROUP = -1
SHIFTS_MAX = 24
ADULTS_BESIDE_MINORS = 2
# All shifts of one day lie within 13 hours, so that eleven hours of rest remain.
DAY_SPAN_MAX_MIN = 13 * 60


@dataclass(frozen=True, eq=False)
class Sides:
    """``n`` people and ``m`` posts, row by row as in the facts. Built by :func:`build_sides`."""

    group: Int32Array  # (n,) people of one number are placed at one post or not at all; -1 alone
    shifts_max: Int32Array  # (n,) shifts a day somebody wishes for, 1 or more
    least_crew: Int32Array  # (m,) with fewer people the shift does not take place; 0 or 1: with any number
    lead_post: Int32Array  # (m,) row of the post whose people lead this one; -1 none
    people_per_lead: Int32Array  # (m,) for how many people one lead is enough; each lead looks after one post
    two_adults: BoolArray  # (m,) whoever is under 18 works there beside two cleared adults
    # (m,) people who said yes to the post before and are no row of the people, on seats that are no seats of it
    held: Int32Array
    held_adults: Int32Array  # (m,) cleared adults among them


@dataclass(frozen=True, eq=False)
class SideReport:
    """What the sides cost, against a bound on every placement that keeps groups and shifts apart as wished.

    ``value`` and ``bound`` are in units of 10 m and speak, like the core's, about those who were not seated
    beforehand. The bound knows nothing of least crews, leads and adults beside minors, so that the best
    placement may well be nearer than the gap says.
    """

    value: int
    bound: int
    lost_by_tier: (
        IntArray  # (3,) seats that the match filled while it knew no sides, and that are not filled now
    )
    groups_kept: int  # at one post
    groups_home: int  # no post could take them together
    groups_apart: int  # were apart, or only partly placed, before they were brought together
    crews_closed: int  # posts that nobody goes to for want of a crew
    crews_mended: int  # posts to which enough people were brought
    ratios_mended: int  # posts whose crew was cut to their leads, or that got more leads
    adults_mended: int  # posts to which cleared adults were brought, or which minors had to leave
    extra_by_tier: IntArray  # (3,) seats filled by second and further shifts

    @property
    def gap_units(self) -> int:
        return self.bound - self.value

    @property
    def gap_share(self) -> float:
        """The gap as a part of the bound."""
        return self.gap_units / self.bound if self.bound else 0.0


def build_sides(
    people: PeopleFacts,
    posts: PostFacts,
    *,
    group: Int32Array | None = None,
    shifts_max: Int32Array | None = None,
    least_crew: Int32Array | None = None,
    lead_post: Int32Array | None = None,
    people_per_lead: Int32Array | None = None,
    two_adults: BoolArray | None = None,
    held: Int32Array | None = None,
    held_adults: Int32Array | None = None,
) -> Sides:
    """Fill in what is not given, and refuse with ProblemRefused, naming every fault, what cannot be meant."""
    sides = Sides(
        group=_or(group, people.count, NO_GROUP),
        shifts_max=_or(shifts_max, people.count, 1),
        least_crew=_or(least_crew, posts.count, 0),
        lead_post=_or(lead_post, posts.count, NO_POST),
        people_per_lead=_or(people_per_lead, posts.count, 0),
        two_adults=np.zeros(posts.count, np.bool_) if two_adults is None else two_adults,
        held=_or(held, posts.count, 0),
        held_adults=_or(held_adults, posts.count, 0),
    )
    faults = _shape_faults(sides, people.count, posts.count) or _value_faults(sides, posts)
    if faults:
        raise ProblemRefused(
            count=len(faults), first=str(faults[0]), faults=tuple(str(fault) for fault in faults)
        )
    return sides


def _or(given: Int32Array | None, count: int, missing: int) -> Int32Array:
    return np.full(count, missing, np.int32) if given is None else given


def _shape_faults(sides: Sides, people_count: int, post_count: int) -> list[Fault]:
    faults = []
    for table, count, kind, names in (
        ("people", people_count, np.int32, ("group", "shifts_max")),
        (
            "posts",
            post_count,
            np.int32,
            ("least_crew", "lead_post", "people_per_lead", "held", "held_adults"),
        ),
        ("posts", post_count, np.bool_, ("two_adults",)),
    ):
        for name in names:
            column: npt.NDArray[np.generic] = getattr(sides, name)
            if column.shape != (count,) or column.dtype != np.dtype(kind):
                found = f"is {column.dtype} of shape {column.shape}"
                faults.append(
                    Fault(table, name, f"{found}, expected {np.dtype(kind).name} with {count} rows")
                )
    return faults


def _value_faults(sides: Sides, posts: PostFacts) -> list[Fault]:
    faults: list[Fault] = []

    def where(table: str, column: str, bad: BoolArray, what: str) -> None:
        rows = np.flatnonzero(bad)
        if len(rows):
            named = tuple(int(row) for row in rows[:ROWS_NAMED_MAX])
            faults.append(Fault(table, column, what, named, len(rows)))

    where("people", "group", sides.group < NO_GROUP, "is below -1")
    where("people", "shifts_max", sides.shifts_max < 1, "is below 1")
    where("people", "shifts_max", sides.shifts_max > SHIFTS_MAX, f"is above {SHIFTS_MAX}")
    where("posts", "least_crew", sides.least_crew < 0, "is below 0")
    where("posts", "held", sides.held < 0, "is below 0")
    where(
        "posts",
        "held_adults",
        (sides.held_adults < 0) | (sides.held_adults > sides.held),
        "is no part of held",
    )
    seats = posts.seats.astype(np.int64) + sides.held
    where("posts", "least_crew", sides.least_crew > seats, "asks for more people than there are seats")
    lead, led = sides.lead_post, sides.lead_post != NO_POST
    unknown = (lead < NO_POST) | (lead >= posts.count)
    where("posts", "lead_post", unknown, "names no row of the posts")
    where("posts", "people_per_lead", led & (sides.people_per_lead < 1), "is below 1 though a post leads")
    where("posts", "people_per_lead", ~led & (sides.people_per_lead != 0), "is given though no post leads")
    if not unknown.any():
        where("posts", "lead_post", _in_a_ring(lead), "leads in a ring back to the post itself")
        known = np.maximum(lead, 0)
        apart = (posts.starts_min[known] >= posts.ends_min) | (posts.ends_min[known] <= posts.starts_min)
        where("posts", "lead_post", led & apart, "names a post at another time")
    return faults


def _in_a_ring(lead: Int32Array) -> BoolArray:
    """(m,) posts that are reached again by going from lead to lead."""
    # Post count is the end of every way; what still has not come there after m steps goes round.
    onward = np.append(np.where(lead == NO_POST, len(lead), lead), len(lead)).astype(np.int64)
    ahead = onward
    for _ in range(max(1, len(lead).bit_length())):
        ahead = ahead[ahead]
    ring = np.zeros(len(lead) + 1, np.bool_)
    ring[ahead] = True
    return ring[:-1]


def leads_needed(crew: IntArray, people_per_lead: Int32Array) -> IntArray:
    """How many leads look after crews, each lead after people of one post."""
    ratio = np.maximum(people_per_lead.astype(np.int64), 1)
    return np.where(people_per_lead > 0, -(-crew // ratio), 0)


def leads_given(
    lead_post: Int32Array | IntArray, per_lead: Int32Array, tier: Int8Array | IntArray, crew: IntArray
) -> IntArray:
    """(m,) how many leads each led post gets: of leads that are wanted by several, more urgent posts first."""
    led = np.flatnonzero(lead_post >= 0)
    given = np.zeros(len(crew), np.int64)
    needed = leads_needed(crew, per_lead)
    order = led[np.lexsort((led, tier[led], lead_post[led]))]
    lead = lead_post[order]
    first = np.searchsorted(lead, lead, side="left")
    before = np.cumsum(needed[order]) - needed[order]
    given[order] = np.clip(crew[lead] - (before - before[first]), 0, needed[order])
    return given

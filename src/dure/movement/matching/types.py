"""What matching hands to others: frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

import numpy as np
import numpy.typing as npt

# Re-exported, so that doors show reasons without importing the engine.
from dure.engine.matching import Unfilled, Why
from dure.engine.matching.explain import Stop
from dure.movement.needs.types import PostFacts
from dure.movement.places.types import AreaFacts

LateReason = Literal["new", "open"]

__all__ = [
    "AgainFacts",
    "CrewMember",
    "DayTally",
    "KeptPlace",
    "LatePost",
    "LateReason",
    "NewAcceptance",
    "OfferFacts",
    "OutThere",
    "PlacementFacts",
    "ReasonsForPerson",
    "ReasonsForPost",
    "RunFacts",
    "RunProof",
    "SideFacts",
    "Stop",
    "Unfilled",
    "UnfilledPost",
    "WaitingMinors",
    "Why",
    "WhyThisPost",
]


@dataclass(frozen=True, slots=True)
class SideFacts:
    """What groups, least crews, leads, adults beside minors and further shifts cost a day.

    They are settled on top of the match that knows people one by one, against a bound on every placement that keeps
    groups together. Units of 10 m; fields as in :class:`dure.engine.matching.SideReport`.
    """

    value: int
    bound: int
    lost_by_tier: tuple[int, int, int]  # seats that the match filled while it knew none of them
    groups_kept: int
    groups_home: int
    groups_apart: int
    crews_closed: int
    crews_mended: int
    ratios_mended: int
    adults_mended: int
    extra_by_tier: tuple[int, int, int]  # seats filled by second and further shifts
    relaxed_cost_units: int  # costs of the match that knew none of them, which the proof of the run is about

    @property
    def gap_units(self) -> int:
        return self.bound - self.value

    @property
    def gap_share(self) -> float:
        """The gap as a part of the bound."""
        return self.gap_units / self.bound if self.bound else 0.0


@dataclass(frozen=True, slots=True)
class AgainFacts:
    """What a match of the running day found and what it asks, in counts; tuples are seats of tier 1, 2, 3.

    The plan is the best day from here on, if everybody asked said yes. Of it only what is free is offered at once.
    """

    stability_units: int  # the price of staying, in units of 10 m
    no_shows: int
    given_back: int
    free_by_tier: tuple[int, int, int]  # neither taken nor offered, and still worth coming for
    new_by_tier: tuple[int, int, int]  # of these, at posts asked for since the first match
    before_by_tier: tuple[int, int, int]  # held by those who may be asked
    # People with a post or an open offer who may be asked to leave it, and those who are asked nothing. Some of these
    # said no today, so while they are few neither is told, nor kept (P3, P9).
    may_move: int | None
    stay: int | None
    moved: int  # people who have another post in the plan
    offers: int  # shown, once published
    instead: int  # of these, to people who would leave a post for it


@dataclass(frozen=True, slots=True)
class RunFacts:
    """One solve with its proof. ``gap_units`` 0 says that no better placement exists (unit: 10 m of way)."""

    id: int
    campaign_id: int
    day: date
    round: int
    input_digest: str
    people_count: int
    posts_count: int
    pairs_count: int
    standing_count: int
    placed_count: int
    seats_by_tier: tuple[int, int, int]
    filled_by_tier: tuple[int, int, int]
    value: int
    bound: int
    cost_units: int
    travel_mean_m: int
    solved_at: datetime
    published_at: datetime | None
    settled_at: datetime | None
    side: SideFacts | None = None  # what groups, crews, leads and minors cost the day; None: it had none
    again: AgainFacts | None = None  # None: the morning's match, or a later round of it

    @property
    def gap_units(self) -> int:
        return self.bound - self.value

    @property
    def state(self) -> str:
        if self.settled_at:
            return "settled"
        return "published" if self.published_at else "solved"


@dataclass(frozen=True, slots=True)
class OfferFacts:
    """A post offered to a person; ``state`` is open, accepted, declined, expired or withheld (never shown).

    ``instead_of``: the post they would leave by saying yes; until then they keep it.
    """

    id: int
    run_id: int
    post_id: int
    person_id: int
    day: date
    travel_m: int
    expires_at: datetime
    state: str
    instead_of: int | None = None


@dataclass(frozen=True, slots=True)
class NewAcceptance:
    """An acceptance in a batch; ``request_id`` makes sending it twice take one seat."""

    offer_id: int
    request_id: UUID


@dataclass(frozen=True, slots=True)
class PlacementFacts:
    """A person on a seat; ``state`` is accepted, present, done, no_show or withdrawn."""

    id: int
    post_id: int
    person_id: int | None
    day: date
    state: str
    accepted_at: datetime
    checked_in_at: datetime | None
    checked_out_at: datetime | None
    waits: bool = (
        False  # under 18, and two cleared adults are not to come; told to the person and their captain
    )
    gave_seat: bool = (
        False  # their seat was given to others when they did not arrive, or they came without one
    )
    said_here_at: datetime | None = (
        None  # what they said themself at the gate; the check-in is the captain's word
    )
    said_gone_at: datetime | None = None
    walked_in: bool = False  # their captain wrote them down when they came along


@dataclass(frozen=True, slots=True)
class OutThere:
    """Somebody whom a post keeps away from home. ``was``: here (checked in), on_the_way (due by now or soon, not
    checked in), left (checked out a moment ago)."""

    placement_id: int
    person_id: int
    post_id: int
    day: date
    was: Literal["here", "on_the_way", "left"]
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class LatePost:
    """An open post for somebody who comes late. ``reason``: it is ``new`` (asked for since the match), or a
    seat is ``open``; nothing says whether somebody declined it or gave it back (P3)."""

    post: PostFacts
    area: AreaFacts
    travel_m: int
    reason: LateReason


@dataclass(frozen=True, slots=True)
class CrewMember:
    """One of a post's crew as their captain sees them: a first name, no contact, no home."""

    placement_id: int
    post_id: int
    person_id: int | None
    given_name: str
    state: str
    first_day: bool
    under_18: bool
    guardian_agreed: bool
    checked_in_at: datetime | None
    waits: bool = False  # they are under 18, and two cleared adults are not to come
    checked_out_at: datetime | None = None
    said_here_at: datetime | None = None  # what they said themself at the gate
    said_gone_at: datetime | None = None
    walked_in: bool = False  # they came along without a placement


@dataclass(frozen=True, slots=True)
class KeptPlace:
    """A place somebody keeps in a team by their own wish; ``until``: its last day."""

    team_id: int
    until: date


@dataclass(frozen=True, slots=True)
class UnfilledPost:
    """A post with open seats and what holds it."""

    post_id: int
    seats_open: int
    tier: int


@dataclass(frozen=True, slots=True)
class WaitingMinors:
    """A post where people under 18 have a place, and two cleared adults have not."""

    post: PostFacts
    minors: int


@dataclass(frozen=True, slots=True)
class ReasonsForPost:
    """Why a post is not full. ``skill_names``: what the codes in the levers mean."""

    post: PostFacts
    reasons: Unfilled
    skill_names: Mapping[int, str]
    sides: tuple[str, ...] = ()  # names in side_reasons: what else had a say


@dataclass(frozen=True, slots=True)
class ReasonsForPerson:
    """Why somebody is where they are, or nowhere.

    ``posts``: those that ``why`` names, by row. ``skill_names``: what the codes in the changes mean.
    """

    why: Why
    posts: Mapping[int, PostFacts]
    skill_names: Mapping[int, str]
    sides: tuple[str, ...] = ()  # names in side_reasons: what else had a say


@dataclass(frozen=True, eq=False)
class RunProof:
    """What a run keeps for ever, of its posts by ascending id: enough to hold its figures against each other."""

    run: RunFacts
    post_ids: npt.NDArray[np.int64]  # (m,)
    seats: npt.NDArray[np.int32]  # (m,) that it had to give
    prices: npt.NDArray[np.int64]  # (m,) in 1/price_scale of a unit
    price_scale: int
    closed: npt.NDArray[np.bool_]  # (3, m) the tier proofs
    tier_unit: int  # a seat of tier 1, 2, 3 is worth three, two, one of it
    bound_scaled: int  # in 1/price_scale of a unit


@dataclass(frozen=True, slots=True)
class WhyThisPost:
    """Why somebody was offered a post.

    ``others``: the posts of the alternatives and of the changes, by the row that ``why`` names. ``skill_names``: what
    the codes in the changes mean.
    """

    post: PostFacts
    why: Why
    others: Mapping[int, PostFacts]
    skill_names: Mapping[int, str]
    sides: tuple[str, ...] = ()  # names in side_reasons: what else had a say


@dataclass(frozen=True, slots=True)
class DayTally:
    """The day in counts. Declines are no one's business and are not among them (P3)."""

    offered: int
    accepted: int
    present: int
    done: int
    no_show: int
    withdrawn: int

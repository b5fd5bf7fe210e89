"""What people and posts may ask for beyond one person, one post: groups, crews, leads, several shifts a day.

The columns are read and checked one by one here; what can't be meant together the engine refuses.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

import numpy as np

from dure.engine.matching import NO_POST, PeopleFacts, PostFacts
from dure.engine.matching.facts import BoolArray, Int32Array
from dure.engine.matching.sides import SHIFTS_MAX, Sides, build_sides
from dure.operations.match_tables import FLAG, INT32_MAX, INT64_MAX, UNREADABLE, WHOLE, Table

SIDES_OF_PEOPLE: Final = {"group": WHOLE, "shifts_max": WHOLE}
SIDES_OF_POSTS: Final = {
    "least_crew": WHOLE,
    "lead_post": WHOLE,
    "people_per_lead": WHOLE,
    "two_adults": FLAG,
}


@dataclass(frozen=True, eq=False)
class SideColumns:
    """Each None where the file has no such column."""

    group: Int32Array | None  # (n,) number of the group that stays together, from 0; -1 none
    shifts_max: Int32Array | None  # (n,) how many shifts a day somebody wishes for; 1 unless they said more
    least_crew: Int32Array | None  # (m,) with fewer people the shift is no use; 0 any number is
    lead_post: Int32Array | None  # (m,) row of the post whose people lead this one; -1 none
    people_per_lead: Int32Array | None  # (m,) how many people one lead looks after; 0 where none leads
    two_adults: BoolArray | None  # (m,) whoever is under 18 works there beside two cleared adults

    @property
    def given(self) -> tuple[str, ...]:
        """The columns that are there."""
        return tuple(field.name for field in fields(self) if getattr(self, field.name) is not None)

    def sides(self, people: PeopleFacts, posts: PostFacts) -> Sides | None:
        """What the engine is to keep; None where the files ask for nothing of the kind.

        Refuses with ProblemRefused what can't be meant together.
        """
        if not self.given:
            return None
        return build_sides(
            people,
            posts,
            group=self.group,
            shifts_max=self.shifts_max,
            least_crew=self.least_crew,
            lead_post=self.lead_post,
            people_per_lead=self.people_per_lead,
            two_adults=self.two_adults,
        )


def read_sides(people: Table, posts: Table, seats: Int32Array) -> SideColumns:
    """Faults go to the tables."""
    lead_post, people_per_lead = _leads(posts)
    least_crew = _whole_if_there(posts, "least_crew", 0, INT32_MAX, missing=0)
    if least_crew is not None:
        posts.wrong("least_crew", least_crew > seats, "more people than the post has seats")
    return SideColumns(
        group=_groups(people),
        shifts_max=_whole_if_there(people, "shifts_max", 1, SHIFTS_MAX, missing=1),
        least_crew=least_crew,
        lead_post=lead_post,
        people_per_lead=people_per_lead,
        two_adults=posts.flags("two_adults", missing=False) if "two_adults" in posts.has else None,
    )


def _whole_if_there(table: Table, name: str, least: int, most: int, *, missing: int) -> Int32Array | None:
    return table.whole(name, least, most, missing=missing).astype(np.int32) if name in table.has else None


def _groups(people: Table) -> Int32Array | None:
    if "group" not in people.has:
        return None
    named = people.whole("group", UNREADABLE, INT64_MAX, missing=UNREADABLE)
    ids = np.unique(named[named != UNREADABLE])
    return np.where(named == UNREADABLE, -1, np.searchsorted(ids, named)).astype(np.int32)


def _leads(posts: Table) -> tuple[Int32Array | None, Int32Array | None]:
    """Which post leads which, and for how many people one lead is enough: the two go together."""
    ratio = _whole_if_there(posts, "people_per_lead", 1, INT32_MAX, missing=0)
    if "lead_post" not in posts.has:
        if ratio is not None:
            posts.wrong(
                "people_per_lead", ratio > 0, "given without a column lead_post. Say which post leads"
            )
        return None, None
    named = posts.whole("lead_post", UNREADABLE, INT64_MAX, missing=UNREADABLE)
    asked, row = named != UNREADABLE, posts.rows_of(named)
    posts.wrong("lead_post", asked & (row == NO_POST), "the id of no post in this file")
    posts.wrong("lead_post", asked & (row == np.arange(posts.count)), "the post itself. Name another one")
    stated = np.zeros(posts.count, np.bool_) if ratio is None else ratio > 0
    posts.wrong(
        "lead_post", asked & ~stated, "given without people_per_lead. Say for how many one lead is enough"
    )
    posts.wrong("lead_post", ~asked & stated, "empty, but people_per_lead is given. Say which post leads")
    return row, ratio

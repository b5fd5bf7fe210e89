"""The end of the settling: what is still broken is given up, and seats left open go to people at home.

Giving up only takes people out, and filling only lets in who breaks nothing; so every side holds in the end.
"""

from __future__ import annotations

import numpy as np

from dure.engine.matching import side_loops
from dure.engine.matching.facts import BoolArray, IntArray
from dure.engine.matching.settle import Settlement
from dure.engine.matching.side_loops import HOME
from dure.engine.matching.sides import ADULTS_BESIDE_MINORS, NO_GROUP, leads_given, leads_needed


class _Placed:
    """Who is where (k,), and how that can be judged."""

    def __init__(self, now: Settlement) -> None:
        self.now, self.rows, self.seats = now, now.rows, now.seats
        self.post = now.posts_of()

    def crew(self) -> IntArray:
        return self.now.count(self.post) + self.rows.held

    def beside(self) -> IntArray:
        return self.now.count(self.post, self.rows.adult) + self.rows.held_adults

    def given(self, crew: IntArray) -> IntArray:
        return leads_given(self.rows.lead, self.rows.people_per_lead, self.rows.tier, crew)

    def send_home(self, leaves: BoolArray) -> None:
        """People, and with each the group."""
        groups = np.unique(self.rows.group[leaves & (self.rows.group != NO_GROUP)])
        leaves = leaves | np.isin(self.rows.group, groups) & (self.rows.group != NO_GROUP)
        self.post[leaves] = HOME


def give_up(placed: _Placed) -> None:
    """Take out whoever has to go until every side holds."""
    rows = placed.rows
    while True:
        at = placed.post
        crew = placed.crew()
        small = (crew > 0) & (crew < rows.least_crew) & (rows.held == 0)
        lonely = rows.two_adults & (placed.beside() < ADULTS_BESIDE_MINORS)
        leaves = (at >= 0) & (small[at] | (lonely[at] & rows.minor))
        short = (rows.lead >= 0) & (leads_needed(crew, rows.people_per_lead) > placed.given(crew))
        allowed = placed.given(crew) * np.maximum(rows.people_per_lead.astype(np.int64), 1)
        for post in np.flatnonzero(short & (crew > rows.held)):
            people = np.flatnonzero(at == post)
            # Those who came alone go first, so that few others have to go with them.
            people = people[np.argsort(rows.group[people] != NO_GROUP, kind="stable")]
            leaves[people[: int(crew[post] - allowed[post])]] = True
        if not leaves.any():
            return
        placed.send_home(leaves)


def fill_up(placed: _Placed) -> None:
    """Give open seats to groups and then people at home, wherever nothing can break by it."""
    now, rows, market = placed.now, placed.rows, placed.now.market
    value = now.market.post_value
    for groups_first in (True, False):
        crew, beside = placed.crew(), placed.beside()
        room = placed.seats - (crew - rows.held)
        room[(crew == 0) & (rows.least_crew > 1)] = 0
        ratio = np.maximum(rows.people_per_lead.astype(np.int64), 1)
        led = rows.lead >= 0
        room[led] = np.minimum(room[led], np.maximum(placed.given(crew) * ratio - crew, 0)[led])
        minors_may = ~rows.two_adults | (beside >= ADULTS_BESIDE_MINORS)
        if groups_first:
            _fill_groups(placed, value, room, minors_may)
            continue
        at_home = (placed.post == HOME) & (rows.group == NO_GROUP)
        place = placed.post.astype(np.int32)
        for block in market.pairs.blocks:
            side_loops.fill(
                block.first,
                block.ptr,
                block.words,
                market.pairs.post_bits,
                value,
                market.pairs.bonus,
                at_home,
                rows.minor,
                room,
                minors_may,
                place,
            )
        placed.post = place.astype(np.int64)


def _fill_groups(placed: _Placed, value: IntArray, room: IntArray, minors_may: BoolArray) -> None:
    groups = placed.now.groups
    if not groups.count:
        return
    # Where a group is, all of it is; a group of whom nobody takes part is nowhere.
    at = np.full(groups.count, HOME, np.int32)
    some = np.flatnonzero(groups.size > 0)
    at[some] = placed.post[groups.member[groups.member_at[some]]]
    home = some[at[some] == HOME]
    order = groups.order[np.isin(groups.order, home)]
    side_loops.place_groups(
        order,
        groups.size,
        groups.at,
        groups.post,
        groups.cost,
        value,
        1,
        room,
        groups.with_minor,
        ~minors_may,
        at,
        0,
    )
    people, which = groups.members(home)
    placed.post[people] = at[home][which]


def finish(now: Settlement) -> IntArray:
    """(k,) where everybody is in the end, HOME nowhere."""
    placed = _Placed(now)
    give_up(placed)
    fill_up(placed)
    return placed.post

"""Round by round, what is broken of crews, leads and adults beside minors: mended where that costs less than not to."""

from __future__ import annotations

import numpy as np

from dure.engine.matching import side_loops
from dure.engine.matching.bring import SPARE, Bringing, may_come, people_at, scout
from dure.engine.matching.facts import BoolArray, IntArray
from dure.engine.matching.settle import EPS_UNITS, Settlement
from dure.engine.matching.side_loops import FREE, HOME
from dure.engine.matching.sides import ADULTS_BESIDE_MINORS, leads_given, leads_needed

ROUNDS = 12
HALVES = 2  # rounds that close only the worst half of the crews that are too small
FEW = 20
TIE_UNITS = 2 * EPS_UNITS  # for each person brought: as near as the auction tells things apart
LEADS_AT_ONCE = 3
NO_LIMIT = np.iinfo(np.int64).max >> 2


def mend(now: Settlement) -> None:
    """Until nothing is broken, or the rounds are over."""
    looked = True
    for number in range(ROUNDS):
        everything = number >= HALVES
        broken = _crews(now, everything)
        broken = _leads(now) or broken
        broken = _adults(now) or broken
        if not broken:
            if looked and not _more_leads(now):
                return
            # Where prices fell there may be something better than all that people knew of.
            now.market.look()
        looked = not broken
        now.reopen()


def _crews(now: Settlement, everything: bool) -> bool:
    rows = now.rows
    crew = now.count(now.posts_of())
    under = np.flatnonzero((crew > 0) & (crew < rows.least_crew) & (rows.held == 0))
    if not len(under):
        return False
    own = now.market.posts_of()
    people, span = people_at(own, under)
    regret = np.zeros(now.market.posts, np.int64)
    np.add.at(regret, own[people], now.regrets(people))
    np.add.at(regret, under, _group_regret(now, under))
    wanted = rows.least_crew[under] - crew[under]
    possible = now.cap[under] >= rows.least_crew[under]
    limit = regret[under] + TIE_UNITS * now.market.scale * wanted
    offers = scout(now, under, np.where(possible, wanted + SPARE, 0), limit, may_come(now))
    bringing = Bringing(now)
    # The fullest first, as they are mended with least.
    order = np.argsort(wanted / rows.least_crew[under], kind="stable")
    hopeless = []
    for slot in order:
        chosen, loss = bringing.choose(offers, int(slot), int(wanted[slot]))
        beside = people[span[slot, 0] : span[slot, 1]]
        if len(chosen) < wanted[slot] or loss >= limit[slot] or bringing.gone[beside].any():
            hopeless.append(int(slot))
            continue
        bringing.bring(chosen, int(under[slot]), beside)
        now.counts.crews_mended += 1
    worst = hopeless if everything or len(hopeless) <= FEW else hopeless[len(hopeless) // 2 :]
    close(now, under[np.array(worst, np.int64)])
    return True


def close(now: Settlement, posts: IntArray) -> None:
    """Nobody goes to these posts any more."""
    if not len(posts):
        return
    now.cap[posts] = 0
    now.net[posts] = now.net_shut
    shut = np.zeros(now.market.posts, np.bool_)
    shut[posts] = True
    _leave(now, shut)


def _leave(now: Settlement, shut: BoolArray, *, minors: bool = False) -> None:
    """Everybody leaves the posts of ``shut`` (m,), or all minors do, each group as a whole."""
    own = now.market.posts_of()
    leaves = (own >= 0) & shut[own]
    if minors:
        leaves &= now.rows.minor
    now.market.own[leaves] = now.market.none
    alone = (now.fixed >= 0) & (now.rows.group < 0) & shut[np.maximum(now.fixed, 0)]
    if minors:
        alone &= now.rows.minor
    settled = np.flatnonzero(alone)
    if len(settled):
        now.free(settled)
    groups = (now.group_place >= 0) & shut[now.group_place]
    if minors:
        groups &= now.groups.with_minor
    again = np.flatnonzero(groups)
    if len(again):
        now.place_groups(again)


def _group_regret(now: Settlement, posts: IntArray) -> IntArray:
    """(posts,) what the groups there would lose if they had to leave, in all."""
    groups = now.groups
    mine = np.flatnonzero(np.isin(now.group_place, posts))
    loss = np.zeros(now.market.posts, np.int64)
    for group in mine:
        part = slice(int(groups.at[group]), int(groups.at[group + 1]))
        worth = now.net[groups.post[part]] * int(groups.size[group]) - now.market.scale * groups.cost[part]
        here = groups.post[part] == now.group_place[group]
        other = max(0, int(worth[~here].max(initial=0)))
        loss[now.group_place[group]] += int(worth[here].sum()) - other
    return loss[posts]


def _leads(now: Settlement) -> bool:
    rows = now.rows
    if not (rows.lead >= 0).any():
        return False
    crew = now.count(now.posts_of()) + rows.held
    needed = leads_needed(crew, rows.people_per_lead)
    given = leads_given(rows.lead, rows.people_per_lead, rows.tier, crew)
    short = np.flatnonzero((rows.lead >= 0) & (given < needed) & (crew > rows.held))
    if not len(short):
        return False
    own = now.market.posts_of()
    people, span = people_at(own, short)
    regret = now.regrets(people)
    leading, slot = np.unique(rows.lead[short], return_inverse=True)
    missing = np.bincount(slot, weights=(needed - given)[short], minlength=len(leading)).astype(np.int64)
    room = np.maximum(now.cap[leading] - now.settled()[leading], 0)
    depth = np.minimum(missing, room) + SPARE * (room > 0)
    limit = np.full(len(leading), NO_LIMIT, np.int64)
    offers = scout(now, leading, depth, limit, may_come(now))
    bringing = Bringing(now)
    for place, post in enumerate(short):
        ratio, post_slot = int(rows.people_per_lead[post]), int(slot[place])
        brought = 0
        there = np.sort(regret[span[place, 0] : span[place, 1]])
        excess = int(crew[post] - given[post] * ratio)
        while excess > 0 and room[post_slot] > 0:
            stay = min(excess, ratio)
            # A seat that is given up is lost with all that it is worth.
            saved = int(there[:stay].sum()) + stay * int(now.market.top[post] - now.net[post])
            chosen, loss = bringing.choose(offers, post_slot, 1)
            if not chosen or loss >= saved:
                break
            bringing.bring(chosen, int(leading[post_slot]), np.zeros(0, np.int64))
            there, excess, brought = there[stay:], excess - stay, brought + 1
            room[post_slot] -= 1
        given[post] += brought
        allowed = int(given[post]) * ratio - int(rows.held[post])
        if excess > 0:
            now.cap[post] = min(int(now.cap[post]), max(0, allowed))
        now.counts.ratios_mended += 1
    _cut_groups(now, short)
    return True


def _more_leads(now: Settlement) -> bool:
    """Bring leads to posts whose crew was cut for want of them, where the seats that this opens are worth more."""
    rows = now.rows
    posts = np.flatnonzero((rows.lead >= 0) & (now.cap < now.seats))
    if not len(posts):
        return False
    ratio = rows.people_per_lead[posts].astype(np.int64)
    depth = np.minimum(now.seats[posts] - now.cap[posts], ratio * LEADS_AT_ONCE)
    could = scout(now, posts, depth, np.zeros(len(posts), np.int64), may_come(now), free=True)
    leading, slot = np.unique(rows.lead[posts], return_inverse=True)
    room = np.maximum(now.cap[leading] - now.settled()[leading], 0)
    limit = np.full(len(leading), NO_LIMIT, np.int64)
    wanted = LEADS_AT_ONCE * np.bincount(slot, minlength=len(leading))
    offers = scout(now, leading, np.minimum(room, wanted) + SPARE * (room > 0), limit, may_come(now))
    bringing = Bringing(now)
    some = False
    for place, post in enumerate(posts):
        gains = -could.loss[could.at[place] : could.at[place + 1]]
        for turn in range(LEADS_AT_ONCE):
            gain = int(gains[turn * ratio[place] : (turn + 1) * ratio[place]].sum())
            if gain <= 0 or room[slot[place]] < 1:
                break
            chosen, loss = bringing.choose(offers, int(slot[place]), 1)
            if not chosen or loss >= gain:
                break
            bringing.bring(chosen, int(leading[slot[place]]), np.zeros(0, np.int64))
            room[slot[place]] -= 1
            if now.cap[post] == 0:
                now.net[post] = now.market.top[post]
            now.cap[post] = min(int(now.cap[post]) + int(ratio[place]), int(now.seats[post]))
            some = True
    return some


def _cut_groups(now: Settlement, posts: IntArray) -> None:
    """Where more are settled than there are seats now, those settled alone go, then the smallest groups."""
    over = now.settled() - now.cap
    posts = posts[over[posts] > 0]
    for post in posts:
        alone = np.flatnonzero((now.fixed == post) & (now.rows.group < 0))[: int(over[post])]
        if len(alone):
            now.free(alone)
        left = int(over[post]) - len(alone)
        mine = np.flatnonzero(now.group_place == post)
        mine = mine[np.argsort(now.groups.size[mine], kind="stable")]
        out = (
            mine[: int(np.searchsorted(np.cumsum(now.groups.size[mine]), left)) + 1] if left > 0 else mine[:0]
        )
        if len(out):
            members, _ = now.groups.members(out)
            now.group_place[out] = HOME
            now.settle(members, HOME)
            now.place_groups(out)


def _adults(now: Settlement) -> bool:
    rows = now.rows
    if not rows.two_adults.any():
        return False
    posts_of = now.posts_of()
    minors = now.count(posts_of, rows.minor)
    beside = now.count(posts_of, rows.adult) + rows.held_adults
    lonely = np.flatnonzero(rows.two_adults & (minors > 0) & (beside < ADULTS_BESIDE_MINORS))
    if not len(lonely):
        return False
    own = now.market.posts_of()
    people, span = people_at(own, lonely)
    regret = now.regrets(people)
    loss_minors = _group_regret(now, lonely)
    np.add.at(loss_minors, np.searchsorted(lonely, own[people]), np.where(rows.minor[people], regret, 0))
    wanted = ADULTS_BESIDE_MINORS - beside[lonely]
    # An adult who is there already stays, for good, when another comes.
    free_seats = (now.cap - now.settled() - now.count(own, rows.adult))[lonely]
    depth = np.where(free_seats >= wanted, wanted + SPARE, 0)
    offers = scout(now, lonely, depth, loss_minors, may_come(now) & rows.adult)
    bringing = Bringing(now)
    barred = np.zeros(now.market.posts, np.bool_)
    for slot, post in enumerate(lonely):
        chosen, loss = bringing.choose(offers, slot, int(wanted[slot]))
        there = people[span[slot, 0] : span[slot, 1]]
        stay = there[rows.adult[there]]
        if len(chosen) < wanted[slot] or loss >= loss_minors[slot] or bringing.gone[stay].any():
            barred[post] = True
        else:
            bringing.bring(chosen, int(post), stay)
        now.counts.adults_mended += 1
    _bar(now, barred)
    return True


def _bar(now: Settlement, barred: BoolArray) -> None:
    """No minor goes to these posts any more."""
    if not barred.any():
        return
    pairs, minor = now.market.pairs, now.rows.minor
    first_time = not now.saved
    now.barred |= barred
    lost = np.zeros(len(minor), np.bool_)
    for block in pairs.blocks:
        rows = np.flatnonzero(minor[block.first : block.first + len(block.ptr) - 1]).astype(np.int32)
        if first_time:
            now.remember(block, rows)
        side_loops.bar(block.first, rows, block.ptr, block.words, pairs.post_bits, now.barred, lost)
    _leave(now, barred, minors=True)
    alone = minor & (now.fixed == FREE)
    now.settle(np.flatnonzero(lost & alone), HOME)
    some = np.flatnonzero(alone & ~lost)
    # Who holds a seat elsewhere keeps it: only the choices are new.
    if len(some):
        now.market.look_again(some, cold=True)

"""Which answer is true for each person, and whether it is told anew. Columns in, columns out; no table is touched.

What somebody was told stays as it is while it is true: a date changes when it can't be kept, or when it has come.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from dure.engine.plan.line import BEYOND
from dure.movement.calls.types import ANSWER_KINDS
from dure.operations import answer_words as words
from dure.operations.answer_words import WORDS, Words

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

# Accepted is whoever surely has work within so many days, told with so many more to spare.
ACCEPT_DAYS: Final = 3
ACCEPT_SPARE_DAYS: Final = 3
# Invited to prepare is whose turn is expected within so many days, and within the days that vetting takes besides; they
# have so many for their own part, or until we are through with it where that takes longer.
INVITE_DAYS: Final = 10
OWN_PART_DAYS: Final = 7
# By when people hear again who are not needed: later where needs are known, since then it is no guess.
HEAR_DAYS: Final = 35
HEAR_DAYS_UNKNOWN: Final = 7
# What was promised is corrected once it is late by more than this share of the days that are left: far ahead a forecast
# moves to and fro, and nobody is helped by a date that moves with it.
LATE_SHARE: Final = 0.25
# Whose date has come and was not kept is told a new one at least so many days on.
LATE_DAYS: Final = 10
# Who was told that no day can be promised hears of a day again after so many days at the earliest: at the edge of what
# is forecast it would come and go. That they are invited or accepted they hear at once.
SETTLE_S: Final = 7 * 86_400
UNTOLD: Final = -1

_KIND_OF_WORDS: Final = np.array([one.kind_number for one in WORDS], np.int64)
_PROMISES: Final = tuple(ANSWER_KINDS.index(kind) for kind in ("accepted", "reserve"))


@dataclass(frozen=True, eq=False)
class Standing:
    """By person: ``words`` number of what they were told (UNTOLD: nothing, or older words), ``kind`` (UNTOLD: nothing),
    ``by`` ordinal of the date beside it, ``at_s`` second of the Unix epoch; ``was_accepted``: before, once."""

    words: Ints
    kind: Ints
    by: Ints
    at_s: Ints
    was_accepted: Bools


@dataclass(frozen=True, eq=False)
class Facts:
    """By person. Days count from today; BEYOND: none. ``ahead``: ordinal of the day of a post that is theirs, or 0.

    ``expected``, ``promised``: in the whole line; ``sure``: promised among those who lack nothing.
    """

    here: Bools  # in the area and agreed to be matched
    confirmed: Bools
    free_to_decide: Bools
    ready: Bools
    hourless: Bools
    with_us: Bools  # their own part of the preparation is done
    had: Ints
    taken_s: Ints  # when they said yes to the last task they had; 0: none
    ahead: Ints
    expected: Ints
    promised: Ints
    sure: Ints


@dataclass(frozen=True, slots=True)
class Moment:
    """``today``, ``last`` of the campaign: ordinals. ``now_s``: second of the Unix epoch. ``is_late``: what was
    promised for today comes no more. ``is_over``: the campaign; ``is_forecast``: something is known of the coming days.
    ``vetting_days``: until somebody who hands in now is through the usual steps; 0 where nobody can say.
    ``is_paused``: nobody is called, until somebody says that it goes on.
    """

    today: int
    last: int
    now_s: int
    is_late: bool
    is_over: bool
    is_forecast: bool
    vetting_days: int = 0
    is_paused: bool = False


def due(told: Standing, at: Moment) -> Bools:
    """Whose date has come: a date to hear by in its morning, a promise once its day brings nothing more."""
    promise = np.isin(told.kind, _PROMISES)
    return np.asarray((told.by < at.today) | ((told.by == at.today) & (~promise | at.is_late)))


def stands_accepted(facts: Facts, told: Standing, at: Moment) -> Bools:
    """Who was told *accepted*, has not had a task since, and their date has not come."""
    waits = _is_accepted(facts, told) & facts.ready & (facts.ahead == 0)
    return np.asarray(waits & ~due(told, at))


def _is_accepted(facts: Facts, told: Standing) -> Bools:
    return np.asarray((told.kind == words.ACCEPTED.kind_number) & (facts.taken_s < told.at_s))


def in_line(facts: Facts, told: Standing, at: Moment) -> Bools:
    """Who stands in the line: whoever could be called, and did not let an invitation pass."""
    waits = facts.here & facts.confirmed & facts.free_to_decide & (facts.ahead == 0)
    return np.asarray(waits & (facts.ready | ~_let_pass(facts, told, at)))


def may_be_accepted(facts: Facts, told: Standing, at: Moment) -> Bools:
    """Who of those in line may be told *accepted*: nothing is missing, and it did not come to nothing before.

    Whoever said no to what they were offered, and whoever was offered nothing, can't be told apart afterwards (P3).
    Both stay in front of the line and are offered posts, but no seat is counted on them a second time.
    """
    in_vain = told.was_accepted | (_is_accepted(facts, told) & due(told, at))
    return np.asarray(in_line(facts, told, at) & facts.ready & ~(in_vain & (facts.had == 0)))


def _let_pass(facts: Facts, told: Standing, at: Moment) -> Bools:
    number = WORDS.index(words.OWN_PART_MISSING)
    invited = told.kind == words.INVITED.kind_number
    return np.asarray(((told.words == number) | (invited & due(told, at))) & ~facts.with_us)


def true_answers(facts: Facts, told: Standing, at: Moment) -> tuple[Ints, Ints]:
    """For each person the number of the words that are true, and the ordinal of the date beside them."""
    count = len(facts.here)
    answer = np.full(count, UNTOLD, np.int64)
    by = np.zeros(count, np.int64)

    def say(whom: Bools, what: Words, days: Ints | int) -> None:
        chosen = whom & (answer == UNTOLD)
        answer[chosen] = WORDS.index(what)
        by[chosen] = at.today + (days if isinstance(days, int) else days[chosen])

    everybody = np.ones(count, np.bool_)
    rest = max(at.last - at.today, 0)
    accepted = stands_accepted(facts, told, at) & _has_work(facts)
    expired = _is_accepted(facts, told) & due(told, at)
    # On its last evening as well: dates to hear by end with the campaign, and pass at midnight.
    last_evening = at.is_late and at.today >= at.last
    say(everybody & at.is_over, words.OVER, rest)
    say((facts.confirmed | ~facts.here) & (facts.ahead == 0) & last_evening, words.OVER, rest)
    say(~facts.here, words.OUTSIDE, rest)
    say(~facts.confirmed, words.CONFIRM, OWN_PART_DAYS)
    say(facts.ahead > 0, words.PLACED, np.maximum(facts.ahead - at.today, 0))
    say(~facts.free_to_decide, words.GUARDIAN, HEAR_DAYS)
    say(~facts.ready & _let_pass(facts, told, at), words.OWN_PART_MISSING, HEAR_DAYS)
    say(facts.hourless, words.NO_HOURS, HEAR_DAYS)
    surely_soon = (facts.sure != BEYOND) & (facts.sure <= ACCEPT_DAYS)
    say(facts.ready & (accepted | surely_soon), words.ACCEPTED, np.maximum(facts.sure, 0) + ACCEPT_SPARE_DAYS)
    is_promised = (facts.promised != BEYOND) & ~_just_told_no(told, at)
    # A day that was named and can still be kept is kept, also where it could not be promised anew.
    kept = (told.kind == words.RESERVE.kind_number) & ~due(told, at)
    kept &= _can_be_kept(facts, told, at)
    call_in = np.maximum(np.where(is_promised, facts.promised, told.by - at.today), 1)
    # Who was let down once is not let down again a day later.
    late = expired | ((told.kind == words.RESERVE.kind_number) & due(told, at))
    call_in = np.where(late, np.maximum(call_in, LATE_DAYS), call_in)
    say(facts.ready & expired & is_promised, words.RESERVE_AGAIN, call_in)
    say(facts.ready & (is_promised | kept), words.RESERVE, call_in)
    prepared_in = max(OWN_PART_DAYS, at.vetting_days + 1)
    say(facts.with_us & ~facts.ready, words.BEING_CHECKED, prepared_in)
    invited = told.kind == words.INVITED.kind_number
    soon = (facts.expected != BEYOND) & (facts.expected <= INVITE_DAYS + at.vetting_days)
    say(~facts.ready & (invited | soon), words.INVITED, prepared_in)
    say(~facts.ready & (is_promised | kept), words.RESERVE_UNPREPARED, call_in)
    say(everybody & at.is_paused, words.PAUSED, HEAR_DAYS)
    say(everybody & (not at.is_forecast), words.NOTHING_KNOWN, HEAR_DAYS_UNKNOWN)
    say(facts.had > 0, words.SERVED, HEAR_DAYS)
    say(facts.expected != BEYOND, words.NOT_SURE, HEAR_DAYS)
    say(everybody, words.BEYOND_NEEDS, HEAR_DAYS)
    return answer, np.minimum(by, max(at.last, at.today))


def _can_be_kept(facts: Facts, told: Standing, at: Moment) -> Bools:
    days_left = told.by - at.today
    return np.asarray((facts.expected != BEYOND) & (facts.expected <= days_left * (1 + LATE_SHARE)))


def _has_work(facts: Facts) -> Bools:
    """For whom there is any at all: posts are called off, and then nobody stays accepted for them."""
    return np.asarray((facts.expected != BEYOND) | (facts.sure != BEYOND))


def _just_told_no(told: Standing, at: Moment) -> Bools:
    numbers = [WORDS.index(one) for one in (words.NOT_SURE, words.BEYOND_NEEDS, words.SERVED)]
    return np.asarray(np.isin(told.words, numbers) & (at.now_s - told.at_s < SETTLE_S))


def to_tell(answer: Ints, facts: Facts, told: Standing, at: Moment) -> Bools:
    """Who has to be told: what they were told is no longer true, or its date has come."""
    still = (told.kind == _KIND_OF_WORDS[answer]) & ~due(told, at)
    accepted = stands_accepted(facts, told, at) & _has_work(facts)
    still &= (told.kind != words.ACCEPTED.kind_number) | accepted
    # Of one kind these say different things; the others differ in their reasons alone, which are told when it is time.
    for what in (
        words.OUTSIDE,
        words.OVER,
        words.CONFIRM,
        words.GUARDIAN,
        words.OWN_PART_MISSING,
        words.NO_HOURS,
        words.PAUSED,
    ):
        still &= (answer == WORDS.index(what)) == (told.words == WORDS.index(what))
    still &= (told.kind != words.RESERVE.kind_number) | _can_be_kept(facts, told, at)
    # What they were told when they signed up stays true until they confirm or lapse.
    unconfirmed = facts.here & ~facts.confirmed & (told.kind != UNTOLD) & (not at.is_over)
    # That a post is theirs stands on the post itself; it is written down where their date comes before it.
    on_the_way = (facts.ahead > 0) & (told.kind != UNTOLD) & (told.by > at.today)
    over_and_told = (told.words == WORDS.index(words.OVER)) & (answer == WORDS.index(words.OVER))
    return np.asarray(~(still | unconfirmed | on_the_way | over_and_told))

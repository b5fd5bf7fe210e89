"""The line of a campaign as it stands: gathered from the rooms, served by the engine.

Forecasts are made of seats that were asked for, people stand with what they lack, and turns come from placements;
offers are in none of it, so who said no and who was never asked stand alike (P3).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt

from dure.engine.plan.line import BEYOND, Places, Waiting, line
from dure.engine.plan.seats import Z_LOW, SeatsAhead, seats_ahead
from dure.movement.calls.standing import once_told, standing_columns
from dure.movement.campaigns import breaks
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.matching.gather import window
from dure.movement.matching.order import Order
from dure.movement.matching.rotation import resting
from dure.movement.matching.turns import Turns, turns
from dure.movement.needs.seats import SeatsAsk, SeatsByDay, seats_by_day
from dure.movement.people.in_line import PeopleInLine, free_days, in_line
from dure.movement.people.types import Bools, Ints
from dure.movement.places import reads as places

Floats = npt.NDArray[np.float64]
Masks = npt.NDArray[np.uint64]

DAYS_LOOKED_AHEAD: Final = 60
# A mask holds so many different wishes of seats; rarer ones are in no forecast.
ASKS_MAX: Final = 64
# Whom a seat is expected for within so many days, theirs are the hours they offer; farther ahead hours change.
HOURS_MATTER_DAYS: Final = 14
ALWAYS: Final = np.uint64(2**64 - 1)


@dataclass(frozen=True, eq=False)
class Queue:
    """Everybody of a campaign's area who may be called, and the seats there will be.

    ``had``, ``taken_s``, ``ahead``: as in ``matching.turns``, by row of ``people``. ``waits``: who stands in the line.
    """

    today: date
    people: PeopleInLine
    places: Places
    had: Ints
    taken_s: Ints
    ahead: Ints
    fits: Masks

    @property
    def is_forecast(self) -> bool:
        """Whether anything at all is known of the coming days."""
        return bool(self.places.seats.known.sum() + self.places.seats.further.sum() > 0)

    @property
    def ready(self) -> Bools:
        """Who lacks nothing that every post asks for."""
        return np.asarray(
            self.people.confirmed & self.people.free_to_decide & self.people.covered & self.people.briefed
        )


def queue(campaign: CampaignFacts, *, today: date, now: datetime) -> Queue:
    """Gather the line of a campaign. A fixed number of queries, and one for each skill that seats ask for."""
    asked = seats_by_day(campaign_id=campaign.id, now=now)
    wishes = _commonest(asked)
    skills = sorted({code for one in wishes for code in one.skills})
    people = in_line(area_path=campaign.area_path, day=today, skills=skills)
    able = sorted(((int(fit.sum()), wish, fit) for wish, fit in _able(people, wishes)), key=_by_count)
    kinds = tuple(wish for _, wish, _ in able)
    fits = np.zeros(people.count, np.uint64)
    for bit, (_, _, fit) in enumerate(able):
        fits |= fit.astype(np.uint64) << np.uint64(bit)
    held = turns(campaign_id=campaign.id, day=today)
    return Queue(
        today=today,
        people=people,
        places=_places(campaign, asked, kinds, today),
        had=_of(held, held.had, people.person),
        taken_s=_of(held, held.taken_s, people.person),
        ahead=_of(held, held.ahead, people.person),
        fits=fits,
    )


def seats_of(campaign: CampaignFacts, *, today: date, now: datetime) -> SeatsAhead:
    """The seats of the coming days alone: a page that shows their sum reads no people."""
    asked = seats_by_day(campaign_id=campaign.id, now=now)
    return _places(campaign, asked, tuple(_commonest(asked)), today).seats


def _commonest(asked: SeatsByDay) -> list[SeatsAsk]:
    """The wishes that most seats have."""
    seats = np.bincount(asked.asks, weights=asked.wanted, minlength=len(asked.kinds))
    return [asked.kinds[number] for number in np.argsort(-seats, kind="stable")[:ASKS_MAX].tolist()]


def _by_count(able: tuple[int, SeatsAsk, Bools]) -> tuple[int, str]:
    """What most people can do comes first."""
    return -able[0], repr(able[1])


def _of(held: Turns, values: Ints, person: Ints) -> Ints:
    if not len(held.person):
        return np.zeros(len(person), np.int64)
    at = np.minimum(np.searchsorted(held.person, person), len(held.person) - 1)
    return np.where(held.person[at] == person, values[at], 0)


def _able(people: PeopleInLine, wishes: list[SeatsAsk]) -> Iterator[tuple[SeatsAsk, Bools]]:
    """Who has what each wish asks for; as the match asks it."""
    for wish in wishes:
        has = (people.physical_max >= wish.physical) & (people.age >= wish.least_age)
        has &= ~people.refuses.holding(wish.cause)
        if wish.cleared:
            has &= people.cleared
        for code in wish.skills:
            has &= people.skilled[code]
        for code in wish.languages:
            has &= people.languages.holding(code)
        yield wish, has


def _places(campaign: CampaignFacts, asked: SeatsByDay, kinds: tuple[SeatsAsk, ...], today: date) -> Places:
    """Rows of (place, wish): where they are, and their seats from ``today`` on."""
    number = {wish: bit for bit, wish in enumerate(kinds)}
    asks = np.array([number.get(wish, BEYOND) for wish in asked.kinds] or [0], np.int64)[asked.asks]
    counted = asks != BEYOND
    area, day, asks = asked.area[counted], asked.day[counted], asks[counted]
    key, row = np.unique(area * ASKS_MAX + asks, return_inverse=True)
    count = len(key)
    days = max(1, min(DAYS_LOOKED_AHEAD, (campaign.ends_on - today).days + 1))
    start = min(int(day.min()), today.toordinal()) if count else today.toordinal()
    wanted = np.zeros((count, today.toordinal() - start + days))
    free = np.zeros_like(wanted)
    here = (day - start) < wanted.shape[1]
    np.add.at(wanted, (row[here], (day - start)[here]), asked.wanted[counted][here])
    np.add.at(free, (row[here], (day - start)[here]), asked.free[counted][here])
    weight = np.bincount(row, minlength=count)
    past = today.toordinal() - start
    rests = _rests(campaign.id, date.fromordinal(start), wanted.shape[1])
    ahead = seats_ahead(
        past=wanted[:, :past],
        published=wanted[:, past:],
        free=free[:, past:],
        region=_regions(key // ASKS_MAX),
        first_weekday=date.fromordinal(start).weekday(),
        rests=rests,
    )
    return Places(
        lat=np.bincount(row, weights=asked.lat[counted], minlength=count) / weight,
        lon=np.bincount(row, weights=asked.lon[counted], minlength=count) / weight,
        asks=(key % ASKS_MAX).astype(np.int32),
        # Nobody is called on days of a break, so nobody is promised a seat that is published on one.
        seats=replace(ahead, known=ahead.known * ~rests[past:]),
    )


def _rests(campaign_id: int, first: date, days: int) -> Bools:
    """Which of these days lie in a break."""
    found = np.zeros(days, np.bool_)
    for one in breaks.of(campaign_id):
        end = days if one.last_day is None else max((one.last_day - first).days + 1, 0)
        found[max((one.first_day - first).days, 0) : end] = True
    return found


def _regions(area: Ints) -> Ints:
    """The number of the region each area lies in: seats of one region rise and fall together."""
    above = {pk: facts.parent_id or pk for pk, facts in places.areas(set(area.tolist())).items()}
    numbered: dict[int, int] = {}
    return np.array([numbered.setdefault(above[pk], len(numbered)) for pk in area.tolist()], np.int64)


@dataclass(frozen=True, eq=False)
class Served:
    """By row of the queue: days from today on, or BEYOND; and who would be served soon but offers no hours."""

    expected: Ints
    promised: Ints
    hourless: Bools


def serve(
    queue: Queue,
    whom: Bools,
    *,
    campaign: CampaignFacts,
    turns: Ints,
    people_a_seat: float = 1.0,
    z: float = Z_LOW,
) -> Served:
    """Serve those of the queue whom ``whom`` names; whoever has fewer ``turns`` (by row of the queue) goes first.

    ``people_a_seat``: so many are called for each. ``z``: how sure a promise is (:func:`dure.engine.plan.line.line`).
    """
    rows = np.flatnonzero(whom)
    seats = queue.places.seats
    called = replace(queue.places, seats=_times(seats, people_a_seat))
    people = queue.people
    waiting = Waiting(
        lat=people.lat[rows],
        lon=people.lon[rows],
        travel_limit_m=people.travel_limit_m[rows],
        free=np.full(len(rows), ALWAYS, np.uint64),
        fits=queue.fits[rows],
        turns=turns[rows],
        since_s=people.since_s[rows],
        person=people.person[rows],
    )
    at_any_hour = line(waiting, called, z=z)
    soon = np.flatnonzero((at_any_hour.expected != BEYOND) & (at_any_hour.expected < HOURS_MATTER_DAYS))
    midnight, _ = window(campaign, queue.today)
    waiting.free[soon] = free_days(person_ids=waiting.person[soon], first_midnight=midnight, days=seats.days)
    hourless = waiting.free == 0
    waiting.free[soon] &= ~_rests_in_turn(queue, rows[soon], campaign.rotation, seats.days)
    exact = line(waiting, called, z=z)
    served = Served(
        expected=np.full(people.count, BEYOND, np.int64),
        promised=np.full(people.count, BEYOND, np.int64),
        hourless=np.zeros(people.count, np.bool_),
    )
    served.expected[rows], served.promised[rows] = exact.expected, exact.promised
    served.hourless[rows] = hourless
    return served


def _rests_in_turn(queue: Queue, rows: npt.NDArray[np.intp], rotation: int, days: int) -> Masks:
    """Bits of the days from today on in which each rests in turn: nobody is promised a call in those weeks."""
    bits = np.zeros(len(rows), np.uint64)
    person, group = queue.people.person[rows], queue.people.group[rows]
    for number in range(days if rotation else 0):
        rests = resting(person, group, rotation=rotation, day=queue.today + timedelta(days=number))
        bits |= rests.astype(np.uint64) << np.uint64(number)
    return bits


def match_order(campaign_id: int, day: date) -> Order:
    """Who comes first in the match of a day: who was told *accepted* and waits, then who had no task yet (P2).

    Before all others comes whose acceptance came to nothing: they may have been offered nothing, or have said no, and
    a no costs nothing (P3).
    """
    held = turns(campaign_id=campaign_id, day=day)
    told = standing_columns(campaign_id)
    accepted = np.array([kind == "accepted" for kind in told.kind.distinct] or [False])[told.kind.places]
    # A task that was taken since then is the work that was promised.
    waits = accepted & (_of(held, held.taken_s, told.person) < told.given_s)
    waits &= _of(held, held.ahead, told.person) == 0
    served = held.person[(held.had > 0) | (held.ahead > 0)]
    overdue = np.setdiff1d(once_told(campaign_id, "accepted"), served)
    return Order(
        overdue=overdue, first=np.union1d(told.person[waits], overdue), again=held.person[held.had > 0]
    )


def _times(seats: SeatsAhead, factor: float) -> SeatsAhead:
    return replace(seats, known=seats.known * factor, further=seats.further * factor)

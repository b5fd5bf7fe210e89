"""The worker that sends what actions queued. Slow sending happens here, outside every transaction.

A turn claims a batch, the more urgent first, leaves out what a newer notice says, chooses for each the channel that
its reader gave, takes its part of the channel's minute and money, and only then sends.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from threading import Event
from typing import Final

from dure.base import channel_days, outbox
from dure.base.outbox import PUSH, UNROUTED, Notice
from dure.channels.types import Channel, ChannelDown, Undelivered
from dure.movement.matching import actions as matching
from dure.movement.people import reaching
from dure.operations import once_a_day
from dure.operations.routing import Ready, routes
from dure.operations.ways import Ways, configured

# Notices claimed in one turn; small, so that a worker that dies delays few of them.
BATCH = 100
# Handed over before it is written down which ones were: who dies between sends at most these once more.
MARKED_AT_ONCE: Final = 25
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sending:
    """How a turn of the worker went. ``later``: put off, or waiting for room in their channel; ``replaced``: said by
    newer notices."""

    sent: int
    failed: int
    withheld: int
    later: int = 0
    replaced: int = 0

    @property
    def count(self) -> int:
        return self.sent + self.failed + self.withheld + self.later + self.replaced

    def __add__(self, other: Sending) -> Sending:
        return Sending(
            self.sent + other.sent,
            self.failed + other.failed,
            self.withheld + other.withheld,
            self.later + other.later,
            self.replaced + other.replaced,
        )


NOTHING: Final = Sending(0, 0, 0)


def send_due(*, now: datetime, count_max: int = BATCH, ways: Ways | None = None) -> Sending:
    """Send up to ``count_max`` queued notices, the more urgent first, of those the oldest, as far as the channels'
    limits let them."""
    by = ways or configured()
    # Offers are told from their run, as many at a time as can be sent.
    matching.tell_offered(now=now, count_max=count_max)
    room = by.room(now=now)
    if not room:
        return NOTHING
    # One that has no channel yet may turn out to go by any.
    room[UNROUTED] = min(count_max, max(room.values()))
    claimed = outbox.claim(now=now, count_max=count_max, ways=room)
    settled = once_a_day.settle(claimed, now=now)
    outbox.replaced_many([notice.id for notice in settled.replaced], now=now)
    for notice, until in settled.put_off:
        outbox.put_back([notice], channel=notice.channel, send_after=until)
    before = Sending(0, 0, 0, later=len(settled.put_off), replaced=len(settled.replaced))
    routed = routes(settled.to_send, by, now=now)
    outbox.withheld_many([notice.id for notice in routed.withheld], now=now)
    for notice in routed.broken:
        outbox.failed(notice.id, now=now)
    for (channel, moment), some in routed.waiting.items():
        outbox.put_back(some, channel=channel, send_after=moment)
    waiting = sum(map(len, routed.waiting.values()))
    before += Sending(0, len(routed.broken), len(routed.withheld), later=waiting)
    by_channel: defaultdict[str, list[Ready]] = defaultdict(list)
    for one in routed.ready:
        by_channel[one.channel].append(one)
    return sum((_sent_by(name, some, by, now) for name, some in by_channel.items()), before)


def _sent_by(name: str, ready: Sequence[Ready], by: Ways, now: datetime) -> Sending:
    """Send letters by one channel, as far as its minute and its money go."""
    limits = by.limits(name)
    count, is_paid = channel_days.take(name, limits, [one.cost_milli for one in ready], now=now)
    rest = [one.notice for one in ready[count:]]
    outbox.put_back(rest, channel=name, send_after=None if is_paid else channel_days.day_after(now))
    sending = Sending(0, 0, 0, later=len(rest))
    is_down = Event()
    for some, outcomes in _outcomes(by.channels[name], ready[:count], is_down):
        sending += _marked(name, some, outcomes, now)
    if is_down.is_set():
        by.rest(name, now=now)
    return sending


class _Gone(Exception):
    """The notice was deleted while it waited its turn: whoever left hears nothing more, not even what was written."""


Outcome = Undelivered | ChannelDown | _Gone | None


def _outcomes(
    channel: Channel, ready: Sequence[Ready], is_down: Event
) -> Iterator[tuple[Sequence[Ready], list[Outcome]]]:
    """What became of each letter, some at a time. Once the channel is down, the others are not tried."""
    claimed: set[int] = set()

    def sent(one: Ready) -> Outcome:
        if is_down.is_set():
            return ChannelDown("not tried")
        if one.notice.id not in claimed:
            return _Gone()
        try:
            channel.send(one.letter)
        except Undelivered as no:
            return no
        except ChannelDown as down:
            is_down.set()
            return down
        except Exception as broken:  # one letter that can't be sent holds up no other
            log.exception("notice %s can't be sent", one.notice.id)
            return Undelivered(type(broken).__name__, permanent=False)
        return None

    parts = [ready[start : start + MARKED_AT_ONCE] for start in range(0, len(ready), MARKED_AT_ONCE)]
    with ThreadPoolExecutor(channel.at_once, thread_name_prefix="dure-send") as threads:
        each = map if channel.at_once == 1 else threads.map
        for part in parts:
            claimed.update(outbox.still_claimed([one.notice for one in part]))
            yield part, list(each(sent, part))


def _marked(name: str, ready: Sequence[Ready], outcomes: Sequence[Outcome], now: datetime) -> Sending:
    """Write down what became of letters; those of a channel that is down wait as if they had not been claimed."""
    sent: defaultdict[int, list[int]] = defaultdict(list)
    down: list[Notice] = []
    failed = gone = given_up = unspent_milli = 0
    for one, outcome in zip(ready, outcomes, strict=True):
        if outcome is None:
            sent[one.cost_milli].append(one.notice.id)
            continue
        unspent_milli += one.cost_milli
        if isinstance(outcome, ChannelDown):
            down.append(one.notice)
            continue
        if isinstance(outcome, _Gone):
            gone += 1
            continue
        failed += 1
        if outcome.permanent and one.channel == PUSH:
            reaching.drop_browsers([one.notice.person_id])
        if outcome.permanent or (one.notice.attempts >= outbox.ATTEMPTS_MAX and one.channel != one.ways[-1]):
            given_up += _other_way(one, now)
        else:
            given_up += outbox.failed(one.notice.id, now=now)
    for cost_milli, ids in sent.items():
        outbox.sent_many(ids, now=now, channel=name, cost_milli=cost_milli)
    outbox.put_back(down, channel=name)
    handed_over = sum(map(len, sent.values()))
    channel_days.went(name, handed_over=handed_over, failed=given_up, unspent_milli=unspent_milli, now=now)
    return Sending(handed_over, failed, gone, later=len(down))


def _other_way(one: Ready, now: datetime) -> bool:
    """Let a notice go by the next channel that leads to its reader; whether there is none, so that it ends."""
    further = one.ways[one.ways.index(one.channel) + 1 :]
    if further:
        outbox.put_back([one.notice], channel=further[0])
        return False
    outbox.gave_up([one.notice.id], now=now)
    return True


def send_all(*, now: Callable[[], datetime], said: Callable[[Sending], None] = lambda _: None) -> Sending:
    """Turns until nothing is left that may go now; ``said`` hears of each sum."""
    total = NOTHING
    while (turn := send_due(now=now())).count:
        total += turn
        said(total)
    return total

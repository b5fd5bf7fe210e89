"""What the house does by itself: messages, waves of calls, answers kept true, what lapses.

Each chore has a thread of its own, so that slow work holds up no letter. One that breaks is written to the log and
tried again at its next turn; what it had done stays, since every turn is whole by itself.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Event, Thread
from typing import Final

from django.db import close_old_connections, connection

from dure.base import approving
from dure.base.storage import refusal_of
from dure.kernel.frames import in_one_piece
from dure.movement.evidence import actions as evidence
from dure.movement.needs import help as needs_help
from dure.movement.people import alike, openings
from dure.movement.standings import challenges, keeping
from dure.operations import (
    answers,
    calling,
    drives,
    finding,
    guardians,
    homeward,
    incidents,
    lapsing,
    messages,
    pausing,
    pleading,
    publish,
    renewing,
    reserve,
    stand_down,
    supervising,
    undo,
)
from dure.operations.imports import batches
from dure.operations.outbox import send_due
from dure.operations.ways import configured

log = logging.getLogger(__name__)
# Notices in a turn of the worker: enough to keep every channel's threads busy.
SEND_BATCH: Final = 200
# After this many full turns the others get their time of the processor.
TURNS_MAX: Final = 20


# What reads everybody waits, so that a house that is started again and again does not do it again and again.
FIRST_LOOK_S: Final = 1_800


@dataclass(frozen=True, slots=True)
class Chore:
    """``do(now)``, every ``every_s`` seconds and so long after it ended; the first time ``first_after_s`` after the
    house came up."""

    name: str
    every_s: float
    do: Callable[[datetime], object]
    first_after_s: float = 0


def _send(now: datetime) -> None:
    for _ in range(TURNS_MAX):
        if send_due(now=datetime.now(UTC), count_max=SEND_BATCH).count == 0:
            configured().close()  # nobody likes connections that say nothing
            return


SENDING: Final = Chore("send", 1, _send)
CHORES: Final[tuple[Chore, ...]] = (
    SENDING,
    Chore("waves", 10, calling.call_due),
    Chore("calls", 3_600, calling.close_over),
    Chore("home", 60, homeward.chain),
    Chore("home-late", 3_600, homeward.look_back),
    Chore("stand-downs", 20, stand_down.keep),
    Chore("incidents", 3_600, incidents.keep),
    Chore("answers", 180, answers.refresh_open),
    Chore("lapse", 3_600, lambda now: lapsing.lapse(now=now)),
    Chore("drives", 3_600, drives.keep),
    Chore("pleas", 3_600, pleading.remind),
    # What was done in bulk and not undone in time.
    Chore("undo", 15, lambda now: undo.finish_due(now - undo.LATE_UNDO)),
    Chore("approvals", 600, lambda now: approving.lapse(now=now)),
    # Of a day of a nation that is called off it frees and tells whoever the organiser's browser did not wait for.
    Chore("breaks", 30, pausing.keep_free),
    Chore("guardians", 3_600, guardians.ask_again),
    Chore("notices", 86_400, messages.forget, first_after_s=FIRST_LOOK_S),
    Chore("register", 3_600, reserve.keep),
    Chore("renew", 3_600, renewing.renew),
    Chore("contacts", 3_600, finding.forget_contacts),
    Chore("lists", 3_600, batches.tidy),
    Chore("evidence", 86_400, lambda now: evidence.forget(now=now), first_after_s=FIRST_LOOK_S),
    Chore("help", 86_400, lambda now: needs_help.forget(now=now), first_after_s=FIRST_LOOK_S),
    Chore("standings", 60, keeping.keep_all),
    Chore("supervision", supervising.EVERY_S, supervising.look_round),
    Chore("challenges", 3_600, challenges.lapse),
    Chore("openings", 86_400, openings.forget, first_after_s=FIRST_LOOK_S),
    # After it ended: of a nation it takes a quarter of an hour.
    Chore("copy", 600, publish.keep, first_after_s=60),
    Chore("alike", 86_400, lambda now: alike.find(now=now), first_after_s=FIRST_LOOK_S),
)


def run(stop: Event, chores: Sequence[Chore] = CHORES) -> None:
    """Do the chores until ``stop`` is set; the turns that are under way are ended in order."""
    threads = [
        Thread(target=in_one_piece(_repeat), args=(chore, stop), name=f"dure-{chore.name}", daemon=True)
        for chore in chores
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _repeat(chore: Chore, stop: Event) -> None:
    try:
        if stop.wait(chore.first_after_s):
            return
        while True:
            turn(chore)
            # A database that is started anew, or closes what is idle, is met with a new connection.
            close_old_connections()
            if stop.wait(chore.every_s):
                return
    finally:
        connection.close()


def turn(chore: Chore) -> None:
    """One turn; whatever it raises is told in the log."""
    try:
        chore.do(datetime.now(UTC))
    except Exception as broken:  # a chore never ends the house
        if storage := refusal_of(broken):
            log.warning("%s waits: %s", chore.name, storage)
        else:
            log.exception("%s broke and is tried again in %s s", chore.name, chore.every_s)

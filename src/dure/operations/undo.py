"""Taking back what was done to many things at once, and finishing what nobody took back.

An act says what it did (``base.undoing.note``) and waits with what can't be taken back, such as telling people, until
its time is over; then the chore ``finish_due`` does that. Both halves stand here by kind.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from dure.base import undoing
from dure.base.access import Actor
from dure.base.undoing import UndoableFacts
from dure.kernel.refusals import NotFound, Refusal
from dure.movement.campaigns import reads as campaigns
from dure.operations import bulk, inviting, opening, standing_by
from dure.operations.answers import OPENING
from dure.operations.imports import running

log = logging.getLogger(__name__)

Undoes = Callable[[Actor, UndoableFacts, datetime], None]
Finishes = Callable[[UndoableFacts, datetime], None]


def _nothing_more(actor: Actor, act: UndoableFacts, now: datetime) -> None:
    """Nothing was done yet, and what would have been is not done."""


def _take_back_list(actor: Actor, act: UndoableFacts, now: datetime) -> None:
    running.take_back(UUID(act.facts["batch"]), now=now)


UNDO: Final[Mapping[str, Undoes]] = {
    "import": _take_back_list,
    OPENING: opening.undo,
    standing_by.STAND_BY: standing_by.undo,
    inviting.INVITE: inviting.undo,
    bulk.CALL_OFF: bulk.undo_call_off,
    bulk.SHIFT: bulk.undo_shift,
    bulk.PUBLISH: _nothing_more,
}
FINISH: Final[Mapping[str, Finishes]] = {
    bulk.CALL_OFF: bulk.finish_call_off,
    bulk.PUBLISH: bulk.finish_publish,
    inviting.INVITE: inviting.finish,
}


# An undo that was pressed in time may still be on its way; what is finished meanwhile could not be put back.
LATE_UNDO: Final = timedelta(seconds=10)


def undo(*, actor: Actor, act_id: UUID, now: datetime) -> UndoableFacts:
    """Take an act back, whole or not at all.

    Refuses with NotFound (not the actor's, or they organise there no more), UndoneAlready, UndoOver, and as the
    undoing of its kind does where what was made has been touched since.
    """
    with transaction.atomic():
        taken = undoing.take(act_id, actor=actor, now=now)
        campaign = campaigns.campaign_by_id(taken.campaign_id)
        if not actor.organises_part_of(campaign.area_path):
            raise NotFound(what="act of yours")
        UNDO[taken.kind](actor, taken, now)
    return taken


def finish_due(now: datetime) -> int:
    """For the chores: do what waited until it could no longer be undone; how many acts.

    Finishing is done first and written down afterwards: twice changes nothing, and killed in between it is done again.
    """
    count = 0
    wrong: Exception | None = None
    for act, _ in undoing.due(now=now, kinds=FINISH):
        try:
            FINISH[act.kind](act, now)
        except Refusal as no:
            # What it was about is gone meanwhile (a settled day, a closed campaign): nothing is left to do.
            log.warning("%s %s is not carried out: %s", act.kind, act.id, no)
        except Exception as fault:
            # One that can't be finished holds up no other, and is tried again.
            wrong = wrong or fault
            continue
        count += undoing.finish(act.id, now=now)
    if wrong is not None:
        raise wrong
    return count

"""What a number says by SMS of somebody's safety. Senders can be forged: a search begins by it and never ends by it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from dure.base.access import Actor
from dure.movement.matching import out_there
from dure.movement.safety.homeward import OPEN, ask_for_help, insert_calls, pause_of, write_step
from dure.movement.safety.models import HomeCall
from dure.movement.safety.types import STEPS, HomeCallFacts


def say_safe_by_sms(*, actor: Actor, call_ids: Collection[int], now: datetime) -> int:
    """The number of a person says that they are safe: shown as not confirmed, of how many searches for them it is news.

    Whoever forges a sender must end no search, so this only slows it: their captain is asked at once to confirm it,
    and the next are told later. Of who asked for help it is written down and slows nothing. Twice changes nothing.
    """
    with transaction.atomic():
        rows = HomeCall.objects.select_for_update().filter(
            pk__in=call_ids, person_id=actor.person_id or 0, state__in=OPEN, said_safe_at=None
        )
        heard = list(rows.order_by("pk"))
        for row in heard:
            row.said_safe_at = now
            if row.state == HomeCall.State.WAITING:
                captain = STEPS.index("captain")
                if row.reached <= captain:
                    row.reached, row.next_at = captain, now
                elif row.next_at is not None:
                    row.next_at = max(row.next_at, now + pause_of(row))
            row.save(update_fields=["said_safe_at", "reached", "next_at"])
            write_step(row, "safe_by_sms", None, "", now)
    return len(heard)


def call_for_help(*, actor: Actor, now: datetime) -> HomeCallFacts | None:
    """Somebody whom nobody looks for asks for help: a search of their nearest shift begins, as if it were asked there.

    None: no shift of theirs is near, and there is no crew to tell.
    """
    near = out_there.nearest(actor.person_id, now) if actor.person_id is not None else None
    if near is None:
        return None
    with transaction.atomic():
        insert_calls([near], stand_down_id=None, now=now, due_at=now)
        row = HomeCall.objects.get(placement_id=near.placement_id, stand_down=None)
        return ask_for_help(actor=actor, call_id=row.pk, words="", now=now)

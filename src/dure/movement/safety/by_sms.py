"""What a number says by SMS of somebody's safety. Senders can be forged: a search begins by it and never ends by it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from dure.base.access import SYSTEM, Actor
from dure.base.rows import insert_new
from dure.movement.calls import reads as calls
from dure.movement.campaigns import reads as campaigns
from dure.movement.matching import out_there
from dure.movement.people import reads as people
from dure.movement.places import reads as places
from dure.movement.safety.homeward import COLUMNS, OPEN, ask_for_help, insert_calls, pause_of, write_step
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

    Without a shift near it is one that the organisers around their home are told of, in the open campaign that they
    signed up for, else in one around their home. None: there is no such campaign, and nobody to tell.
    """
    if actor.person_id is None:
        return None
    near = out_there.nearest(actor.person_id, now)
    with transaction.atomic():
        if near is not None:
            insert_calls([near], stand_down_id=None, now=now, due_at=now)
            row = HomeCall.objects.get(placement_id=near.placement_id, stand_down=None)
        elif (found := _alone(actor, actor.person_id, now)) is not None:
            row = found
        else:
            return None
        return ask_for_help(actor=actor, call_id=row.pk, words="", now=now)


def _alone(actor: Actor, person_id: int, now: datetime) -> HomeCall | None:
    """The one search for somebody without a shift, which begins now unless it is open."""
    home = places.area(people.person(actor=actor, person_id=person_id).area_id)
    signed_up = calls.campaigns_of([person_id]).get(person_id, frozenset())
    open_ones = [one for one in campaigns.campaigns(SYSTEM) if one.state == "open"]
    near = [one for one in open_ones if one.id in signed_up] or [
        one for one in open_ones if home.path.startswith(one.area_path)
    ]
    if not near:
        return None
    # The newest; where it lies elsewhere those are told who organise it.
    campaign = near[0]
    is_inside = home.path.startswith(campaign.area_path)
    area_id = home.id if is_inside else places.by_path(campaign.area_path).id
    state, reached = HomeCall.State.WAITING.value, STEPS.index("captain")
    row = (None, None, person_id, campaign.id, area_id, None, None, "left", state, now, reached, now, "")
    insert_new(HomeCall, COLUMNS, [row])
    mine = HomeCall.objects.filter(person_id=person_id, placement=None)
    mine.exclude(ended_at=None).update(campaign_id=campaign.id, area_id=area_id, due_at=now)
    return mine.get()

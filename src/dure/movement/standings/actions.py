"""Use cases of standings."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from dure.base.access import Actor
from dure.kernel.must import must
from dure.movement.campaigns import reads as campaigns
from dure.movement.places import reads as places
from dure.movement.standings.errors import ConfirmationNeedsName
from dure.movement.standings.models import DenominatorConfirmation
from dure.movement.standings.sources import confirmations_of
from dure.movement.standings.types import Confirmation


def confirm_denominator(*, actor: Actor, target_id: int, now: datetime) -> Confirmation:
    """A named organiser of the target's area stands by its plan; from then on figures over 105 % are shown (F7).

    A changed plan makes an old confirmation void. Confirming twice keeps the first name and time.
    Refuses with NotFound, NotAllowed, ConfirmationNeedsName.
    """
    must(now.tzinfo is not None, "now is aware")
    target = campaigns.target(target_id)
    actor.must_organise(places.area(target.area_id).path, what="confirming the denominator of this place")
    if actor.account_id is None:
        raise ConfirmationNeedsName()
    row = DenominatorConfirmation(
        target_id=target_id,
        plan_milli=target.plan_milli,
        confirmed_by_id=actor.account_id,
        confirmed_at=now,
    )
    with transaction.atomic():
        DenominatorConfirmation.objects.bulk_create([row], ignore_conflicts=True)
        # One that stands for another plan is replaced; one for this plan keeps its name.
        stale = DenominatorConfirmation.objects.filter(pk=target_id).exclude(plan_milli=target.plan_milli)
        stale.update(plan_milli=target.plan_milli, confirmed_by_id=actor.account_id, confirmed_at=now)
    return confirmations_of([target_id])[target_id]

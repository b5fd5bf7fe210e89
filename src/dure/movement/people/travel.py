"""How far somebody goes: said at sign-up, and changed by themself at any time."""

from __future__ import annotations

from dure.base.access import Actor
from dure.kernel.refusals import BadInput, NotFound
from dure.movement.people.checks import TRAVEL_LIMIT_MAX_M
from dure.movement.people.models import Person


def travel_up_to(*, actor: Actor, person_id: int, travel_limit_m: int) -> None:
    """Say anew how far one would travel, one way, in metres; it counts from the next match on.

    Refuses with NotFound (somebody else), BadInput.
    """
    actor.must_be(person_id)
    if not 0 <= travel_limit_m <= TRAVEL_LIMIT_MAX_M:
        what = f"{travel_limit_m} can't be used"
        raise BadInput(where="travel_limit_m", what=what, wanted=f"metres from 0 to {TRAVEL_LIMIT_MAX_M}")
    if not Person.objects.filter(pk=person_id).update(travel_limit_m=travel_limit_m):
        raise NotFound(what="person")

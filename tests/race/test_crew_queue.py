"""One queue sent by tabs and worker at the same moment: every act is stored once, and each of them hears of it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from dure.base.access import SYSTEM
from dure.movement.ledger import reads as ledger
from dure.movement.matching import reads as matching
from dure.movement.people.models import Person
from dure.operations.crew.acts import carry_out
from tests.movement.matching.farm import ORGANISER, Farm, at, settle_valley
from tests.race.crowd import at_once

SENDERS = 6


def queue_of(farm: Farm) -> list[dict[str, Any]]:
    """Both are checked in, somebody comes along, and the work is written down."""
    mine = [matching.placements_of(SYSTEM, pk)[0].id for pk in farm.people.values()]
    post = farm.posts["Pick pears"]
    acts: list[dict[str, Any]] = [{"kind": "check_in", "placement_id": pk} for pk in mine]
    along = {"given_name": "Dana", "birth_year": 1985, "agreed": True, "briefed": True}
    acts.append({"kind": "walk_in", "post_id": post, **along})
    acts.append(
        {"kind": "work", "post_id": post, "minutes": 240, "output": {str(farm.indicators["pears"]): "9"}}
    )
    return [{"id": str(uuid4()), "at": at(8 + place).isoformat(), **one} for place, one in enumerate(acts)]


@pytest.mark.django_db(transaction=True)
def test_a_queue_sent_many_times_at_once_is_stored_once(settings: Any) -> None:
    settings.WALK_IN_COVER = "policy 7"
    farm = settle_valley()
    farm.cast("Minji", "Bora")
    farm.post(seats=3)
    farm.match()
    for name in list(farm.people):
        farm.accept(name)
    acts, captain, team = queue_of(farm), farm.captain(), farm.teams["Pickers"]
    heard: list[list[str]] = []

    def send(number: int) -> str:
        results = carry_out(actor=captain, team_id=team, sent_at=at(18), acts=acts, now=at(18))
        heard.append([one.outcome for one in results])
        return "answered"

    assert at_once(SENDERS, send) == {"answered": SENDERS}

    # Where the database was busy for too long an act waits on the phone; nothing is refused, and nothing done twice.
    assert {outcome for one in heard for outcome in one} <= {"done", "known", "later"}
    assert send(SENDERS) == "answered"
    assert heard[-1] == ["known"] * len(acts)
    entries = ledger.entries(ORGANISER, farm.campaign.id)
    assert sorted(one.quantity_milli for one in entries) == [4_000, 4_000, 4_000, 9_000]
    assert Person.objects.filter(given_name="Dana").count() == 1

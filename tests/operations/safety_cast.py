"""The valley with real accounts of its crew, and a shift that somebody has not come home from."""

from __future__ import annotations

from datetime import datetime

from dure.base.access import Actor, actor_of
from dure.base.accounts import grant, open_account
from dure.base.models import OutboxMessage
from dure.movement.matching import actions as matching
from dure.movement.matching.types import PlacementFacts
from dure.movement.places import reads as places
from tests.movement.matching.farm import Farm, at

# Who organises the town, the country, and another country.
REACH = {"near": "Naju", "all": "South Korea", "elsewhere": "Japan"}


def crew(farm: Farm) -> dict[str, Actor]:
    """The captains of both teams of Naju, and organisers by their reach."""
    roots = {one.name: one for one in places.countries()}
    ids = {
        name: open_account(email=f"{name}@crew.example", name=name.title())
        for name in (*REACH, "captain", "cook")
    }
    for name, place in REACH.items():
        area = roots.get(place) or places.area(farm.areas[place])
        grant(account_id=ids[name], role="organiser", area_path=area.path)
    grant(account_id=ids["captain"], role="captain", team_id=farm.teams["Pickers"])
    grant(account_id=ids["cook"], role="captain", team_id=farm.teams["Cooks"])
    return {name: actor_of(account_id=pk) for name, pk in ids.items()}


def at_work(farm: Farm, *names: str) -> dict[str, PlacementFacts]:
    """These people are checked in at the pears, from 8 to 16 o'clock."""
    farm.cast(*names)
    farm.post(seats=len(names))
    farm.match()
    placed = {name: farm.accept(name) for name in names}
    matching.check_in_many(placement_ids=[one.id for one in placed.values()], at=at(8))
    return placed


def told(kind: str) -> list[tuple[int, object]]:
    """Who was told something of this kind: the person, or the account; in the order it was queued."""
    rows = OutboxMessage.objects.filter(kind=kind).order_by("pk")
    return [(row.person_id, row.facts.get("account_id")) for row in rows]


def queued_at(kind: str) -> list[datetime]:
    return list(OutboxMessage.objects.filter(kind=kind).order_by("pk").values_list("send_after", flat=True))

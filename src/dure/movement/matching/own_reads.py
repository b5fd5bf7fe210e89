"""What somebody's own page asks: their places and offers, and who comes with them."""

from __future__ import annotations

from dataclasses import replace

from dure.base.access import Actor
from dure.base.asked import Asked
from dure.base.one_look import once_a_look
from dure.kernel.refusals import NotFound
from dure.movement.matching.beside import waiting
from dure.movement.matching.crew_reads import COMING
from dure.movement.matching.models import Offer, Placement
from dure.movement.matching.rows import OFFER_COLUMNS, PLACEMENT_COLUMNS, placement_values
from dure.movement.matching.types import OfferFacts, PlacementFacts
from dure.movement.people.crew_names import crew_names as crew_names_of

_OFFERS_OF = Asked(
    lambda person_id: (
        Offer.objects.filter(person_id=person_id, run__published_at__isnull=False)
        .exclude(state=Offer.State.WITHHELD)
        .order_by("-run__day", "-pk")
        .values_list(*OFFER_COLUMNS)
    ),
    int,
)
_PLACEMENTS_OF = Asked(
    lambda person_id: (
        Placement.objects.filter(person_id=person_id).order_by("-day", "turn").values_list(*PLACEMENT_COLUMNS)
    ),
    int,
)
_PLACEMENT = Asked(
    lambda pk: Placement.objects.filter(pk=pk).values_list(*PLACEMENT_COLUMNS, "post__team_id"), int
)
_AT_POST = Asked(
    lambda post_id: (
        Placement.objects.filter(post_id=post_id, state__in=COMING, person__isnull=False)
        .order_by("pk")
        .values_list("pk", "person_id")
    ),
    int,
)


@once_a_look
def offers_of(actor: Actor, person_id: int) -> list[OfferFacts]:
    """A person's own published offers, the latest day first."""
    actor.must_be(person_id)
    return [OfferFacts(*row) for row in _OFFERS_OF(person_id)]


@once_a_look
def placements_of(actor: Actor, person_id: int) -> list[PlacementFacts]:
    """A person's own placements, the latest day first."""
    actor.must_be(person_id)
    return _with_waits([placement_values(row) for row in _PLACEMENTS_OF(person_id)])


def _with_waits(found: list[PlacementFacts]) -> list[PlacementFacts]:
    waits = waiting(found)
    return [replace(one, waits=True) if one.id in waits else one for one in found]


@once_a_look
def placement_for(actor: Actor, placement_id: int) -> PlacementFacts:
    """One placement, for its person and for the captain of its team."""
    for *values, team_id in _PLACEMENT(placement_id):
        found = placement_values(values)
        own = found.person_id is not None and actor.is_person(found.person_id)
        if own or actor.captains(team_id):
            return _with_waits([found])[0]
    raise NotFound(what="placement")


def _seen(actor: Actor, placement_id: int) -> PlacementFacts:
    """As :func:`placement_for`; somebody's own page has asked for all of theirs already."""
    mine = [] if actor.person_id is None else placements_of(actor, actor.person_id)
    return next((one for one in mine if one.id == placement_id), None) or placement_for(actor, placement_id)


def crew_names(actor: Actor, placement_id: int) -> list[str]:
    """First names of those who come to the same post, for one of them; their own is left out.

    So is who is under 18 on that day, or would rather not be named (P6).
    """
    own = _seen(actor, placement_id)
    if own.state not in COMING:
        return []
    ids = [person_id for pk, person_id in _AT_POST(own.post_id) if pk != placement_id]
    named = crew_names_of(ids, day=own.day)
    return [named[pk] for pk in ids if pk in named]

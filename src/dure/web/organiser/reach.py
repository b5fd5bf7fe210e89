"""How much of a campaign an organiser's desk shows."""

from __future__ import annotations

from dure.base.access import Actor
from dure.base.models import Role
from dure.kernel.refusals import NotFound
from dure.movement.campaigns.types import CampaignFacts


def reach_of(actor: Actor, campaign: CampaignFacts) -> tuple[str, ...]:
    """The parts of a campaign's area that the actor organises, the whole of it where they organise more.

    Refuses with NotFound who organises none of it: another area's campaign looks like none.
    """
    paths = actor.area_paths(Role.ORGANISER)
    if any(campaign.area_path.startswith(path) for path in paths):
        return (campaign.area_path,)
    inside = tuple(path for path in paths if path.startswith(campaign.area_path))
    if not inside:
        raise NotFound(what="campaign")
    return inside

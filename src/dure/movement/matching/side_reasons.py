"""Which sides had a say in where somebody is, or in how many came to a post: said beside the reasons of one by one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext_lazy as _

from dure.base.access import SYSTEM
from dure.engine.plan.rotation import resting_part
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.needs.types import PostFacts
from dure.movement.people import reads as people
from dure.movement.people.rotation import rotation_numbers

# For the person ("you") and for whoever organises the post.
OF_PERSON: Mapping[str, object] = {
    "group": _(
        "You come with a group: you were only asked where there was room for all of you who are free that day."
    ),
    "rest": _(
        "It is your week of rest in the rotation: you were asked for nothing, as everybody is in turn."
    ),
    "minor": _("You are under 18: you were only asked where two cleared adults are beside you."),
}
OF_POST: Mapping[str, object] = {
    "crew": _("It asks for a least crew: with fewer people nobody is asked at all."),
    "lead": _(
        "It is led by the people of another post: nobody is asked beyond those whom they can look after."
    ),
    "minor": _("People under 18 are only asked once two cleared adults are there."),
}


def of_person(person_id: int, day: date, *, has_sides: bool) -> tuple[str, ...]:
    """Names in OF_PERSON; none where the run knew no sides."""
    if not has_sides:
        return ()
    group = people.group_of(actor=SYSTEM, person_id=person_id)
    return (
        *(("group",) if group is not None and group.others else ()),
        *(("minor",) if people.minors([person_id], day=day) else ()),
    )


def of_rotation(campaign: CampaignFacts, person_id: int, day: date) -> tuple[str, ...]:
    """Names in OF_PERSON: whether it is their week of rest."""
    if not campaign.rotation:
        return ()
    number = rotation_numbers([person_id])[person_id]
    return ("rest",) if number % campaign.rotation == resting_part(day, campaign.rotation) else ()


def of_post(post: PostFacts, *, has_sides: bool) -> tuple[str, ...]:
    """Names in OF_POST; none where the run knew no sides."""
    if not has_sides:
        return ()
    return (
        *(("crew",) if post.least_crew > 1 else ()),
        *(("lead",) if post.lead_key is not None else ()),
        *(() if post.for_adults else ("minor",)),
    )

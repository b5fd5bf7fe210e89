"""What places refuses."""

from __future__ import annotations

from dure.kernel.refusals import Refusal


class RegionUnknown(Refusal):
    """A town names a region that was not given and has no name to make it with."""

    code = "region_unknown"
    says = "The town {town} stands in region {region_code}, which is not among the regions."
    status = 422


class AreaMoved(Refusal):
    """Rights and totals follow the path, so a place is not moved by importing it again."""

    code = "area_moved"
    says = "The place {code} already stands at {path}; it can't be added again at {wanted}."


class AreaInUse(Refusal):
    code = "area_in_use"
    says = "{name} stays: people, teams or campaigns are there already."


class AreaUnknown(Refusal):
    code = "area_unknown"
    says = "There is no place {area} here."
    status = 404


class TownReused(Refusal):
    """A code belongs to one town for good: people and teams stand by it."""

    code = "town_reused"
    says = "The code {town} is that of {name} in {region} already. Give this town another code."


class TownStands(Refusal):
    """Two towns of one name in one region would part their people in two."""

    code = "town_stands"
    says = "{name} in {region} is here already. Leave it out, or take the country back and bring your own list alone."

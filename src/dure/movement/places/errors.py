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


class AreaUnknown(Refusal):
    code = "area_unknown"
    says = "There is no place {area} here."
    status = 404

"""What everybody may ask about places: the codes of towns, for a sign-up."""

from __future__ import annotations

from typing import Annotated, Final

from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from dure.api.call_schemas import PlaceOut
from dure.api.schemas import ErrorOut
from dure.movement.places import reads as places

router = Router(tags=["public"])
TOWNS_MAX: Final = 50
# The longest name of a place.
BEGINS_CHARS_MAX: Final = 120


@router.get("/places", response={200: list[PlaceOut], 404: ErrorOut})
def list_places(
    request: HttpRequest, country: str, q: Annotated[str, Field(max_length=BEGINS_CHARS_MAX)] = ""
) -> object:
    """Towns of a country (``KR``) whose name or local name begins with ``q``, the largest first, at most 50.

    A sign-up names its town by ``code``.
    """
    found = places.towns_called(q.strip(), under=places.by_code(country).path, count_max=TOWNS_MAX)
    above = places.areas(one.parent_id for one in found if one.parent_id is not None)
    return [
        PlaceOut(
            code=one.code,
            name=one.name,
            name_local=one.name_local,
            region=above[one.parent_id].name if one.parent_id is not None else "",
        )
        for one in found
    ]

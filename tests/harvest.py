"""The campaign that many tests run; each may change what it is about."""

from __future__ import annotations

from datetime import date
from typing import Final

from dure.movement.campaigns.types import NewCampaign, NewIndicator, NewMovement

HARVEST: Final = NewCampaign(
    movement=NewMovement("neighbours", "Neighbours", "Nobody's field is left standing."),
    slug="harvest",
    name="Autumn harvest",
    summary="Forty days.",
    area="KR",
    timezone="Asia/Seoul",
    starts_on=date(2026, 10, 1),
    ends_on=date(2026, 11, 9),
    indicators=(NewIndicator("harvest", "output", "Crops brought in", "kg"),),
)

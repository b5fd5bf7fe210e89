"""A small country, a harvest campaign, and the people who organise it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from dure.base.access import Actor, Grant
from dure.movement.campaigns import actions
from dure.movement.campaigns.types import CampaignFacts, NewCampaign, NewIndicator, NewTarget
from dure.movement.places import actions as places
from dure.movement.places import reads as place_reads
from dure.movement.places.types import AreaFacts, CountryRow, RegionRow, TownRow
from tests.harvest import HARVEST

NOW = datetime(2026, 9, 1, 3, tzinfo=UTC)
BORA = Actor(account_id=1, grants=(Grant("organiser", area_path="/KR/"),))
CHUL = Actor(account_id=2, grants=(Grant("organiser", area_path="/KR/16/"),))


@pytest.fixture
def korea(db: None) -> dict[str, AreaFacts]:
    """Areas by code: KR, KR.03, KR.16, Gimje (101) and Naju (102)."""
    places.add_country(
        country=CountryRow("KR", "South Korea"),
        regions=[RegionRow("03", "Jeonbuk"), RegionRow("16", "Jeonnam")],
        towns=[
            TownRow("101", "Gimje", "김제", "03", "Jeonbuk", 35.80, 126.89, 50_000),
            TownRow("102", "Naju", "나주", "16", "Jeonnam", 35.03, 126.72, 80_000),
        ],
    )
    return {code: place_reads.by_code(code) for code in ("KR", "KR.03", "KR.16", "101", "102")}


@pytest.fixture
def harvest() -> NewCampaign:
    return replace(
        HARVEST,
        indicators=(
            NewIndicator("harvest", "output", "Crops brought in", "kg"),
            NewIndicator("gifts", "goods", "Gifts", "sack", "A sack holds 80 kg."),
        ),
        targets=(target("101", 5_000_000), target("102", 1_500)),
    )


def target(area: str, plan_milli: int) -> NewTarget:
    return NewTarget("harvest", area, plan_milli, date(2026, 11, 9), "Survey", date(2026, 8, 20))


@pytest.fixture
def make(korea: dict[str, AreaFacts], harvest: NewCampaign) -> Callable[..., CampaignFacts]:
    """Makes the harvest campaign, with other values where they are given."""

    def made(**other: object) -> CampaignFacts:
        return actions.create(new=replace(harvest, **other), now=NOW)  # type: ignore[arg-type]  # any field

    return made

"""The valley, empty of people and posts; or matched, with somebody who comes late."""

from __future__ import annotations

import pytest

from dure.movement.matching import late_day
from tests.movement.matching.farm import Farm, settle_valley


@pytest.fixture
def farm(db: None) -> Farm:
    return settle_valley()


@pytest.fixture
def always_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Here every question reads the day again, and none in a thread of its own."""
    for seconds in ("STALE_SECONDS", "FRESH_SECONDS"):
        monkeypatch.setattr(late_day, seconds, 0.0)
    monkeypatch.setattr(late_day, "REST_SHARE", 0)


@pytest.fixture
def morning(farm: Farm) -> Farm:
    """Minji and Bora are matched to two of the three seats of the pears; Chul registers afterwards."""
    farm.cast("Minji", "Bora")
    farm.post("Pick pears", seats=3)
    farm.match()
    farm.person("Chul")
    return farm

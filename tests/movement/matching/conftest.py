"""The valley, empty of people and posts."""

from __future__ import annotations

import pytest

from tests.movement.matching.farm import Farm, settle_valley


@pytest.fixture
def farm(db: None) -> Farm:
    return settle_valley()

from __future__ import annotations

import pytest

from dure.base.access import SYSTEM
from dure.movement.campaigns import actions as campaigns
from tests.movement.ledger.village import NOW, Village, build


@pytest.fixture
def village(db: None) -> Village:
    built = build()
    campaigns.open_campaign(actor=SYSTEM, slug="harvest", now=NOW)
    return built

from __future__ import annotations

import pytest

from dure.base.access import SYSTEM
from dure.base.accounts import open_account
from dure.movement.campaigns import actions as campaigns
from tests.movement.ledger.village import NOW, Village, build


@pytest.fixture
def village(db: None) -> Village:
    built = build()
    campaigns.open_campaign(actor=SYSTEM, slug="harvest", now=NOW)
    return built


@pytest.fixture
def keepers(db: None) -> tuple[int, int]:
    """Hana and Jun, who keep the store together."""
    return (
        open_account(email="hana@example.org", name="Hana"),
        open_account(email="jun@example.org", name="Jun"),
    )
